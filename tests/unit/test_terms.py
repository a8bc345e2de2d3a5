"""One Chinese word for one thing, wherever a planner reads Chinese: see docs/nomenclature.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = (
    "README.zh.md",
    "capplan/locale/zh/LC_MESSAGES/capplan.po",
    "capplan/locale/zh/inputs.yaml",
    "capplan/plan_tables.py",
    "capplan/exchange/*.py",
    "capplan/features/*.py",
    "maps/*/*.yaml",
    "models/*/*.yaml",
    "docs/*.md",
)
OTHERS = {
    "算例": "案例 (case)",
    "规划文件夹": "方案文件夹 (plan folder)",
    "没有找到规划": "没有找到方案 (plan)",
    "机柜": "机架 (rack)",
    "延迟": "时延 (latency)",
    "场景": "情景 (scenario)",
    "绿电比例": "绿电占比 (green share)",
    "直供": "绿电直连 (direct line)",
    "地市": "市（州） (prefecture)",
    "市州": "市（州） (prefecture)",
    "出口网关": "区外需求入口 (gate)",
    "可接入余量": "可开放容量 (headroom)",
    "验证证书": "核验证明 (certificate)",
    "校核": "核验 (verify)",
    "目标与约束": "目标与限制 (targets and limits)",
    "目标和约束": "目标和限制 (targets and limits)",
    "目标和限值": "目标和限制 (targets and limits)",
    "备份": "副本 (replica)",
}
"""Words that are not used, and those that are."""


@pytest.mark.parametrize("pattern", TEXTS)
def test_a_thing_has_one_chinese_word(pattern: str) -> None:
    files = sorted(ROOT.glob(pattern))
    assert files
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{number}": (word, OTHERS[word])
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word in re.findall("|".join(OTHERS), line)
    }
    assert found == {}
