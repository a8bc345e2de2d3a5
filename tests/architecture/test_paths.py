"""Portability: no committed file knows the machine it was written on."""

from __future__ import annotations

import re

from tests.architecture._sources import ROOT, kept_files

# Put together from pieces, so that this file passes its own test.
HOMES = "|".join(
    ["ro" + "ot", "ho" + "me/[a-z]+", "wo" + "rk", "Us" + "ers/[A-Za-z]+", "tm" + "p/dev", "opt/wh" + "eels"]
)
MACHINE = re.compile(rf"(?<![\w.:/~-])/(?:{HOMES})/[\w.]")
BINARY = {".png", ".pdf", ".ttf", ".otf", ".mo", ".gpkg", ".xlsx", ".parquet", ".woff2", ".ico"}


def test_no_file_names_a_place_on_one_machine() -> None:
    texts = [path for path in kept_files() if path.suffix not in BINARY]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert texts
    assert found == []


def test_the_rule_sees_a_machine_path() -> None:
    assert MACHINE.search("open('{}/project/file')".format("/ro" + "ot"))
    assert not MACHINE.search("https://example.org/{}/shop".format("wo" + "rk"))
    assert not MACHINE.search("#!/usr/bin/env bash")
