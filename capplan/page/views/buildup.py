"""What stands by technology and year, and how much of it is in use."""

from __future__ import annotations

from typing import Any

from capplan.page.registry import View
from capplan.page.source import Source, rounded
from capplan.report.memo_use import usage


def _data(source: Source) -> dict[str, Any]:
    used = usage(source.plan)
    rows = [
        [source.years[int(row["year"])], str(row["unit"]), rounded(row["held"]), rounded(row["used"])]
        for row in used.to_dict("records")
        if int(row["year"]) in source.years
    ]
    return {
        "usage": rows,
        "units": {name: source.named("unit", name) for name in dict.fromkeys(str(row[1]) for row in rows)},
    }


VIEW = View("buildup", ("capacity",), _data)
