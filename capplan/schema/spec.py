"""How a table is described: its columns with kind, unit, meaning, allowed range and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from capplan.messages import Text

Kind = Literal["text", "integer", "number"]

CONFIDENCES = ("document", "statistics", "literature", "estimate", "assumption")
"""Where a number comes from, most reliable first."""

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]*"
"""Form of every id: letters, digits, dot, dash, underscore."""

ADCODE_PATTERN = r"\d{6}"
"""Form of a code of the administrative divisions of China (GB/T 2260)."""

YEARS = (1990.0, 2100.0)
"""Years that a planner may mean."""

LIST_SEPARATOR = ";"
"""What stands between the names of a cell that lists several."""


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    Attributes
    ----------
    name : str
        Name in the header.
    kind : {"text", "integer", "number"}
        Type of the cells.
    unit : str
        Unit of the cells, a key of `capplan.units.UNITS`.
    description : str
        What the column says.
    required : bool
        Whether the column must stand in the header; one that need not may also be empty.
    empty : bool
        Whether cells may be empty (texts then read "", numbers NaN).
    minimum, maximum : float or None
        Least and largest value allowed, in `unit`.
    choices : tuple of str
        The words allowed; empty where any text is.
    pattern : str
        Regular expression that the whole text matches; empty where any text does.
    ranged : bool
        Whether ``<name>_low`` and ``<name>_high`` may accompany it.
    reference : str
        ``table.column`` that the cell must be found in; empty for none.
    many : bool
        Whether the cell lists several names with ``;`` between them.
    """

    name: str
    kind: Kind
    unit: str
    description: str
    required: bool = True
    empty: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    ranged: bool = False
    reference: str = ""
    many: bool = False

    @property
    def meaning(self) -> Text:
        """What the column says, with its unit or its words; in Chinese the name stands for the description."""
        allowed = " / ".join(self.choices) or self.unit
        told = f" [{allowed}]" if allowed else ""
        return Text(zh=f"{self.name}{told}", en=f"{self.description}{told}")


@dataclass(frozen=True)
class TableSpec:
    """One input table: the file ``data/<name>.csv``.

    Attributes
    ----------
    name : str
        Name of the table.
    title : str
        What one row is.
    key : tuple of str
        Columns that together identify a row.
    columns : tuple of Column
        All columns in the order in which they are written, ranges and provenance included.
    may_be_empty : bool
        Whether a header without rows is a valid table.
    optional : bool
        Whether a case may do without the file; the table then has no rows.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    may_be_empty: bool = False
    optional: bool = False

    @property
    def file(self) -> str:
        """Path of the table inside a case."""
        return f"data/{self.name}.csv"

    @property
    def meaning(self) -> Text:
        """What one row is; in Chinese the columns that the file must have stand for it."""
        return Text(zh=self.header, en=self.title)

    @property
    def header(self) -> str:
        """The header of a file with the columns that must be there."""
        return ",".join(column.name for column in self.columns if column.required)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return a column by its name.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        return self.by_name[name]

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    def key_text(self, values: dict[str, str]) -> str:
        """Return a row's key as one text, composite keys joined by commas."""
        return ",".join(values[name] for name in self.key)


def text(
    name: str,
    description: str,
    *,
    empty: bool = False,
    choices: tuple[str, ...] = (),
    pattern: str = "",
    reference: str = "",
    many: bool = False,
    required: bool = True,
) -> Column:
    """Describe a column of texts."""
    return Column(
        name,
        "text",
        "",
        description,
        required=required,
        empty=empty or not required,
        choices=choices,
        pattern=pattern,
        reference=reference,
        many=many,
    )


def identity(name: str, description: str) -> Column:
    """Describe a column that holds the id of its row."""
    return text(name, description, pattern=ID_PATTERN)


def link(name: str, reference: str, description: str, *, empty: bool = False, many: bool = False) -> Column:
    """Describe a column that names a row of another table."""
    return text(name, description, reference=reference, empty=empty, many=many)


def number(
    name: str,
    unit: str,
    description: str,
    *,
    minimum: float | None = 0.0,
    maximum: float | None = None,
    empty: bool = False,
    ranged: bool = False,
    reference: str = "",
) -> Column:
    """Describe a column of numbers; they are not negative unless said."""
    return Column(
        name,
        "number",
        unit,
        description,
        empty=empty,
        minimum=minimum,
        maximum=maximum,
        ranged=ranged,
        reference=reference,
    )


def ratio(name: str, description: str, *, empty: bool = False, ranged: bool = False) -> Column:
    """Describe a column of shares between 0 and 1."""
    return number(name, "ratio", description, maximum=1.0, empty=empty, ranged=ranged)


def integer(
    name: str, unit: str, description: str, *, minimum: float = 0, maximum: float | None = None
) -> Column:
    """Describe a column of whole numbers; they are not negative unless said."""
    return Column(name, "integer", unit, description, minimum=minimum, maximum=maximum)


def year(name: str, description: str, *, empty: bool = False) -> Column:
    """Describe a column of calendar years."""
    return Column(name, "integer", "year", description, empty=empty, minimum=YEARS[0], maximum=YEARS[1])


def table(
    name: str, title: str, key: tuple[str, ...], *columns: Column, may_be_empty: bool = False
) -> TableSpec:
    """Describe a table; ranges follow their columns, and provenance closes every row."""
    spread = [part for column in columns for part in (column, *_range(column))]
    return TableSpec(name, title, key, (*spread, *_PROVENANCE), may_be_empty)


def _range(column: Column) -> tuple[Column, ...]:
    if not column.ranged:
        return ()
    return tuple(
        Column(
            f"{column.name}_{side}",
            "number",
            column.unit,
            f"{word} plausible value of {column.name}",
            required=False,
            empty=True,
            minimum=column.minimum,
            maximum=column.maximum,
        )
        for side, word in (("low", "Least"), ("high", "Largest"))
    )


_PROVENANCE = (
    text("source", "Document or publication, with its year, that the row's numbers come from"),
    text("confidence", "How reliable the row's numbers are", choices=CONFIDENCES),
    text("note", "Anything a reader should know", required=False),
)

EVERY = "all"
"""The word that stands for every technology where a cell lists technologies."""
