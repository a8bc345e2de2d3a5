"""Every name that points to another table must be found there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from capplan.checks.rows import add_rows, table_with, texts
from capplan.messages import Message, msg
from capplan.reading.inputs import STUDY_FILE, Inputs, technology_file
from capplan.schema.spec import EVERY, LIST_SEPARATOR, Column

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.reading.table import TableData

_WHAT = {
    "zones": msg("the zone"),
    "regions": msg("the region"),
    "sites": msg("the site"),
    "nodes": msg("the node"),
    "grid_nodes": msg("the grid node"),
    "voltages": msg("the voltage"),
    "climate": msg("the weather station"),
    "energy_offers": msg("the energy zone"),
    "classes": msg("the service class"),
    "cooling": msg("the cooling system"),
    "documents": msg("the document"),
    "technologies": msg("the technology"),
    "projects": msg("the project"),
    "energy_offers.offer_id": msg("the offer"),
}

_LANGUAGES = ("zh", "en")
_NOTHING: Mapping[str, str] = MappingProxyType({})


def check_references(inputs: Inputs, faults: Faults) -> None:
    """Add a fault for every name that is not found in the table it points to."""
    for table in inputs.tables.values():
        for column in table.spec.columns:
            if column.reference and column.name in table.header:
                _check_column(inputs, table, column, faults)
    _check_members(inputs, faults)
    _check_prefectures(inputs, faults)
    _check_peopled(inputs, faults)
    _check_study(inputs, faults)
    _check_technologies(inputs, faults)


def _check_column(inputs: Inputs, table: TableData, column: Column, faults: Faults) -> None:
    other, _, name = column.reference.partition(".")
    known = _known(inputs, other, name)
    if known is None:
        return
    if column.many:
        known = [*known, EVERY]
    what = _WHAT.get(column.reference, _WHAT[other])
    near = column.kind == "text"
    called = _called(inputs, other, name) if near else None
    _check_cells(table, column.name, known, what, faults, many=column.many, called=called)


def _called(inputs: Inputs, table: str, column: str) -> dict[str, str]:
    """Return ids by the names of what they stand for, which people write in their place; names of several are left out."""
    if table == "technologies":
        pairs = [(own.name.in_(lang), own.id) for own in inputs.technologies.values() for lang in _LANGUAGES]
    else:
        found = [table_with(inputs, table, column, f"name_{lang}") for lang in _LANGUAGES]
        pairs = [
            pair
            for lang, data in zip(_LANGUAGES, found, strict=True)
            if data is not None
            for pair in zip(texts(data, f"name_{lang}"), texts(data, column), strict=True)
        ]
    owners: dict[str, set[str]] = {}
    for name, own in pairs:
        owners.setdefault(name, set()).add(own)
    return {name: own.pop() for name, own in owners.items() if name and len(own) == 1}


def _known(inputs: Inputs, table: str, column: str) -> list[str] | None:
    """Return the names that a table defines, or None where it could not be read or lacks the rows it must have."""
    if table == "technologies":
        return list(inputs.technologies) if inputs.complete else None
    found = table_with(inputs, table, column)
    return None if found is None or _lacks_rows(found) else list(dict.fromkeys(texts(found, column)))


def _lacks_rows(table: TableData) -> bool:
    """Say whether a table is empty that must not be; that is a fault already, and its children add none."""
    return table.frame.empty and not table.spec.may_be_empty


def _check_cells(
    table: TableData,
    column: str,
    known: Iterable[str],
    what: Message,
    faults: Faults,
    *,
    many: bool = False,
    kind: tuple[str, str] | None = None,
    called: Mapping[str, str] | None = _NOTHING,
) -> None:
    """Add a fault for every cell with a name that is not known; `called` are names by which it may be meant, None where none is near."""
    names, allowed = list(known), set(known)
    cells = texts(table, column)
    wanted = cells != ""
    if kind is not None:
        wanted &= texts(table, kind[0]) == kind[1]
    for cell in cells[wanted].unique():
        parts = cell.split(LIST_SEPARATOR) if many else [cell]
        for part in parts:
            if part in allowed:
                continue
            for row in cells.index[wanted & (cells == cell)]:
                line = int(table.lines[row])
                meant = None if called is None else called.get(part)
                near = called is not None
                faults.add_unknown(
                    table.file, what, part, names, row=line, column=column, near=near, meant=meant
                )


def _check_members(inputs: Inputs, faults: Faults) -> None:
    members = table_with(inputs, "region_members", "member_kind", "member_id")
    if members is None:
        return
    for kind, other in (("zone", "zones"), ("site", "sites")):
        known = _known(inputs, other, f"{kind}_id")
        if known is not None:
            _check_cells(members, "member_id", known, _WHAT[other], faults, kind=("member_kind", kind))


def _check_prefectures(inputs: Inputs, faults: Faults) -> None:
    regions = table_with(inputs, "regions", "kind", "adcode")
    if regions is None or _lacks_rows(regions):
        return
    known = list(texts(regions, "adcode")[texts(regions, "kind") == "prefecture"])
    for name in ("zones", "sites"):
        table = table_with(inputs, name, "prefecture_adcode")
        if table is not None:
            _check_cells(table, "prefecture_adcode", known, msg("the prefecture"), faults)


def _check_peopled(inputs: Inputs, faults: Faults) -> None:
    """Add a fault for every target and limit of a region that has no members, since nothing could count there."""
    members = table_with(inputs, "region_members", "region_id")
    known = _known(inputs, "regions", "region_id")
    if members is None or known is None or _lacks_rows(members):
        return
    empty = set(known) - set(texts(members, "region_id"))
    for name in ("targets", "limits"):
        table = table_with(inputs, name, "region")
        if table is not None:
            problem = msg("the region has no members")
            remedy = msg("add its zones or sites to region_members.csv")
            add_rows(faults, table, texts(table, "region").isin(empty), "region", problem, remedy)


def _check_study(inputs: Inputs, faults: Faults) -> None:
    known = _known(inputs, "regions", "region_id")
    if inputs.study is not None and known is not None and inputs.study.region not in known:
        row = inputs.line(STUDY_FILE, "region")
        faults.add_unknown(STUDY_FILE, _WHAT["regions"], inputs.study.region, known, row=row, column="region")


def _check_technologies(inputs: Inputs, faults: Faults) -> None:
    wanted = {
        "serves": ("classes", _known(inputs, "classes", "class_id")),
        "cooling": ("cooling", _known(inputs, "cooling", "cooling_id")),
        "replaces": ("technologies", _known(inputs, "technologies", "id")),
    }
    for technology in inputs.technologies.values():
        file = technology_file(technology.id)
        for key, (other, known) in wanted.items():
            for position, name in enumerate(getattr(technology, key)):
                if known is not None and name not in known:
                    row = inputs.line(file, key, position)
                    faults.add_unknown(file, _WHAT[other], name, known, row=row, column=f"{key}.{position}")
