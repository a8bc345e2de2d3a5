"""Tables of policy: targets with their documents, limits and funding."""

from __future__ import annotations

from capplan.schema.spec import TableSpec, identity, link, number, ratio, table, text, year
from capplan.units import METRIC_UNITS

_TARGET_UNITS = tuple(dict.fromkeys(METRIC_UNITS.values()))

POLICY: tuple[TableSpec, ...] = (
    table(
        "targets",
        "A target of a policy document",
        ("target_id",),
        identity("target_id", "Id of the target"),
        link("region", "regions.region_id", "Region that it speaks of"),
        text("metric", "What is counted", choices=tuple(METRIC_UNITS)),
        year("year", "Year at whose end it is due"),
        text("relation", "At least or at most", choices=(">=", "<=")),
        text(
            "kind",
            "Must hold, is reported, or is missed at a price",
            choices=("hard", "aspirational", "priced"),
        ),
        number("value", "class unit", "The amount, in `unit`"),
        text("unit", "Unit of the amount", choices=_TARGET_UNITS),
        link("counts", "technologies.id", "Technologies that count, with ; between them, or all", many=True),
        number(
            "price_cny_per_unit",
            "CNY/unit",
            "Price of missing it by one unit; priced targets only",
            empty=True,
        ),
        link("document_id", "documents.document_id", "Document that states it", empty=True),
        text("quote_zh", "The sentence of the document", empty=True),
        may_be_empty=True,
    ),
    table(
        "documents",
        "A policy document",
        ("document_id",),
        identity("document_id", "Id of the document"),
        text("title_zh", "Title in Chinese"),
        text("title_en", "Title in English"),
        text("issuer", "Who issued it"),
        text("number", "Its number", empty=True),
        text("date", "Date of issue, as year, year-month or year-month-day", empty=True),
        may_be_empty=True,
    ),
    table(
        "limits",
        "A limit on something that the plan uses, in a region and a year",
        ("limit", "region", "year"),
        text("limit", "What is limited", pattern=r"[a-z][a-z0-9_]*"),
        link("region", "regions.region_id", "Region that it speaks of"),
        year("year", "Year; empty for every year", empty=True),
        number("bound", "class unit", "The bound, in `unit`", ranged=True),
        text("unit", "Unit of the bound"),
        may_be_empty=True,
    ),
    table(
        "funding",
        "An account that pays for building in a year",
        ("account_id", "year"),
        identity("account_id", "Id of the account"),
        year("year", "Year"),
        text("kind", "Where the money comes from", choices=("own", "special_bond", "subsidy")),
        number("limit_cny", "CNY", "Largest amount that it pays", ranged=True),
        number("interest_rate", "1/yr", "Interest of a special bond", maximum=1, empty=True),
        ratio("share_of_capex", "Share of the cost of building that a subsidy pays", empty=True),
        link(
            "eligible", "technologies.id", "Technologies it pays for, with ; between them, or all", many=True
        ),
        may_be_empty=True,
    ),
)
