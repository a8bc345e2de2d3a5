"""Headings of tables, layers and columns in Chinese and English, for people who open our files in other programs."""

from __future__ import annotations

from types import MappingProxyType

from capplan.plan_tables import PLAN_TABLES, Column, specified

__all__ = ["SIGNS", "about", "heading"]

SIGNS = {">=": "≥", "<=": "≤"}
"""How relations are written for people."""

_EXTRA = MappingProxyType(
    {
        "zones": ("需求区", "Zones"),
        "routes": ("光缆路由", "Fibre routes"),
        "standard_racks": ("标准机架", "Standard racks"),
        "pflops_fp16": ("智能算力 [PFLOPS FP16]", "AI compute [PFLOPS FP16]"),
        "pflops_fp64": ("超级算力 [PFLOPS FP64]", "Supercomputing [PFLOPS FP64]"),
        "it_mw": ("IT 功率 [MW]", "IT power [MW]"),
        "main_technology": ("主要设施类型", "Main technology"),
        "mean_latency_ms": ("平均时延 [ms]", "Mean latency [ms]"),
        "kind": ("类别", "Kind"),
        "population": ("常住人口 [person]", "Population [person]"),
        "urban_population": ("城镇人口 [person]", "Urban population [person]"),
        "output_cny": ("地区生产总值 [CNY/yr]", "Output [CNY/yr]"),
        "route_id": ("路由编号", "Route"),
        "from_node": ("起点", "From"),
        "to_node": ("终点", "To"),
        "corridor": ("管道走廊", "Corridor"),
        "unit": ("单位", "Unit"),
        "hosting": ("承载业务", "Hosting"),
        "copies": ("是否副本", "Copies"),
        "campuses": ("新园区", "New campuses"),
        "connections": ("供电接入", "Connections"),
        "steps": ("接入级数", "Connection steps"),
        "line": ("新建线路数", "Lines"),
        "capacity_mva": ("接入能力 [MVA]", "Connection built [MVA]"),
        "contracted_mva": ("合同容量 [MVA]", "Connection contracted [MVA]"),
        "voltage_kv": ("电压等级 [kV]", "Voltage [kV]"),
        "funding": ("资金账户", "Funding"),
        "payments": ("资金用途", "Payments"),
        "account_id": ("账户", "Account"),
        "limit_cny": ("额度 [CNY]", "Limit [CNY]"),
        "draw_cny": ("使用额 [CNY]", "Drawn [CNY]"),
        "coverage": ("边缘覆盖", "Edge coverage"),
        "covered": ("已覆盖 [ratio]", "Covered [ratio]"),
        "retrofits": ("机房改造", "Retrofits"),
        "projects": ("已公布项目", "Announced projects"),
        "project_id": ("项目编号", "Project"),
        "first_year": ("最早投运年份", "First year possible"),
        "taken_year": ("纳入规划年份", "Taken from"),
        "old": ("改造前", "Before"),
        "new": ("改造后", "After"),
        "offer_id": ("绿电报价编号", "Energy offer"),
        "trunk_km": ("干线长度 [km]", "Trunk route [km]"),
        "direct_mwh": ("绿电直连电量 [MWh]", "Direct-line energy [MWh]"),
        "water_m3": ("耗水量 [m3]", "Water [m3]"),
        "emissions_t": ("碳排放 [t]", "Emissions [t]"),
        "grid_node": ("变电站", "Grid node"),
        "grid_nodes": ("变电站", "Substations"),
        "areas": ("行政区", "Areas"),
        "adcode": ("行政区划代码", "Adcode"),
        "sites": ("站点数", "Sites"),
        "headroom_mva": ("可开放容量 [MVA]", "Headroom [MVA]"),
        "note": ("备注", "Note"),
        "source": ("来源", "Source"),
    }
)


_ABOUT = MappingProxyType(
    {
        "campuses": ("当年启用的新园区。", "Campuses opened in the year."),
        "connections": (
            "各站点各年的供电接入：级数、线路与合同容量。",
            "Connections by site and year: steps, lines and contracted capacity.",
        ),
        "coverage": ("各需求区各年的边缘覆盖情况。", "Edge coverage of every zone, by year."),
        "funding": ("各资金账户各年的额度与使用额。", "What each account may pay and pays, by year."),
        "hosting": (
            "各站点各类设施承载的业务量，含副本。",
            "What halls of each site and technology host, copies included.",
        ),
        "payments": ("各账户支付的投资。", "Capital that each account pays."),
        "projects": ("采纳或放弃的已公布项目。", "Announced projects, taken or left."),
        "retrofits": ("由一种机房改造为另一种的模块。", "Modules converted from one technology to another."),
        "zones": ("需求区及其期末获得的服务。", "Zones with what they are served at the end of the horizon."),
        "routes": (
            "光缆路由，按节点间直线绘制；route_km 为实际长度。",
            "Fibre routes, drawn straight between nodes; route_km is their real length.",
        ),
        "grid_nodes": (
            "变电站、可开放容量及期末合同接入容量。",
            "Substations, their headroom, and the connections contracted at the end of the horizon.",
        ),
        "areas": (
            "行政区及其中期末在运的站点与容量。",
            "Areas with the sites and capacity in service in each at the end of the horizon.",
        ),
    }
)


def about(name: str, lang: str) -> str:
    """Return what a row of a table or layer says; empty where nothing is known of it.

    Parameters
    ----------
    name
        A table of a plan or a layer.
    lang
        ``zh`` or ``en``.
    """
    known = specified(name)
    zh, en = (known.about_zh, known.about_en) if known else _ABOUT.get(name, ("", ""))
    return zh if lang == "zh" else en


def heading(table: str, column: str | None, lang: str) -> str:
    """Return the heading of a column, or the title of a table or layer where no column is named.

    Parameters
    ----------
    table
        A table of a plan or a layer.
    column
        One of its columns, or None.
    lang
        ``zh`` or ``en``.

    Examples
    --------
    >>> heading("sites", "lon", "zh")
    '经度 [deg]'
    >>> heading("notes", "anything_else", "en")
    'anything_else'
    """
    known = specified(table)
    if column is None:
        return known.heading(lang) if known else _extra(table, lang)
    own = known.column(column) if known else None
    if own is None and column not in _EXTRA:
        own = _of_any_table(column)
    return own.heading(lang) if own else _extra(column, lang)


def _extra(name: str, lang: str) -> str:
    zh, en = _EXTRA.get(name, (name, name))
    return zh if lang == "zh" else en


def _of_any_table(column: str) -> Column | None:
    return next(
        (found for table in PLAN_TABLES.values() if (found := table.column(column)) is not None), None
    )
