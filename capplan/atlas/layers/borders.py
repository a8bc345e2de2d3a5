"""Borders of the counties, the prefectures and the region, with a light rim about the region."""

from __future__ import annotations

from typing import Any

from capplan.atlas.base_layers import Phrase
from capplan.atlas.sheet import Layer, LineKey, Parameters, Sheet, View

_RIM = ((2.6, 0.16), (1.7, 0.22), (0.9, 0.3))


class Borders(Parameters):
    """Colours and widths [mm] of borders."""

    county: str = "#ffffff"
    county_mm: float = 0.22
    prefecture: str = "#54606c"
    prefecture_mm: float = 0.28
    region: str = "#1d2733"
    region_mm: float = 0.55
    labels: tuple[Phrase, Phrase, Phrase] = (
        Phrase(zh="规划区域界", en="Study region"),
        Phrase(zh="市（州）界", en="Prefecture"),
        Phrase(zh="县级界", en="County"),
    )


def _draw(sheet: Sheet, view: View, look: Borders) -> None:
    frame, paper, areas = view.frame, sheet.paper, sheet.boundaries
    region = frame.shapes([areas.region])
    rough = frame.shapes([areas.region], detail_mm=0.3)
    for width, alpha in _RIM:
        paper.shapes(rough, edge="#8c9a94", width=width, z=0.8, clip=frame.box, alpha=alpha)
    common: dict[str, Any] = {"clip": frame.box, "joinstyle": "round"}
    paper.shapes(
        frame.shapes(areas.counties.geometry.values), edge=look.county, width=look.county_mm, z=1.1, **common
    )
    several = len(areas.prefectures) > 1
    if several:
        paper.shapes(
            frame.shapes(areas.prefectures.geometry.values),
            edge=look.prefecture,
            width=look.prefecture_mm,
            z=1.2,
            **common,
        )
    paper.shapes(region, edge=look.region, width=look.region_mm, z=1.3, **common)
    if not view.enlarged:
        sheet.line_keys.extend(_keys(sheet, look, several=several))


def _keys(sheet: Sheet, look: Borders, *, several: bool) -> list[LineKey]:
    region, prefecture, county = (label.in_(sheet.lang) for label in look.labels)
    keys = [LineKey(region, look.region, look.region_mm)]
    if several:
        keys.append(LineKey(prefecture, look.prefecture, look.prefecture_mm))
    if sheet.boundaries.schematic:
        return keys
    return [*keys, LineKey(county, look.county, look.county_mm, casing="#b9bec4")]


LAYER = Layer("borders", Borders, _draw)
