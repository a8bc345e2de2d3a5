"""Texts in both languages, and packaged files of them: words of the maps, the interactive page and the report."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from capplan import resources
from capplan.errors import RenderError, packaged_file
from capplan.messages import Text

__all__ = ["Phrase", "phrases"]


class Phrase(BaseModel):
    """A text in both languages, as packaged files hold it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    zh: str
    en: str

    def text(self) -> Text:
        """Return it as the text that the rest of capplan knows."""
        return Text(zh=self.zh, en=self.en)

    def in_(self, lang: str) -> str:
        """Return it in a language."""
        return self.text().in_(lang)


@cache
def phrases(file: str) -> Mapping[str, Phrase]:
    """Return every word of a packaged file by its name.

    Parameters
    ----------
    file
        Its path under ``maps``.

    Raises
    ------
    RenderError
        If the file is missing or broken.
    """
    try:
        content = yaml.safe_load(resources.read_text("maps", file))
        return TypeAdapter(dict[str, Phrase]).validate_python(content)
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        raise RenderError(packaged_file(file, fault)) from fault
