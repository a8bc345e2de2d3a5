"""Levers that are shares, caps and demand: one function for each family, as in `capplan.explore.lever_rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan.explore.levers import Lever, bounds_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.build import Built
    from capplan.explore.names import Names
    from capplan.feature import Limit
    from capplan.program import Rows

__all__ = ["copies", "coverage", "demanded", "green", "prefectures", "pue"]

PERCENT = 0.001
NEARLY = 1e-9
TINY = 1e-6


def _years_of(
    given: Mapping[Any, float], years: list[int], path: str
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield each year of a rule by year with the settings that keep the next year as it is."""
    known = {int(year): share for year, share in given.items()}
    for year, later in zip(years, [*years[1:], None], strict=True):
        due = [share for when, share in sorted(known.items()) if when <= year]
        keep = {f"{path}.{later}": due[-1]} if due and later is not None and later not in known else {}
        yield year, dict(keep)


def _shares(
    built: Built, names: Names, rows: Rows, given: Mapping[str, Mapping[Any, float]], path: str
) -> Iterator[Lever]:
    """Yield one lever for each region and year of a rule that asks for a share by year."""
    limit = next(each for each in built.limits if each.rows is rows)
    share = limit.bound if limit.share is None else limit.share
    for region, years in given.items():
        stem = path.format(region=region)
        for year, keep in _years_of(years, built.data.years, stem):
            same = (rows.index["region"] == region) & (rows.index["year"] == year)
            places = np.flatnonzero(same.to_numpy())
            if not len(places) or share[places[0]] <= 0.0:
                continue
            yield Lever(
                path=f"{stem}.{year}",
                family=rows.name,
                tier=rows.tier,
                sign=-1,
                before=float(share[places[0]]),
                unit="ratio",
                region=region,
                place=names.text(region),
                year=year,
                rows=bounds_at(rows, places, 1.0 if limit.share is None else 1e5, side=1),
                most=float(share[places[0]]),
                whole=None if limit.share is None else _whole_of(limit, places),
                keep=keep,
                step=PERCENT,
            )


def _whole_of(limit: Limit, places: NDArray[Any]) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda values: limit.total(values)[places]


