"""What binds, and what a little more or less of it is worth: targets and limits, and the prices that re-solving found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from capplan.report.document.blocks import Block, Bullets, Figure, Name, Section, Spans
from capplan.report.document.facts import table
from capplan.report.document.origins import Origin, Source, Total
from capplan.report.price_words import PriceWords, money_heading, scaled
from capplan.spacing import run_on

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["binding", "binding_groups", "opened", "told_group"]

_PLACES = 5
_PLAIN = 100.0
_PRICED = 14
Item = Mapping[str, Any]


def binding_groups(pen: Pen) -> list[list[Item]]:
    """Return what binds, one group for each kind of limit and one for targets, most valuable first."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for place, item in enumerate(pen.plan.record.get("binding") or []):
        name = "target" if item["kind"] == "target" else str(item["name"])
        groups.setdefault((str(item["kind"]), name), []).append({**item, "place": place})
    return list(groups.values())


def told_group(pen: Pen, items: Sequence[Item], *, places: int = _PLACES) -> Spans:
    """Return one kind of limit with the places where it binds and what one per cent of it is worth.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    items : sequence of mapping
        Entries of the record's list of what binds, with their place in it.
    places : int
        How many places are named.
    """
    first = items[0]
    target = first["kind"] == "target"
    what = pen.words("targets_word") if target else pen.names.limit(str(first["name"]))
    where = [_place(pen, item) for item in items[:places]]
    if len(items) > places:
        where.append(pen.say("and_more", count=_rest(pen, items, places)))
    told = pen.say("limit_at", what=what, places=pen.words.listed(where))
    worth = max(items, key=lambda item: float(item.get("value_of_one_percent_cny") or 0.0))
    if float(worth.get("value_of_one_percent_cny") or 0.0) < 1.0:
        return told
    value = Source("plan.json", f"binding.{worth['place']}.value_of_one_percent_cny")
    return pen.say("limit_worth", limit=told, money=pen.facts.money(value))


def opened(spans: Spans) -> Spans:
    """Return what is told with a capital letter at its beginning, where the script has capitals.

    Parameters
    ----------
    spans : spans
        What is told.

    Examples
    --------
    >>> opened(("energy quota: ", "North")), opened((Name("用能指标"),))
    (('Energy quota: ', 'North'), (Name(text='用能指标'),))
    """
    first, *others = spans
    if isinstance(first, str):
        return (first[:1].upper() + first[1:], *others)
    return (Name(first.text[:1].upper() + first.text[1:]), *others) if isinstance(first, Name) else spans


def _rest(pen: Pen, items: Sequence[Item], places: int) -> Figure:
    """Return how many more places there are."""
    kind, name = str(items[0]["kind"]), str(items[0]["name"])
    shown = tuple(item["place"] for item in items[:places])
    where: list[tuple[str, str, object]] = [("kind", "=", kind), ("place", "not in", shown)]
    if kind != "target":
        where.append(("name", "=", name))
    return pen.facts.number(Source("plan.json#binding", "", "rows", tuple(where)))


def _place(pen: Pen, item: Item) -> Spans:
    target = item["kind"] == "target"
    where = _target_name(pen, str(item["name"])) if target else pen.names.place(str(item["region"]))
    year = int(item.get("year") or 0)
    named = pen.say("place_year", place=where, year=year) if year else pen.say("place_only", place=where)
    if not float(item["bound"]):
        return named
    unit = "" if target else _unit(pen, str(item["name"]))
    used, bound = (_figure(pen, f"binding.{item['place']}.{key}", unit) for key in ("used", "bound"))
    told = pen.unit(unit)
    suffix: Spans = (" ", Name(told)) if told else ()
    if used.text == bound.text or _same(used, bound):
        return pen.say("place_at", place=named, bound=(bound, *suffix))
    return pen.say("place_used", place=named, used=used, bound=(bound, *suffix))


def _same(one: Figure, other: Figure) -> bool:
    """Return whether two figures differ by less than the digit that is written."""
    return round(one.value or 0.0, 1) == round(other.value or 0.0, 1) and one.unit == other.unit == ""


def _target_name(pen: Pen, target: str) -> str:
    given = pen.case.table("targets")
    found = given[given["target_id"] == target]
    if found.empty:
        return target
    row = found.iloc[0]
    region, metric = pen.names.region(str(row["region"])), pen.names.metric(str(row["metric"]))
    return run_on((region, metric)) if pen.lang == "zh" else f"{region} {metric}"


def _unit(pen: Pen, limit: str) -> str:
    limits = pen.facts.frame("tables/limits.csv")
    if "unit" not in limits.columns:
        return ""
    found = limits.loc[limits["limit"] == limit, "unit"]
    return "" if found.empty else str(found.iloc[0])


def _figure(pen: Pen, key: str, unit: str) -> Figure:
    origin = Source("plan.json", key)
    if unit == "ratio":
        return pen.facts.percent(origin)
    value = pen.facts.value(origin) or 0.0
    return pen.facts.number(origin, 0 if abs(value) >= _PLAIN or value == round(value) else 1)


