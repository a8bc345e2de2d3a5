"""Which numbers move the plan most: every range of a case, its low and its high end, against the cost of the plan.

Each number with a range is set to either end, all rows of a kind at once, and the linear relaxation of the program is
solved again: ``effect = max(|cost(low) - cost|, |cost(high) - cost|)``. The relaxation ranks; it does not price.

Run ``python -m benchmarks.assumptions [CASE]``; the table goes to standard output as Markdown.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

import capplan
from capplan import solvers
from capplan.build import build

KINDS = {
    "demand_drivers": "class_id",
    "limits": "limit",
    "funding": "kind",
    "energy_offers": "type",
    "voltages": "voltage_kv",
}
SHOWN = 20


def cost(case: capplan.Case) -> float:
    """Return the cost of the relaxed program [CNY]; NaN where it cannot be met."""
    matrix = build(case).program.matrix()
    relaxed = dataclasses.replace(matrix, integer=np.zeros_like(matrix.integer))
    solution = solvers.solve_matrix(
        relaxed, engine="highs", gap=1e-6, time_limit=300, threads=1, seed=0, in_process=True
    )
    bound = solution.termination.primal_bound
    return float("nan") if bound is None else float(bound)


def table_variants(case: capplan.Case) -> Iterator[tuple[str, str, capplan.Case]]:
    """Yield name, end and case of every range of the tables."""
    for name, table in case.tables.items():
        for column in [label[:-4] for label in table.columns if label.endswith("_low")]:
            kinds = table[KINDS[name]].unique() if name in KINDS else [None]
            for kind in kinds:
                rows = (
                    table[KINDS[name]].eq(kind)
                    if kind is not None
                    else pd.Series(data=True, index=table.index)
                )
                for end in ("low", "high"):
                    known = rows & table[f"{column}_{end}"].notna()
                    if not known.any():
                        continue
                    changed = table.copy()
                    changed.loc[known, column] = changed.loc[known, f"{column}_{end}"]
                    label = f"{name}.{column}" + (f" ({kind})" if kind is not None else "")
                    yield label, end, case.replace(tables={name: changed})


def technology_variants(case: capplan.Case) -> Iterator[tuple[str, str, capplan.Case]]:
    """Yield name, end and case of every range of the technologies."""
    for key, technology in case.technologies.items():
        for name, number in technology.quantities.items():
            for end in ("low", "high"):
                value = getattr(number, end)
                if value is None or value == number.value:
                    continue
                changed = number.model_copy(update={"value": value})
                path = name.split(".")
                if len(path) > 1:
                    part = getattr(technology, path[0]).model_copy(update={path[1]: changed})
                    update = {path[0]: part}
                else:
                    update = {name: changed}
                others = dict(case.technologies) | {key: technology.model_copy(update=update)}
                yield f"{key}.{name}", end, case.replace(technologies=others)


def ranking(case: capplan.Case) -> pd.DataFrame:
    """Return every number with a range, by effect [fraction of cost]; NaN where an end cannot be met."""
    base = cost(case)
    found: dict[str, dict[str, float]] = {}
    for variants in (table_variants(case), technology_variants(case)):
        for name, end, variant in variants:
            found.setdefault(name, {"low": 0.0, "high": 0.0})[end] = cost(variant) / base - 1.0
    frame = (
        pd.DataFrame.from_dict(found, orient="index", columns=["low", "high"])
        .rename_axis("number")
        .reset_index()
    )
    unmet = frame[["low", "high"]].isna().any(axis=1)
    effect = frame[["low", "high"]].abs().max(axis=1).where(~unmet, np.inf)
    return (
        frame.assign(effect=effect)
        .sort_values("effect", ascending=False, kind="stable")
        .reset_index(drop=True)
    )


def main() -> None:
    """Print the ranking."""
    case = capplan.load_case(sys.argv[1] if len(sys.argv) > 1 else "jilin-2025")
    print("| number | cost at its low end | cost at its high end |\n|---|---|---|")
    for row in ranking(case).head(SHOWN).itertuples():
        ends = ["cannot be met" if np.isnan(end) else f"{100 * end:+.2f} %" for end in (row.low, row.high)]
        print(f"| `{row.number}` | {ends[0]} | {ends[1]} |")


if __name__ == "__main__":
    main()
