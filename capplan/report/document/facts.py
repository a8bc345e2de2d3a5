"""The plan as the report reads it: every figure is taken from a table by its origin, and written by one of a few rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capplan.partial import MissingTable, table_file
from capplan.report.document.blocks import Figure
from capplan.report.document.origins import Condition, Origin, Source, Total
from capplan.report.document.words import Words
from capplan.report.names import Names
from capplan.report.numbers import amount, money, money_in_large_units, money_scale, money_unit, percent

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["Facts", "table"]


def table(name: str, column: str, how: Any = "sum", *where: Condition, **more: str) -> Source:
    """Return a source in a table of the plan."""
    return Source(f"tables/{name}.csv", column, how, where, **more)


class Facts:
    """Figures of one plan in one language.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        ``zh`` or ``en``.

    Attributes
    ----------
    lacked
        Missing files that were asked for so far.
    """

    def __init__(self, plan: Plan, lang: str) -> None:
        self.plan, self.lang = plan, lang
        self.case, self.names, self._words = plan.case, Names(plan.case, lang), Words(lang)
        self.lacked: dict[str, None] = {}
        self.years = [int(year) for year in plan.case.study.periods]
        self.last = self.years[-1]
        self.certificate = plan.certificate.to_json()
        self._frames: dict[str, pd.DataFrame] = {}
        self._masks: dict[tuple[str, Condition], NDArray[np.bool_]] = {}

    def hold(self, file: str, frame: pd.DataFrame) -> None:
        """Take a table that stands in no file of the plan folder, under a name of its own."""
        self._frames[file] = frame

    def frame(self, file: str) -> pd.DataFrame:
        """Return a table by its file; without rows where the plan has none.

        Raises
        ------
        MissingTable
            If the plan has one, and it is missing from its folder; `lacked` then names the file.
        """
        if file not in self._frames:
            try:
                self._frames[file] = self._read(file)
            except MissingTable as fault:
                self.lacked[table_file(fault.name)] = None
                raise
        return self._frames[file]

    def rows(self, name: str, *where: Condition) -> pd.DataFrame:
        """Return rows of a table of the plan."""
        return self._chosen(f"tables/{name}.csv", where)

    def value(self, origin: Origin) -> float | None:
        """Return what an origin amounts to, in the unit of its table; None where there is nothing."""
        if isinstance(origin, Source):
            return self._of_source(origin)
        if isinstance(origin, Total):
            values = [(factor, self._of_source(part)) for factor, part in origin.parts]
            return sum(factor * value for factor, value in values if value is not None)
        part, whole = self.value(origin.part), self.value(origin.whole)
        return None if part is None or not whole else part / whole

    def number(self, origin: Origin, digits: int = 0, *, unit: str = "", scale: float = 1.0) -> Figure:
        """Return a number with thousands apart."""
        value, lacks = self._known(origin)
        text = amount(None if value is None else value * scale, digits)
        return self._figure(text, value, scale, unit, origin, lacks)

    def emissions(self, origin: Origin) -> Figure:
        """Return tonnes in the unit that is read in a language: ten thousand tonnes in Chinese, kilotonnes in English."""
        if self.lang == "zh":
            return self.number(origin, 1, unit="万吨", scale=1e-4)
        return self.number(origin, 0, unit="kt", scale=1e-3)

    def short(self, origin: Origin) -> Figure:
        """Return a number with three digits that count."""
        value, lacks = self._known(origin)
        digits = 0 if not value else 2 - math.floor(math.log10(abs(value)))
        text = amount(None if value is None else round(value, digits), max(0, digits))
        return self._figure(text, value, 1.0, "", origin, lacks)

    def tiny(self, origin: Origin) -> Figure:
        """Return a number that may be very small, with a power of ten."""
        value, lacks = self._known(origin)
        text = amount(value) if not value else f"{value:.1e}"
        return self._figure(text, value, 1.0, "", origin, lacks)

    def percent(self, origin: Origin, digits: int = 1) -> Figure:
        """Return a ratio in per cent."""
        value, lacks = self._known(origin)
        return self._figure(percent(value, digits), value, 100.0, "%", origin, lacks)

    def money(self, origin: Origin) -> Figure:
        """Return money with the unit that suits its size."""
        value, lacks = self._known(origin)
        text = money(value, self.lang)
        scale, unit = _money_scale(text)
        return self._figure(text, value, scale, unit, origin, lacks)

    @property
    def large_unit(self) -> str:
        """The unit of money in tables: that which suits what the plan costs."""
        return money_unit(self.lang, self._whole)

    @property
    def _whole(self) -> float | None:
        cost = self.plan.record.get("objective_cny")
        return None if cost is None else float(cost)

    def large_money(self, origin: Origin, digits: int = 3) -> Figure:
        """Return money as a bare number in `large_unit`."""
        value, lacks = self._known(origin)
        text, scale = (
            money_in_large_units(value, self.lang, digits, self._whole),
            money_scale(self.lang, self._whole),
        )
        return self._figure(text, value, 1.0 / scale, self.large_unit, origin, lacks)

    def plain_money(self, origin: Origin) -> Figure:
        """Return money as a bare number in the unit that suits its size, which the figure names."""
        value, lacks = self._known(origin)
        zh, size = self.lang == "zh", abs(value or 0.0)
        large, medium = ((1e8, "亿元"), (1e4, "万元")) if zh else ((1e9, "CNY bn"), (1e6, "CNY million"))
        unit, name = (
            large if size >= large[0] else medium if size >= medium[0] / 10 else (1.0, "元" if zh else "CNY")
        )
        text = amount(None if value is None else value / unit, 0 if unit == 1.0 and size >= 100 else 2)  # noqa: PLR2004
        return self._figure(text, value, 1.0 / unit, name, origin, lacks)

    def _known(self, origin: Origin) -> tuple[float | None, str]:
        """Return what an origin amounts to, and the missing table without which nobody knows."""
        try:
            return self.value(origin), ""
        except MissingTable as fault:
            return None, fault.name

    def _figure(
        self, text: str, value: float | None, scale: float, unit: str, origin: Origin, lacks: str
    ) -> Figure:
        return Figure(self._words("lacking") if lacks else text, value, scale, unit, origin, lacks)

    def key(self, name: str) -> Source:
        """Return the source of a key figure."""
        return Source("plan.json", f"key_figures.{name}")

    def has(self, name: str) -> bool:
        """Return whether a table of the plan has rows."""
        return not self.frame(f"tables/{name}.csv").empty

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Kind of each technology by its id."""
        return {name: str(technology.kind) for name, technology in self.case.technologies.items()}

    @cached_property
    def prefectures(self) -> list[str]:
        """Codes of the prefectures in which sites stand, those with most IT power first."""
        held = self.rows("capacity", ("year", "=", self.last))
        power = held.groupby("prefecture_adcode")["it_mw"].sum()
        return [str(code) for code in power.sort_values(ascending=False, kind="stable").index]

    def _read(self, file: str) -> pd.DataFrame:
        path, _, inner = file.partition("#")
        if file == "recount":
            return pd.DataFrame()
        if file == "case/data/*.csv":
            parts = [self.case.table(name) for name in self.case.tables]
            return pd.concat(
                [part[["confidence"]] for part in parts if "confidence" in part], ignore_index=True
            )
        if inner:
            rows = _inside(self._document(path), inner)
            listed = pd.DataFrame(rows if isinstance(rows, list) else [])
            return listed.assign(place=range(len(listed)))
        folder, _, name = path.rpartition("/")
        name = name.removesuffix(".csv")
        if folder == "tables":
            frame = self.plan.tables.get(name)
            return pd.DataFrame() if frame is None else frame
        return self.case.table(name)

    def _document(self, path: str) -> Any:
        if path == "plan.json":
            return self.plan.record
        if path == "certificate.json":
            return self.certificate
        if path == "case/study.yaml":
            return self.case.study.model_dump()
        technology = self.case.technologies[path.rpartition("/")[2].removesuffix(".yaml")]
        return technology.model_dump()

    def _of_source(self, source: Source) -> float | None:
        if source.file.endswith((".json", ".yaml")):
            return _number(_inside(self._document(source.file), source.column))
        frame = self._chosen(source.file, source.where)
        if source.how == "rows":
            return float(len(frame))
        if source.column not in frame.columns:
            return 0.0 if source.how in ("sum", "distinct") else None
        if source.how == "distinct":
            return float(frame[source.column].nunique())
        values = pd.to_numeric(frame[source.column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        if source.times:
            values = values * self._factors(frame["technology"], source.times)
        return _summary(values, frame, source)

    def _factors(self, technologies: pd.Series, field: str) -> NDArray[np.float64]:
        held = {name: float(getattr(item, field).value) for name, item in self.case.technologies.items()}
        return np.array([held.get(str(name), 0.0) for name in technologies], dtype=np.float64)

    def _chosen(self, file: str, where: tuple[Condition, ...]) -> pd.DataFrame:
        frame = self.frame(file)
        if not where or frame.empty:
            return frame
        mask = np.ones(len(frame), dtype=bool)
        for condition in where:
            key = (file, condition)
            if key not in self._masks:
                self._masks[key] = self._holds(frame, condition)
            mask &= self._masks[key]
        return frame[mask]

    def _holds(self, frame: pd.DataFrame, condition: Condition) -> NDArray[np.bool_]:
        column, operator, value = condition
        if operator != "within" or not isinstance(value, tuple):
            return _holds(frame[column], operator, value)
        area, name = str(value[0]), str(value[1])
        key = "zone_id" if column == "zone_id" else "site_id"
        places = self.case.table("zones" if column == "zone_id" else "sites")
        areas = dict(zip(places[key].astype(str), places[area].astype(str), strict=True))
        return np.array([areas.get(str(cell)) == name for cell in frame[column]], dtype=np.bool_)


def _summary(values: NDArray[np.float64], frame: pd.DataFrame, source: Source) -> float | None:
    known = ~np.isnan(values)
    if source.how == "sum":
        return float(values[known].sum())
    if not known.any():
        return None
    if source.how == "mean":
        weights = frame[source.weight].to_numpy(dtype=float) if source.weight else np.ones(len(values))
        total = float(weights[known].sum())
        return float((values * weights)[known].sum()) / total if total else None
    if source.how in ("max", "min"):
        return float(values[known].max() if source.how == "max" else values[known].min())
    return float(values[known][0])


def _holds(column: pd.Series, operator: str, value: Any) -> NDArray[np.bool_]:
    if operator in ("blank", "filled"):
        empty = column.isna() | (column.astype(str) == "")
        return np.asarray(empty if operator == "blank" else ~empty, dtype=bool)
    if operator in ("in", "not in"):
        inside = np.asarray(column.isin(list(value)), dtype=bool)
        return inside if operator == "in" else ~inside
    if operator == "text":
        return np.asarray(column.astype(str) == value, dtype=bool)
    if operator == ">":
        return np.asarray(pd.to_numeric(column) > value, dtype=bool)
    if operator == "<=":
        return np.asarray(pd.to_numeric(column) <= value, dtype=bool)
    same = np.asarray((column == value).fillna(value=False), dtype=bool)
    return same if operator == "=" else ~same


def _inside(document: Any, key: str) -> Any:
    """Return what stands under a dotted key; keys may be numbers of a list."""
    found = document
    for part in key.split("."):
        if isinstance(found, Mapping):
            found = found.get(part, found.get(int(part)) if part.isdigit() else None)
        elif isinstance(found, list | tuple) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _money_scale(text: str) -> tuple[float, str]:
    for unit, scale in (("亿元", 1e-8), ("万元", 1e-4), ("bn", 1e-9), ("million", 1e-6)):
        if text.endswith(unit):
            return scale, unit if unit.endswith("元") else f"CNY {unit}"
    return 1.0, "元" if text.endswith("元") else "CNY"
