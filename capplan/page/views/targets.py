"""What the documents require and what the plan achieves."""

from __future__ import annotations

from typing import Any

from capplan.page.registry import View
from capplan.page.source import Source, rounded


def _data(source: Source) -> dict[str, Any]:
    rows = source.table("targets").to_dict("records")
    documents = {str(row["document_id"]) for row in rows if row["document_id"]}
    quotes = _quotes(source)
    return {
        "rows": [
            {
                "region": source.named("region", str(row["region"])),
                "metric": source.named("metric", str(row["metric"])),
                "year": int(row["year"]),
                "relation": str(row["relation"]),
                "kind": str(row["kind"]),
                "kindname": source.named("kind", str(row["kind"])),
                "required": rounded(row["required"]),
                "achieved": rounded(row["achieved"]),
                "met": _met(str(row["relation"]), float(row["required"]), float(row["achieved"])),
                "binding": bool(row["binding"]),
                "document": str(row["document_id"]),
                "quote": quotes.get(str(row["target_id"]), ""),
            }
            for row in rows
        ],
        "documents": {name: source.named("document", name) for name in sorted(documents)},
    }


def _quotes(source: Source) -> dict[str, str]:
    table = source.case.tables["targets"]
    if "quote_zh" not in table.columns:
        return {}
    return dict(zip(table["target_id"].astype(str), table["quote_zh"].fillna("").astype(str), strict=True))


def _met(relation: str, required: float, achieved: float) -> bool:
    slack = 1e-6 * max(abs(required), 1.0)
    return achieved <= required + slack if relation == "<=" else achieved >= required - slack


VIEW = View("targets", ("targets",), _data)
