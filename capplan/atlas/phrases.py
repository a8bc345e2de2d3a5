"""Files of words in both languages: those of the maps and those of the interactive page are read alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import yaml
from pydantic import TypeAdapter, ValidationError

from capplan import resources
from capplan.atlas.base_layers import Phrase
from capplan.errors import RenderError
from capplan.messages import msg

__all__ = ["phrases"]


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
        raise RenderError(
            msg("the packaged file {file} cannot be read: {reason}", file=file, reason=str(fault))
        ) from fault
