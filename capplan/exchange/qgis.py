"""Styles of QGIS (QML) for the layers of a plan, in one language: symbols, headings, and words for codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import pandas as pd

from capplan.exchange.headings import heading
from capplan.resources import find, read_text

if TYPE_CHECKING:
    from capplan.exchange.codes import Codes
    from capplan.messages import Text

__all__ = ["layer_style"]

_BILINGUAL = re.compile(r"@zh:([^|@]*)\|en:([^@]*)@")
_TABLE = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Fields|Forms">
@fields@
  <layerGeometryType>4</layerGeometryType>
</qgis>
"""


def layer_style(name: str, layer: pd.DataFrame, codes: Codes, lang: str) -> str:
    """Return the style of a layer, or of a table without shapes.

    Parameters
    ----------
    name
        The layer's name; ``maps/qgis/<name>.qml`` is its style, where there is one.
    layer
        The layer.
    codes
        What codes mean, by layer and field.
    lang
        ``zh`` or ``en``.
    """
    fields = [str(field) for field in layer.columns]
    if isinstance(layer, gpd.GeoDataFrame):
        fields.remove(str(layer.geometry.name))
    file = f"qgis/{name}.qml"
    text = read_text("maps", file) if find("maps", file).is_file() else _TABLE
    text = _BILINGUAL.sub(lambda found: escape(found[1] if lang == "zh" else found[2]), text)
    text = text.replace("@name@", f"name_{lang}")
    return text.replace("@fields@", _fields(name, fields, codes, lang))


def _fields(name: str, fields: list[str], codes: Codes, lang: str) -> str:
    aliases = "\n".join(
        f"    <alias index={quoteattr(str(position))} field={quoteattr(field)} name={quoteattr(heading(name, field, lang))}/>"
        for position, field in enumerate(fields, start=1)
    )
    widgets = "\n".join(
        f"    <field name={quoteattr(field)}>\n{_widget(known, lang)}\n    </field>"
        for field in fields
        if (known := codes.get((name, field)) or codes.get(("", field)))
    )
    return f"  <fieldConfiguration>\n{widgets}\n  </fieldConfiguration>\n  <aliases>\n{aliases}\n  </aliases>"


def _widget(words: Mapping[str, Text], lang: str) -> str:
    """Return the widget that shows a word in place of a code; two codes of one word are told apart."""
    seen: set[str] = set()
    pairs = []
    for code, text in words.items():
        word = text.in_(lang)
        word = f"{word} ({code})" if word in seen else word
        seen.add(word)
        option = f'<Option type="QString" name={quoteattr(word)} value={quoteattr(code)}/>'
        pairs.append(f'            <Option type="Map">{option}</Option>')
    listed = "\n".join(pairs)
    return (
        '      <editWidget type="ValueMap"><config><Option type="Map">\n'
        f'          <Option type="List" name="map">\n{listed}\n          </Option>\n'
        "      </Option></config></editWidget>"
    )
