"""A case as the command line reads it: with every fault, those of the rules' parameters and the solver included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.errors import Fault, InputError, nearest_name
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.reading.inputs import Inputs
    from capplan.schema.study import Study

__all__ = ["read_case"]

_STUDY = "study.yaml"


def read_case(name: str, settings: Sequence[str] = ()) -> Case:
    """Return a case without faults.

    Parameters
    ----------
    name : str
        A packaged name or a folder.
    settings : sequence of str
        ``PATH=VALUE`` texts.

    Raises
    ------
    InputError
        With every fault.
    """
    from capplan.case import load_case, parse_setting

    overrides = dict(map(parse_setting, settings))
    try:
        case = load_case(name)
        if overrides:
            case = case.override(overrides)
    except InputError as error:
        raise InputError([*error.faults, *_further_faults(name, overrides)]) from error
    faults = _rule_faults(case.study)
    if faults:
        raise InputError(_located(faults, _inputs(name)))
    return case


def _further_faults(name: str, overrides: dict[str, object]) -> list[Fault]:
    """Return the faults of rules in a case that has others too."""
    from capplan.override import applied
    from capplan.reading.faults import Faults

    inputs = _inputs(name)
    if inputs is None:
        return []
    study = applied(inputs, overrides, Faults()).study
    return [] if study is None else _located(_rule_faults(study), inputs)


def _rule_faults(study: Study) -> list[Fault]:
    from capplan.features import check_parameters
    from capplan.solvers import available

    faults = check_parameters(study)
    known = available()
    if study.solver.name not in known:
        problem = msg("{what} is not known", what=msg("the solver"))
        remedy = msg("use one of: {known}", known=list(known))
        nearest = nearest_name(study.solver.name, known)
        faults.append(Fault(_STUDY, None, "solver.name", study.solver.name, problem, remedy, nearest))
    return faults


def _inputs(name: str) -> Inputs | None:
    from capplan import resources
    from capplan.reading.faults import Faults
    from capplan.reading.inputs import read_inputs

    packaged = name in resources.case_names()
    if not packaged and not _is_folder(name):
        return None
    root = resources.find("models", name) if packaged else Path(name)
    return read_inputs(root, Faults(), packaged=packaged)


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except (OSError, ValueError):
        return False


def _located(faults: Sequence[Fault], inputs: Inputs | None) -> list[Fault]:
    """Return faults of the study with the line of their key, where the file has that key."""
    if inputs is None:
        return list(faults)
    return [replace(fault, row=_line(fault.column.split("."), inputs)) for fault in faults]


def _line(path: Sequence[str], inputs: Inputs) -> int | None:
    lines = (inputs.line(_STUDY, *path[:length]) for length in range(len(path), 0, -1))
    return next((line for line in lines if line is not None), None)
