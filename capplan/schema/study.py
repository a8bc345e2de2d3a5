"""The study file: what is planned, for when, by which rules, to which end."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from capplan.messages import Text
from capplan.schema.base import Bilingual, Identity, Model, Number, Whole

Year = Annotated[Whole, Field(ge=1990, le=2100)]
"""A calendar year."""


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_part(value: object) -> object:
    return {"region": value} if isinstance(value, str) else value


def _no_parameters(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {name: {} if parameters is None else parameters for name, parameters in value.items()}


class Objective(Model):
    """What the plan minimises."""

    minimise: Literal["cost"] = Field(default="cost", description="Net present cost")


class SolverOptions(Model):
    """Defaults of the solver; the command line may say otherwise."""

    name: Identity = Field(default="highs", description="Engine")
    gap: Number = Field(default=0.001, ge=0, le=1, description="Relative gap at which to stop [ratio]")
    time_limit_seconds: Number = Field(default=600.0, gt=0, description="Wall-clock limit [s]")
    threads: Whole | None = Field(default=None, ge=1, description="Threads; all cores where not given")
    seed: Whole = Field(default=0, ge=0, description="Random seed")


class Part(Model):
    """The part of the study area that is planned; a text alone is its region."""

    region: str = Field(description="Region that is planned, a region_id; what lies outside it is left out")
    gates: tuple[str, ...] = Field(
        default=(),
        description="Zones outside that stay as gates: they ask for what the table demand states, and nothing else",
    )


class Scenario(Model):
    """A variation of the study: settings by path, as ``--set`` takes them."""

    title: Bilingual = Field(description="Title")
    set: dict[str, Any] = Field(description="Values by path")


class Study(Model):
    """The whole of ``study.yaml``.

    Raises
    ------
    ValidationError
        Unless the periods increase and begin after the base year.
    """

    name: Identity = Field(description="Name of the case")
    title: Bilingual = Field(description="Title")
    description: Bilingual = Field(description="What the study is about")
    dataset: Annotated[tuple[Identity, ...], BeforeValidator(_as_list)] = Field(
        default=(), description="Packaged datasets, a later one overriding tables of an earlier one"
    )
    region: str = Field(description="Region of the whole study area, a region_id")
    part: Annotated[Part | None, BeforeValidator(_as_part)] = Field(
        default=None, description="Part of the study area that is planned; the whole where not given"
    )
    base_year: Year = Field(description="Year at whose end the existing stock is known")
    periods: tuple[Year, ...] = Field(min_length=1, description="Years that are planned")
    technologies: Literal["all"] | tuple[Identity, ...] = Field(
        default="all", description="Technologies that may be used; all: every file of the folder"
    )
    features: Annotated[dict[Identity, dict[str, Any]], BeforeValidator(_no_parameters)] = Field(
        description="Planning rules that are on, each with its parameters"
    )
    objective: Objective = Field(default=Objective(), description="What is minimised")
    solver: SolverOptions = Field(default=SolverOptions(), description="Defaults of the solver")
    scenarios: dict[Identity, Scenario] = Field(default={}, description="Variations of the study")
    applied: tuple[Identity, ...] = Field(
        default=(),
        description="Scenarios that are part of these inputs already, in order; written by capplan",
    )

    @model_validator(mode="after")
    def _increasing(self) -> Study:
        years = (self.base_year, *self.periods)
        if any(later <= earlier for earlier, later in pairwise(years)):
            refused = PydanticCustomError(
                "periods_order", "periods must increase and begin after base_year", {"key": "periods"}
            )
            raise refused
        return self

    @property
    def full_title(self) -> Text:
        """The title, with those of the scenarios that are applied."""
        known = {name: scenario.title.text for name, scenario in self.scenarios.items()}
        titles = [known.get(name, Text(zh=name, en=name)) for name in self.applied]
        if not titles:
            return self.title.text
        zh, en = (" + ".join(title.in_(lang) for title in titles) for lang in ("zh", "en"))
        return Text(zh=f"{self.title.zh} · {zh}", en=f"{self.title.en} · {en}")
