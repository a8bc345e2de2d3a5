"""The areas of a case as a layer: its own boundaries, else those packaged for its region, with what stands in each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
import yaml

from capplan import resources

if TYPE_CHECKING:
    from capplan.case import Case

__all__ = ["areas_layer"]

_INDEX = "layers.yaml"
_WORDS = ["adcode", "name_zh", "name_en", "prefecture_adcode"]
_TOTALS = ["standard_racks", "pflops_fp16", "pflops_fp64", "it_mw"]


def areas_layer(case: Case, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Return the areas with what is in service in each at the end of the horizon, or None where there are none.

    Parameters
    ----------
    case
        The case.
    sites
        The layer of sites, with their totals.

    Returns
    -------
    GeoDataFrame or None
        ``adcode``, names, ``prefecture_adcode``, ``sites`` [count], ``standard_racks`` [standard rack],
        ``pflops_fp16`` [PFLOPS], ``pflops_fp64`` [PFLOPS], ``it_mw`` [MW]; EPSG:4326.
    """
    content = case.boundaries or _packaged(case)
    if not content:
        return None
    found: list[dict[str, Any]] = json.loads(content)["features"]
    shapes = [shapely.from_geojson(json.dumps(item["geometry"])) for item in found]
    frame = pd.DataFrame({name: [str(item["properties"][name]) for item in found] for name in _WORDS})
    inside = frame["adcode"].str.startswith(_stripped(_region_code(case))) | bool(case.boundaries)
    parts = [
        shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape]) for shape in shapes
    ]
    areas = gpd.GeoDataFrame(frame, geometry=parts, crs="EPSG:4326")[inside.to_numpy()].reset_index(drop=True)
    return None if areas.empty else _counted(areas, sites)


def _counted(areas: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    point, area = shapely.STRtree(areas.geometry.values).query(sites.geometry.values, predicate="intersects")
    held = pd.DataFrame({"point": point, "area": area}).drop_duplicates("point").set_index("point")["area"]
    totals = sites[_TOTALS].assign(sites=1).iloc[held.index].groupby(held.to_numpy()).sum()
    counted = totals.reindex(range(len(areas)), fill_value=0)
    words, shapes = areas.drop(columns="geometry"), areas.geometry
    numbers = {"sites": counted["sites"].astype("int64")}
    numbers |= {name: counted[name].astype("float64") for name in _TOTALS}
    return gpd.GeoDataFrame(words.assign(**numbers), geometry=shapes, crs=areas.crs)


def _packaged(case: Case) -> bytes:
    code = _stripped(_region_code(case))
    index = yaml.safe_load(resources.read_text("maps", _INDEX))["regions"]
    fitting = [entry for entry in index if code and _touch(code, str(entry["prefix"]))]
    if not fitting:
        return b""
    best = max(fitting, key=lambda entry: len(str(entry["prefix"])))
    file = resources.find("maps", f"{best['folder']}/counties.geojson")
    return file.read_bytes() if file.is_file() else b""


def _touch(code: str, prefix: str) -> bool:
    return code.startswith(prefix) or prefix.startswith(code)


def _region_code(case: Case) -> str:
    regions = case.tables["regions"]
    named = [code for code in regions.loc[regions["region_id"] == case.study.region, "adcode"] if code]
    codes = [*named, *(code[:2] + "0000" for code in case.tables["zones"]["prefecture_adcode"] if code)]
    return codes[0] if codes else ""


def _stripped(code: str) -> str:
    while len(code) > 2 and code.endswith("00"):  # noqa: PLR2004  (two digits are a province)
        code = code[:-2]
    return code
