"""Packaged files: found from anywhere, through one module."""

from __future__ import annotations

import pytest

from capplan import resources


def test_every_shelf_is_a_folder() -> None:
    for name in ("models", "datasets", "maps"):
        assert resources.shelf(name).is_dir()  # type: ignore[arg-type]


def test_the_reference_case_and_its_dataset_are_packaged() -> None:
    assert "jilin-2025" in resources.case_names()
    assert "jilin" in resources.dataset_names()
    assert resources.case_names() == sorted(resources.case_names())


def test_files_are_read_by_their_path() -> None:
    text = resources.read_text("models", "jilin-2025/study.yaml")
    assert "name: jilin-2025" in text
    assert resources.read_bytes("models", "jilin-2025/study.yaml").decode() == text
    with resources.as_path("models", "jilin-2025/study.yaml") as path:
        assert path.read_text(encoding="utf-8") == text


def test_a_file_that_is_not_there() -> None:
    assert not resources.find("models", "no/such").is_file()
    with pytest.raises(FileNotFoundError):
        resources.read_bytes("models", "no-such")
