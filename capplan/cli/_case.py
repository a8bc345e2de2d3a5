"""A case as the command line reads it: with every fault, those of the rules' parameters and the solver included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from capplan.errors import CapplanError, InputError
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.errors import Fault
    from capplan.reading.inputs import Inputs
    from capplan.reading.source import Source
    from capplan.schema.study import Study

__all__ = ["read_case"]

_STUDY = "study.yaml"


def read_case(
    name: str,
    settings: Sequence[str] = (),
    scenarios: Sequence[str] = (),
    *,
    loaded: Case | None = None,
) -> Case:
    """Return a case without faults.

    Parameters
    ----------
    name : str
        A packaged name, a folder or a workbook.
    settings : sequence of str
        ``PATH=VALUE`` texts; they win over scenarios.
    scenarios : sequence of str
        Names of scenarios of the study, applied in this order.
    loaded : Case, optional
        The case without any of these, where it has been read already.

    Raises
    ------
    InputError
        With every fault.
    """
    from capplan.case import load_case, parse_setting
    from capplan.features import check_case
    from capplan.override import combined

    overrides: dict[str, object] = dict(map(parse_setting, settings))
    try:
        case = loaded or load_case(name)
        overrides = combined(case.study, scenarios, overrides)
        if overrides:
            case = case.override(overrides)
    except InputError as error:
        source, inputs = _inputs(name, overrides)
        more = [] if inputs is None or inputs.study is None else _rule_faults(inputs.study, inputs)
        named = [] if inputs is None or more else _located(_named_faults(inputs), inputs)
        raise InputError([*error.faults, *_placed([*more, *named], source)]) from error
    if _rule_faults(case.study, None):
        source, inputs = _inputs(name, overrides)
        raise InputError(_placed(_rule_faults(case.study, inputs), source))
    unusable = check_case(case)
    if unusable:
        source, inputs = _inputs(name, overrides)
        raise InputError(_placed(_located(unusable, inputs), source))
    return case


def _placed(faults: Sequence[Fault], source: Source | None) -> list[Fault]:
    """Return faults with the places of the workbook, where the case stands in one."""
    return list(faults) if source is None or source.places is None else source.places.moved(faults)


def _named_faults(inputs: Inputs) -> list[Fault]:
    """Return what the rules cannot use of inputs that have other faults; nothing where those stand in the way."""
    from capplan.case import Case, Tables
    from capplan.features import check_case
    from capplan.schema.tables import TABLES

    lacking = any(table.frame.empty and not table.spec.may_be_empty for table in inputs.tables.values())
    if inputs.study is None or lacking or set(TABLES) != set(inputs.tables):
        return []
    tables = Tables({name: table.frame for name, table in inputs.tables.items()})
    with suppress(CapplanError, LookupError, ValueError, TypeError, ArithmeticError):
        return check_case(Case(study=inputs.study, technologies=inputs.technologies, tables=tables))
    return []


def _located(faults: Sequence[Fault], inputs: Inputs | None) -> list[Fault]:
    """Return faults with the lines of their keys in the study, where it was read from a file."""
    document = None if inputs is None else inputs.documents.get(_STUDY)
    if document is None:
        return list(faults)
    return [
        replace(fault, row=document.line(tuple(fault.column.split("."))))
        if fault.file == _STUDY and fault.row is None
        else fault
        for fault in faults
    ]


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


def _inputs(name: str, overrides: Mapping[str, object]) -> tuple[Source | None, Inputs | None]:
    """Read a case once more for its parts and lines; its faults are known already."""
    from capplan.override import applied
    from capplan.reading.faults import Faults
    from capplan.reading.inputs import read_inputs
    from capplan.reading.source import find_source

    try:
        source = find_source(name)
    except InputError:
        return None, None
    inputs = read_inputs(source.root, Faults(), packaged=source.packaged)
    return source, applied(inputs, overrides, Faults())
