"""A part of a study area: its zones and sites with all that belongs to them, and nothing of the rest.

What remains is a case of its own: every zone asks for what it asks in the whole, and every row that speaks of something
left out is left out too. What has no place (funding, offers of green electricity) stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan.demand import WEIGHTS
from capplan.messages import msg
from capplan.reading.cells import number_text
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.reading.faults import Faults
    from capplan.reading.inputs import Inputs
    from capplan.reading.table import TableData
    from capplan.schema.study import Part, Study

_STUDY = "study.yaml"
_RESIDENTS = ("population", "urban_population", "output_cny")
_WHOLE = 1.0 - 1e-9


@dataclass(frozen=True)
class _Kept:
    """Ids that remain.

    Attributes
    ----------
    shares
        Share of its residents with which a zone remains [ratio], index zone_id.
    sites, regions
        Sites and regions.
    inside
        Regions that lie in the part with all their members: of these alone targets and limits remain.
    """

    shares: pd.Series[float]
    sites: frozenset[str]
    regions: frozenset[str]
    inside: frozenset[str]

    def ids(self, column: str) -> frozenset[str] | None:
        """Return what remains of what a reference points to; None where all of it does."""
        known = {"zones.zone_id": frozenset(self.shares.index), "sites.site_id": self.sites}
        return (known | {"regions.region_id": self.inside}).get(column)


def part_of(inputs: Inputs, part: Part, faults: Faults) -> Inputs:
    """Return the inputs of a part of the study area, as a whole of its own.

    Parameters
    ----------
    inputs : Inputs
        Checked inputs of the whole.
    part : Part
        What is planned.
    faults : Faults
        Collector; where the part is not known, or nobody lives there, the inputs come back unchanged.
    """
    study, tables = inputs.study, inputs.tables
    before = len(faults)
    if study is not None:
        _check(inputs, part, faults)
    if study is None or len(faults) > before:
        return inputs
    kept = _kept(tables, part)
    zones, sites = tables["zones"].frame, tables["sites"].frame
    cut = {name: _referring(table, kept) for name, table in tables.items()}
    cut["zones"] = _zones(tables["zones"], kept, part)
    cut["sites"] = _where(tables["sites"], sites["site_id"].isin(kept.sites))
    cut["regions"] = _where(tables["regions"], tables["regions"].frame["region_id"].isin(kept.regions))
    cut["region_members"] = _members(tables["region_members"], kept)
    fed = cut["sites"].frame["grid_node"]
    cut["grid_nodes"] = _where(tables["grid_nodes"], tables["grid_nodes"].frame["grid_node"].isin(fed))
    grown = tables["reinforcements"]
    cut["reinforcements"] = _where(grown, grown.frame["grid_node"].isin(fed))
    cut["demand_drivers"] = _drivers(tables["demand_drivers"], zones, kept.shares, part)
    return replace(
        inputs,
        study=_study(study, tables, cut, part),
        tables=cut,
        boundaries=_boundaries(inputs.boundaries, cut["zones"].frame),
    )


def _check(inputs: Inputs, part: Part, faults: Faults) -> None:
    tables = inputs.tables
    regions = list(tables["regions"].frame["region_id"])
    row = inputs.line(_STUDY, "part")
    if part.region not in regions:
        faults.add_unknown(_STUDY, msg("the region"), part.region, regions, row=row, column="part.region")
        return
    zones = list(tables["zones"].frame["zone_id"])
    for name in part.gates:
        if name not in zones:
            faults.add_unknown(_STUDY, msg("the zone"), name, zones, row=row, column="part.gates")
    members = tables["region_members"].frame
    own = members[(members["region_id"] == part.region) & (members["member_kind"] == "zone")]
    for name in sorted(set(part.gates) & set(own["member_id"])):
        problem, remedy = msg("the zone lies in the part itself"), msg("take it away")
        faults.add(_STUDY, problem, remedy, row=row, column="part.gates", value=name)
    if own.empty:
        problem = msg("the region has no zones, so nobody asks for anything")
        remedy = msg("add its zones to region_members.csv, or name another region")
        faults.add(_STUDY, problem, remedy, row=row, column="part.region", value=part.region)


def _kept(tables: Mapping[str, TableData], part: Part) -> _Kept:
    zones, sites = tables["zones"].frame, tables["sites"].frame
    members = tables["region_members"].frame
    own = members[members["region_id"] == part.region]
    own_zones = own[own["member_kind"] == "zone"].set_index("member_id")["share"].astype(float)
    listed = set(own.loc[own["member_kind"] == "site", "member_id"])
    whole = own_zones.index[own_zones >= _WHOLE]
    found = sites["zone_id"].isin(whole) | sites["site_id"].isin(listed)
    hosts = set(sites.loc[found, "zone_id"]) - set(own_zones.index)
    gates = set(zones.loc[zones["kind"] == "gate", "zone_id"])
    others = sorted(gates | (hosts | set(part.gates)) - set(own_zones.index))
    shares = pd.concat([own_zones, pd.Series(0.0, index=pd.Index(others, dtype=object), dtype=float)])
    site_ids = frozenset(sites.loc[found, "site_id"])
    inside = _inside(members, set(own_zones.index), site_ids) | {part.region}
    codes = {*zones.loc[zones["zone_id"].isin(shares.index), "prefecture_adcode"]}
    codes |= {*sites.loc[found, "prefecture_adcode"]}
    regions = tables["regions"].frame
    named = regions[(regions["kind"] == "prefecture") & regions["adcode"].isin(codes - {""})]
    return _Kept(shares, site_ids, frozenset(inside | set(named["region_id"])), frozenset(inside))


def _inside(members: pd.DataFrame, zones: set[str], sites: frozenset[str]) -> set[str]:
    """Return the regions all of whose members remain."""
    is_zone = members["member_kind"] == "zone"
    stays = np.where(is_zone, members["member_id"].isin(zones), members["member_id"].isin(sites))
    by_region = pd.Series(stays, index=members["region_id"]).groupby(level=0).all()
    return set(by_region.index[by_region])


def _where(table: TableData, wanted: pd.Series[bool] | NDArray[np.bool_]) -> TableData:
    chosen = np.asarray(wanted, dtype=bool)
    return replace(table, frame=table.frame[chosen].reset_index(drop=True), lines=table.lines[chosen])


def _referring(table: TableData, kept: _Kept) -> TableData:
    """Return the rows that speak of nothing that is left out."""
    wanted = np.ones(len(table.frame), dtype=bool)
    for column in table.spec.columns:
        ids = kept.ids(column.reference) if column.name in table.frame and not column.many else None
        if ids is not None:
            wanted &= (table.frame[column.name].isin(ids) | (table.frame[column.name] == "")).to_numpy()
    return _where(table, wanted)


def _zones(table: TableData, kept: _Kept, part: Part) -> TableData:
    found = _where(table, table.frame["zone_id"].isin(kept.shares.index))
    frame = found.frame.copy()
    share = kept.shares.reindex(frame["zone_id"]).to_numpy()
    for name in _RESIDENTS:
        frame[name] = np.where(share >= _WHOLE, frame[name], frame[name] * share)
    outside = frame["zone_id"].isin(part.gates).to_numpy()
    frame.loc[outside, "kind"] = "gate"
    frame.loc[outside, "prefecture_adcode"] = ""
    return replace(found, frame=frame)


def _members(table: TableData, kept: _Kept) -> TableData:
    members = table.frame
    peopled = kept.shares.index[kept.shares > 0.0]
    is_zone = members["member_kind"] == "zone"
    stays = np.where(is_zone, members["member_id"].isin(peopled), members["member_id"].isin(kept.sites))
    found = _where(table, stays & members["region_id"].isin(kept.regions).to_numpy())
    frame = found.frame.copy()
    base = kept.shares.reindex(frame["member_id"]).fillna(1.0).to_numpy()
    frame["share"] = np.minimum(frame["share"].astype(float) / np.where(base > 0.0, base, 1.0), 1.0)
    return replace(found, frame=frame)


def _drivers(table: TableData, zones: pd.DataFrame, shares: pd.Series[float], part: Part) -> TableData:
    r"""Return drivers by which every zone of the part asks for what it asks in the whole.

    With :math:`h_q` the part's share of residents, of urban residents and of output, the amount becomes
    :math:`B \sum_q w_q h_q` and each weight :math:`w_q h_q / \sum_q w_q h_q`.
    """
    if table.frame.empty:
        return table
    frame = table.frame.copy()
    local = zones[zones["kind"] != "gate"]
    own: NDArray[np.float64] = np.asarray(shares.reindex(local["zone_id"]).fillna(0.0), dtype=np.float64)
    held = np.array([_held(np.asarray(local[name], dtype=np.float64), own) for name in WEIGHTS.values()])
    weighted = frame[list(WEIGHTS)].to_numpy(dtype=float) * held
    share = weighted.sum(axis=1)
    frame[list(WEIGHTS)] = weighted / np.where(share > 0.0, share, 1.0)[:, None]
    for name in ("base_amount", "base_amount_low", "base_amount_high"):
        frame[name] = frame[name].astype(float) * share
    said = [f"{part.region} asks for {number_text(round(one, 4))} of the whole" for one in share]
    frame["note"] = [
        f"{note}; {mine}" if note else mine for note, mine in zip(frame["note"], said, strict=True)
    ]
    return replace(table, frame=frame)


def _held(quantity: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    """Return the part's share of a quantity [ratio]; zones count alike where there is none of it."""
    total = quantity.sum()
    return float(quantity @ shares / total if total > 0 else shares.mean())


