"""Plans for tests of the interactive page: Toyland with everything in it, and with names that nobody should write."""

from __future__ import annotations

from functools import cache

from capplan.case import Case
from capplan.plan import Plan
from tests.support.sample_plan import SampleCertificate
from tests.support.solved import full, read_tiny
from tests.support.tiny_case import Parts

ATTACKS = (
    "</script><script>document.body.dataset.ran='yes'</script>",
    "<img src=x onerror=\"document.body.dataset.ran='yes'\">",
    "<!--<script>&lt;b&gt;\u2028" + "{lang}",
    "=1+1\n'\"`${document.title}😀𠮷" + "长" * 300,
)
"""Names that would run, break the document or break its layout if they were taken for anything but text."""


@cache
def toyland_plan() -> Plan:
    """Return the plan of Toyland with every feature on."""
    found = full()
    record = {
        "case": found.built.data.case.name,
        "status": "optimal",
        "gap": 0.0012,
        "objective_cny": found.record["objective_cny"],
        "binding": [],
    }
    return Plan(found.built.data.case, found.tables, record, SampleCertificate())


def _hostile(parts: Parts) -> None:
    for table in ("zones", "sites", "classes", "regions", "nodes"):
        for place, row in enumerate(parts.rows(table)):
            row["name_zh"] = ATTACKS[place % len(ATTACKS)]
            row["name_en"] = ATTACKS[(place + 1) % len(ATTACKS)]
    parts.study["title"] = {"zh": ATTACKS[0], "en": ATTACKS[1]}
    for technology in parts.technologies.values():
        technology["name"] = {"zh": ATTACKS[1], "en": ATTACKS[0]}


def hostile_case() -> Case:
    """Return Toyland with names that attack whoever shows them."""
    return read_tiny(_hostile)
