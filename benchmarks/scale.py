"""Larger regions: what each phase costs as counties grow, and engines on the same rows, in one run.

Every size, and every engine on it, has a process of its own, so that peak memory is its own. The case goes through
folder and reading path; then derive, build, matrix, relaxation (HiGHS, interior point without crossover), solve,
tabulate, certify and write. Engines that need whole columns only (CP-SAT) get the program as their adapter scales it, or
say why not. The gap of every engine is recomputed from checked values and its own bound. An engine that finds nothing, fails, or
wants more memory than ``--gib`` says so in its row; rows are printed as they come. Run
``python -m benchmarks scale --counties 60 300 --seconds 600 --threads 2 [--engines search highs ...]``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

import capplan
from benchmarks.regions import region
from capplan.build import Built, build
from capplan.certificate import certify
from capplan.solvers import available, solve_matrix
from capplan.solvers.arrays import Arrays
from capplan.tabulate import tabulate

ENGINES = ("search", "highs", "pulp-cbc", "ortools-scip", "ortools-cpsat")
T = TypeVar("T")


def peak_mib() -> float:
    """Return the peak memory of this process and its largest worker together [MiB]."""
    parts = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(part).ru_maxrss for part in parts) / 1024.0


class Watch:
    """Wall-clock and processor seconds of phases, workers included."""

    def __init__(self) -> None:
        self.phases: dict[str, tuple[float, float]] = {}

    def phase(self, name: str, run: Callable[[], T]) -> T:
        """Run a phase and keep what it took."""
        wall, busy = time.perf_counter(), self._busy()
        done = run()
        self.phases[name] = (time.perf_counter() - wall, self._busy() - busy)
        return done

    @staticmethod
    def _busy() -> float:
        used = [resource.getrusage(part) for part in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)


def measured(counties: int, engine: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Return what the phases of one case and one engine took and gave."""
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        made = watch.phase("make", lambda: region(counties, seed=asked.seed))
        watch.phase("write case", lambda: made.write(Path(folder) / "case"))
        case = watch.phase("read", lambda: capplan.load_case(Path(folder) / "case"))
    built = watch.phase("build", lambda: build(case))
    matrix = watch.phase("matrix", built.program.matrix)
    answer: dict[str, Any] = {
        "counties": counties, "engine": engine, "shape": (*matrix.shape, len(matrix.data), int(matrix.integer.sum())),
        "build_mib": peak_mib(),
    }  # fmt: skip
    if engine == "relaxation":
        answer["bound"] = watch.phase("relaxation", lambda: relaxation(matrix, asked))
    else:
        options = {
            "gap": asked.gap,
            "time_limit": asked.seconds,
            "threads": asked.threads,
            "seed": asked.seed,
        }
        solution = watch.phase("solve", lambda: solve_matrix(matrix, engine=engine, **options))
        end = solution.termination
        answer |= {"version": solution.version, "reason": end.reason.value, "objective": end.primal_bound}
        answer |= {"bound": end.dual_bound, "gap": end.gap, "detail": end.detail}
        answer["first"] = solution.incumbents[0].seconds if solution.incumbents else None
        if solution.values is not None:
            answer["certificate"] = after(built, solution.values, float(end.primal_bound or 0.0), watch)
    return answer | {"phases": watch.phases, "mib": peak_mib()}


def relaxation(matrix: Any, asked: argparse.Namespace) -> float | None:
    """Return the cost of the linear relaxation by interior point [CNY], None where the time did not do."""
    from capplan.solvers import highs

    arrays = Arrays(**{field.name: getattr(matrix, field.name) for field in fields(Arrays)}).relaxed()
    scale = 100.0 / float(np.abs(arrays.cost).max())
    arrays = replace(arrays, cost=arrays.cost * scale, offset=arrays.offset * scale)
    options = {"solver": "ipm", "run_crossover": "off", "threads": 1, "time_limit": asked.seconds}
    model = highs.loaded(arrays, options)
    model.run()
    done = model.getModelStatus().name == "kOptimal"
    return float(model.getInfo().objective_function_value) / scale if done else None


