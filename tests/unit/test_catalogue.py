"""The Chinese catalogue: every message of the code is there, with the same fields, and compiled."""

from __future__ import annotations

import io
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from capplan.messages import msg

PO = Path("capplan") / "locale" / "zh" / "LC_MESSAGES" / "capplan.po"
KEYWORDS = {"msg": None}
SAME_IN_BOTH = {"PUE"}


def fields(template: str) -> set[tuple[str, str | None]]:
    """Return the fields of a template with their formats."""
    parsed = string.Formatter().parse(template)
    return {(name, form) for _, name, form, _ in parsed if name is not None}


@pytest.fixture(scope="module")
def templates(root: Path) -> set[str]:
    """Return every template of the code."""
    found = extract_from_dir(str(root / "capplan"), keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


@pytest.fixture(scope="module")
def catalogue(root: Path) -> Catalog:
    """Return the catalogue as people edit it."""
    return read_po(io.BytesIO((root / PO).read_bytes()), locale="zh")


def test_the_code_has_messages(templates: set[str]) -> None:
    assert "there is no option {option}" in templates
    assert len(templates) > 300


def test_every_message_is_translated(templates: set[str], catalogue: Catalog) -> None:
    translated = {message.id for message in catalogue if message.string and not message.fuzzy}
    assert sorted(templates - translated) == []


def test_nothing_is_translated_that_nobody_says(templates: set[str], catalogue: Catalog) -> None:
    assert (
        sorted(str(message.id) for message in catalogue if message.id and message.id not in templates) == []
    )


def test_translations_keep_the_fields(catalogue: Catalog) -> None:
    differing = [
        message.id
        for message in catalogue
        if message.id and fields(str(message.id)) != fields(str(message.string))
    ]
    assert differing == []


def test_translations_are_chinese(catalogue: Catalog) -> None:
    plain = [
        message.id
        for message in catalogue
        if message.id
        and not any("一" <= letter <= "鿿" for letter in str(message.string))
        and any(literal.strip(" …:;().") for literal, *_ in string.Formatter().parse(str(message.id)))
    ]
    assert set(plain) <= SAME_IN_BOTH


def test_the_compiled_catalogue_is_that_of_the_texts(root: Path, catalogue: Catalog) -> None:
    compiled = read_mo(io.BytesIO((root / PO).with_suffix(".mo").read_bytes()))
    texts = {message.id: message.string for message in catalogue if message.id}
    assert {message.id: message.string for message in compiled if message.id} == texts


def test_a_message_speaks_both_languages() -> None:
    told = msg("there is no option {option}", option="--gab")
    assert (told.text("en"), told.text("zh")) == ("there is no option --gab", "没有选项 --gab")
