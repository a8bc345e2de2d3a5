"""Finished solves of a comparison, kept beside it until it is written, so that one that is interrupted goes on from there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan._version import __version__
from capplan.compare.attribution import Variant
from capplan.exchange.plain import plain, write_json
from capplan.exchange.staging import explain
from capplan.messages import Text, msg

if TYPE_CHECKING:
    from capplan.case import Case

__all__ = ["KeptSolves"]

_NAME = re.compile(r"[0-9a-f]{64}\.json(\.part)?")
_WHOLE = re.compile(r"[0-9a-f]{64}\.json")
_TABLES = 3
"""A plan's tables that effects are told from: capacity, costs and sites."""
_LASTING = frozenset({"optimal", "feasible", "infeasible"})
"""What would come out again; what failed or found nothing in time is tried again."""


class KeptSolves:
    """Finished solves in a folder, each by what was solved and how it was asked for.

    Parameters
    ----------
    folder
        Where they are kept; it is made when there is something to keep.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, target: Path) -> KeptSolves:
        """Return those of a comparison: the folder ``<target>.solves`` beside it."""
        place = target.absolute()
        return cls(place.with_name(f"{place.name}.solves"))

    def find(self, case: Case, options: Mapping[str, Any]) -> Variant | None:
        """Return what came of a case, where it was solved as it is asked for now; a file that is no such thing is none."""
        try:
            return _read(json.loads(self._file(case, options).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, case: Case, options: Mapping[str, Any], variant: Variant) -> None:
        """Keep what came of a case, as a whole or not at all.

        Raises
        ------
        WriteError
            Where nothing can be written.
        """
        if variant.status not in _LASTING:
            return
        file = self._file(case, options)
        part = file.with_name(f"{file.name}.part")
        tables = {name: _split(table) for name, table in variant.tables.items()}
        held = {
            "status": variant.status,
            "record": plain(dict(variant.record)),
            "tables": tables,
            "reason": None
            if variant.reason is None
            else [variant.reason.text(lang) for lang in ("zh", "en")],
            "seconds": variant.seconds,
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_json(part, held, indent=None)
            part.replace(file)
        except OSError as fault:
            raise explain(fault, self.folder) from fault

    def count(self) -> int:
        """Return how many solves are kept."""
        with contextlib.suppress(OSError):
            return sum(1 for file in self.folder.iterdir() if _WHOLE.fullmatch(file.name))
        return 0

    def clear(self) -> None:
        """Remove what is kept, and the folder where it holds nothing else."""
        with contextlib.suppress(OSError):
            for file in list(self.folder.iterdir()):
                if _NAME.fullmatch(file.name):
                    file.unlink()
            self.folder.rmdir()

    def _file(self, case: Case, options: Mapping[str, Any]) -> Path:
        told = {"capplan": __version__, "inputs": case.fingerprints(), "options": dict(options)}
        text = json.dumps(told, sort_keys=True, default=str)
        return self.folder / f"{hashlib.sha256(text.encode('utf-8')).hexdigest()}.json"


def _read(held: dict[str, Any]) -> Variant | None:
    """Return a solve that was kept; None where it is none that could be."""
    tables = {str(name): pd.DataFrame(**table) for name, table in held["tables"].items()}
    told = held["reason"]
    reason = None if told is None else msg("{text}", text=Text(zh=str(told[0]), en=str(told[1])))
    found = Variant(held["status"], held["record"], tables, reason, float(held["seconds"]))
    complete = not found.planned or (math.isfinite(found.cost) and len(tables) == _TABLES)
    return found if found.status in _LASTING and complete else None


def _split(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table as JSON values that read back to the last digit."""
    empty = table.astype(object).where(table.notna(), None)
    return {"columns": [str(name) for name in table.columns], "data": plain(empty.to_numpy().tolist())}
