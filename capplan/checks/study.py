"""Technologies must be sound, and every scenario of the study must lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.messages import Message, msg
from capplan.override import Place, apply
from capplan.reading.cells import number_text
from capplan.reading.inputs import STUDY_FILE, Inputs, technology_file
from capplan.schema.technology import QUANTITY_UNITS, Technology

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.schema.base import Quantity

POSITIVE = ("utilisation_cap", "lifetime_years", "it_lifetime_years")
"""Quantities of a technology that must be above 0."""


def check_technologies(inputs: Inputs, faults: Faults) -> None:
    """Add a fault for every quantity of a technology that is negative, above its range or in a wrong unit."""
    for technology in inputs.technologies.values():
        for key, quantity in technology.quantities.items():
            _check_quantity(inputs, technology, key, quantity, faults)
        if technology.id in technology.replaces:
            file = technology_file(technology.id)
            problem = msg("a technology cannot replace itself")
            row = inputs.line(file, "replaces")
            faults.add(
                file, problem, msg("name another one"), row=row, column="replaces", value=technology.id
            )


def _check_quantity(
    inputs: Inputs, technology: Technology, key: str, quantity: Quantity, faults: Faults
) -> None:
    file = technology_file(technology.id)
    units = QUANTITY_UNITS[key]

    def add(part: str, problem: Message, remedy: Message, value: str) -> None:
        row = inputs.line(file, *key.split("."), part)
        faults.add(file, problem, remedy, row=row, column=f"{key}.{part}", value=value)

    if quantity.unit not in units:
        add(
            "unit",
            msg("the unit is not that of its key"),
            msg("write {value}", value=units[0]),
            quantity.unit,
        )
    for part in ("value", "low", "high"):
        number = getattr(quantity, part)
        if number is None:
            continue
        if number < 0:
            remedy = msg("write a number of at least {low} [{unit}]", low=0, unit=units[0])
            add(part, msg("the number is negative"), remedy, number_text(number))
        elif units[0] == "ratio" and number > 1:
            remedy = msg("write a number from {low} to {high} [{unit}]", low=0, high=1, unit=units[0])
            add(part, msg("the number is out of its range"), remedy, number_text(number))
    if key in POSITIVE and quantity.value == 0:
        add("value", msg("the number is zero"), msg("write a number above {gt}", gt=0), "0")


def check_scenarios(inputs: Inputs, faults: Faults) -> None:
    """Add a fault for every setting of a scenario that leads nowhere or has a wrong value."""
    if inputs.study is None:
        return
    for name, scenario in inputs.study.scenarios.items():
        changed = inputs
        for path, value in scenario.set.items():
            row = inputs.line(STUDY_FILE, "scenarios", name, "set", path)
            place = Place(STUDY_FILE, row, f"scenarios.{name}.set.{path}")
            changed = apply(changed, path, value, place, faults)


def check_served(inputs: Inputs, faults: Faults) -> None:
    """Add a fault for every class, and every region or zone, of shares of demand served that is not known."""
    study = inputs.study
    given = None if study is None else study.features.get("service", {}).get("served_share")
    mappings = isinstance(given, dict) and all(isinstance(places, dict) for places in given.values())
    if not given or not mappings or not {"classes", "regions", "zones"} <= set(inputs.tables):
        return
    classes = {*inputs.tables["classes"].frame["class_id"].astype(str)}
    tables = (("regions", "region_id"), ("zones", "zone_id"))
    known = {str(name) for table, key in tables for name in inputs.tables[table].frame[key]}
    for class_id, places in given.items():
        path = ("features", "service", "served_share", str(class_id))
        row, column = inputs.line(STUDY_FILE, *path), ".".join(path)
        if str(class_id) not in classes:
            faults.add_unknown(
                STUDY_FILE, msg("the service class"), str(class_id), sorted(classes), row=row, column=column
            )
        for place in places:
            if str(place) not in known:
                what = msg("the region or zone")
                faults.add_unknown(STUDY_FILE, what, str(place), sorted(known), row=row, column=column)
