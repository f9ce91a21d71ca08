"""A handful of cases against the real runtime, on a small demo company; and the watch that sees every change."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from db.demo import Sizes
from evals import company, register
from evals.cases import Case, Half, load
from evals.errors import UnknownValue
from evals.observed import Ref
from evals.task import Held, hold
from evals.watch import StoreWatch


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evals") / "demo.db"
    anyio.run(lambda: company.build(path, sizes=Sizes().scaled(0.1)))
    return path


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo, tmp_path / "copy.db"))


def held(path: Path, *ids: str) -> Held:
    cases = [case for case in load(Half.DEV) if case.id in ids]
    return anyio.run(lambda: hold(path, cases))


def test_a_handful_of_cases_is_held_and_scored(copy):
    ids = ("dev-marcus-02", "dev-marcus-17", "dev-marcus-26", "dev-marcus-27", "dev-priya-05")
    run = held(copy, *ids)
    assert not run.skipped
    assert {one.case for one in run.scores} == set(ids)
    assert all(one.answer and one.seconds > 0 for one in run.scores)
    assert not any(one.unwanted for one in run.scores)


def test_a_case_about_a_segment_the_company_does_not_have_is_left_out(demo):
    case = next(case for case in load(Half.DEV) if case.id == "dev-marcus-02")
    step = case.turns[0].steps[0].model_copy(update={"args": {"filters": {"industry": "Basket weaving"}}})
    turn = case.turns[0].model_copy(update={"steps": (step,)})
    with pytest.raises(UnknownValue):
        company.require_values(case.model_copy(update={"turns": (turn,)}), register.read(demo))


def test_the_watch_sees_every_change_of_the_records_and_of_nothing_else(copy):
    with StoreWatch(copy) as watch:
        with closing(sqlite3.connect(copy)) as store, store:
            store.execute("UPDATE opportunities SET next_step = 'call' WHERE id = 7")
            store.execute("DELETE FROM notes WHERE id = 3")
            store.execute("UPDATE deal_facts SET rowid = rowid WHERE rowid = 1")
        found = watch.touches()
        assert [(one.table, one.row, one.act) for one in found] == [
            ("opportunities", 7, "update"),
            ("notes", 3, "delete"),
        ]
        assert found[0].values["next_step"] == "call"
        assert watch.touches() == ()


def test_names_are_said_the_way_the_rest_is_said():
    chosen = {"account1": Ref("account", 1, "Acme Ltd")}
    assert company.spoken("WHAT ABOUT {account1}", chosen) == "WHAT ABOUT ACME LTD"
    assert company.spoken("wat abt {account1}", chosen) == "wat abt acme ltd"
    assert company.spoken("What about {account1}?", chosen) == "What about Acme Ltd?"


def test_the_same_seed_fills_the_same_names_and_every_case_its_own():
    pools = {"account": [Ref("account", number, f"Company {number}") for number in range(40)]}
    cases = [
        Case.model_validate(
            {
                "id": name, "person": "rep", "tags": [],
                "turns": [{"say": "{account1} or {account2}", "agents": [], "steps": [], "kind": "help",
                           "write_allowed": False}],
            }
        )
        for name in ("one", "two")
    ]  # fmt: skip
    first, again, other = (company.filled(case, pools, seed=3) for case in (cases[0], cases[0], cases[1]))
    assert first == again
    assert first != other
    assert first["account1"] != first["account2"]
