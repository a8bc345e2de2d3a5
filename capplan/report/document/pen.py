"""What chapters write with: the plan's figures, the report's wording, names, and the few forms of blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from capplan.partial import MissingTable, table_file
from capplan.report.document.blocks import (
    Block,
    Column,
    Figure,
    Heading,
    Mark,
    Name,
    Paragraph,
    Picture,
    Spans,
    Table,
)
from capplan.report.document.facts import Facts
from capplan.report.document.origins import Condition
from capplan.report.document.tongues import Tongues
from capplan.report.document.words import Words
from capplan.report.price_words import PriceWords

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["Area", "Pen", "Row"]

Row = Mapping[str, object]
P = ParamSpec("P")
R = TypeVar("R")


class Area:
    """How a plan is divided: by prefecture, or by zone where all of it stands in one prefecture.

    Parameters
    ----------
    column : str
        Column of the table of sites.
    heading : str
        What a part is called.
    name : callable
        Names a part by its id.
    """

    def __init__(self, column: str, heading: str, name: Callable[[str], str]) -> None:
        self.column, self.heading, self.name = column, heading, name

    def of(self, part: str) -> Condition:
        """Return the condition that a row's site lies in a part."""
        return ("site_id", "within", (self.column, part))


class Pen:
    """Writes one report.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        ``zh`` or ``en``.
    pictures : mapping of str to Picture
        Maps by name; a sheet of one prefecture is ``<name>-<adcode>``.
    """

    def __init__(self, plan: Plan, lang: str, pictures: Mapping[str, Picture]) -> None:
        self.plan, self.lang, self.pictures = plan, lang, pictures
        self.facts, self.words = Facts(plan, lang), Words(lang)
        self.names, self.case = self.facts.names, plan.case
        self.last, self.years = self.facts.last, self.facts.years
        self.tongues = Tongues(plan.case.table("translations"), lang)
        self._price_words = PriceWords(self.names, plan.case.table("targets"))

    @property
    def area(self) -> Area:
        """How this plan is divided."""
        if len(self.facts.prefectures) > 1:
            return Area("prefecture_adcode", self.words("prefecture"), self.names.prefecture)
        return Area("zone_id", self.words("district"), self.names.zone)

    def say(self, name: str, /, **fields: object) -> Spans:
        """Return a wording as spans."""
        return self.words.say(name, **fields)

    def paragraph(self, name: str, /, style: str = "body", head: str = "", **fields: object) -> Paragraph:
        """Return a paragraph of one wording, with a run-in heading where one is named."""
        return Paragraph(self.say(name, **fields), style, self.words(head) if head else "")

    def parts(self, *writers: Callable[[Pen], Block | Sequence[Block] | None]) -> list[Block]:
        """Return the blocks of several writers; what needs a table that is missing from the plan folder is left out."""
        found: list[Block] = []
        for write in writers:
            made = self.told(write)
            if made is not None:
                found += made if isinstance(made, Sequence) else [made]
        return found

    def told(self, write: Callable[Concatenate[Pen, P], R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Return what a writer says; None where it needs a table that is missing, which the chapter then tells."""
        try:
            return write(self, *args, **kwargs)
        except MissingTable as fault:
            self.facts.lacked[table_file(fault.name)] = None
            return None

    def heading(self, name: str, /, level: int = 2, **fields: object) -> Heading:
        """Return a heading."""
        return Heading(self.say(name, **fields), level)

    def column(self, name: str, *, numeric: bool = True, width: float = 0.0, **fields: object) -> Column:
        """Return a column of a table."""
        return Column(self.words(name, **fields), numeric, width)

    def table(
        self,
        caption: Spans,
        columns: Sequence[Column],
        rows: Sequence[Sequence[object]],
        *,
        total: bool = False,
        note: Spans = (),
        small: bool = False,
    ) -> Table:
        """Return a table; cells are spans, figures, marks, or words from the inputs."""
        cells = tuple(tuple(self.cell(cell) for cell in row) for row in rows)
        return Table(caption, tuple(columns), cells, total, note, small)

    def cell(self, value: object) -> Spans:
        """Return a cell: nothing where there is nothing."""
        if value is None or value == "":
            return ()
        return self.words.spans(value)

    def unit(self, unit: str) -> str:
        """Return the name of a unit of a table or a limit; nothing for ratios and plain numbers."""
        return self._price_words.unit({"unit": unit})

    def met(self, holds: bool) -> Mark:  # noqa: FBT001
        """Return whether a target is met."""
        return Mark(self.words("met" if holds else "missed"), "good" if holds else "bad")

    def year(self, year: object) -> Name:
        """Return a year as a name."""
        return Name(str(year))

    def years_of(self, figures: Callable[[int], Figure | None]) -> list[Figure | None]:
        """Return one figure for each period."""
        return [figures(year) for year in self.years]
