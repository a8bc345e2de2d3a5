"""The page as one file: template, style, fonts, script and the plan, so put together that no text can run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from capplan import resources
from capplan._version import __version__
from capplan.errors import RenderError
from capplan.frames import plain_text
from capplan.messages import msg
from capplan.page.document import document
from capplan.page.views.service import largest
from capplan.page.words import words
from capplan.webfont import face_rules, used_characters

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["page_html"]

PLAIN = 1_200_000
"""Length of the data up to which they stand in the page as they are [byte]."""

MOST_BYTES = 2_950_000
"""Length that no page exceeds while there is anything that can be left out [byte]."""

_FIELD = re.compile(r"\{(\w+)\}")
_LICENCES = (
    "Apache ECharts (Apache-2.0), ZRender (BSD-3-Clause), tslib (0BSD), d3 (BSD-3-Clause), Noto Sans SC (OFL-1.1): "
    "the texts are in maps/page/built/LICENSES.txt and maps/fonts/OFL.txt of capplan"
)


@plain_text
def page_html(plan: Plan, lang: str) -> str:
    """Return the interactive page of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        The language in which it opens, ``zh`` or ``en``; the reader can switch.

    Raises
    ------
    RenderError
        If there is nothing to draw, or a part of the page is missing from this installation.
    """
    content = document(plan, lang)
    for bold in (True, False):
        text = _assembled(content, lang, bold=bold)
        if len(text.encode("utf-8")) <= MOST_BYTES:
            return text
    return _lighter(content, lang)


def _lighter(content: dict[str, Any], lang: str) -> str:
    """Return a page of the largest service relations only, as many as it bears; the page says how many they are."""
    text = _assembled(content, lang, bold=False)
    units = [one["unit"] for one in content["classes"]]
    service = content["views"].get("service")
    while service and len(service["pairs"]) > 1 and len(text.encode("utf-8")) > MOST_BYTES:
        service = largest(service, units, len(service["pairs"]) * 2 // 3)
        content["views"]["service"] = service
        text = _assembled(content, lang, bold=False)
    return text


def _assembled(content: dict[str, Any], lang: str, *, bold: bool) -> str:
    fonts = _fonts(content, bold=bold)
    script = _asset("built/page.js")
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    title = content["about"]["title"][0 if lang == "zh" else 1]
    parts = {
        "html_lang": "zh-CN" if lang == "zh" else "en",
        "script_hash": base64.b64encode(digest).decode("ascii"),
        "generator": f"capplan {__version__}",
        "title": escape(title),
        "fonts": fonts,
        "style": _asset("built/page.css"),
        "noscript": escape(" ".join(words()["noscript"].in_(one) for one in ("zh", "en"))),
        **_plan(safe_json(content)),
        "script": script,
        "licences": _LICENCES,
    }
    return _FIELD.sub(lambda found: parts[found.group(1)], _asset("template.html"))


def safe_json(content: object) -> str:
    r"""Return JSON that can stand in a script element: nothing in it can end the element or begin another.

    Examples
    --------
    >>> safe_json({"name": "</script><b>"})
    '{"name":"\\u003c/script\\u003e\\u003cb\\u003e"}'
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")


def _fonts(content: dict[str, Any], *, bold: bool) -> str:
    """Return the page's fonts, bold ones if they are wanted (browsers make their own of the others); where they are missing the page says so and takes those of the reader's machine."""
    try:
        return face_rules(used_characters(_texts(content)), bold=bold)
    except RenderError:
        content["about"]["fontless"] = True
        return ""


def _plan(text: str) -> dict[str, str]:
    """Return the data as they stand in the page: plain, or packed (RFC 1951, base64) where they are long."""
    whole = text.encode("utf-8")
    if len(whole) <= PLAIN:
        return {"plan": text, "plan_type": "application/json", "plan_size": ""}
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = base64.b64encode(packer.compress(whole) + packer.flush()).decode("ascii")
    return {
        "plan": packed,
        "plan_type": "application/octet-stream",
        "plan_size": f' data-size="{len(whole)}"',
    }


def _asset(name: str) -> str:
    try:
        return resources.read_text("maps", f"page/{name}")
    except OSError as fault:
        raise RenderError(
            msg("the packaged file {file} is missing: install capplan again", file=f"page/{name}")
        ) from fault


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)
