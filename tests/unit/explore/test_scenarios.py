"""A case and its scenarios side by side: as alone, however workers fare, written at once and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from capplan.case import Case, load_case
from capplan.errors import Infeasible, NoSolutionInTime, WriteError
from capplan.explore.cluster import connected
from capplan.explore.executor import Finished, Started
from capplan.explore.scenario_table import scenario_table, write_scenario_table
from capplan.explore.scenarios import (
    Outcome,
    Task,
    asked_of,
    known_outcome,
    plan_side_by_side,
    refused_folder,
)
from capplan.messages import msg
from capplan.plan import read_plan
from capplan.planner import solve
from capplan.progress import StageEvent
from tests.support.tiny_case import Parts, tiny_case

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

OPTIONS = {"threads": 1, "gap": 0.0}


def with_scenarios(parts: Parts) -> None:
    parts.study["scenarios"]["too-many"] = {
        "title": {"zh": "太多", "en": "Too many"},
        "set": {"targets.racks-2025.value": 900000},
    }


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return Toyland with a scenario that can be planned and one that cannot."""
    return tiny_case(tmp_path_factory.mktemp("toy"), edit=with_scenarios)


def tasks_of(case: Case, folder: Path) -> list[Task]:
    cases = [case, *(case.scenario(name) for name in case.study.scenarios)]
    names = ["+".join(item.study.applied) or item.name for item in cases]
    pairs = zip(names, cases, strict=True)
    return [Task(name, item, folder / name, asked_of(item, OPTIONS)) for name, item in pairs]


class Killer:
    """Kills a worker, once, in the middle of a task."""

    def __init__(self, name: str) -> None:
        self.name, self.worker, self.killed = name, "", 0
        self.attempts: list[int] = []

    def __call__(self, name: str, event: object) -> None:
        if name != self.name:
            return
        if isinstance(event, Started):
            self.worker = event.worker
            self.attempts.append(event.attempt)
        elif isinstance(event, StageEvent) and event.stage == "solve" and not self.killed:
            self.killed = self._process().pid
            psutil.Process(self.killed).kill()

    def _process(self) -> psutil.Process:
        port = int(self.worker.rpartition(":")[2])
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # a child of another test may end while it is asked
                if any(place.laddr and place.laddr.port == port for place in child.net_connections("tcp")):
                    return child
        raise LookupError(self.worker)


@pytest.fixture(scope="module")
def together(case: Case, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Outcome], Killer]:
    """Plan everything side by side; the worker of a scenario is killed on the way."""
    folder = tmp_path_factory.mktemp("plans with blanks")
    killer = Killer("more-racks")
    runs = plan_side_by_side(tasks_of(case, folder), workers=2, draw=False, progress=killer)
    return {outcome.task.name: outcome for outcome in runs}, killer


Together = tuple[dict[str, Outcome], Killer]


def test_a_killed_worker_costs_time_and_no_scenario(together: Together) -> None:
    outcomes, killer = together
    assert killer.killed
    assert killer.attempts == [1, 2]
    assert outcomes["more-racks"].attempts == 2
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "toyland": "optimal",
        "more-racks": "optimal",
        "too-many": "infeasible",
    }


@pytest.mark.parametrize("name", ["toyland", "more-racks"])
def test_alone_and_together_give_the_same_bytes(
    together: Together, case: Case, name: str, tmp_path: Path
) -> None:
    beside = together[0][name].folder
    assert beside is not None
    scenario = case if name == "toyland" else case.scenario(name)
    alone = solve(scenario, **OPTIONS).write(tmp_path / "alone")
    for kind in ("tables/*.csv", "case/**/*.*"):
        files = {path.relative_to(alone): path.read_bytes() for path in alone.glob(kind)}
        assert len(files) > 5
        assert {path.relative_to(beside): path.read_bytes() for path in beside.glob(kind)} == files


def test_the_plan_says_which_scenarios_it_contains(together: Together) -> None:
    folder = together[0]["more-racks"].folder
    assert folder is not None
    assert json.loads((folder / "plan.json").read_text(encoding="utf-8"))["scenarios"] == ["more-racks"]
    plan = read_plan(folder)
    assert plan.certificate.holds
    assert plan.case.study.applied == ("more-racks",)


