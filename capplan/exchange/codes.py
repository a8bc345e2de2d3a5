"""What the codes in layers and tables mean, in both languages, for programs that show a word in place of a code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from capplan.exchange.names import Names
from capplan.messages import Text

if TYPE_CHECKING:
    from capplan.case import Case

__all__ = ["OFFER_KINDS", "ZONE_KINDS", "Codes", "codes_of"]

Codes = Mapping[tuple[str, str], Mapping[str, Text]]
"""Words by code, by layer and field; an empty layer stands for every one."""

_STATUS = {
    "existing": Text(zh="既有", en="existing"),
    "retrofitted": Text(zh="改造", en="retrofitted"),
    "new": Text(zh="新建", en="new"),
    "edge": Text(zh="边缘", en="edge"),
}
ZONE_KINDS = {
    "county": Text(zh="县级单位", en="county unit"),
    "development_zone": Text(zh="开发区", en="development zone"),
    "gate": Text(zh="区外需求入口", en="gate of outside demand"),
}
_ROUTES = {
    "trunk": Text(zh="省内干线", en="trunk"),
    "inter_province": Text(zh="省际", en="to another province"),
}
OFFER_KINDS = {
    "grid_green": Text(zh="绿电交易", en="green trade through the grid"),
    "direct_line": Text(zh="绿电直连", en="direct line"),
}
_METRICS = (
    "standard_racks",
    "standard_racks_added",
    "pflops_fp16",
    "pflops_fp64",
    "edge_nodes",
    "dr_centres",
)


def codes_of(case: Case) -> Codes:
    """Return the words for the codes of a case's layers and tables.

    Parameters
    ----------
    case
        The case, for the names of technologies, cooling systems, regions and prefectures.
    """
    zh, en = (Names(case, lang) for lang in ("zh", "en"))

    def words(codes: Iterable[str], say: Callable[[Names, str], str]) -> dict[str, Text]:
        return {code: Text(zh=say(zh, code), en=say(en, code)) for code in codes}

    technologies = words(case.technologies, Names.technology)
    cooling = case.tables["cooling"]
    systems = {
        str(row.cooling_id): Text(zh=str(row.name_zh), en=str(row.name_en)) for row in cooling.itertuples()
    }
    regions = case.tables["regions"]
    prefectures = [code for code in regions.loc[regions["kind"] == "prefecture", "adcode"] if code]
    return {
        ("", "technology"): technologies,
        ("", "main_technology"): technologies,
        ("", "cooling"): systems,
        ("", "prefecture_adcode"): words(prefectures, Names.prefecture),
        ("sites", "status"): _STATUS,
        ("zones", "kind"): ZONE_KINDS,
        ("routes", "kind"): _ROUTES,
        ("contracts", "type"): OFFER_KINDS,
        ("builds", "action"): words(
            ("build", "committed", "merge", "project", "retire", "retrofit"), Names.action
        ),
        ("targets", "region"): words(regions["region_id"], Names.region),
        ("targets", "metric"): words(_METRICS, Names.metric),
        ("targets", "kind"): words(("hard", "aspirational", "priced"), Names.kind),
    }
