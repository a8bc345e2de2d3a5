"""The tables of a plan: their columns, order, types, units and headings, stated once for everyone who writes or reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from capplan.columns import Column, free_column, kind_of, typed
from capplan.errors import ModelError

__all__ = ["LATER_TABLES", "PLAN_TABLES", "Column", "PlanTable", "conform", "empty", "specified"]


@dataclass(frozen=True, slots=True)
class PlanTable:
    """One table of a plan: its name, what a row says, its columns in order and its key."""

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None where the table's specification has none."""
        return next((column for column in self.columns if column.name == name), None)

    def heading(self, lang: str) -> str:
        """Return the table's title in a language (``zh`` or ``en``)."""
        return self.zh if lang == "zh" else self.en


def _text(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    return Column(name, "string", "", zh, en, required=required)


def _integer(name: str, unit: str, zh: str, en: str, *, nullable: bool = False) -> Column:
    return Column(name, "integer", unit, zh, en, nullable=nullable)


def _number(
    name: str, unit: str, zh: str, en: str, *, nullable: bool = False, required: bool = True
) -> Column:
    return Column(name, "number", unit, zh, en, nullable=nullable, required=required)


_SITE = _text("site_id", "站点编号", "Site")
_ZONE = _text("zone_id", "需求区编号", "Zone")
_TECHNOLOGY = _text("technology", "设施类型", "Technology")
_CLASS = _text("class", "业务类别", "Service class")
_PREFECTURE = _text("prefecture_adcode", "市（州）行政区划代码", "Prefecture code")
_YEAR = _integer("year", "", "年份", "Year")
_YEAR_OR_EVERY = _integer("year", "", "年份（空为各年）", "Year (empty: every year)", nullable=True)
_MODULES = _integer("modules", "module", "模块数", "Modules")
_AMOUNT = _number("amount", "", "数量", "Amount")
_UNIT = _text("unit", "单位", "Unit")
_REGION = _text("region", "区域", "Region")
_RACKS = _number("standard_racks", "standard_rack", "标准机架", "Standard racks")
_FP16 = _number("pflops_fp16", "PFLOPS FP16", "智能算力（FP16）", "AI compute (FP16)")
_FP64 = _number("pflops_fp64", "PFLOPS FP64", "超级算力（FP64）", "Supercomputing (FP64)")
_IT_MW = _number("it_mw", "MW", "IT 功率", "IT power")
_BINDING = Column("binding", "boolean", "", "是否起约束作用", "Binds")

_TABLES = (
    PlanTable(
        "capacity",
        "在运容量",
        "Capacity in service",
        "年末在运容量，含存量；每行一个站点、设施类型和年份。",
        "What is in service at the end of the year, existing stock included: a row per site, technology and year.",
        ("site_id", "technology", "year"),
        (_SITE, _PREFECTURE, _TECHNOLOGY, _YEAR, _MODULES, _RACKS, _FP16, _FP64, _IT_MW),
    ),
    PlanTable(
        "builds",
        "建设行动",
        "Building actions",
        "当年投运、改造、退役、并入或已承诺的模块。",
        "Modules commissioned, retrofitted, retired, merged or committed in the year.",
        ("site_id", "technology", "year", "action"),
        (
            _SITE,
            _TECHNOLOGY,
            _YEAR,
            _MODULES,
            _text("action", "行动", "Action"),
            _number("capex_cny", "CNY", "投资", "Capital cost"),
        ),
    ),
    PlanTable(
        "sites",
        "站点",
        "Sites",
        "规划期末有容量的站点；每行一个站点。",
        "The sites that hold capacity in the plan: a row per site.",
        ("site_id",),
        (
            _SITE,
            _text("name_zh", "中文名称", "Chinese name"),
            _text("name_en", "英文名称", "English name"),
            _PREFECTURE,
            _ZONE,
            _number("lon", "deg", "经度", "Longitude"),
            _number("lat", "deg", "纬度", "Latitude"),
            _text("status", "状态", "Status"),
            _integer("opened_year", "", "启用年份", "Opened", nullable=True),
            _text("cooling", "制冷方式", "Cooling"),
            _number("pue", "", "负荷加权 PUE", "PUE, load-weighted", nullable=True),
            _number("connection_mva", "MVA", "接入容量（期末）", "Connection at the horizon's end"),
            _number("land_ha", "ha", "占地", "Land taken up"),
        ),
    ),
    PlanTable(
        "targets",
        "目标完成情况",
        "Targets",
        "文件所定目标、要求值与达到值；每行一个目标。",
        "The targets of the documents, what they require and what the plan achieves: a row per target.",
        ("target_id",),
        (
            _text("target_id", "目标编号", "Target"),
            _REGION,
            _text("metric", "指标", "Metric"),
            _YEAR,
            _text("relation", "关系", "Relation"),
            _text("kind", "性质", "Kind"),
            _number("required", "", "要求值", "Required"),
            _number("achieved", "", "达到值", "Achieved"),
            _number("margin", "", "余量", "Margin"),
            _BINDING,
            _text("document_id", "文件编号", "Document"),
        ),
    ),
    PlanTable(
        "service",
        "业务流向",
        "Service",
        "各需求区各类业务由哪个站点服务，经多长光缆，时延多少。",
        "Which site serves which class of which zone, over how much fibre and at what latency.",
        ("zone_id", "class", "site_id", "year"),
        (
            _ZONE,
            _CLASS,
            _SITE,
            _YEAR,
            _AMOUNT,
            _UNIT,
            _number("route_km", "km", "光缆路由长度", "Fibre route"),
            _number("latency_ms", "ms", "时延", "Latency"),
            _number(
                "latency_limit_ms", "ms", "时延上限（空为不限）", "Latency limit (empty: none)", nullable=True
            ),
        ),
    ),
    PlanTable(
        "energy",
        "用能",
        "Energy",
        "各站点各年 IT 用电、设施用电、网电、绿电与电费。",
        "Energy by site and year: IT, facility, grid and green, with its cost.",
        ("site_id", "year"),
        (
            _SITE,
            _YEAR,
            _number("it_mwh", "MWh", "IT 用电量", "IT energy"),
            _number("facility_mwh", "MWh", "设施用电量", "Facility energy"),
            _number("grid_mwh", "MWh", "网电", "Grid energy"),
            _number("green_mwh", "MWh", "绿电", "Green energy"),
            _number("green_share", "ratio", "绿电占比", "Green share", nullable=True),
            _number("cost_cny", "CNY", "电费", "Energy cost"),
        ),
    ),
    PlanTable(
        "contracts",
        "绿电合同",
        "Green contracts",
        "各年绿电合同；站点为空表示统筹。",
        "Green electricity contracts by year; an empty site means that the contract is pooled.",
        ("offer_id", "group", "site_id", "year"),
        (
            _text("site_id", "站点编号（空为统筹）", "Site (empty: pooled)"),
            _text("group", "分组", "Group"),
            _text("zone", "电源区", "Energy zone"),
            _text("type", "合同类型", "Type"),
            _YEAR,
            _number("mw", "MW", "合同容量", "Contracted power"),
            _number("mwh", "MWh", "合同电量", "Contracted energy"),
            _number(
                "price_cny_per_mwh",
                "CNY/MWh",
                "价格（直连为到户价，交易为溢价）",
                "Price (direct) or premium (grid)",
            ),
            _text("offer_id", "报价编号", "Offer"),
        ),
    ),
    PlanTable(
        "replicas",
        "灾备副本",
        "Replicas",
        "各需求区各类业务的第二副本所在站点与距离。",
        "Where the second copies of each class of each zone stand, and how far from the first.",
        ("zone_id", "class", "primary_site_id", "copy_site_id", "year"),
        (
            _ZONE,
            _CLASS,
            _text("primary_site_id", "主站点", "Primary site"),
            _text("copy_site_id", "副本站点", "Copy site"),
            _YEAR,
            _AMOUNT,
            _UNIT,
            _number("distance_km", "km", "距离", "Distance"),
            Column("route_diverse", "boolean", "", "路由是否分离", "Routes diverse"),
        ),
    ),
    PlanTable(
        "costs",
        "成本构成",
        "Costs",
        "对目标函数的贡献（折现，收入为负）；各行之和等于目标函数值。",
        "Contribution to the objective, discounted, income negative: the rows sum to the objective.",
        ("term", "year", "site_id"),
        (
            _text("term", "成本项", "Cost term"),
            _YEAR,
            _text("site_id", "站点编号（空为全局）", "Site (empty: not of one site)"),
            _number("cny", "CNY", "金额", "Cost"),
        ),
    ),
    PlanTable(
        "limits",
        "限制使用情况",
        "Limits",
        "各项上下限及其使用情况。",
        "The limits, how much of each is used and whether it binds.",
        ("limit", "region", "year"),
        (
            _text("limit", "限制", "Limit"),
            _REGION,
            _YEAR_OR_EVERY,
            _number("bound", "", "限值", "Bound"),
            _number("used", "", "已用", "Used"),
            _BINDING,
            _text("unit", "单位", "Unit", required=False),
        ),
    ),
)

PLAN_TABLES: Mapping[str, PlanTable] = MappingProxyType({table.name: table for table in _TABLES})
"""Every table that each plan has, by name, in the order in which people read them."""

_PRICES = PlanTable(
    "prices",
    "目标与限制的代价",
    "Prices of targets and limits",
    "每个目标和限制收紧或放宽后重新求解的费用之差及其区间；由 capplan why 写出。",
    "What each target and limit costs when tightened and saves when loosened, by re-solving, with an interval; written by capplan why.",
    ("input_path", "direction", "step"),
    (
        _text("kind", "类别", "Kind"),
        _text("name", "名称", "Name"),
        _REGION,
        _integer("year", "", "年份（空为多年）", "Year (empty: several)", nullable=True),
        _text("unit", "单位", "Unit"),
        _number("bound", "", "限值", "Bound"),
        _text("direction", "方向", "Direction"),
        _number("step", "ratio", "变化幅度", "Step"),
        _number("bound_new", "", "变化后的限值", "Bound after the step"),
        _number("cost_cny", "CNY", "费用之差", "Cost difference", nullable=True),
        _number("cost_low_cny", "CNY", "费用之差下限", "Cost difference, at least", nullable=True),
        _number("cost_high_cny", "CNY", "费用之差上限", "Cost difference, at most", nullable=True),
        _number("unit_price_cny", "CNY", "单价", "Price of one unit", nullable=True),
        _text("unit_price_per", "单价的单位", "Unit of the price"),
        _number("relaxation_cny", "CNY", "线性松弛之差", "Difference of the relaxations", nullable=True),
        _number("gap", "ratio", "差距", "Gap", nullable=True),
        _text("method", "方法", "Method"),
        _text("status", "结果", "Status"),
        _number("largest_step", "ratio", "可行的最大幅度", "Largest step with a plan", nullable=True),
        _BINDING,
        _text("document_id", "文件编号", "Document"),
        _text("input_path", "参数路径", "Input path"),
    ),
)

LATER_TABLES: Mapping[str, PlanTable] = MappingProxyType({_PRICES.name: _PRICES})
"""Tables that later commands add to a plan, by name: no part of what its certificate recounts."""


def specified(name: str) -> PlanTable | None:
    """Return the specification of a table that plans or later commands write, or None where it is neither."""
    return PLAN_TABLES.get(name) or LATER_TABLES.get(name)


def empty(name: str) -> pd.DataFrame:
    """Return the named table of :data:`PLAN_TABLES` with its required columns, typed, and no row.

    Parameters
    ----------
    name
        A key of :data:`PLAN_TABLES`.
    """
    columns = [column for column in PLAN_TABLES[name].columns if column.required]
    return pd.DataFrame({column.name: typed(pd.Series([], dtype="object"), column) for column in columns})


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table in the form every plan has: columns ordered and typed, rows sorted by key, index reset.

    Columns beyond the specification are kept, after the specified ones. A table that the
    specification does not know keeps its columns and is sorted by its words, years and counts.

    Parameters
    ----------
    name
        The table's name, mostly a key of :data:`PLAN_TABLES`.
    frame
        The rows, in any order.

    Raises
    ------
    ModelError
        Where a required column is missing, or a cell is empty or of the wrong type.

    Examples
    --------
    >>> rows = pd.DataFrame({"cny": [2, 1], "year": [2025, 2024], "term": "land", "site_id": ["a", None]})
    >>> conform("costs", rows).to_dict("list")
    {'term': ['land', 'land'], 'year': [2024, 2025], 'site_id': ['', 'a'], 'cny': [1.0, 2.0]}
    """
    frame = frame.reset_index(drop=True)
    table = specified(name)
    if table is None:
        return _sorted(_typed(name, frame, ()), None)
    absent = [column.name for column in table.columns if column.required and column.name not in frame.columns]
    if absent:
        message = f"plan table '{name}' lacks the column(s) {', '.join(absent)}"
        raise ModelError(message)
    known = [column for column in table.columns if column.name in frame.columns]
    return _sorted(_typed(name, frame, known), table.key)


def _typed(name: str, frame: pd.DataFrame, known: Sequence[Column]) -> pd.DataFrame:
    """Return the frame with its known columns first, in their types, and the others in the types they show."""
    columns = {column.name: column for column in known}
    others = [label for label in frame.columns if label not in columns]
    free = {str(label): _free(str(label), frame[label].infer_objects()) for label in others}
    try:
        cells = {
            label: typed(frame[label].infer_objects(), column) for label, column in (columns | free).items()
        }
    except ValueError as fault:
        message = f"plan table '{name}': {fault}"
        raise ModelError(message) from fault
    return pd.DataFrame(cells, index=frame.index)


def _free(name: str, cells: pd.Series[Any]) -> Column:
    """Return what a column must be that its table does not specify: no rows show no type, but names do."""
    if len(cells) == 0 and cells.dtype == object:
        alike = (table.column(name) for table in PLAN_TABLES.values())
        return next((column for column in alike if column is not None), free_column(name, cells))
    return free_column(name, cells)


def _sorted(frame: pd.DataFrame, key: tuple[str, ...] | None) -> pd.DataFrame:
    by = (
        list(key)
        if key
        else [name for name in frame.columns if kind_of(frame[name]) in {"string", "integer"}]
    )
    if by:
        frame = frame.sort_values(by, kind="stable")
    return frame.reset_index(drop=True)
