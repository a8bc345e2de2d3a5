"""Kinds of layers: each module here holds one, named ``LAYER``, and is found by walking the folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from capplan.atlas.sheet import Layer, P, Sheet, View
from capplan.errors import RenderError, nearest_name
from capplan.messages import msg

__all__ = ["draw_layer", "layers", "look_in", "sites_drawn"]


@cache
def layers() -> Mapping[str, Layer[Any]]:
    """Return every kind of layer by its name."""
    modules = [
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    return {module.LAYER.name: module.LAYER for module in modules}


def draw_layer(sheet: Sheet, view: View, settings: Mapping[str, Any]) -> None:
    """Draw one layer of a style into a window.

    Parameters
    ----------
    sheet
        The map.
    view
        The window.
    settings
        The layer's entry in the style file: its kind under ``draw``, and its parameters.

    Raises
    ------
    RenderError
        If there is no such kind of layer, or a parameter is wrong.
    """
    name = str(settings.get("draw", ""))
    layer = layers().get(name)
    if layer is None:
        near = nearest_name(name, layers()) or ", ".join(sorted(layers()))
        raise RenderError(msg("there is no layer {name}; known: {known}", name=name, known=near))
    try:
        parameters = layer.parameters.model_validate(
            {key: settings[key] for key in settings if key != "draw"}
        )
    except ValidationError as fault:
        raise RenderError(
            msg("layer {name} of the map style: {reason}", name=name, reason=str(fault))
        ) from fault
    layer.draw(sheet, view, parameters)


def look_in(sheet: Sheet, layer: Layer[P]) -> P | None:
    """Return the parameters that the style of a map gives a kind of layer, or None where it draws none of it.

    Parameters
    ----------
    sheet
        The map.
    layer
        The kind of layer.
    """
    for settings in sheet.style.layers:
        if settings.get("draw") == layer.name:
            return layer.parameters.model_validate({key: settings[key] for key in settings if key != "draw"})
    return None


def sites_drawn(sheet: Sheet) -> frozenset[str] | None:
    """Return the sites that a map draws, by site_id, where its layers draw but some of them; None for all.

    Parameters
    ----------
    sheet
        The map.
    """
    names = {str(settings.get("draw", "")) for settings in sheet.style.layers}
    found: list[frozenset[str]] = []
    for name in sorted(names & set(layers())):
        layer = layers()[name]
        look = look_in(sheet, layer) if layer.sites is not None else None
        if layer.sites is not None and look is not None:
            found.append(layer.sites(sheet, look))
    return frozenset().union(*found) if found else None
