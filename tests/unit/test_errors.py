"""The error tree: exit codes, faults and their texts, nearest names."""

from __future__ import annotations

import pickle

import pytest

from capplan import errors
from capplan.errors import CapplanError, Fault, Infeasible, InputError, VerificationError, nearest_name
from capplan.messages import msg

CODES = {
    "InputError": 3,
    "ModelError": 6,
    "SolveError": 6,
    "Infeasible": 4,
    "NoSolutionInTime": 5,
    "SolverMissing": 6,
    "Unbounded": 6,
    "VerificationError": 8,
    "WriteError": 7,
    "RenderError": 7,
}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_each_class_carries_its_exit_code_and_stands_in_the_drawing(name: str, code: int) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, CapplanError)
    assert kind.exit_code == code
    drawn = next(line for line in (errors.__doc__ or "").splitlines() if f" {name} " in line)
    assert f" {code} " in drawn


def test_a_plain_text_is_a_message() -> None:
    error = CapplanError("the disk {is} full")
    assert str(error) == error.text("zh") == "the disk {is} full"


def test_a_fault_says_place_value_problem_remedy_and_nearest_name() -> None:
    fault = Fault("data/zones.csv", 7, "kind", "cuonty", msg("not known"), msg("use county"), "county")
    assert str(fault) == "data/zones.csv:7:kind [cuonty]: not known; use county (did you mean county?)"
    assert Fault("study.yaml", problem=msg("missing")).text() == "study.yaml: missing"


def test_an_input_error_lists_every_fault() -> None:
    faults = [Fault("a.csv", row, "x", "", msg("empty"), msg("fill it in")) for row in (2, 3)]
    error = InputError(faults)
    assert error.faults == tuple(faults)
    assert str(error).splitlines()[1:] == ["  a.csv:2:x: empty; fill it in", "  a.csv:3:x: empty; fill it in"]


def test_an_infeasible_error_lists_its_conflicts() -> None:
    error = Infeasible(msg("no plan"), [msg("{amount} MVA too little", amount=25)])
    assert str(error).splitlines() == ["no plan", "  25 MVA too little"]


def test_a_verification_error_lists_the_faults_of_its_files_in_the_language_asked() -> None:
    faults = [Fault(f"tables/{name}.csv", problem=msg("the file is missing")) for name in ("builds", "costs")]
    error = VerificationError(msg("the tables are not those of a plan"), faults)
    assert error.text("zh").splitlines() == [
        "这些表格不是方案的表格",
        "  tables/builds.csv: 缺少该文件",
        "  tables/costs.csv: 缺少该文件",
    ]


def test_faults_survive_pickling() -> None:
    fault = Fault("a.csv", 2, "x", "", msg("{a}", a=1), msg("b"))
    assert pickle.loads(pickle.dumps(fault)) == fault  # noqa: S301  (our own bytes)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("Zone ID", "zone_id"), ("zoneid", "zone_id"), ("ZONE-ID", "zone_id"), ("nmae", "name"), ("xyz", None)],
)
def test_nearest_names_forgive_case_blanks_and_slips(name: str, nearest: str | None) -> None:
    assert nearest_name(name, ["zone_id", "name", "population"]) == nearest