def after(built: Built, values: Any, objective: float, watch: Watch) -> str:
    """Tabulate and certify values; return what the certificate says."""
    tables = watch.phase("tabulate", lambda: tabulate(built, values))
    record = {"objective_cny": objective}
    certificate = watch.phase("certify", lambda: certify(built.case, tables, record))
    return "holds" if certificate.holds else "fails"


def apart(counties: int, engine: str, words: list[str]) -> dict[str, Any]:
    """Measure one engine on one case in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale",
        "--counties",
        str(counties),
        "--engines",
        engine,
        "--one",
    ]
    done = subprocess.run([*command, *words], check=False, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return {"counties": counties, "engine": engine, "reason": f"exit {done.returncode}: {last}"}
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def phases_table(answers: list[dict[str, Any]]) -> str:
    """Return what the phases took, one row a size; solving is that of the first engine."""
    names = ["make", "write case", "read", "build", "matrix", "relaxation", "solve", "tabulate", "certify"]
    lines = [
        "| counties | rows, columns, coefficients, integers | " + " | ".join(f"{n} [s]" for n in names) + " | peak of building [MiB] |",
        "|---" * (len(names) + 3) + "|",
    ]  # fmt: skip
    for counties in dict.fromkeys(answer["counties"] for answer in answers):
        own = [answer for answer in answers if answer["counties"] == counties and "phases" in answer]
        phases: dict[str, tuple[float, float]] = {}
        for answer in reversed(own):
            phases |= answer["phases"]
        if own:
            cells = [f"{phases[name][0]:.1f}" if name in phases else "-" for name in names]
            shape = ", ".join(str(number) for number in own[0]["shape"])
            lines.append(f"| {counties} | {shape} | {' | '.join(cells)} | {own[0]['build_mib']:.0f} |")
    return "\n".join(lines)


HEADER = "\n".join(
    [
        "| counties | engine | ended by | time [s] | processor [s] | first plan [s] | objective [1e6 CNY] | bound [1e6 CNY] | gap | certificate | peak [MiB] |",
        "|---" * 11 + "|",
    ]
)  # fmt: skip


def engine_row(answer: dict[str, Any]) -> str:
    """Return what an engine gave, one row of a table."""
    took = answer.get("phases", {}).get("solve") or answer.get("phases", {}).get("relaxation")
    reason = answer.get("reason", "linear relaxation")
    if answer.get("objective") is None and answer.get("detail"):
        reason = f"{reason}: {answer['detail'][:120]}"
    cells = [
        str(answer["counties"]), f"{answer['engine']} {answer.get('version', '')}".strip(), reason,
        *(_cell(None if took is None else took[part], "{:.1f}") for part in (0, 1)),
        _cell(answer.get("first"), "{:.1f}"), _cell(_millions(answer.get("objective")), "{:.1f}"),
        _cell(_millions(answer.get("bound")), "{:.1f}"), _cell(answer.get("gap"), "{:.2%}"),
        answer.get("certificate", "-"), _cell(answer.get("mib"), "{:.0f}"),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _millions(value: float | None) -> float | None:
    return None if value is None else value / 1e6


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def main(words: list[str] | None = None) -> None:
    """Print a row for every engine as it comes, then the phases; or with ``--one`` one engine's answer as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counties", type=int, nargs="+", default=[60, 300])
    parser.add_argument("--engines", nargs="*", default=None)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--gap", type=float, default=0.015)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gib", type=float, default=10.0, help="address space of every process [GiB]")
    parser.add_argument("--one", action="store_true")
    asked = parser.parse_args(words)
    if asked.one:
        most = int(asked.gib * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        print(json.dumps(measured(asked.counties[0], asked.engines[0], asked)))
        return
    installed = {name for name, abilities in available().items() if abilities.installed}
    engines = ["relaxation", *(asked.engines or [name for name in ENGINES if name in installed])]
    options = {
        "seconds": asked.seconds,
        "gap": asked.gap,
        "threads": asked.threads,
        "seed": asked.seed,
        "gib": asked.gib,
    }
    passed = [f"--{name}={value}" for name, value in options.items()]
    print(HEADER, flush=True)
    answers = []
    for counties in asked.counties:
        for engine in engines:
            answers.append(apart(counties, engine, passed))
            print(engine_row(answers[-1]), flush=True)
    print("", phases_table(answers), sep="\n")


if __name__ == "__main__":
    main()
