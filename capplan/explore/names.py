"""Names of the data, in both languages: places, classes, technologies, and what is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.exchange.names import Names as Places
from capplan.explore.wording import units
from capplan.messages import Message, Text

if TYPE_CHECKING:
    from capplan.build import Built

__all__ = ["Names"]

NAMED = {"zones": "zone_id", "sites": "site_id", "grid_nodes": "grid_node", "regions": "region_id"}
"""Tables with Chinese and English names, and their keys; what a later one names hides an earlier one."""


class Names:
    """Names of a case's data."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.texts: dict[str, Text] = {}
        for table, key in NAMED.items():
            frame = built.case.table(table)
            rows = zip(frame[key], frame["name_zh"], frame["name_en"], strict=True)
            self.texts |= {str(name): Text(zh=str(zh), en=str(en)) for name, zh, en in rows}
        self.texts |= {
            name: Text(zh=each.name.zh, en=each.name.en) for name, each in built.case.technologies.items()
        }
        self._places = {lang: Places(built.case, lang) for lang in ("zh", "en")}
        self.homes = self._homes()
        classes = built.case.table("classes")
        self.classes = {
            str(name): Text(zh=str(zh), en=str(en))
            for name, zh, en in zip(classes["class_id"], classes["name_zh"], classes["name_en"], strict=True)
        }

    def text(self, identifier: str) -> Text:
        """Return the name that stands for an id, or the id; offers of green electricity are called what they are."""
        known = self.texts.get(identifier)
        return known or Text(zh=self._places["zh"].place(identifier), en=self._places["en"].place(identifier))

    def whole(self) -> Text:
        """Return of what the shares of prefectures are taken."""
        given = self.built.case.study.features.get("shares", {})
        metric = str(given.get("metric", "standard_racks"))
        known: Message | Text | None = units().get(metric)
        return self.text(metric) if known is None else Text(zh=known.in_("zh"), en=known.in_("en"))

    def prefecture(self, identifier: str) -> str:
        """Return the prefecture, by its region id, of a site, a zone or a substation; what is none of these is itself."""
        return self.homes.get(identifier, identifier)

    def _homes(self) -> dict[str, str]:
        table = self.built.case.table
        regions = table("regions")
        kept = regions[(regions["kind"] == "prefecture") & (regions["adcode"].astype(str) != "")]
        known = dict(zip(kept["adcode"].astype(str), kept["region_id"].astype(str), strict=True))
        found: dict[str, str] = {}
        for name, key in (("zones", "zone_id"), ("sites", "grid_node"), ("sites", "site_id")):
            frame = table(name)
            pairs = zip(frame[key].astype(str), frame["prefecture_adcode"].astype(str), strict=True)
            found |= {place: known[code] for place, code in pairs if code in known}
        return found
