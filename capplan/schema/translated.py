"""Table of what texts of the inputs say in the other language; a case may do without it."""

from __future__ import annotations

from capplan.schema.spec import TableSpec, text

TRANSLATED: tuple[TableSpec, ...] = (
    TableSpec(
        "translations",
        "What a text of the inputs (a source, a sentence of a document, an issuer) says in the other language",
        ("text",),
        (
            text("text", "The text as it stands in other tables and in files of technologies"),
            text("text_zh", "The text in Chinese; empty where it is Chinese", empty=True),
            text("text_en", "The text in English; empty where it is English", empty=True),
        ),
        may_be_empty=True,
        optional=True,
    ),
)
