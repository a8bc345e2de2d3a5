"""JSON: plain types only."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest

from capplan.errors import ModelError
from capplan.exchange.headings import heading
from capplan.exchange.plain import plain, write_json


class Word(StrEnum):
    YES = "yes"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (np.bool_(True), True),  # noqa: FBT003
        (np.array([1.0, np.inf]), [1.0, None]),
        (float("-inf"), None),
        (pd.NA, None),
        (None, None),
        (True, True),
        (Word.YES, "yes"),
        (Path("a") / "b", "a/b"),
        ({"b", "a"}, ["a", "b"]),
        ({2025: ("x",)}, {"2025": ["x"]}),
    ],
)
def test_values_become_plain(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(ModelError, match="PurePosixPath"):
        plain([PurePosixPath("a")])


def test_files_are_utf8_in_the_order_given(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": "长春", "a": float("nan")})
    assert (tmp_path / "a.json").read_bytes() == '{\n  "b": "长春",\n  "a": null\n}\n'.encode()


@pytest.mark.parametrize(
    ("table", "column", "zh", "en"),
    [
        ("sites", None, "站点", "Sites"),
        ("routes", None, "光缆路由", "Fibre routes"),
        ("unknown", None, "unknown", "unknown"),
        ("targets", "kind", "性质", "Kind"),
        ("zones", "kind", "类别", "Kind"),
        ("service_flows", "latency_ms", "时延 [ms]", "Latency [ms]"),
        ("sites", "unheard_of", "unheard_of", "unheard_of"),
    ],
)
def test_headings_come_from_the_table_first(table: str, column: str | None, zh: str, en: str) -> None:
    assert (heading(table, column, "zh"), heading(table, column, "en")) == (zh, en)
