"""Case to Program, in phases: variables, postings, constraints of every feature that is on, then the objective.

Nothing here knows a rule; features are found in the registry and run phase by phase, so their order never matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from capplan.derived import Derived
from capplan.errors import InputError
from capplan.feature import Context, Limit, Outcome
from capplan.features import active, check_case
from capplan.frames import plain_text
from capplan.ledgers import open_ledgers
from capplan.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from capplan.case import Case
    from capplan.feature import Feature, Parameters

__all__ = ["Built", "build"]


@dataclass(frozen=True)
class Built:
    """A program with what it was built from.

    Attributes
    ----------
    case, data
        The case, and what follows from it alone.
    program
        The program.
    features
        The features that are on, with their parameters, by name.
    limits
        What the plan reports as limits.
    """

    case: Case
    data: Derived
    program: Program
    features: dict[str, tuple[Feature, Parameters]]
    limits: list[Limit]

    def outcome(self, name: str, values: NDArray[np.float64]) -> Outcome:
        """Return what a feature sees when it tabulates a solution.

        Parameters
        ----------
        name
            Name of the feature.
        values
            Value of every variable [its unit], shape (columns,).
        """
        return Outcome(self.case, self.data, self.program, self.features[name][1], values)


@plain_text
def build(case: Case) -> Built:
    """Build the program of a case.

    Parameters
    ----------
    case
        A case without faults.

    Raises
    ------
    InputError
        When the study turns on a feature that does not exist, or gives it what it cannot use.
    ModelError
        When two features add blocks of one name, or keep one ledger in different units.
    """
    faults = check_case(case)
    if faults:
        raise InputError(faults)
    program, data, features = Program(), Derived(case), active(case.study)
    open_ledgers(program)
    limits: list[Limit] = []
    for phase in ("variables", "postings", "constraints"):
        for name, (feature, parameters) in features.items():
            run = getattr(feature, phase)
            if run is not None:
                program.feature = name
                run(Context(case, data, program, parameters, limits))
    _close(program, data)
    return Built(case, data, program, features, limits)


def _close(program: Program, data: Derived) -> None:
    """Sum the cost ledger into the objective, discounted to the base year."""
    cost = program.ledgers["cost"]
    entries, fixed = cost.entries(), cost.constants()
    weight = entries["year"].map(data.discount).to_numpy(dtype=float)
    constant = float((fixed["value"] * fixed["year"].map(data.discount)).sum()) if len(fixed) else 0.0
    program.minimise(entries["column"].to_numpy(), entries["coefficient"].to_numpy() * weight, constant)
