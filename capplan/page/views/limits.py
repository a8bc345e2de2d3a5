"""The limits that bind, most valuable first, and what each is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capplan.page.registry import View
from capplan.page.source import Pair, Source, rounded


def _data(source: Source) -> list[dict[str, Any]] | None:
    limits = source.table("limits")
    units = dict(zip(limits["limit"], limits["unit"], strict=True)) if "unit" in limits.columns else {}
    found = source.plan.record.get("binding") or _from_table(source)
    targets = {str(row["target_id"]): row for row in source.table("targets").to_dict("records")}
    rows = [
        {
            "kind": str(item["kind"]),
            "name": _name(source, item, targets),
            "where": _where(source, item, targets),
            "year": int(item.get("year") or 0),
            "bound": rounded(item.get("bound")),
            "used": rounded(item.get("used")),
            "unit": "" if item["kind"] == "target" else str(units.get(item["name"]) or ""),
            "worth": rounded(item.get("value_of_one_percent_cny")),
        }
        for item in found
    ]
    return rows or None


def _from_table(source: Source) -> list[dict[str, Any]]:
    table = source.table("limits")
    binding = table[table["binding"].astype(bool)].rename(columns={"limit": "name"}).assign(kind="limit")
    return [
        {str(key): None if value != value else value for key, value in row.items()}  # noqa: PLR0124  (NaN)
        for row in binding.astype(object).to_dict("records")
        if row["year"] is not None
    ]


def _name(source: Source, item: Mapping[str, Any], targets: Mapping[str, Mapping[Any, Any]]) -> Pair:
    name = str(item["name"])
    if item["kind"] == "target" and name in targets:
        return source.named("metric", str(targets[name]["metric"]))
    return source.named("limit", name)


def _where(source: Source, item: Mapping[str, Any], targets: Mapping[str, Mapping[Any, Any]]) -> Pair:
    name = str(item["name"])
    place = (
        str(targets[name]["region"]) if item["kind"] == "target" and name in targets else str(item["region"])
    )
    return source.place(place)


VIEW = View("limits", (), _data)
