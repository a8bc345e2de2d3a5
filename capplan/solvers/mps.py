"""A program as a free-format MPS file with generic names ``c0``, ``r0``, written from whole arrays.

Both bounds of every column are written, because readers differ in what they assume of integers and of negative upper
bounds (CBC wants a number even beside ``MI``). Rows with two different bounds become ranges; rows without bounds are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["bounded_rows", "write_mps"]


def bounded_rows(arrays: Arrays) -> NDArray[np.int64]:
    """Return the rows that are written: those with at least one finite bound."""
    return np.flatnonzero(np.isfinite(arrays.row_lower) | np.isfinite(arrays.row_upper))


def write_mps(arrays: Arrays, path: Path) -> None:
    """Write the program; the objective's constant stands negated as the right-hand side of the objective row."""
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.write("NAME capplan\nROWS\n N OBJ\n")
        file.writelines(_row_lines(arrays))
        file.write("COLUMNS\n")
        file.writelines(_column_lines(arrays))
        file.write("RHS\n")
        if arrays.offset:
            file.write(f" RHS OBJ {-arrays.offset!r}\n")
        file.writelines(_side_lines(arrays))
        file.write("BOUNDS\n")
        file.writelines(_bound_lines(arrays))
        file.write("ENDATA\n")


def _row_lines(arrays: Arrays) -> list[str]:
    lower, upper = arrays.row_lower, arrays.row_upper
    kind = np.where(lower == upper, "E", np.where(np.isfinite(lower), "G", "L"))
    rows = bounded_rows(arrays)
    return [f" {letter} r{row}\n" for letter, row in zip(kind[rows].tolist(), rows.tolist(), strict=True)]


def _column_lines(arrays: Arrays) -> list[str]:
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    written = np.zeros(arrays.height, dtype=np.bool_)
    written[bounded_rows(arrays)] = True
    kept = written[row] & (arrays.data != 0.0)
    priced = np.arange(arrays.width)
    column = np.concatenate([priced, arrays.indices[kept]])
    rows = np.concatenate([np.full(arrays.width, -1), row[kept]])
    value = np.concatenate([arrays.cost, arrays.data[kept]])
    order = np.lexsort((rows, column))
    column, rows, value = column[order], rows[order], value[order]
    lines = [
        f" c{j} r{i} {a!r}\n" if i >= 0 else f" c{j} OBJ {a!r}\n"
        for j, i, a in zip(column.tolist(), rows.tolist(), value.tolist(), strict=True)
    ]
    return _marked(lines, arrays.integer[column])


def _marked(lines: list[str], integer: NDArray[np.bool_]) -> list[str]:
    """Put markers around the runs of integer columns; the order of columns stays that of the program."""
    switches = np.flatnonzero(np.diff(np.concatenate([[False], integer, [False]]).astype(np.int8)))
    marked: list[str] = []
    last = 0
    for number, place in enumerate(switches.tolist()):
        marked += [*lines[last:place], f" M{number} 'MARKER' '{'INTEND' if number % 2 else 'INTORG'}'\n"]
        last = place
    return marked + lines[last:]


def _side_lines(arrays: Arrays) -> list[str]:
    rows = bounded_rows(arrays)
    lower, upper = arrays.row_lower[rows], arrays.row_upper[rows]
    side = np.where(np.isfinite(lower), lower, upper)
    lines = [f" RHS r{i} {b!r}\n" for i, b in zip(rows.tolist(), side.tolist(), strict=True) if b]
    ranged = np.isfinite(lower) & np.isfinite(upper) & (lower < upper)
    if ranged.any():
        width = (upper - lower)[ranged].tolist()
        lines.append("RANGES\n")
        lines += [f" RNG r{i} {w!r}\n" for i, w in zip(rows[ranged].tolist(), width, strict=True)]
    return lines


def _bound_lines(arrays: Arrays) -> list[str]:
    lines: list[str] = []
    pairs = zip(arrays.column_lower.tolist(), arrays.column_upper.tolist(), strict=True)
    for column, (lower, upper) in enumerate(pairs):
        if lower == upper:
            lines.append(f" FX BND c{column} {lower!r}\n")
            continue
        lines.append(f" MI BND c{column} -1e+30\n" if lower == -np.inf else f" LO BND c{column} {lower!r}\n")
        lines.append(f" PL BND c{column} 1e+30\n" if upper == np.inf else f" UP BND c{column} {upper!r}\n")
    return lines
