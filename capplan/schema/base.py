"""Parts that the YAML files share: strict numbers, bilingual texts and quantities with their source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from capplan.messages import Text
from capplan.schema.spec import ID_PATTERN


def _not_bool(value: object) -> object:
    if isinstance(value, bool | str):
        refused = PydanticCustomError("number_wanted", "a number is wanted")
        raise refused
    return value


Number = Annotated[float, BeforeValidator(_not_bool), Field(allow_inf_nan=False)]
"""A finite number; texts and truth values are not taken for one."""

Whole = Annotated[int, BeforeValidator(_not_bool)]
"""A whole number; texts and truth values are not taken for one."""

Identity = Annotated[str, Field(pattern=f"^{ID_PATTERN}$")]
"""An id: letters, digits, dot, dash, underscore."""

Confidence = Literal["document", "statistics", "literature", "estimate", "assumption"]
"""Where a number comes from, most reliable first."""


class Model(BaseModel):
    """Base of everything read from YAML: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Model):
    """A text in Chinese and in English."""

    zh: str = Field(min_length=1, description="Chinese text")
    en: str = Field(min_length=1, description="English text")

    @property
    def text(self) -> Text:
        """The text as a value that messages take."""
        return Text(zh=self.zh, en=self.en)

    def in_(self, lang: str) -> str:
        """Return the text in ``lang``."""
        return self.text.in_(lang)


class Quantity(Model):
    """A number with its range, unit, source and confidence.

    Raises
    ------
    ValidationError
        Unless ``low <= value <= high``.
    """

    value: Number = Field(description="The number planned with")
    low: Number | None = Field(default=None, description="Least plausible value")
    high: Number | None = Field(default=None, description="Largest plausible value")
    unit: str = Field(description="Unit of the three numbers")
    source: str = Field(min_length=1, description="Document or publication, with its year")
    confidence: Confidence = Field(description="How reliable the number is")
    note: str = Field(default="", description="Anything a reader should know")

    @model_validator(mode="after")
    def _ordered(self) -> Quantity:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            refused = PydanticCustomError("range_order", "low <= value <= high does not hold")
            raise refused
        return self
