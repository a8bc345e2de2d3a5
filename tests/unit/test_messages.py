"""Messages: templates with fields, translated when shown."""

from __future__ import annotations

import pytest

from capplan import messages
from capplan.messages import Message, Text, Translatable, msg
from capplan.spacing import filled, run_on


class _Chinese:
    def gettext(self, template: str) -> str:
        return {"{count} zones": "{count} 个区", "{what} is missing": "缺少{what}", "bad": "坏{oops}"}.get(
            template, template
        )


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_catalogue", lambda _: _Chinese())


def test_fields_are_filled_in_and_english_is_the_default() -> None:
    message = msg("{count:,} zones of {name}", count=2900, name=Text(zh="吉林", en="Jilin"))
    assert str(message) == message.text("en") == "2,900 zones of Jilin"
    assert message.params["count"] == 2900


@pytest.mark.usefixtures("chinese")
def test_chinese_translates_the_template_and_every_field_that_can() -> None:
    assert msg("{count} zones", count=69).text("zh") == "69 个区"
    inner = msg("{what} is missing", what=msg("{count} zones", count=1))
    assert inner.text("zh") == "缺少 1 个区"
    assert inner.text("en") == "1 zones is missing"


@pytest.mark.usefixtures("chinese")
def test_a_translation_with_a_wrong_field_falls_back_to_english() -> None:
    assert msg("bad").text("zh") == "bad"


def test_a_template_whose_field_is_not_given_is_shown_as_it_is() -> None:
    assert msg("{what} is missing").text() == "{what} is missing"


@pytest.mark.parametrize(("lang", "joined"), [("en", "a, b"), ("zh", "a、b")])
def test_lists_are_joined_in_the_manner_of_the_language(lang: str, joined: str) -> None:
    assert msg("{names}", names=["a", "b"]).text(lang) == joined
    assert msg("{names}", names={"b", "a"}).text(lang) == joined


def test_messages_are_values() -> None:
    assert msg("{a}", a=1) == Message("{a}", a=1)
    assert len({msg("{a}", a=1), msg("{a}", a=1), msg("{a}", a=2)}) == 2
    with pytest.raises(AttributeError):
        msg("x").template = "y"  # type: ignore[misc]


def test_a_text_falls_back_to_the_other_language() -> None:
    assert Text(zh="", en="Jilin").in_("zh") == "Jilin"
    assert Text(zh="吉林", en="").in_("en") == "吉林"
    assert str(Text(zh="吉林", en="Jilin")) == "Jilin"
    assert isinstance(Text(zh="", en=""), Translatable)


def test_the_shipped_catalogue_is_found_or_english_is_kept() -> None:
    assert (
        messages.translate("no such template in any catalogue", "zh") == "no such template in any catalogue"
    )
    assert messages.translate("", "zh") == ""


def test_latin_names_keep_their_distance_from_han() -> None:
    """A Latin name or a number beside Han gets a space in Chinese, at borders of fields alone."""
    told = msg("{title} ({case})", title="North Isle", case="x").text("zh")
    assert told.startswith("North Isle")
    assert filled("{place}算力{year}年：{name}", {"place": "Norð", "year": 2027, "name": "A区1号"}) == (
        "Norð 算力 2027 年：A区1号"
    )
    assert run_on(["长春市", "", "算力", "H100", "，", "机房"]) == "长春市算力 H100，机房"
