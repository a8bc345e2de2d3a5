"""What changed in the plan, as sections of a summary: sites, capacity, building, cost, targets, power, latency, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capplan.compare.frame import at_end, section_of
from capplan.compare.pairs import changed, records
from capplan.compare.scope import END
from capplan.compare.sections_sites import sites
from capplan.compare.wording import PairNames, large, points, signed, signed_large, signed_money
from capplan.messages import Message, msg
from capplan.report.numbers import amount, money_unit, percent
from capplan.report.sections import Section

if TYPE_CHECKING:
    from capplan.compare.comparison import PlanComparison

__all__ = ["plan_sections"]

_GWH = 1000.0


def plan_sections(pair: PlanComparison, names: PairNames) -> list[Section]:
    """Return what changed in the plan, a section for each subject in which something did.

    Parameters
    ----------
    pair
        The comparison.
    names
        Names in the language wanted.
    """
    parts = (sites, capacity, builds, costs, targets, energy, latency, service, limits)
    return [part(pair, names) for part in parts]


def _when(names: PairNames, when: str) -> str:
    return names.say(msg("end")) if when == END else when


def capacity(pair: PlanComparison, names: PairNames) -> Section:
    """Return what is in service by technology, at the end of the horizon."""
    table = at_end(changed(pair.tables, "capacity"), pair)
    rows = [
        (
            names.of_change(row.change).of("technology", row.technology),
            amount(row.modules_before),
            amount(row.modules_after),
            signed(row.modules_difference),
            signed(row.standard_racks_difference),
            signed(row.pflops_fp16_difference),
            signed(row.it_mw_difference, 1),
        )
        for row in records(table)
    ]
    headings = (
        msg("technology"),
        msg("modules before"),
        msg("after"),
        msg("difference"),
        msg("racks"),
        msg("PFLOPS FP16"),
        msg("IT power [MW]"),
    )
    return section_of(names, msg("Capacity in service at the end of the horizon"), headings, rows, 1)


def builds(pair: PlanComparison, names: PairNames) -> Section:
    """Return what is built, retrofitted and retired otherwise."""
    table = changed(pair.tables, "builds")
    rows = [
        (
            names.of("action", row.action),
            names.of_change(row.change).of("technology", row.technology),
            str(row.year),
            amount(row.modules_before),
            amount(row.modules_after),
            signed(row.modules_difference),
            signed_large(row.capex_cny_difference, names.lang),
        )
        for row in records(table)
    ]
    headings = (
        msg("action"),
        msg("technology"),
        msg("year"),
        msg("modules before"),
        msg("after"),
        msg("difference"),
        msg("investment [{unit}]", unit=money_unit(names.lang)),
    )
    return section_of(names, msg("Building, retrofitting and retiring"), headings, rows, 3)


def costs(pair: PlanComparison, names: PairNames) -> Section:
    """Return the cost by term: the differences sum to that of the net present costs."""
    table = changed(pair.tables, "costs")
    if table.empty:
        return Section("")
    whole = pair.costs
    sums = whole.groupby("term")[["cny_before", "cny_after", "cny_difference"]].sum()
    sums = sums[sums["cny_difference"].abs() >= 1.0]
    sums = sums.reindex(sums["cny_difference"].abs().sort_values(ascending=False, kind="stable").index)
    lang = names.lang
    rows = [
        (
            names.of("term", str(term)),
            large(row.cny_before, lang),
            large(row.cny_after, lang),
            signed_large(row.cny_difference, lang),
        )
        for term, row in sums.iterrows()
    ]
    total = whole[["cny_before", "cny_after", "cny_difference"]].sum()
    rows.append(
        (
            names.say(msg("net present cost")),
            large(total["cny_before"], lang),
            large(total["cny_after"], lang),
            signed_large(total["cny_difference"], lang),
        )
    )
    headings = (msg("cost term"), msg("before"), msg("after"), msg("difference"))
    title = msg("Cost by term, discounted [{unit}]", unit=money_unit(lang))
    return section_of(names, title, headings, rows, 1, _by_chance(pair, lang), total=True)


def _by_chance(pair: PlanComparison, lang: str) -> list[Message]:
    """Return below which difference terms may differ by chance: what both gaps leave open."""
    if pair.base.bound is None or pair.other.bound is None:
        return []
    left = pair.base.cost - pair.base.bound + pair.other.cost - pair.other.bound
    told = signed_money(left, lang).lstrip("+")
    return [
        msg(
            "The gaps of both plans leave {money} open: terms that differ by less may do so by chance.",
            money=told,
        )
    ]


def targets(pair: PlanComparison, names: PairNames) -> Section:
    """Return the targets that differ: those newly reached or missed first."""
    table = changed(pair.tables, "targets")
    rows = []
    for row in records(table):
        metric, region = row.metric_after or row.metric_before, row.region_after or row.region_before
        rows.append(
            (
                names.of_change(row.change).of("region", region),
                names.of("metric", metric),
                row.year_after or row.year_before,
                names.say(met_text(row)),
                amount(row.required_before),
                amount(row.required_after),
                amount(row.achieved_before),
                amount(row.achieved_after),
                signed(row.margin_difference),
            )
        )
    rows.sort(key=lambda row: row[3] not in {names.say(word) for word in (_REACHED, _MISSED)})
    headings = (
        msg("region"),
        msg("measure"),
        msg("due"),
        msg("state"),
        msg("required before"),
        msg("after"),
        msg("achieved before"),
        msg("after"),
        msg("margin: difference"),
    )
    return section_of(names, msg("Targets"), headings, rows, 4)


_REACHED, _MISSED = msg("newly reached"), msg("newly missed")


def met_text(row: Any) -> Message:
    """Return whether a target is met before and after.

    Parameters
    ----------
    row
        A row of the table ``targets``.
    """
    if not row.met_before:
        return msg("new: met") if row.met_after == "yes" else msg("new: missed")
    if not row.met_after:
        return msg("no longer a target")
    if row.met_before == row.met_after:
        return msg("is met") if row.met_after == "yes" else msg("missed")
    return _REACHED if row.met_after == "yes" else _MISSED


def energy(pair: PlanComparison, names: PairNames) -> Section:
    """Return electricity by year: what is used, how much of it is green, and the peak."""
    table = changed(pair.tables, "energy")
    rows = []
    for row in records(table):
        when = _when(names, row.when)
        for label, name, scale, digits in (
            (msg("facility energy [GWh]"), "facility_mwh", _GWH, 1),
            (msg("green energy [GWh]"), "green_mwh", _GWH, 1),
            (msg("peak [MW]"), "peak_mw", 1.0, 1),
        ):
            one, other = (getattr(row, f"{name}_{side}") / scale for side in ("before", "after"))
            cells = (amount(one, digits), amount(other, digits), signed(other - one, digits))
            rows.append((when, names.say(label), *cells))
        share = (row.green_share_before, row.green_share_after, row.green_share_difference)
        rows.append(
            (
                when,
                names.say(msg("green share")),
                percent(share[0]),
                percent(share[1]),
                points(share[2], names.lang),
            )
        )
    sites_table = pair.tables.get("sites")
    if sites_table is not None:
        one, other = (float(sites_table[f"connection_mva_{side}"].sum()) for side in ("before", "after"))
        cells = (amount(one, 1), amount(other, 1), signed(other - one, 1))
        rows.append((names.say(msg("end")), names.say(msg("connections contracted [MVA]")), *cells))
    rows = [row for row in rows if any(char in "123456789" for char in row[-1])]
    headings = (msg("year"), msg("measure"), msg("before"), msg("after"), msg("difference"))
    return section_of(names, msg("Power and green electricity"), headings, rows if len(table) else [], 2)


def latency(pair: PlanComparison, names: PairNames) -> Section:
    """Return the latency of classes in which it differs."""
    table = changed(pair.tables, "latency")
    rows = [
        (
            names.of_change(row.change).of("service_class", table["class"].iloc[place]),
            _when(names, row.when),
            amount(row.limit_ms_after, 1),
            amount(row.worst_ms_before, 2),
            amount(row.worst_ms_after, 2),
            amount(row.mean_ms_before, 2),
            amount(row.mean_ms_after, 2),
        )
        for place, row in enumerate(records(table))
    ]
    headings = (
        msg("class"),
        msg("year"),
        msg("limit [ms]"),
        msg("worst before [ms]"),
        msg("worst after [ms]"),
        msg("mean before [ms]"),
        msg("mean after [ms]"),
    )
    return section_of(names, msg("Latency"), headings, rows, 2)


def service(pair: PlanComparison, names: PairNames) -> Section:
    """Return how much of each class other sites serve than before."""
    table = changed(pair.tables, "service")
    rows = [
        (
            names.of_change(row.change).of("service_class", table["class"].iloc[place]),
            _when(names, row.when),
            names.of("unit", row.unit),
            amount(row.amount_before),
            amount(row.amount_after),
            signed(row.amount_difference),
            amount(row.moved) if pair.scope.places else "-",
        )
        for place, row in enumerate(records(table))
    ]
    headings = (
        msg("class"),
        msg("year"),
        msg("unit"),
        msg("served before"),
        msg("after"),
        msg("difference"),
        msg("served elsewhere"),
    )
    return section_of(names, msg("Service"), headings, rows, 3)


def limits(pair: PlanComparison, names: PairNames) -> Section:
    """Return limits that bind in one plan and not in the other."""
    table = pair.tables.get("limits")
    if table is None or table.empty:
        return Section("")
    one, other = (table[f"binding_{side}"] == "yes" for side in ("before", "after"))
    table = table[one != other]
    rows = [
        (
            names.of("limit", row.limit),
            names.of_change(row.change).of("place", row.region),
            str(row.year),
            names.say(msg("binds now") if row.binding_after == "yes" else msg("binds no longer")),
            amount(row.bound_before, 2),
            amount(row.bound_after, 2),
            amount(row.used_before, 2),
            amount(row.used_after, 2),
        )
        for row in records(table)
    ]
    headings = (
        msg("limit"),
        msg("region"),
        msg("year"),
        msg("change"),
        msg("bound before"),
        msg("after"),
        msg("used before"),
        msg("after"),
    )
    return section_of(names, msg("Limits that begin or cease to bind"), headings, rows, 4)