def binding(pen: Pen) -> Section:
    """Return the chapter on what binds and what targets cost.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    blocks: list[Block] = [pen.heading("what_binds"), *pen.parts(_what_binds)]
    blocks += [pen.heading("prices"), *pen.parts(_prices)]
    return Section("binding", pen.words("binding"), tuple(blocks))


def _what_binds(pen: Pen) -> list[Block]:
    groups = binding_groups(pen)
    if not groups:
        return [pen.paragraph("nothing_binds")]
    return [pen.paragraph("binding_how"), Bullets(tuple(opened(told_group(pen, items)) for items in groups))]


def _prices(pen: Pen) -> list[Block]:
    if not pen.facts.has("prices"):
        return [pen.paragraph("no_prices")]
    frame = pen.facts.frame("tables/prices.csv")
    told = frame[frame["status"].isin(["priced", "impossible"])]
    blocks: list[Block] = [pen.paragraph("prices_how")]
    for way in ("require", "tighten", "loosen"):
        rows = told[told["direction"] == way]
        if rows.empty:
            continue
        weights = rows.groupby("input_path")["cost_cny"].max().abs().sort_values(ascending=False)
        order = list(weights.index)[:_PRICED]
        blocks.append(_price_table(pen, way, [rows[rows["input_path"] == path] for path in order]))
    quiet = frame[~frame["status"].isin(["priced", "impossible"])]
    if not quiet.empty:
        count = Source(
            "tables/prices.csv",
            "input_path",
            "distinct",
            (("status", "in", ("small", "nothing", "unknown")),),
        )
        blocks.append(pen.paragraph("prices_rest", style="note", count=pen.facts.number(count)))
    return blocks


def _price_table(pen: Pen, way: str, groups: list[Any]) -> Block:
    words = PriceWords(pen.names, pen.case.table("targets"))
    rows: list[list[object]] = []
    for group in groups:
        for place, row in enumerate(group.sort_values("step").to_dict("records")):
            unit = pen.facts.large_unit if row["unit"] == "CNY" else words.unit(row)
            label = words.label(row)
            label = f"{label} [{unit}]" if unit else label
            rows.append([label if place == 0 else "", *_bounds(pen, row), *_costs(pen, row, words)])
    money = money_heading(pen.lang)
    columns = (
        pen.column("price_what", numeric=False, width=2.6),
        pen.column("price_from", width=1.1),
        pen.column("price_to", width=1.1),
        pen.column("price_cost", unit=money, width=1.6),
        pen.column("price_between", unit=money, width=1.8),
        pen.column("price_unit", numeric=False, width=2.1),
    )
    return pen.table(pen.say(f"caption_{way}"), columns, rows, small=True)


def _own(row: Item) -> tuple[tuple[str, str, object], ...]:
    return (
        ("input_path", "=", row["input_path"]),
        ("direction", "=", row["direction"]),
        ("step", "=", row["step"]),
    )


def _bounds(pen: Pen, row: Item) -> list[object]:
    cells: list[object] = []
    for column in ("bound", "bound_new"):
        origin = table("prices", column, "value", *_own(row))
        value, unit = float(row[column]), str(row["unit"])
        if unit == "ratio" and value <= 1.0:
            cells.append(pen.facts.percent(origin))
        elif unit == "CNY":
            cells.append(pen.facts.large_money(origin, 2))
        else:
            cells.append(pen.facts.number(origin, 0 if abs(value) >= _PLAIN or value == round(value) else 2))
    return cells


def _costs(pen: Pen, row: Item, words: PriceWords) -> list[object]:
    if row["status"] == "impossible":
        lever = _own(row)[:2]  # what is found for one step holds for all of them
        largest = pen.facts.percent(table("prices", "largest_step", "max", *lever))
        name = "price_impossible" if largest.value is None else "price_impossible_beyond"
        return ["", "", pen.say(name, share=largest)]
    cost, *sides = (_cost(pen, row, name) for name in ("cost_cny", "cost_low_cny", "cost_high_cny"))
    known = sorted((side for side in sides if side.value is not None), key=lambda side: side.value or 0.0)
    between: Spans = ()
    for side in known:
        between = (*between, "–", side) if between else (side,)
    price = pen.facts.short(table("prices", "unit_price_cny", "value", *_own(row)))
    told = pen.say("price_per", money=price, unit=words.per(row)) if price.value is not None else ()
    return [cost, between, told]


def _cost(pen: Pen, row: Item, column: str) -> Figure:
    """Return money in the unit of the column, without its sign: the caption says whether it is spent or saved."""
    origin: Origin = table("prices", column, "value", *_own(row))
    if (pen.facts.value(origin) or 0.0) < 0.0:
        origin = Total(((-1.0, table("prices", column, "value", *_own(row))),))
    value = pen.facts.value(origin)
    scale, unit = (1e-4, "万元") if pen.lang == "zh" else (1e-6, "CNY million")
    return Figure("-" if value is None else scaled(value, pen.lang), value, scale, unit, origin)
