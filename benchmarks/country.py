"""The lie of a made-up country: provinces, prefectures and counties with people and output, and its fibre routes.

Prefecture seats stand on a shaken hexagonal grid; provinces are cut from it by halving the longer side, as equal in
number as it goes; counties lie around their seat, urban districts near, others farther. People are heavy-tailed (a
few prefectures hold many) and denser and richer in the east; wind and sun are better in the north-west. The trunk is a
spanning tree of the seats with some rings; one node in five lies in a far county.

Numbers are made up, in the order of China's in 2020: 2,850 counties in 333 prefectures and 31 provinces, 1.41e9 people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import Delaunay

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

COUNTIES_PER_PREFECTURE, PREFECTURES_PER_PROVINCE = 8.6, 10.7
SEAT_DISTANCE_KM = 150.0
CENTRE_DEG = (112.0, 36.0)
KM_PER_DEG = 111.2
PEOPLE_PER_PREFECTURE = 3.4e6
DETOUR = 1.15


@dataclass(frozen=True)
class Country:
    """Counties in prefectures in provinces.

    Attributes
    ----------
    prefectures
        province, capital (bool), lon, lat [deg], people, urban [person], output [CNY/yr], wind (0 to 1), name.
    counties
        prefecture, lon, lat [deg], people, urban [person], output [CNY/yr], district (bool), wind, name.
    nodes
        node_id, lon, lat [deg], kind, prefecture (-1 for exits).
    routes
        from_node, to_node, route_km [km], corridor, kind.
    access
        Position of every county's node, shape (county,).
    """

    prefectures: pd.DataFrame
    counties: pd.DataFrame
    nodes: pd.DataFrame
    routes: pd.DataFrame
    access: Places

    @property
    def provinces(self) -> int:
        """Number of provinces."""
        return int(self.prefectures["province"].max()) + 1


def country(counties: int, seed: int) -> Country:
    """Return a country of a number of counties, the same for the same seed."""
    random = np.random.default_rng([seed, counties])
    count = max(2, round(counties / COUNTIES_PER_PREFECTURE))
    prefectures = _prefectures(count, random)
    places = _counties(prefectures, counties, random)
    prefectures = _with_people(prefectures, places)
    nodes, access = _nodes(prefectures, places, random)
    routes = _routes(nodes, random)
    return Country(prefectures, places, nodes, routes, access)


def adcodes(land: Country) -> Any:
    """Return the code of every prefecture, shape (prefecture,)."""
    province = land.prefectures["province"]
    place = land.prefectures.groupby("province").cumcount() + 1
    return np.array([f"{11 + p:02d}{k:02d}00" for p, k in zip(province, place, strict=True)], dtype=object)


def _prefectures(count: int, random: np.random.Generator) -> pd.DataFrame:
    """Return seats on a shaken grid, in provinces, the one with the most people of each a capital."""
    side = int(np.ceil(np.sqrt(count))) + 3
    row, column = np.divmod(np.arange(side * side), side)
    x = (column + 0.5 * (row % 2) - side / 2) * SEAT_DISTANCE_KM
    y = (row - side / 2) * SEAT_DISTANCE_KM * np.sqrt(0.75)
    nearest = np.argsort(np.hypot(x, y), kind="stable")[:count]
    x, y = (axis[nearest] + random.normal(0.0, 0.15 * SEAT_DISTANCE_KM, count) for axis in (x, y))
    extent = max(float(np.abs(x).max()), SEAT_DISTANCE_KM)
    east = np.clip(0.5 + x / (2 * extent), 0.0, 1.0)
    people = PEOPLE_PER_PREFECTURE * random.lognormal(-0.25, 0.7, count) * (0.4 + 1.2 * east)
    frame = pd.DataFrame({"x": x, "y": y, "east": east, "wish": people})
    frame["province"] = _halved(x, y, max(1, round(count / PREFECTURES_PER_PROVINCE)))
    frame["capital"] = frame["wish"] == frame.groupby("province")["wish"].transform("max")
    frame["wish"] *= np.where(frame["capital"], 1.6, 1.0)
    north = 0.5 + y / (2 * extent)
    frame["wind"] = np.clip(0.6 * (1.0 - east) + 0.5 * north - 0.1 + random.normal(0.0, 0.1, count), 0.0, 1.0)
    frame["lon"], frame["lat"] = _degrees(x, y)
    return frame


def _halved(x: Numbers, y: Numbers, parts: int) -> Places:
    """Cut points into parts of about equal number, across the longer side each time."""
    label = np.zeros(len(x), dtype=np.int64)
    if parts == 1:
        return label
    axis = x if np.ptp(x) >= np.ptp(y) else y
    first = parts // 2
    order = np.argsort(axis, kind="stable")
    cut = round(len(x) * first / parts)
    for part, offset, number in ((order[:cut], 0, first), (order[cut:], first, parts - first)):
        label[part] = offset + _halved(x[part], y[part], number)
    return label


def _degrees(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    lat = CENTRE_DEG[1] + y / KM_PER_DEG
    return CENTRE_DEG[0] + x / (KM_PER_DEG * np.cos(np.radians(CENTRE_DEG[1]))), lat


def _counties(prefectures: pd.DataFrame, count: int, random: np.random.Generator) -> pd.DataFrame:
    """Return counties around their seats: the first two, or up to six of a capital, are urban districts."""
    size = _sizes(prefectures["wish"].to_numpy(), count)
    home = np.repeat(np.arange(len(prefectures)), size)
    rank = np.arange(count) - np.repeat(np.cumsum(size) - size, size)
    own = prefectures.iloc[home].reset_index(drop=True)
    districts = np.where(own["capital"], np.maximum(2, np.minimum(6, size[home] // 2)), 2)
    district = rank < districts
    far = np.where(district, random.uniform(2.0, 14.0, count), random.uniform(25.0, 85.0, count))
    far[rank == 0] = 1.0
    angle = random.uniform(0.0, 2 * np.pi, count)
    x, y = own["x"] + far * np.cos(angle), own["y"] + far * np.sin(angle)
    weight = random.lognormal(0.0, 0.5, count) * np.where(district, 1.3, 1.0)
    total = np.bincount(home, weight, minlength=len(prefectures))
    people = np.round(own["wish"].to_numpy() * weight / total[home])
    urban = np.round(
        people * np.where(district, random.uniform(0.75, 1.0, count), random.uniform(0.25, 0.6, count))
    )
    income = (4.5e4 + 5.0e4 * own["east"]) * np.where(district, 1.5, 0.8) * random.lognormal(0.0, 0.15, count)
    frame = pd.DataFrame(
        {"prefecture": home, "rank": rank, "district": district, "people": people, "urban": urban}
    )
    frame["output"] = np.round(people * income, -6)
    frame["wind"] = np.clip(own["wind"] + random.normal(0.0, 0.08, count) - 0.2 * district, 0.0, 1.0)
    frame["lon"], frame["lat"] = _degrees(x.to_numpy(), y.to_numpy())
    return frame


def _sizes(people: Numbers, count: int) -> Places:
    """Share counties out among prefectures, at least three each where there are enough, more where people are."""
    least = min(3, count // len(people))
    left = count - least * len(people)
    part = left * np.sqrt(people) / np.sqrt(people).sum()
    size = np.floor(part).astype(np.int64)
    size[np.argsort(size - part, kind="stable")[: left - int(size.sum())]] += 1
    return size + least


def _with_people(prefectures: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    sums = counties.groupby("prefecture")[["people", "urban", "output"]].sum()
    return prefectures.drop(columns="wish").join(sums)


def _nodes(
    prefectures: pd.DataFrame, counties: pd.DataFrame, random: np.random.Generator
) -> tuple[pd.DataFrame, Places]:
    """Return a node at every seat, some in far counties, four exits; and the node every county enters by."""
    seats = prefectures[["lon", "lat"]].assign(kind="trunk", prefecture=np.arange(len(prefectures)))
    remote = counties[~counties["district"]].groupby("prefecture").tail(1)
    remote = remote[random.random(len(remote)) < 0.5]
    extra = remote[["lon", "lat", "prefecture"]].assign(kind="trunk")
    width, height = np.ptp(prefectures["lon"]) / 2 + 2.5, np.ptp(prefectures["lat"]) / 2 + 2.0
    mid = (prefectures["lon"].min() + width - 2.5, prefectures["lat"].min() + height - 2.0)
    exits = pd.DataFrame({
        "lon": mid[0] + width * np.array([1.0, -1.0, 0.0, 0.0]), "lat": mid[1] + height * np.array([0.0, 0.0, 1.0, -1.0]),
        "kind": "exit", "prefecture": -1,
    })  # fmt: skip
    nodes = pd.concat([seats, extra, exits], ignore_index=True).round({"lon": 5, "lat": 5})
    seat, number = nodes["kind"] == "trunk", np.arange(len(nodes))
    nodes["node_id"] = np.where(
        seat, [f"n{place:04d}" for place in number], [f"exit-{place:04d}" for place in number]
    )
    access = counties["prefecture"].to_numpy().copy()
    for place, row in enumerate(extra.itertuples(), start=len(seats)):
        own = counties.index[counties["prefecture"] == row.prefecture].to_numpy()
        there = np.hypot(counties["lon"][own] - row.lon, counties["lat"][own] - row.lat)
        here = np.hypot(
            counties["lon"][own] - seats["lon"][row.prefecture],
            counties["lat"][own] - seats["lat"][row.prefecture],
        )
        access[own[(there < here).to_numpy()]] = place
    return nodes, access


def _routes(nodes: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return a spanning tree of the nodes, every fourth of the other neighbours as a ring."""
    lon, lat = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
    points = np.column_stack([lon * np.cos(np.radians(CENTRE_DEG[1])), lat]) * KM_PER_DEG
    corners = Delaunay(points + random.normal(0.0, 1e-6, points.shape)).simplices
    pairs = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0
    )
    km = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    graph = sparse.coo_array((km, pairs.T), shape=(len(nodes), len(nodes)))
    tree = csgraph.minimum_spanning_tree(graph).tocoo()
    inside = {tuple(sorted(pair)) for pair in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    chosen = np.array([tuple(pair) in inside for pair in pairs.tolist()])
    plain = (nodes["kind"] == "trunk").to_numpy()[pairs].all(axis=1)
    chosen |= (random.random(len(pairs)) < 0.25) & (km < 2.0 * SEAT_DISTANCE_KM) & plain
    pairs, km, plain = pairs[chosen], km[chosen], plain[chosen]
    length = np.round(np.maximum(km, 5.0) * random.uniform(1.05, 2 * DETOUR - 1.05, len(km)), 1)
    name = nodes["node_id"].to_numpy(dtype=object)
    start, end = name[pairs[:, 0]], name[pairs[:, 1]]
    frame = pd.DataFrame({"from_node": start, "to_node": end, "route_km": length})
    frame["route_id"] = frame["from_node"] + "-" + frame["to_node"]
    # one route in twenty shares its trench with another from the same node
    other = frame.groupby("from_node")["route_id"].transform("first")
    frame["corridor"] = np.where(random.random(len(frame)) < 0.05, other, frame["route_id"])
    frame["kind"] = np.where(plain, "trunk", "inter_province")
    return frame
