"""The planning rules, one file each, found by walking this folder; the registry knows none of them by name.

A feature is on in a study when its name is a key of the study's ``features``. Plug-ins may add features through the
entry-point group ``capplan.features``; each entry names a module that holds a ``FEATURE``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from pydantic import ValidationError

from capplan.errors import Fault, InputError, ModelError, nearest_name
from capplan.feature import Feature, Parameters
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.schema import Study

__all__ = ["active", "check_case", "check_parameters", "registry"]

#: Features without which a program has no meaning: they are on whether or not the study names them.
ALWAYS = ("campuses", "energy", "net_present_cost", "service", "sizing", "targets")


@cache
def registry() -> dict[str, Feature]:
    """Return every feature by name, found in this folder and among plug-ins, in alphabetical order.

    Raises
    ------
    ModelError
        If two features have one name.
    """
    modules = [f"{__name__}.{found.name}" for found in pkgutil.iter_modules(__path__)]
    modules += [entry.value for entry in entry_points(group="capplan.features")]
    found: dict[str, Feature] = {}
    for path in modules:
        feature = importlib.import_module(path).FEATURE
        if feature.name in found:
            message = f"two features are called {feature.name!r}; the second is in {path}"
            raise ModelError(message)
        found[feature.name] = feature
    return dict(sorted(found.items()))


def active(study: Study) -> dict[str, tuple[Feature, Parameters]]:
    """Return the features that a study turns on, each with its validated parameters.

    Raises
    ------
    InputError
        When the study names a feature or parameter that does not exist (`check_parameters` tells which).
    """
    faults = check_parameters(study)
    if faults:
        raise InputError(faults)
    names = sorted({*study.features, *ALWAYS})
    return {
        name: (registry()[name], registry()[name].parameters(**study.features.get(name, {})))
        for name in names
    }


def check_case(case: Case) -> list[Fault]:
    """Return a fault for everything in a case that one of its rules cannot use: parameters first, then what they name."""
    faults = check_parameters(case.study)
    if faults:
        return faults
    for feature, parameters in active(case.study).values():
        if feature.faults is not None:
            faults += feature.faults(case, parameters)
    return faults


def check_parameters(study: Study) -> list[Fault]:
    """Return a fault for every unknown feature and every parameter that its feature refuses."""
    faults: list[Fault] = []
    for name, given in study.features.items():
        feature = registry().get(name)
        if feature is None:
            faults.append(
                Fault(
                    file="study.yaml",
                    row=None,
                    column=f"features.{name}",
                    value=name,
                    problem=msg("no feature has this name"),
                    remedy=msg("remove it or use one of: {names}", names=", ".join(registry())),
                    nearest=nearest_name(name, registry()),
                )
            )
            continue
        try:
            feature.parameters(**given)
        except ValidationError as refused:
            faults += [_fault(name, error, feature) for error in refused.errors()]
    return faults


def _fault(name: str, error: object, feature: Feature) -> Fault:
    details = dict(error)  # type: ignore[call-overload]
    path = ".".join(str(part) for part in details["loc"])
    known = list(feature.parameters.model_fields)
    unknown = details["type"] == "extra_forbidden"
    return Fault(
        file="study.yaml",
        row=None,
        column=f"features.{name}.{path}",
        value=str(details.get("input", "")),
        problem=msg("the feature has no such parameter")
        if unknown
        else msg("{reason}", reason=details["msg"]),
        remedy=msg("its parameters are: {names}", names=", ".join(known)),
        nearest=nearest_name(str(details["loc"][-1]), known) if unknown else None,
    )
