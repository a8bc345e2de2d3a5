"""A comparison as a page: one file without script that opens from disk, prints, and asks the network for nothing."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from html import escape

import pandas as pd
from PIL import Image

from capplan import resources
from capplan._version import __version__
from capplan.compare.attribution import ALONE
from capplan.compare.charts import Bar, bars
from capplan.compare.comparison import Comparison, PlanComparison
from capplan.compare.input_names import group_name
from capplan.compare.pairs import changed, records
from capplan.compare.sections import figure_name, overview, pair_sections
from capplan.compare.wording import (
    MOST,
    PairNames,
    figure_text,
    in_one_unit,
    oneline,
    signed_money,
    signed_percent,
)
from capplan.errors import RenderError
from capplan.messages import msg
from capplan.report.sections import Grid, Section
from capplan.webfont import face_rules, lacking, used_characters

__all__ = ["page_html"]

_FIELD = re.compile(r"\{(\w+)\}")
_MOST = 80
_CARDS = ("standard_racks", "pflops_fp16", "peak_mw", "green_share", "capex_cny")
_FEW = 5
"""Columns that a phone has room for."""

_TERMS = 14
_SMALL, _QUALITY = 1700, 85
"""Width [pixels] and quality of a map where several stand on one page."""


def page_html(comparison: Comparison, lang: str, maps: Mapping[str, bytes]) -> str:
    """Return the page of a comparison.

    Parameters
    ----------
    comparison
        The comparison.
    lang
        ``zh`` or ``en``.
    maps
        Maps of differences as PNG, by the label of the plan.

    Raises
    ------
    RenderError
        If a packaged file is missing.
    """
    title = _title(comparison, lang)
    body = "".join(
        _pair(pair, lang, place if len(comparison.pairs) > 1 else 0, maps.get(pair.other.label))
        for place, pair in enumerate(comparison.pairs, start=1)
    )
    if len(comparison.pairs) > 1:
        body = _grid_card(overview(comparison, lang)) + body
    footer = msg(
        "capplan {version}; every figure stands in tables/ and compare.json beside this page.",
        version=__version__,
    )
    without = lacking()
    parts = {
        "html_lang": "zh-CN" if lang == "zh" else "en",
        "generator": f"capplan {__version__}",
        "title": escape(title),
        "links": _links(comparison, lang),
        "body": body,
        "footer": escape(" ".join(told.text(lang) for told in (footer, without) if told is not None)),
        "style": _asset("page.css"),
    }
    told = re.sub(r"<[^>]*>|base64,[A-Za-z0-9+/=]+", " ", f"{title}{body}{parts['links']}{parts['footer']}")
    parts["fonts"] = "" if without is not None else face_rules(used_characters([told]))
    page = _FIELD.sub(lambda found: parts[found.group(1)], _asset("page.html"))
    return page.encode("utf-8", "replace").decode("utf-8")


def _asset(name: str) -> str:
    try:
        return resources.read_text("maps", f"compare/{name}")
    except OSError as fault:
        raise RenderError(
            msg("the packaged file {file} is missing: install capplan again", file=f"compare/{name}")
        ) from fault


def _title(comparison: Comparison, lang: str) -> str:
    if len(comparison.pairs) == 1:
        pair = comparison.pairs[0]
        base, other = oneline(pair.base.label), oneline(pair.other.label)
        return msg("Comparison of plans: {other} against {base}", other=other, base=base).text(lang)
    return msg(
        "Comparison of {count} plans against {base}",
        count=len(comparison.pairs),
        base=oneline(comparison.base.label),
    ).text(lang)


def _links(comparison: Comparison, lang: str) -> str:
    found = []
    if len(comparison.pairs) > 1:
        found = [
            f'<a href="#plan-{place}">{escape(oneline(pair.other.label, 24))}</a>'
            for place, pair in enumerate(comparison.pairs, start=1)
        ]
    other = "en" if lang == "zh" else "zh"
    name = {"en": "English", "zh": "中文"}[other]
    return " ".join([*found, f'<a href="compare-{other}.html" lang="{other}">{name}</a>'])


def _pair(pair: PlanComparison, lang: str, place: int, picture: bytes | None) -> str:
    first, *others = pair_sections(pair, lang, MOST if place else _MOST)
    said = "".join(f"<p>{escape(line)}</p>" for line in first.lines)
    heading = f"<h2>{escape(first.title)}</h2>" if place else ""
    parts = [
        f'<section id="plan-{place}">{heading}<div class="said">{said}</div>',
        "" if pair.same_plan else _cards(pair, lang),
        _picture(pair, lang, picture, small=bool(place)),
    ]
    parts += [_grid_card(section, _chart(section, pair, lang)) for section in others]
    return "".join([*parts, "</section>"])


def _cards(pair: PlanComparison, lang: str) -> str:
    table = {str(row.figure): row for row in records(pair.tables["figures"]) if not pd.isna(row.difference)}
    share = pair.difference / abs(pair.base.cost) if pair.base.cost else None
    cost = msg("net present cost").text(lang)
    cells = [_card(cost, signed_money(pair.difference, lang), signed_percent(share, 2), pair.difference)]
    names = PairNames(pair, lang)
    for name in (name for name in _CARDS if name in table):
        row = table[name]
        text = figure_text(name, row.difference, lang, difference=True, like=row.after)
        values = [figure_text(name, value, lang) for value in (row.before, row.after)]
        cells.append(_card(figure_name(name, names, lang), text, " → ".join(values), row.difference))
    sites = changed(pair.tables, "sites")
    if len(sites):
        counts = sites["change"].value_counts()
        text = f"+{counts.get('gained', 0)} / -{counts.get('lost', 0)}"
        cells.append(_card(msg("sites gained / lost").text(lang), text, "", 0.0))
    return f'<dl class="cards">{"".join(cells)}</dl>'


def _card(name: str, text: str, under: str, value: float) -> str:
    told = any(char in "123456789" for char in text)
    kind = "" if not told or not value else "more" if value > 0.0 else "less"
    small = f"<small>{escape(under)}</small>" if under else ""
    return f'<div><dt>{escape(name)}</dt><dd class="{kind}">{escape(text)}{small}</dd></div>'


def _picture(pair: PlanComparison, lang: str, picture: bytes | None, *, small: bool) -> str:
    if picture is None:
        return ""
    text = msg(
        "Map of differences: {other} against {base}",
        other=oneline(pair.other.label),
        base=oneline(pair.base.label),
    )
    kind = "webp" if small else "png"
    content = base64.b64encode(_small(picture) if small else picture).decode("ascii")
    alt = escape(text.text(lang))
    return (
        f'<div class="card"><figure><img alt="{alt}" src="data:image/{kind};base64,{content}"></figure></div>'
    )


def _small(picture: bytes) -> bytes:
    """Return a map as a page of many plans shows it: it would be ten times as large otherwise; maps/ has it whole."""
    with Image.open(io.BytesIO(picture)) as drawn:
        size = (_SMALL, max(round(_SMALL * drawn.height / drawn.width), 1))
        found = io.BytesIO()
        drawn.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(found, "WEBP", quality=_QUALITY)
    return found.getvalue()


def _chart(section: Section, pair: PlanComparison, lang: str) -> str:
    """Return the chart of a section that has one: cost by term, and effects with their intervals."""
    if section.title == msg("What each input change does to the cost").text(lang):
        return _effects(pair, lang, section.title)
    if section.grid is not None and section.grid.total:
        return _terms(pair, lang, section.title)
    return ""


def _terms(pair: PlanComparison, lang: str, title: str) -> str:
    sums = pair.costs.groupby("term")["cny_difference"].sum()
    sums = sums[sums.abs() >= 1.0]
    sums = sums.reindex(sums.abs().sort_values(ascending=False, kind="stable").index)[:_TERMS]
    names = PairNames(pair, lang)
    texts, unit = in_one_unit([float(cny) for cny in sums], lang)
    rows = [
        Bar(names.of("term", str(term)), float(cny), text)
        for (term, cny), text in zip(sums.items(), texts, strict=True)
    ]
    return _captioned(bars(rows, title), unit, lang)


def _captioned(chart: str, unit: str, lang: str) -> str:
    """Return a chart with what its bars are and in which unit, above it."""
    told = msg("difference: after less before [{unit}]", unit=unit).text(lang)
    return f"<figcaption>{escape(told)}</figcaption>{chart}" if chart else ""


def _effects(pair: PlanComparison, lang: str, title: str) -> str:
    found, names = pair.attribution, PairNames(pair, lang)
    if found is None:
        return ""
    known = [effect for effect in found.of_mode(ALONE) if effect.known]
    texts, unit = in_one_unit([effect.cost for effect in known], lang)
    rows = [
        Bar(group_name(effect.group, names), effect.cost, text, *effect.interval, even=not effect.certain)
        for effect, text in zip(known, texts, strict=True)
    ]
    return _captioned(bars(rows, title), unit, lang)


def _grid_card(section: Section, chart: str = "") -> str:
    figure = f'<figure class="chart">{chart}</figure>' if chart else ""
    table = "" if section.grid is None else _table(section.grid)
    lines = "".join(f'<p class="note">{escape(line)}</p>' for line in section.lines)
    return f'<div class="card"><h3>{escape(section.title)}</h3>{figure}{table}{lines}</div>'


def _table(grid: Grid) -> str:
    def cell(tag: str, text: str, *, numeric: bool) -> str:
        kind = ' class="num"' if numeric else ""
        return f"<{tag}{kind}>{escape(text)}</{tag}>"

    pairs = list(zip(grid.headings, grid.numeric, strict=True))
    head = "".join(cell("th", text, numeric=numeric) for text, numeric in pairs)
    rows = []
    for place, row in enumerate(grid.rows):
        cells = "".join(
            cell("td", text, numeric=numeric) for text, numeric in zip(row, grid.numeric, strict=True)
        )
        total = ' class="total"' if grid.total and place == len(grid.rows) - 1 else ""
        rows.append(f"<tr{total}>{cells}</tr>")
    kind = ' class="many"' if len(pairs) > _FEW else ""
    body = "".join(rows)
    return f'<div class="wide"><table{kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