def green(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the green share of every region and year."""
    given = built.case.study.features["green_share"].get("share", {})
    yield from _shares(built, names, rows, given, "features.green_share.share.{region}")


def coverage(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the share of people covered, of every year."""
    years = built.case.study.features["edge_coverage"].get("min_share", {})
    given = {built.case.study.region: years}
    yield from _shares(built, names, rows, given, "features.edge_coverage.min_share")


def prefectures(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the one share that bounds all prefectures; rows give one by one, and it must cover the worst."""
    limit = next(each for each in built.limits if each.rows is rows)
    if limit.share is None:
        return
    least = rows.name == "min_share"
    before = float(limit.share[0])
    for place, (region, year) in enumerate(rows.index[["region", "year"]].itertuples(index=False)):
        yield Lever(
            path=f"features.shares.{rows.name}",
            family=rows.name,
            tier=rows.tier,
            sign=-1 if least else 1,
            before=before,
            unit="ratio",
            region=str(region),
            place=names.text(str(region)),
            year=int(year),
            subject=names.whole(),
            rows=bounds_at(rows, [place], 1e4, side=1 if least else -1),
            most=before if least else 1.0 - before,
            whole=_whole_of(limit, np.array([place])),
            step=PERCENT,
        )


def pue(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the PUE cap: it must rise to the PUE of the worst hall that is built.

    Yields
    ------
    Lever
        The cap.
    """
    cap = float(getattr(built.features["pue_cap"][1], "limit", np.inf))
    label = "technology" if "technology" in rows.index else "new"
    pairs = pd.MultiIndex.from_frame(rows.index[["site_id", label]])
    over = np.maximum(built.data.plant["pue"].reindex(pairs).to_numpy(dtype=float) - cap, 1e-3)
    room = built.data.technologies["max_modules"].astype(float).reindex(rows.index[label]).to_numpy()

    def measure(_: NDArray[np.float64], broken: NDArray[np.float64]) -> float:
        return float(over[broken > TINY].max(initial=0.0))

    yield Lever(
        path="features.pue_cap.limit",
        family="pue_cap",
        tier=rows.tier,
        sign=1,
        before=cap,
        unit="ratio",
        region=built.case.study.region,
        place=names.text(built.case.study.region),
        rows=bounds_at(rows, np.arange(len(rows.index)), np.maximum(room, 1.0) / over),
        measure=measure,
        step=0.01,
    )


def copies(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the share of each class that is copied; a pool copies its part of what it serves."""
    replica = built.program.columns["replica"]
    classes = built.data.table("classes").set_index("class_id")
    for name, places in rows.index.groupby("class_id").indices.items():
        before = float(classes["copy_share"].to_dict()[name])
        keys = pd.MultiIndex.from_frame(rows.index.iloc[places])
        at = keys.get_indexer(pd.MultiIndex.from_frame(replica.index[list(rows.index.columns)]))
        demand = built.data.demand[built.data.demand["class_id"] == name]
        total = float(demand.groupby("year")["amount"].sum().max())
        measure = _copied_less(before, replica.ids[at >= 0], at[at >= 0])
        yield Lever(
            path=f"classes.{name}.copy_share",
            family="copies",
            tier=rows.tier,
            sign=-1,
            before=before,
            unit="ratio",
            region=built.case.study.region,
            place=names.text(built.case.study.region),
            subject=names.classes[str(name)],
            rows=bounds_at(rows, places, total, side=1),
            most=before,
            measure=measure,
            step=PERCENT,
        )


def _copied_less(
    share: float, ids: NDArray[np.int64], at: NDArray[np.int64]
) -> Callable[[NDArray[np.float64], NDArray[np.float64]], float]:
    """Return by how much a copy share must fall: a pool that lacks copies has so much less than its share."""

    def measure(values: NDArray[np.float64], broken: NDArray[np.float64]) -> float:
        copied = np.bincount(at, weights=values[ids], minlength=len(broken))
        lacking = broken > TINY * np.maximum(1.0, copied)
        part = broken[lacking] / np.maximum(copied[lacking] + broken[lacking], NEARLY)
        return share * float(part.max(initial=0.0))

    return measure


def demanded(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the demand that must be served, by class, prefecture (or zone, where there is none) and year."""
    data = built.data
    frame = data.commodities[0]
    must = frame[frame["obligation"] == "must"]
    zones, regions = data.table("zones"), data.table("regions")
    kinds = regions[(regions["kind"] == "prefecture") & (regions["adcode"].astype(str) != "")]
    region = dict(zip(kinds["adcode"].astype(str), kinds["region_id"].astype(str), strict=True))
    home = zones.set_index("zone_id")["prefecture_adcode"].astype(str).map(region)
    reached = set(data.commodities[1]["commodity"])
    must = must.assign(place=must["zone_id"].map(home).fillna(must["zone_id"]).astype(str))
    must["place"] = _apart(must, ~must["commodity"].isin(reached), built.case.study.region)
    number = pd.MultiIndex.from_frame(rows.index[["commodity", "year"]])
    asked = must.groupby(["class_id", "year"])["amount"].sum().to_dict()
    units = data.table("classes").set_index("class_id")["unit"].to_dict()
    for (name, where, when), part in must.groupby(["class_id", "place", "year"]):
        year = int(str(when))
        sums = part.groupby("commodity")["amount"].sum()
        at = number.get_indexer(pd.MultiIndex.from_arrays([sums.index, [year] * len(sums)]))
        worth = float(sums.sum())
        before = max(_served(built, str(name), str(where), year), PERCENT)
        yield Lever(
            path=f"features.service.served_share.{name}.{where}.{year}",
            family="demand",
            tier=rows.tier,
            sign=-1,
            before=before,
            unit="ratio",
            region=str(where),
            place=names.text(str(where)),
            year=year,
            subject=names.classes[str(name)],
            rows=bounds_at(rows, at[at >= 0], sums.to_numpy()[at >= 0] / before, side=1),
            most=before,
            step=PERCENT,
            size=before * float(asked[(name, when)]) / max(worth, NEARLY),
            counted=(worth / before, str(units[str(name)])),
        )


def _apart(must: pd.DataFrame, unreached: pd.Series, region: str) -> pd.Series:
    """Return the place of each row of demand: where nobody can serve it, the largest in which that is so for all."""
    whole = unreached.groupby(must["class_id"]).transform("all")
    prefecture = unreached.groupby([must["class_id"], must["place"]]).transform("all")
    place = must["place"].where(~unreached | prefecture, must["zone_id"])
    return place.where(~whole, region)


def _served(built: Built, name: str, where: str, year: int) -> float:
    given = built.case.study.features.get("service", {}).get("served_share") or {}
    years = {int(when): float(share) for when, share in given.get(name, {}).get(where, {}).items()}
    return years.get(year, 1.0)
