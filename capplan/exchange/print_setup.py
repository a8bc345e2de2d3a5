"""How sheets are printed: A4, landscape, with the name of the sheet and page numbers."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.worksheet import Worksheet

__all__ = ["breadth", "pages_wide", "set_up"]

_A4 = 9
_READABLE = 230.0  # characters of 10 points that are still read on the width of a page


def set_up(sheet: Worksheet, name: str, font: str) -> None:
    """Print a sheet on A4, landscape, one page wide, its name and the page in the footer.

    Parameters
    ----------
    sheet
        The sheet.
    name
        What the footer calls it.
    font
        The font of the footer.
    """
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    shown = name.replace("&", "&&")
    sheet.set_footer(f'&L&"{font}"&8{shown}&R&"{font}"&8&P / &N')


def pages_wide(widths: Iterable[float]) -> int:
    """Return on how many pages side by side columns are printed so that they can be read.

    Examples
    --------
    >>> pages_wide([12.0] * 8), pages_wide([20.0] * 30)
    (1, 3)
    """
    return max(1, -int(-sum(widths) // _READABLE))


def breadth(text: str) -> float:
    """Return how wide a text is, Chinese characters twice as wide as others.

    Examples
    --------
    >>> breadth("长春 a")
    6.0
    """
    return float(sum(2 if ord(letter) > 0x2E80 else 1 for letter in text))  # noqa: PLR2004
