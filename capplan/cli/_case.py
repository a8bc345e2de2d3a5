"""A case as the command line reads it: with every fault, those of the rules' parameters and the solver included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.errors import InputError
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.errors import Fault
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
    from capplan.features import check_case

    overrides = dict(map(parse_setting, settings))
    try:
        case = load_case(name)
        if overrides:
            case = case.override(overrides)
    except InputError as error:
        inputs = _inputs(name, overrides)
        more = [] if inputs is None or inputs.study is None else _rule_faults(inputs.study, inputs)
        raise InputError([*error.faults, *more]) from error
    if _rule_faults(case.study, None):
        raise InputError(_rule_faults(case.study, _inputs(name, overrides)))
    unusable = check_case(case)
    if unusable:
        raise InputError(unusable)
    return case


def _rule_faults(study: Study, inputs: Inputs | None) -> list[Fault]:
    """Return what is wrong with the rules and the solver that a study names; with lines, where there is a file."""
    from capplan.features import registry
    from capplan.reading.explain import validated
    from capplan.reading.faults import Faults
    from capplan.reading.yaml_file import Document
    from capplan.solvers import available

    faults = Faults()
    document = Document({}) if inputs is None else inputs.documents.get(_STUDY, Document({}))
    for name, given in study.features.items():
        place = ("features", name)
        if name in registry():
            validated(registry()[name].parameters, given, _STUDY, faults, document=document, prefix=place)
        else:
            row = document.line(place)
            faults.add_unknown(_STUDY, msg("the rule"), name, registry(), row=row, column=".".join(place))
    solver = study.solver.name
    if solver not in available():
        row = document.line(("solver", "name"))
        faults.add_unknown(_STUDY, msg("the solver"), solver, available(), row=row, column="solver.name")
    return faults.listed()


def _inputs(name: str, overrides: Mapping[str, object]) -> Inputs | None:
    """Read a case once more for its parts and lines; its faults are known already."""
    from capplan import resources
    from capplan.override import applied
    from capplan.reading.faults import Faults
    from capplan.reading.inputs import read_inputs

    packaged = name in resources.case_names()
    if not packaged and not _is_folder(name):
        return None
    root = resources.find("models", name) if packaged else Path(name)
    return applied(read_inputs(root, Faults(), packaged=packaged), overrides, Faults())


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except (OSError, ValueError):
        return False
