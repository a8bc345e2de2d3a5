"""The areas that maps colour, as a case may bring them: GeoJSON polygons in degrees with codes and names.

Only maps read them; the plan itself does not depend on them. The content is kept as it is, without a byte order mark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from capplan.messages import Message, msg
from capplan.reading.text import read_text
from capplan.schema.package import BOUNDARIES_FILE
from capplan.schema.spec import ADCODE_PATTERN

if TYPE_CHECKING:
    from capplan.reading.faults import Faults

__all__ = ["MAX_BOUNDARIES_BYTES", "PROPERTIES", "check_boundaries", "read_boundaries"]

MAX_BOUNDARIES_BYTES = 16 * 2**20
"""Largest file of boundaries that is read [byte]."""

PROPERTIES = ("adcode", "name_zh", "name_en", "prefecture_adcode")
"""What every area must say of itself."""

_SHAPES = {"Polygon": 1, "MultiPolygon": 2}
"""Kinds of geometry, and how many lists deep their rings lie."""

_LEAST_POSITIONS = 4
_DEGREES = (180.0, 90.0)
_WGS84 = re.compile(r"CRS:?84|EPSG:+(\d*:)?4326", re.IGNORECASE)


def read_boundaries(entry: Traversable, faults: Faults) -> bytes:
    """Return the content of a case's boundaries; with faults, and nothing, where they cannot be drawn.

    Parameters
    ----------
    entry : Traversable
        The file.
    faults : Faults
        Collector.
    """
    text = read_text(entry, BOUNDARIES_FILE, faults, limit=MAX_BOUNDARIES_BYTES)
    before = len(faults)
    if text is None:
        return b""
    check_boundaries(text, faults)
    return text.encode("utf-8") if len(faults) == before else b""


def check_boundaries(text: str, faults: Faults) -> None:
    """Add a fault for everything for which a text is no collection of areas.

    Parameters
    ----------
    text : str
        GeoJSON (RFC 7946): a feature collection of polygons [deg, WGS-84].
    faults : Faults
        Collector; the column names the feature by its number, counted from 1.
    """
    content = _parsed(text, faults)
    if content is None:
        return
    features = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(features, list):
        remedy = msg("export the areas as GeoJSON, one feature an area")
        faults.add(BOUNDARIES_FILE, msg("this is not a GeoJSON feature collection"), remedy, row=1)
        return
    if not features:
        faults.add(BOUNDARIES_FILE, msg("there are no areas"), msg("add one feature for every area"))
    _check_reference(content, faults)
    codes: dict[str, int] = {}
    for number, feature in enumerate(features, start=1):
        found = feature if isinstance(feature, dict) else {}
        _check_properties(found.get("properties"), number, codes, faults)
        _check_geometry(found.get("geometry"), number, faults)


def _parsed(text: str, faults: Faults) -> dict[str, Any] | None:
    try:
        content = json.loads(text, parse_constant=_refused)
    except json.JSONDecodeError as error:
        problem = msg("the JSON cannot be read: {reason}", reason=error.msg)
        remedy = msg("correct this line or the one before it")
        faults.add(BOUNDARIES_FILE, problem, remedy, row=error.lineno)
        return None
    except (RecursionError, ValueError) as error:
        reason = "nesting" if isinstance(error, RecursionError) else str(error)
        faults.add(
            BOUNDARIES_FILE, msg("the JSON cannot be read: {reason}", reason=reason), msg("simplify it")
        )
        return None
    return content if isinstance(content, dict) else {}


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _check_reference(content: Mapping[str, Any], faults: Faults) -> None:
    named = content.get("crs")
    if named is not None and not _WGS84.search(json.dumps(named)):
        problem = msg("the coordinates are not longitude and latitude on WGS-84")
        faults.add(BOUNDARIES_FILE, problem, msg("export the areas in EPSG:4326"), column="crs", value=named)


def _check_properties(properties: object, number: int, codes: dict[str, int], faults: Faults) -> None:
    said = properties if isinstance(properties, dict) else {}
    for name in PROPERTIES:
        value = said.get(name)
        column = f"feature {number}.properties.{name}"
        if value is None or value == "":
            faults.add(BOUNDARIES_FILE, msg("the property is missing"), msg("add it"), column=column)
        elif not isinstance(value, str):
            remedy = msg("write {value}", value=json.dumps(str(value), ensure_ascii=False))
            faults.add(BOUNDARIES_FILE, msg("this is not a text"), remedy, column=column, value=value)
        elif name.endswith("adcode") and not re.fullmatch(ADCODE_PATTERN, value):
            remedy = msg("write six digits, as 220100")
            faults.add(BOUNDARIES_FILE, msg("this is no adcode"), remedy, column=column, value=value)
    code = str(said.get("adcode", ""))
    first = codes.setdefault(code, number) if code else number
    if first != number:
        problem = msg("feature {number} has this adcode already", number=first)
        remedy = msg("join the two into one area of several polygons")
        column = f"feature {number}.properties.adcode"
        faults.add(BOUNDARIES_FILE, problem, remedy, column=column, value=code)


def _check_geometry(geometry: object, number: int, faults: Faults) -> None:
    shape = geometry if isinstance(geometry, dict) else {}
    column = f"feature {number}.geometry"
    kind = shape.get("type")
    if not isinstance(kind, str) or kind not in _SHAPES:
        remedy = msg("give the area a Polygon or a MultiPolygon")
        faults.add(BOUNDARIES_FILE, msg("this is not an area"), remedy, column=column, value=kind or "")
        return
    rings = list(_rings(shape.get("coordinates"), _SHAPES[kind]))
    wrong = next((found for ring in rings if (found := _wrong_ring(ring)) is not None), None)
    if wrong is None and not rings:
        wrong = msg("the area has no outline"), msg("draw the area again and export it")
    if wrong is None:
        wrong = _wrong_shape(shape)
    if wrong is not None:
        faults.add(BOUNDARIES_FILE, *wrong, column=column)


def _rings(coordinates: object, depth: int) -> Iterator[object]:
    """Return the rings that lie some lists deep; what is no list is given back for a ring, to be refused."""
    if depth == 0 or not isinstance(coordinates, list):
        return iter([coordinates])
    return chain.from_iterable(_rings(part, depth - 1) for part in coordinates)


def _wrong_ring(ring: object) -> tuple[Message, Message] | None:
    draw_again = msg("draw the area again and export it")
    if not isinstance(ring, list) or len(ring) < _LEAST_POSITIONS or ring[0] != ring[-1]:
        return msg("the outline does not close"), draw_again
    for position in ring:
        if not _is_position(position):
            return msg("the outline has a point that is not longitude and latitude"), draw_again
        if any(abs(value) > most for value, most in zip(position[:2], _DEGREES, strict=True)):
            shown = ", ".join(str(value) for value in position[:2])
            return (
                msg("{position} is not longitude and latitude in degrees", position=shown),
                msg("export the areas in EPSG:4326"),
            )
    return None


def _is_position(position: object) -> bool:
    if not isinstance(position, list) or len(position) < len(_DEGREES):
        return False
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in position)


def _wrong_shape(shape: Mapping[str, Any]) -> tuple[Message, Message] | None:
    import shapely

    area = shapely.from_geojson(json.dumps(shape), on_invalid="ignore")
    if area is None or area.is_empty:
        return msg("the area has no outline"), msg("draw the area again and export it")
    if not area.is_valid:
        reason = str(shapely.is_valid_reason(area))
        return msg("the outline crosses itself: {reason}", reason=reason), msg("repair the geometry")
    return None
