"""A program as text that a person can read and a test can compare: sorted, so that order says nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

import capplan.build
from capplan.build import Built
from capplan.case import Case
from capplan.program import Columns, Program

MISSING, CONSTANT = -1, -2
"""What stands for a column that a posting names but the program has not, and for no column at all."""


class Recorded(Program):
    """A program that remembers which rule wrote which variables and which postings."""

    def __init__(self) -> None:
        super().__init__()
        self.writer: dict[str, str] = {}
        self.postings: list[tuple[str, str, pd.DataFrame]] = []

    def add_columns(self, name: str, index: pd.DataFrame, **options: object) -> Columns:
        """Remember who added the block."""
        self.writer[name] = self.feature
        return super().add_columns(name, index, **options)  # type: ignore[arg-type]

    def post(self, ledger: str, keys: pd.DataFrame, columns: object, coefficients: object = 1.0) -> None:
        """Remember who posted what."""
        super().post(ledger, keys, columns, coefficients)  # type: ignore[arg-type]
        labels = keys[list(self.ledgers[ledger].dimensions)].reset_index(drop=True)
        self.postings.append((self.feature, ledger, labels.assign(column=columns, coefficient=coefficients)))

    def post_constant(self, ledger: str, keys: pd.DataFrame, values: object) -> None:
        """Remember who posted what."""
        super().post_constant(ledger, keys, values)  # type: ignore[arg-type]
        labels = keys[list(self.ledgers[ledger].dimensions)].reset_index(drop=True)
        self.postings.append((self.feature, ledger, labels.assign(column=CONSTANT, coefficient=values)))


def build_recorded(case: Case, monkeypatch: object) -> Built:
    """Build a case with a program that remembers its writers."""
    monkeypatch.setattr(capplan.build, "Program", Recorded)  # type: ignore[attr-defined]
    return capplan.build.build(case)


def feature_text(built: Built, name: str) -> str:
    """Return the variables, rows and postings of one feature."""
    parts = {
        "variables": _variables(built, name),
        "rows": _rows(built, name),
        "postings": _postings(built, name),
    }
    return "".join(
        f"# {title}\n" + "".join(f"{line}\n" for line in sorted(lines)) for title, lines in parts.items()
    )


def _number(value: float) -> str:
    return f"{0.0 if abs(value) < 1e-9 else value:.6g}"


def _variables(built: Built, name: str) -> list[str]:
    program, matrix = built.program, built.program.matrix()
    assert isinstance(program, Recorded)
    lines = []
    for block in program.columns.values():
        for column in block.ids if program.writer[block.name] == name else ():
            low, high = matrix.column_lower[column], matrix.column_upper[column]
            kind = "whole" if matrix.integer[column] else "any"
            lines.append(
                f"{program.column_name(int(column))}: {_number(low)} .. {_number(high)} {block.unit}, {kind}"
            )
    return lines


def _rows(built: Built, name: str) -> list[str]:
    program, matrix = built.program, built.program.matrix()
    csr = matrix.csr()
    lines = []
    for block in program.rows:
        for row in range(block.start, block.stop) if block.feature == name else ():
            terms = csr.getrow(row)
            words = sorted(
                f"{_number(value)} {program.column_name(int(column))}"
                for column, value in zip(terms.indices, terms.data, strict=True)
            )
            sides = f"{_number(matrix.row_lower[row])} <= {' + '.join(words) or '0'} <= {_number(matrix.row_upper[row])}"
            lines.append(f"{program.row_name(row)}: {sides} {block.unit}, {block.tier.name.lower()}")
    return lines


def _postings(built: Built, name: str) -> list[str]:
    program = built.program
    assert isinstance(program, Recorded)
    lines = []
    for writer, ledger, frame in program.postings:
        if writer != name:
            continue
        labels = (
            frame.drop(columns=["column", "coefficient"]).astype(str).agg(",".join, axis=1)
            if len(frame)
            else []
        )
        for label, column, value in zip(labels, frame["column"], frame["coefficient"], strict=True):
            if np.isnan(value) or abs(value) < 1e-12 or column == MISSING:
                continue
            what = program.column_name(int(column)) if column >= 0 else "constant"
            lines.append(f"{ledger}[{label}]: {_number(value)} {what}")
    return lines
