"""A plan: what to build where and when, as tidy tables, with its record and certificate; it is one folder on disk."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import geopandas as gpd
import pandas as pd

from capplan.case import Case, load_case
from capplan.errors import CapplanError, Fault, InputError, RenderError, package_missing, system_reason
from capplan.exchange.areas import areas_layer
from capplan.exchange.codes import codes_of
from capplan.exchange.geojson import write_geojson
from capplan.exchange.geopackage import write_geopackage
from capplan.exchange.gis import write_gis, write_parquet
from capplan.exchange.layers import grid_nodes_layer, routes_layer, service_layer, sites_layer, zones_layer
from capplan.exchange.names import Names
from capplan.exchange.plain import plain, write_json
from capplan.exchange.staging import Owner, check_target, replacing
from capplan.exchange.tables import read_tables, write_tables
from capplan.frames import plain_text
from capplan.messages import Message, msg
from capplan.partial import CERTIFICATE, MissingTable, PartialTables, table_file
from capplan.plan_tables import PLAN_TABLES, conform, empty
from capplan.record import record_faults, stray_faults

__all__ = ["Certified", "Plan", "StoredCertificate", "check_writable", "place_plan", "read_plan"]

RECORD_KEYS = (
    "case",
    "scenarios",
    "status",
    "objective_cny",
    "primal_bound",
    "dual_bound",
    "gap",
    "gap_controllable",
    "termination",
    "solver",
    "seed",
    "threads",
    "seconds",
    "peak_mib",
    "size",
    "inputs",
    "versions",
    "cost_by_term",
    "key_figures",
    "binding",
)
"""The keys of ``plan.json``, in its order; others follow them."""

GIS_TABLES = ("capacity", "builds", "energy", "contracts", "targets")
"""Tables that stand in the GeoPackage beside the layers."""

_OWNER = Owner(
    markers=frozenset({"plan.json", "tables"}),
    writes=re.compile(
        r"plan\.json|certificate\.json|case|tables|maps|gis|hourly|plan\.xlsx|plan\.gpkg(-\w+)?|sites\.geojson|map\.html"
        r"|report-\w+\.(pdf|html)"
    ),
)


class Certified(Protocol):
    """What a plan needs to know of its certificate."""

    @property
    def holds(self) -> bool:
        """Whether every row and the objective agree with the tables."""

    def to_json(self) -> Mapping[str, Any]:
        """Return the certificate as ``certificate.json`` holds it."""


@dataclass(frozen=True)
class StoredCertificate:
    """A certificate as it was written; it is believed only after ``capplan verify``.

    Attributes
    ----------
    content
        What ``certificate.json`` holds.
    """

    content: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        """Whether the certificate says of itself that it holds."""
        return self.content.get("holds") is True

    def to_json(self) -> Mapping[str, Any]:
        """Return what ``certificate.json`` holds."""
        return self.content


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan of a case.

    Attributes
    ----------
    case
        The inputs that were planned.
    tables
        The plan's tables by name, each as :func:`capplan.plan_tables.conform` gives it; every table of
        :data:`capplan.plan_tables.PLAN_TABLES` is there, without rows where the case has no such thing.
    record
        What ``plan.json`` holds.
    certificate
        The recomputation that shows whether the plan holds.
    missing
        Files that belong to the plan and were not in its folder, by their place there; asking for such a table raises
        :class:`capplan.partial.MissingTable`. A plan that was planned, or read as a whole, has none.
    """

    case: Case
    tables: Mapping[str, pd.DataFrame]
    record: Mapping[str, Any]
    certificate: Certified
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Bring the tables into their one form, and freeze the mappings.

        Raises
        ------
        ModelError
            Where a table lacks a column or has an empty or mistyped cell.
        """
        lost = set(self.missing_tables)
        tables = {
            name: conform(name, self.tables[name]) if name in self.tables else empty(name)
            for name in PLAN_TABLES
            if name in self.tables or name not in lost
        }
        tables |= {name: conform(name, frame) for name, frame in self.tables.items() if name not in tables}
        known = {key: self.record[key] for key in RECORD_KEYS if key in self.record}
        frozen = PartialTables(tables, lost - set(tables)) if lost else MappingProxyType(tables)
        object.__setattr__(self, "tables", frozen)
        object.__setattr__(self, "record", MappingProxyType(plain({**known, **self.record})))

    @property
    def missing_tables(self) -> tuple[str, ...]:
        """Tables of the plan that are missing, by name."""
        return tuple(Path(file).stem for file in self.missing if file.startswith("tables/"))

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        """The sites as points in EPSG:4326, with what is in service there at the end of the horizon."""
        return sites_layer(self.tables["sites"], self.tables["capacity"])

    @property
    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """The layers for GIS, topmost first: sites, zones, grid_nodes, service, routes, and areas where there are any."""
        zones, service = self.case.tables["zones"], self.tables["service"]
        areas = areas_layer(self.case, self.sites)
        return {
            "sites": self.sites,
            "zones": zones_layer(zones, service),
            "grid_nodes": grid_nodes_layer(self.case.tables["grid_nodes"], self.tables.get("connections")),
            "service": service_layer(zones, self.tables["sites"], service),
            "routes": routes_layer(self.case.tables["nodes"], self.case.tables["routes"]),
            **({} if areas is None else {"areas": areas}),
        }

    @plain_text
    def write(
        self,
        path: Path | str,
        *,
        also: Sequence[Callable[[Path], None]] = (),
        lang: str = "en",
        lacking: list[CapplanError] | None = None,
    ) -> Path:
        """Write the plan folder, replacing a former plan as a whole or not at all.

        Parameters
        ----------
        path
            The folder. A plan whose certificate does not hold goes to ``<path>.rejected`` instead.
        also
            Called with the folder being written before it takes its place, to add files such as maps.
        lang
            The language of headings in the workbook and of layer styles, ``zh`` or ``en``.
        lacking
            Takes why the workbook or the GeoParquet files are not written where a package for them is missing; where
            it is not given, that is an error.

        Returns
        -------
        Path
            The folder that was written.

        Raises
        ------
        MissingTable
            If the plan was read partly, and a table is missing.
        RenderError
            If a package is missing that a file needs, and `lacking` is not given.
        WriteError
            Where the folder cannot be written; what stood there is intact.
        """
        for name in self.missing_tables:
            raise MissingTable(name)
        return place_plan(
            path, (lambda folder: self._write_files(folder, lang, lacking), *also), self.certificate.holds
        )

    def _write_files(self, folder: Path, lang: str, lacking: list[CapplanError] | None) -> None:
        for name, content in self.case.files.items():
            file = folder / "case" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        (folder / "tables").mkdir()
        write_tables(folder / "tables", self.tables)
        with _spared("plan.xlsx", lacking):
            from capplan.exchange.workbook import write_workbook

            title, names = self.case.study.full_title, Names(self.case, lang)
            write_workbook(folder / "plan.xlsx", self.tables, self.record, title=title, names=names)
        layers = self.layers
        tables = {name: self.tables[name] for name in GIS_TABLES}
        write_geopackage(folder / "plan.gpkg", layers, tables=tables, codes=codes_of(self.case), lang=lang)
        write_gis(folder / "gis", layers)
        with _spared("gis/*.parquet", lacking):
            write_parquet(folder / "gis", layers)
        write_geojson(folder / "sites.geojson", self.sites, name="sites", identity="site_id")
        write_json(folder / "certificate.json", self.certificate.to_json())
        write_json(folder / "plan.json", self.record)


@contextlib.contextmanager
def _spared(files: str, lacking: list[CapplanError] | None) -> Iterator[None]:
    """Let a package that is missing cost the files that need it, and not the plan."""
    try:
        yield
    except ImportError as fault:
        told = msg("the plan folder lacks {files}: {reason}", files=files, reason=package_missing(fault))
        if lacking is None:
            raise RenderError(told) from fault
        lacking.append(RenderError(told))


def place_plan(path: Path | str, writers: Sequence[Callable[[Path], None]], holds: bool) -> Path:  # noqa: FBT001
    """Let writers fill a plan folder, which takes its place when all have ended well; return the folder.

    Parameters
    ----------
    path
        The folder. A plan that does not hold goes to ``<path>.rejected`` instead.
    writers
        Called with the folder, one after the other.
    holds
        Whether the plan's certificate holds.

    Raises
    ------
    WriteError
        Where the folder cannot be written; what stood there is intact.
    """
    target = Path(path) if holds else _rejected(Path(path))
    with replacing(target, owner=_OWNER) as folder:
        for write in writers:
            write(folder)
    return target


def _rejected(target: Path) -> Path:
    named = target if target.name.strip(".") else target.resolve()
    return named if named.suffix == ".rejected" else named.with_name(f"{named.name}.rejected")


def check_writable(path: Path | str) -> None:
    """Say before long work whether a plan could be written there.

    Parameters
    ----------
    path
        The plan folder.

    Raises
    ------
    WriteError
        If it could not.
    """
    check_target(Path(path), owner=_OWNER)


@plain_text
def read_plan(path: Path | str, *, partly: bool = False) -> Plan:
    """Read a plan back from its folder alone.

    Parameters
    ----------
    path
        A folder that :meth:`Plan.write` wrote.
    partly
        Whether files that a plan can be shown without may be missing: the certificate, and tables other than those of
        :data:`capplan.partial.ESSENTIAL`. The plan names them as `missing`; it can be drawn as far as it goes, and
        neither verified nor written.

    Returns
    -------
    Plan
        The plan, its tables typed as they were.

    Raises
    ------
    InputError
        With every fault of the folder, by file, row and column.
    """
    folder = Path(path)
    if not (folder / "plan.json").is_file():
        raise InputError([_no_plan(folder)])
    faults: list[Fault] = []
    lost: list[str] = []
    record = _read_object(folder / "plan.json", faults)
    faults += [] if faults else record_faults(record, "plan.json")
    uncertified = partly and not (folder / CERTIFICATE).exists()
    certificate = {} if uncertified else _read_object(folder / CERTIFICATE, faults)
    tables, more = read_tables(folder / "tables", missing=lost if partly else None)
    case = _read_case(folder / "case", faults)
    faults += more
    if faults or case is None:
        raise InputError(faults)
    if faults := _strays(tables, case):
        raise InputError(faults)
    missing = (*map(table_file, lost), *([CERTIFICATE] if uncertified else []))
    return Plan(case, tables, record, StoredCertificate(MappingProxyType(certificate)), missing)


def _no_plan(folder: Path) -> Fault:
    problem = msg("this is no plan folder") if folder.is_dir() else msg("there is no such folder")
    if folder.is_symlink() and not folder.exists():
        problem = msg("this is a link to what is not there")
    remedy = msg("name a folder that capplan plan wrote")
    return Fault(str(folder), None, "", "", problem, remedy)


def _read_object(path: Path, faults: list[Fault]) -> dict[str, Any]:
    def note(row: int | None, problem: Message) -> None:
        remedy = msg("restore the file, or write the plan again with capplan plan")
        faults.append(Fault(path.name, row, "", "", problem, remedy))

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as fault:
        note(fault.lineno, msg("the file is no JSON: {reason}", reason=fault.msg))
    except (OSError, UnicodeDecodeError) as fault:
        note(None, msg("the file cannot be read: {reason}", reason=_reason(fault)))
    else:
        if isinstance(content, dict):
            return content
        note(1, msg("the file does not hold an object"))
    return {}


def _reason(fault: Exception) -> Message | str:
    return system_reason(fault) if isinstance(fault, OSError) else str(fault)


def _strays(tables: Mapping[str, pd.DataFrame], case: Case) -> list[Fault]:
    """Return the rows of tables that stand at sites or in technologies that the plan does not have."""
    known = {"site_id": set(tables["sites"]["site_id"].astype(str)), "technology": set(case.technologies)}
    return [
        fault
        for name in ("capacity", "builds", "energy")
        for column, names in known.items()
        if name in tables and column in tables[name]
        for fault in stray_faults(tables[name], table_file(name), column, names)
    ]


def _read_case(folder: Path, faults: list[Fault]) -> Case | None:
    if not folder.is_dir():
        remedy = msg("restore the file, or write the plan again with capplan plan")
        faults.append(Fault(folder.name, None, "", "", msg("the folder of the inputs is missing"), remedy))
        return None
    try:
        return load_case(folder)
    except InputError as fault:
        faults += [replace(item, file=f"case/{item.file}") for item in fault.faults]
        return None
