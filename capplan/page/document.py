"""The page's data: what every view shares, and what each view has, as JSON can hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan.atlas.style import style_of
from capplan.atlas.words import word
from capplan.page.registry import data_of
from capplan.page.source import Pair, Source, pair, rounded
from capplan.page.why import Reasons
from capplan.page.words import words
from capplan.partial import or_none, told_missing

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["document"]

_NAME = 120


def document(plan: Plan, lang: str) -> dict[str, Any]:
    """Return all that the page shows.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        The language in which it opens, ``zh`` or ``en``.

    Raises
    ------
    RenderError
        If there is nothing to draw, or boundaries cannot be read.
    """
    source = Source(plan)
    return {
        "lang": lang,
        "about": _about(source),
        "words": {name: pair(text.text()) for name, text in words().items() if not name.startswith("why_")},
        "kinds": _kinds(),
        "years": list(source.years),
        "technologies": _technologies(source),
        "classes": _classes(source),
        "groups": _groups(source),
        "zones": _zones(source),
        "sites": _sites(source),
        "capacity": source.rows(
            "capacity",
            ("site_id", source.sites),
            ("technology", source.technologies),
            ("year", source.years),
            "modules",
            "standard_racks",
            "pflops_fp16",
            "pflops_fp64",
            "it_mw",
        ),
        "builds": or_none(lambda: _builds(source)) or [],
        "map": source.geometry.document(),
        "views": data_of(source),
    }


def _about(source: Source) -> dict[str, Any]:
    record, study, bounds = source.plan.record, source.case.study, source.geometry.boundaries
    if bounds.own:
        boundary = [word("own_boundaries", lang) for lang in ("zh", "en")]
    elif bounds.schematic:
        boundary = [word("schematic", lang) for lang in ("zh", "en")]
    else:
        boundary = pair(bounds.entry.source) if bounds.entry else ["", ""]
    missing = {"missing": pair(told_missing(source.plan.missing))} if source.plan.missing else {}
    return {
        "title": pair(study.full_title),
        "region": source.named("region", study.region),
        "case": source.case.name,
        "base": study.base_year,
        "status": str(record.get("status", "")),
        "gap": rounded(record.get("gap"), 3),
        "cost": rounded(record.get("objective_cny")),
        "solver": str(record.get("solver", "")),
        "version": str((record.get("versions") or {}).get("capplan", "")),
        "boundaries": boundary,
        "certified": bool(source.plan.certificate.holds),
        **missing,
    }


def _kinds() -> dict[str, Any]:
    """Return how the siting map draws each kind, so that paper and screen agree."""
    markers = style_of("siting").symbols.markers
    return {
        name: {"shape": marker.shape, "face": marker.face, "ink": marker.ink, "n": pair(marker.label)}
        for name, marker in markers.items()
    }


def _technologies(source: Source) -> list[dict[str, Any]]:
    known = source.case.technologies
    return [
        {
            "id": name,
            "n": _name(source.named("technology", name)),
            "kind": str(known[name].kind) if name in known else "hall",
        }
        for name in source.technologies
    ]


def _classes(source: Source) -> list[dict[str, Any]]:
    table = source.case.tables["classes"].set_index("class_id")
    return [
        {
            "id": name,
            "n": _name(source.named("service_class", name)),
            "unit": unit,
            "limit": rounded(table.loc[name, "latency_limit_ms"]) if name in table.index else None,
        }
        for name, unit in zip(source.classes, source.units, strict=True)
    ]


def _groups(source: Source) -> dict[str, Pair]:
    """Return the names of prefectures by code."""
    codes = set(source.case.tables["zones"]["prefecture_adcode"].astype(str))
    codes |= set(source.geometry.boundaries.counties["prefecture_adcode"].astype(str))
    found = {
        code: _name(source.named("prefecture", code)) for code in sorted(codes) if code and code != "nan"
    }
    return {code: name for code, name in found.items() if name != [code, code]}


def _zones(source: Source) -> list[dict[str, Any]]:
    table = source.case.tables["zones"]
    places = source.geometry.points(table[["lon", "lat"]].to_numpy(dtype=np.float64))
    area = source.geometry.boundaries.zone_area
    return [
        {
            "id": str(row["zone_id"]),
            "n": _name([str(row["name_zh"]), str(row["name_en"])]),
            "g": str(row["prefecture_adcode"]),
            "gate": row["kind"] == "gate",
            "xy": place,
            "area": area.get(str(row["zone_id"]), -1),
        }
        for row, place in zip(table.to_dict("records"), places, strict=True)
    ]


def _sites(source: Source) -> list[dict[str, Any]]:
    given = source.case.tables["sites"].set_index("site_id")
    held = source.table("sites").set_index("site_id")
    reasons = Reasons(source)
    found = [held.loc[name] if name in held.index else given.loc[name] for name in source.sites]
    degrees = np.array([[row["lon"], row["lat"]] for row in found], dtype=np.float64)
    places = source.geometry.points(degrees) if found else []
    areas = source.geometry.areas_at(degrees) if found else []
    return [
        {
            "id": name,
            "n": _name([str(row["name_zh"]), str(row["name_en"])]),
            "z": source.zones.get(str(row["zone_id"]), -1),
            "g": str(row["prefecture_adcode"]),
            "xy": place,
            "area": area,
            "lonlat": [rounded(row["lon"], 7), rounded(row["lat"], 7)],
            "status": str(row["status"]),
            "opened": rounded(row.get("opened_year")),
            "cooling": _cooling(source, row.get("cooling")),
            "pue": rounded(row.get("pue"), 4),
            "mva": rounded(row.get("connection_mva"), 4),
            "land": rounded(row.get("land_ha"), 3),
            "node": _node(source, given, name),
            "why": reasons.of(name),
        }
        for name, row, place, area in zip(source.sites, found, places, areas, strict=True)
    ]


def _cooling(source: Source, name: Any) -> Pair:
    table = source.case.tables["cooling"]
    row = table[table["cooling_id"] == name] if "cooling_id" in table.columns else table.iloc[:0]
    if row.empty or "name_zh" not in table.columns:
        text = "" if name is None or pd.isna(name) else str(name)
        return [text, text]
    return [str(row.iloc[0]["name_zh"]), str(row.iloc[0]["name_en"])]


def _node(source: Source, given: pd.DataFrame, site: str) -> Pair:
    node = str(given.loc[site, "grid_node"]) if site in given.index else ""
    return _name(source.named("place", node))


def _builds(source: Source) -> list[list[Any]]:
    """Return site, technology, year, modules, action and capital cost of every action."""
    table = source.table("builds")
    return [
        [
            source.sites[str(row["site_id"])],
            source.technologies[str(row["technology"])],
            int(row["year"]),
            int(row["modules"]),
            source.named("action", str(row["action"])),
            rounded(row["capex_cny"]),
        ]
        for row in table.to_dict("records")
        if str(row["site_id"]) in source.sites
        and str(row["technology"]) in source.technologies
        and row["modules"]
    ]


def _name(names: Pair) -> Pair:
    """Return names on one line and of a length that a page can bear; one that is empty takes the other's place."""
    short = [" ".join(name.split()) for name in names]
    filled = [short[0] or short[1], short[1] or short[0]]
    return [name if len(name) <= _NAME else name[: _NAME - 1] + "…" for name in filled]
