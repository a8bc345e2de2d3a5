"""A drawn page as the bytes of a PNG, SVG or PDF file; the same page always gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

__all__ = ["DPI", "SETTINGS", "content"]

DPI = 200
"""Resolution of PNG files [1/inch]."""

SETTINGS: Mapping[Any, Any] = MappingProxyType(
    {
        "pdf.fonttype": 42,  # TrueType outlines, so that text can be searched and copied
        "svg.fonttype": "path",  # no machine needs the font
        "svg.hashsalt": "capplan",  # the same ids every time
        "text.hinting": "none",  # characters stand where they were measured to stand
    }
)
"""What matplotlib must be told while a page is written."""

_COLOURS, _COMMON = 256, 160
_PATHS = re.compile(rb' d="[^"]*"')
_DECIMALS = re.compile(rb"(?<=\.\d\d)\d+")


def content(figure: Figure, kind: str, title: str) -> bytes:
    """Return a page as a file.

    Parameters
    ----------
    figure
        The page.
    kind
        ``png``, ``svg`` or ``pdf``.
    title
        Title in the file's metadata.

    Returns
    -------
    bytes
        The file.
    """
    if kind == "png":
        return _png(figure, title)
    about: dict[str, Any] = {"Title": title, "Creator": "capplan"}
    about |= {"Date": None} if kind == "svg" else {"CreationDate": None, "ModDate": None}
    buffer = BytesIO()
    figure.savefig(buffer, format=kind, metadata=about)
    return _shortened(buffer.getvalue()) if kind == "svg" else buffer.getvalue()


def _png(figure: Figure, title: str) -> bytes:
    """Return the page as PNG with a palette: a map has few colours, and the file is a third of its size."""
    before = figure.dpi
    figure.set_dpi(DPI)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
    figure.set_dpi(before)
    about = PngInfo()
    about.add_itxt("Title", title)
    about.add_text("Software", "capplan")
    buffer = BytesIO()
    _with_palette(pixels).save(buffer, format="PNG", dpi=(DPI, DPI), pnginfo=about)
    return buffer.getvalue()


def _with_palette(pixels: NDArray[np.uint8]) -> Image.Image:
    """Return an image of the colours met most often: flat colours stay as they are, soft edges take the nearest."""
    codes = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    met, counts = np.unique(codes[::2, ::2], return_counts=True)
    often = _palette(met, counts)
    colours = _channels(often).astype(np.uint8)
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours.tobytes())
    near = np.asarray(Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE))
    number = np.full(1 << 24, -1, dtype=np.int16)
    number[often] = np.arange(len(often))
    exact = number[codes]
    image = Image.fromarray(np.where(exact >= 0, exact, near).astype(np.uint8))
    image.putpalette(colours.tobytes())
    return image


def _palette(met: NDArray[np.uint32], counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the colours of an image's palette: those met most often, and some of every hue that these lack.

    A small symbol has few pixels; its colour must not give way to shades of the soft edges of others.

    Parameters
    ----------
    met
        Every colour, as 0xRRGGBB.
    counts
        How often each is met.
    """
    order = np.argsort(-counts, kind="stable")
    first, rest = met[order[:_COMMON]], met[order[_COMMON:]]
    if not len(rest):
        return first
    cells = (rest >> 20 << 8) | ((rest >> 12 & 15) << 4) | (rest >> 4 & 15)
    _, leaders, sizes = np.unique(cells, return_index=True, return_counts=True)
    leading = rest[leaders]
    far = np.array([np.abs(_channels(first) - colour).sum(axis=1).min() for colour in _channels(leading)])
    weight = counts[order[_COMMON:]][leaders] * far.astype(np.float64) ** 2 * np.sqrt(sizes)
    return np.concatenate((first, leading[np.argsort(-weight, kind="stable")[: _COLOURS - _COMMON]]))


def _channels(colours: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return red, green and blue of each colour, shape (colour, 3)."""
    return np.column_stack((colours >> 16, colours >> 8 & 255, colours & 255)).astype(np.int64)


def _shortened(svg: bytes) -> bytes:
    """Round the coordinates of paths to a hundredth of a point, finer than any printer."""
    return _PATHS.sub(lambda found: _DECIMALS.sub(b"", found.group()), svg)