def _study(study: Study, whole: Mapping[str, TableData], cut: Mapping[str, TableData], part: Part) -> Study:
    """Return the study of the part: what rules ask of the whole by its name, they ask of the part."""
    features = {name: _renamed(given, study.region, part.region) for name, given in study.features.items()}
    gone = {f"{name}.{key}" for name in TABLES for key in set(whole[name].keys()) - set(cut[name].keys())}
    scenarios = {
        name: scenario
        for name, scenario in study.scenarios.items()
        if not any(path.rpartition(".")[0] in gone for path in scenario.set)
    }
    changes = {"part": None, "region": part.region, "features": features, "scenarios": scenarios}
    return study.model_copy(update=changes)


def _renamed(parameters: Mapping[str, Any], whole: str, part: str) -> dict[str, Any]:
    """Return a rule's parameters with the part's name for the whole's, where they do not speak of both."""
    return {
        name: {part if key == whole else key: inner for key, inner in value.items()}
        if isinstance(value, Mapping) and whole in value and part not in value
        else value
        for name, value in parameters.items()
    }


def _boundaries(content: bytes, zones: pd.DataFrame) -> bytes:
    """Return the areas of the prefectures that the part's zones report under; all where none is theirs."""
    if not content:
        return content
    areas = json.loads(content)
    codes = set(zones["prefecture_adcode"]) - {""}
    own = [area for area in areas["features"] if area["properties"]["prefecture_adcode"] in codes]
    if not own:
        return content
    return json.dumps(areas | {"features": own}, ensure_ascii=False).encode("utf-8")
