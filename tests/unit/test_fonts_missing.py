"""Packaged fonts that are damaged: maps and reports say which file and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capplan.atlas import fonts
from capplan.errors import RenderError
from capplan.report.document import glyphs


def forget() -> None:
    for function in (fonts._face, fonts._char_advance, fonts._characters, fonts.legible, glyphs._written):
        function.cache_clear()


@pytest.fixture
def afresh() -> Iterator[None]:
    """Nothing of fonts remembered, before and after."""
    forget()
    yield
    forget()


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize("keep", [0, 5, 3000], ids=["empty", "few bytes", "half written"])
def test_a_damaged_font_is_told_by_its_file(
    keep: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fonts.font_path("regular").read_bytes()
    broken = tmp_path / "font.ttf"
    broken.write_bytes(whole[:keep])
    monkeypatch.setattr(fonts, "font_path", lambda _weight="regular": broken)
    monkeypatch.setattr(glyphs, "font_files", lambda: [whole[:keep], whole[:keep]])
    for ask in (lambda: fonts.advance("长", 9.0), lambda: glyphs.readable("长春")):
        with pytest.raises(RenderError) as caught:
            ask()
        assert "fonts/NotoSansSC-Regular.ttf" in caught.value.text("en")
        assert caught.value.text("zh") == "字体 fonts/NotoSansSC-Regular.ttf 已损坏，请重新安装 capplan"