def test_what_cannot_be_is_explained_in_both_languages_with_its_inputs(together: Together) -> None:
    outcome = together[0]["too-many"]
    assert outcome.folder == refused_folder(outcome.task.folder)
    assert isinstance(outcome.error, Infeasible)
    assert outcome.error.conflicts
    assert "no plan satisfies" in (outcome.folder / "why-en.txt").read_text(encoding="utf-8")
    assert "没有任何方案" in (outcome.folder / "why-zh.txt").read_text(encoding="utf-8")
    assert load_case(outcome.folder / "case").study.applied == ("too-many",)
    assert not outcome.task.folder.exists()


def test_what_was_planned_is_kept_and_what_changed_is_not(together: Together) -> None:
    for outcome in together[0].values():
        known = known_outcome(replace(outcome.task, case=outcome.task.case))
        if outcome.planned:
            assert known is None  # no maps were drawn
            assert outcome.folder is not None
            (outcome.folder / "maps").mkdir(exist_ok=True)
            known = known_outcome(outcome.task)
        assert known is not None
        assert (known.status, known.kept, known.folder) == (outcome.status, True, outcome.folder)
        if outcome.error is not None:
            assert isinstance(known.error, Infeasible)
            assert known.error.text("zh") == outcome.error.text("zh")  # type: ignore[attr-defined]
        other = {**outcome.task.options, "seed": 5}
        assert known_outcome(replace(outcome.task, options=other)) is None
        changed = outcome.task.case.override({"solver.seed": 3})
        assert known_outcome(replace(outcome.task, case=changed)) is None


def test_the_table_compares_with_the_base(together: Together, tmp_path: Path) -> None:
    outcomes = [together[0][name] for name in ("toyland", "more-racks", "too-many")]
    table = scenario_table(outcomes, "toyland").set_index("scenario")
    costs = table["objective_cny"]
    row = table.loc["more-racks"]
    assert row["difference_cny"] == costs["more-racks"] - costs["toyland"] > 0
    assert row["difference_low_cny"] <= row["difference_cny"] <= row["difference_high_cny"]
    assert row["standard_racks"] >= 3500
    assert "pflops-high (" in row["targets_missed"]
    assert table.loc["too-many", "status"] == "infeasible"
    assert "no plan satisfies" in table.loc["too-many", "explanation_en"]
    write_scenario_table(table.reset_index(), tmp_path / "new" / "table.csv")
    lines = (tmp_path / "new" / "table.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert repr(float(costs["toyland"])) in lines[1]
    (tmp_path / "file").touch()
    with pytest.raises(WriteError):
        write_scenario_table(table, tmp_path / "file" / "table.csv")


def test_the_planners_own_cluster_gives_the_same(case: Case, together: Together, tmp_path: Path) -> None:
    task = tasks_of(case, tmp_path)[0]
    with connected(None, 1, 0) as client:
        runs = list(plan_side_by_side([task], scheduler=client.scheduler.address, draw=False))
    (outcome,), here = runs, together[0]["toyland"]
    assert outcome.status == "optimal"
    assert outcome.folder is not None
    assert here.folder is not None
    for path in (here.folder / "tables").glob("*.csv"):
        assert (outcome.folder / "tables" / path.name).read_bytes() == path.read_bytes()


def test_other_ends_cost_their_scenario_alone(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    errors = {
        "toyland": NoSolutionInTime(msg("no plan yet")),
        "more-racks": KeyError("strange"),
        "too-many": Infeasible(msg("no plan"), (msg("because"),)),
    }

    def ended(_function: object, tasks: Sequence[str], **_given: object) -> object:
        return (Finished(key, None, errors[key], 1.0, "worker", 1) for key in tasks)

    monkeypatch.setattr("capplan.explore.scenarios.run_all", ended)
    tasks = tasks_of(case, tmp_path)
    (tmp_path / "too-many.infeasible").write_text("in the way", encoding="utf-8")
    outcomes = {outcome.task.name: outcome for outcome in plan_side_by_side(tasks)}
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "toyland": "no_plan",
        "more-racks": "failed",
        "too-many": "failed",
    }
    assert isinstance(outcomes["too-many"].error, WriteError)
    table = scenario_table(list(outcomes.values()), "toyland").set_index("scenario")
    assert table.loc["more-racks", "explanation_en"] == "KeyError: 'strange'"
    assert table["objective_cny"].isna().all()
