"""What is packaged: cases and datasets, read from their own descriptions without loading them."""

from __future__ import annotations

import json
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from capplan import resources

__all__ = ["case_records", "dataset_records"]


def case_records() -> list[dict[str, Any]]:
    """Return name, titles, years, datasets, rules and scenarios of every packaged case.

    Examples
    --------
    >>> all({"name", "title", "periods"} <= set(record) for record in case_records())
    True
    """
    return [_case_record(name) for name in resources.case_names()]


def dataset_records() -> list[dict[str, Any]]:
    """Return name, titles, tables, size [B], licences and sources of every packaged dataset.

    Examples
    --------
    >>> all(record["bytes"] > 0 for record in dataset_records())
    True
    """
    return [_dataset_record(name) for name in resources.dataset_names()]


def _case_record(name: str) -> dict[str, Any]:
    study = yaml.safe_load(resources.read_text("models", f"{name}/study.yaml"))
    datasets, scenarios = study.get("dataset") or [], study.get("scenarios") or {}
    return {
        "name": name,
        "title": dict(study["title"]),
        "description": dict(study["description"]),
        "base_year": study["base_year"],
        "periods": list(study["periods"]),
        "datasets": [datasets] if isinstance(datasets, str) else list(datasets),
        "features": sorted(study["features"]),
        "scenarios": sorted(scenarios),
        "scenario_titles": {key: dict(scenario["title"]) for key, scenario in scenarios.items()},
    }


def _dataset_record(name: str) -> dict[str, Any]:
    package = json.loads(resources.read_text("datasets", f"{name}/datapackage.json"))
    title = str(package.get("title", name))
    return {
        "name": name,
        "title": {"zh": str(package.get("title_zh", title)), "en": title},
        "version": str(package.get("version", "")),
        "tables": [str(resource["name"]) for resource in package["resources"]],
        "bytes": _size(resources.find("datasets", name)),
        "licences": [
            str(licence.get("name", licence.get("title", ""))) for licence in package.get("licenses", [])
        ],
        "sources": [str(source["title"]) for source in package.get("sources", [])],
    }


def _size(folder: Traversable) -> int:
    return sum(_size(entry) if entry.is_dir() else len(entry.read_bytes()) for entry in folder.iterdir())
