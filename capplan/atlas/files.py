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

_COLOURS = 256
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
    often = met[np.argsort(-counts, kind="stable")[:_COLOURS]]
    colours = np.column_stack((often >> 16, often >> 8 & 255, often & 255)).astype(np.uint8)
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours.tobytes())
    near = np.asarray(Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE))
    number = np.full(1 << 24, -1, dtype=np.int16)
    number[often] = np.arange(len(often))
    exact = number[codes]
    image = Image.fromarray(np.where(exact >= 0, exact, near).astype(np.uint8))
    image.putpalette(colours.tobytes())
    return image


def _shortened(svg: bytes) -> bytes:
    """Round the coordinates of paths to a hundredth of a point, finer than any printer."""
    return _PATHS.sub(lambda found: _DECIMALS.sub(b"", found.group()), svg)
