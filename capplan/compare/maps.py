"""The map of differences: laid into the later plan's tables, and drawn by the atlas as any other of its maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from capplan.atlas import Drawing, Wanted, make_maps
from capplan.atlas.base_layers import Phrase
from capplan.atlas.fonts import legible
from capplan.atlas.style import style_of
from capplan.atlas.themes.difference import AREAS, FIGURES, SITES
from capplan.compare.pairs import changed, records
from capplan.compare.sections import figure_name
from capplan.compare.wording import PairNames, figure_text, oneline, signed_money, signed_percent
from capplan.frames import plain_text
from capplan.messages import LANGUAGES, Message, msg

if TYPE_CHECKING:
    from capplan.atlas import Made
    from capplan.compare.comparison import PlanComparison
    from capplan.plan import Plan

__all__ = ["draw_differences", "mapped_plan", "told"]

STYLE = "difference"
"""The style of the map."""

_LABEL = 34


def told(pair: PlanComparison, labels: Mapping[str, str]) -> Message:
    """Return what is compared with what, and at the end of which year.

    Parameters
    ----------
    pair
        The comparison.
    labels
        What the plans are called, by ``base`` and ``other``.
    """
    before, year = pair.scope.ends
    if pair.scope.same_end:
        return msg("At the end of {year}: {other} against {base}", year=str(year), **labels)
    return msg(
        "{other} at the end of {year} against {base} at the end of {before}",
        year=str(year),
        before=str(before),
        **labels,
    )


@plain_text
def draw_differences(
    pair: PlanComparison,
    folder: Path,
    formats: Sequence[str],
    *,
    name: str = STYLE,
    langs: Sequence[str] = LANGUAGES,
) -> Made:
    """Draw what differs between two plans.

    Parameters
    ----------
    pair
        The comparison.
    folder
        Where the files go, ``<name>-<lang>.<format>``.
    formats
        Which of png, svg and pdf.
    name
        What the files are called.
    langs
        Languages.
    """
    style = style_of(STYLE)
    labels = {side: legible(oneline(getattr(pair, side).label, _LABEL)) or "–" for side in ("base", "other")}
    subtitle = told(pair, labels)
    texts = {lang: subtitle.text(lang).replace("{", "{{").replace("}", "}}") for lang in LANGUAGES}
    own = style.model_copy(update={"subtitle": Phrase(zh=texts["zh"], en=texts["en"])})
    return make_maps(mapped_plan(pair), [Drawing(name, own)], Wanted(langs=langs, formats=formats), folder)


def mapped_plan(pair: PlanComparison) -> Plan:
    """Return the later plan with the tables that the map of differences is drawn from.

    Parameters
    ----------
    pair
        The comparison.
    """
    names = {
        "it_mw_before": "before",
        "it_mw_after": "after",
        "standard_racks_difference": "racks",
        "pflops_fp16_difference": "pflops",
    }
    kept = ["site_id", "name_zh", "name_en", "lon", "lat", "change"]
    sites = changed(pair.tables, "sites").rename(columns=names)
    areas = pair.tables["areas"].rename(columns={"it_mw_difference": "difference"})
    tables = {
        SITES: sites[[*kept, *names.values()]],
        AREAS: areas[["zone_id", "difference"]],
        FIGURES: _figures(pair),
    }
    plan = pair.other.plan
    return replace(plan, tables={**plan.tables, **tables})


def _written(name: str, lang: str) -> str:
    """Return a figure's name as maps write it: units in parentheses, the first letter large."""
    name = name[:1].upper() + name[1:]
    if lang == "zh":
        return name.replace(" [", "（").replace("[", "（").replace("]", "）")
    return name.replace("[", "(").replace("]", ")")


def _figures(pair: PlanComparison) -> pd.DataFrame:
    """Return the key figures that differ, worded, and the headline."""
    rows: list[list[str]] = []
    table = changed(pair.tables, "figures")
    for row in records(table):
        if row.figure == "dual_bound" or pd.isna(row.difference):
            continue
        cells: list[str] = [f"{len(rows):02d}-{row.figure}"]
        for lang in LANGUAGES:
            name = _written(figure_name(str(row.figure), PairNames(pair, lang), lang), lang)
            values = (figure_text(str(row.figure), value, lang) for value in (row.before, row.after))
            difference = figure_text(str(row.figure), row.difference, lang, difference=True, like=row.after)
            cells += [name, *values, difference]
        rows.append(cells)
    share = signed_percent(pair.difference / abs(pair.base.cost) if pair.base.cost else None, 2)
    head = ["headline"]
    for lang in LANGUAGES:
        cost = signed_money(pair.difference, lang)
        head += [msg("Cost {difference} ({share})", difference=cost, share=share).text(lang), "", "", ""]
    columns = [f"{name}_{lang}" for lang in LANGUAGES for name in ("name", "before", "after", "difference")]
    return pd.DataFrame([head, *rows], columns=["key", *columns])
