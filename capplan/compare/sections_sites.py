"""What became of each site, as a section of a summary: by how much, and with which halls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capplan.compare.frame import at_end, section_of
from capplan.compare.pairs import changed, records
from capplan.compare.wording import PairNames, change_text, signed
from capplan.messages import msg
from capplan.report.numbers import amount
from capplan.report.sections import Section

if TYPE_CHECKING:
    from capplan.compare.comparison import PlanComparison

__all__ = ["ORDER", "sites"]

ORDER = ("gained", "lost", "grown", "shrunk", "moved", "changed")
"""What may become of a site, in the order in which it is told."""


def sites(pair: PlanComparison, names: PairNames) -> Section:
    """Return the sites that differ, by what became of them and then by how much."""
    table = changed(pair.tables, "sites")
    rank = {change: place for place, change in enumerate(ORDER)}
    if len(table):
        size = table["it_mw_difference"].abs()
        table = table.assign(rank=table["change"].map(rank), size=-size).sort_values(
            ["rank", "size", "site_id"]
        )
    halls = _halls(pair)
    rows = [
        (
            names.say(change_text(row.change)),
            names.of_change(row.change).of("site", row.site_id),
            names.of_change(row.change).of("prefecture", row.prefecture_adcode),
            _years(row.opened_before, row.opened_after),
            amount(row.it_mw_before, 1),
            amount(row.it_mw_after, 1),
            signed(row.it_mw_difference, 1),
            signed(row.standard_racks_difference),
            signed(row.pflops_fp16_difference),
            _modules(row, halls, names),
        )
        for row in records(table)
    ]
    headings = (
        msg("change"),
        msg("site"),
        msg("prefecture"),
        msg("opened"),
        msg("before [MW]"),
        msg("after [MW]"),
        msg("difference [MW]"),
        msg("racks"),
        msg("PFLOPS FP16"),
        msg("modules, or what else differs"),
    )
    counts = dict(table["change"].value_counts()) if len(table) else dict[str, int]()
    told = [
        msg("{what}: {count}", what=change_text(change), count=int(counts[change]))
        for change in ORDER
        if change in counts
    ]
    lines = [msg("{counts}.", counts=told)] if told else []
    return section_of(names, msg("Sites, at the end of the horizon"), headings, rows, 4, lines, last=1)


def _halls(pair: PlanComparison) -> dict[str, list[tuple[str, float]]]:
    """Return by how many modules of which technology each site differs at the end, the most first."""
    table = at_end(changed(pair.tables, "capacity_sites"), pair)
    found: dict[str, list[tuple[str, float]]] = {}
    for row in records(table):
        if row.modules_difference:
            found.setdefault(str(row.site_id), []).append(
                (str(row.technology), float(row.modules_difference))
            )
    return {site: sorted(own, key=lambda pair: (-abs(pair[1]), pair[0])) for site, own in found.items()}


def _modules(row: Any, halls: dict[str, list[tuple[str, float]]], names: PairNames) -> str:
    """Return what differs at a site beside its sums: halls, else its connection, cooling, land or PUE."""
    told: list[object] = [
        f"{names.of('technology', technology)} {signed(count)}"
        for technology, count in halls.get(str(row.site_id), [])
    ]
    if not told and row.cooling_before != row.cooling_after:
        told.append(msg("cooling"))
    for what, name, digits in (
        (msg("connection [MVA]"), "connection_mva", 1),
        (msg("land [ha]"), "land_ha", 2),
        (msg("PUE"), "pue", 3),
    ):
        difference = getattr(row, f"{name}_difference")
        if not told and difference == difference and signed(difference, digits).strip("0."):  # noqa: PLR0124
            told.append(msg("{what} {difference}", what=what, difference=signed(difference, digits)))
    return names.say(msg("{text}", text=told)) if told else ""


def _years(before: str, after: str) -> str:
    """Return years of opening before and after; nothing for halls that stood before the horizon."""
    return before if before == after else f"{before or '–'} → {after or '–'}"
