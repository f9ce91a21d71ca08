"""The scorer of commands on rows changed by hand: every difference is seen, and what follows by itself is none."""

# ruff: noqa: S608  statements are put together from names of our own tables and columns; values are written by the test
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from db.access import Actor
from db.demo import Sizes
from db.models import Base, Role
from evals import company
from evals.commands.cases import Change
from evals.commands.changes import Comparison, made_in, reached
from evals.commands.setting import Setting
from evals.commands.store import RowChange, Store, net
from evals.observed import Ref, Speaker
from evals.watch import StoreWatch, install

NOW = datetime(2025, 11, 19, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("commands") / "demo.db"
    anyio.run(lambda: company.build(path, sizes=Sizes().scaled(0.02)))
    install(path)
    return path


class Bench:
    """A copy of the company in which rows are changed by hand, turn by turn."""

    def __init__(self, path: Path) -> None:
        self.path, self.store = path, Store(path)
        self.watch = StoreWatch(path)
        self.deal, self.other = (self.first("opportunities", "outcome = 'open'", skip) for skip in (0, 1))
        self.contact = self.first("contacts", "account_id IS NOT NULL")
        names: dict[str, Ref | str] = {
            "opportunity1": Ref("opportunity", self.deal["id"]), "opportunity2": Ref("opportunity", self.other["id"]),
            "contact1": Ref("contact", self.contact["id"]),
            "contact2": Ref("contact", self.first("contacts", "account_id IS NOT NULL", 1)["id"]),
        }  # fmt: skip
        person = Ref("user", 1, "Administrator")
        actor = Actor(1, "admin@localhost", "Administrator", Role.ADMIN, None)
        self.at = Setting(self.store, actor, Speaker(person, actor.email, "admin", frozenset(), NOW, names))

    def first(self, table: str, where: str, skip: int = 0) -> dict[str, Any]:
        return dict(self.store.rows(f"SELECT * FROM {table} WHERE {where} ORDER BY id LIMIT 1 OFFSET {skip}")[0])

    def done(self, *statements: str) -> tuple[RowChange, ...]:
        with closing(sqlite3.connect(self.path)) as store, store:
            for statement in statements:
                store.execute(statement)
        return net(self.watch.touches())

    def judge(self, changes: list[dict[str, Any]], *statements: str) -> tuple[list[str], list[str]]:
        """What is missing or wrong, and what is unwanted, of one turn that did this."""
        wanted = [Change.of(one) for one in changes]
        found = reached(wanted, self.at)
        comparison = Comparison(self.done(*statements), found, self.at)
        return [one.argument for one in comparison.differences(wanted)], comparison.unwanted()

    def after(self, *statements: str) -> "Bench":
        """The same with a turn before."""
        done, at = self.done(*statements), self.at
        self.at = Setting(at.store, at.actor, at.speaker, tuple(made_in(done)), at.shown, (*at.past, done))
        return self


@pytest.fixture
def bench(demo: Path, tmp_path: Path):
    one = Bench(Path(shutil.copy(demo, tmp_path / "copy.db")))
    yield one
    one.store.close()


def to_negotiation(bench: Bench) -> list[str]:
    """A move with all that follows from it."""
    key = bench.deal["id"]
    return [
        f"UPDATE opportunities SET stage = 'Negotiation', stage_entered_on = '2025-11-19' WHERE id = {key}",
        f"UPDATE stage_history SET left_on = '2025-11-19' WHERE opportunity_id = {key} AND left_on IS NULL",
    ]


NO_TASK = "UPDATE tasks SET deleted_at = '2025-11-19' WHERE title = 'Call the bank'"
MOVED = {"update": "{opportunity1}", "set": {"stage": "Negotiation"}}
TASK = (
    "INSERT INTO tasks (title, kind, status, priority, auto_generated, owner_id, due_at, created_at, updated_at) "
    "VALUES "
    "('Call the bank', 'task', 'open', 50, 0, 1, '2025-11-21 15:00:00.000000', '2025-11-19', '2025-11-19')"
)
CREATED = {"create": "task", "set": {"title": "~bank", "owner": "me", "due_at": {"at": "2025-11-21T15:00"}}}


def test_a_change_with_all_that_follows_from_it_is_right(bench):
    bench.done(f"UPDATE opportunities SET stage = 'Proposal' WHERE id = {bench.deal['id']}")
    assert bench.judge([MOVED], *to_negotiation(bench)) == ([], [])


def test_a_change_that_was_not_made_is_missing(bench):
    bench.done(f"UPDATE opportunities SET stage = 'Proposal' WHERE id = {bench.deal['id']}")
    assert bench.judge([MOVED]) == (["missing: opportunity.stage"], [])


def test_another_value_than_the_expected_one_is_wrong(bench):
    changed = (
        f"UPDATE opportunities SET amount_minor = amount_minor + 100, currency = 'USD' WHERE id = {bench.deal['id']}"
    )
    raised = {"update": "{opportunity1}", "set": {"amount": {"plus": 2}}}
    assert bench.judge([raised], changed) == (["wrong: opportunity.amount"], [])


def test_a_field_beside_the_expected_one_is_unwanted(bench):
    changed = f"UPDATE opportunities SET next_step = 'call', competitor = 'Nobody' WHERE id = {bench.deal['id']}"
    wrong, unwanted = bench.judge([{"update": "{opportunity1}", "set": {"next_step": "call"}}], changed)
    assert wrong == []
    assert len(unwanted) == 1
    assert "competitor" in unwanted[0]


def test_another_record_is_unwanted_and_so_is_what_would_follow_from_it(bench):
    changed = f"UPDATE opportunities SET stage = 'Lost', outcome = 'lost' WHERE id = {bench.other['id']}"
    history = f"UPDATE stage_history SET left_on = '2025-11-19' WHERE opportunity_id = {bench.other['id']}"
    wrong, unwanted = bench.judge([], changed, history)
    assert wrong == []
    assert [one.split()[1] for one in unwanted if "opportunities" in one] == ["opportunities"]
    assert any("stage_history" in one for one in unwanted)


def test_a_new_record_is_compared_on_the_given_fields_alone(bench):
    assert bench.judge([CREATED], TASK) == ([], [])


def test_a_second_new_record_is_unwanted(bench):
    wrong, unwanted = bench.judge([CREATED], TASK, TASK)
    assert wrong == []
    assert len(unwanted) == 1
    assert unwanted[0].startswith("created tasks")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"title": "~the bench"}, "title"),
        ({"due_at": {"at": "2025-11-21T16:00"}}, "due_at"),
        ({"due_at": {"date": "2025-11-22..2025-11-23"}}, "due_at"),
        ({"owner": None}, "owner"),
        ({"contact": "{contact1}"}, "contact"),
        ({"priority": 51}, "priority"),
    ],
)
def test_a_new_record_with_another_value_is_wrong(bench, given, fault):
    assert bench.judge([{"create": "task", "set": given}], TASK) == ([f"wrong: new task.{fault}"], [])


def test_a_record_that_was_not_made_is_missing(bench):
    assert bench.judge([CREATED]) == (["missing: create task"], [])


def test_all_that_met_the_conditions_before_the_turn_are_meant(bench):
    where = [{"stage": "Proposal"}, {"outcome": "open"}]
    spared = [{"amount": {"above": 100000}}]
    pushed = {"update_all": "opportunity", "where": where, "set": {"next_step": "x"}, "except": spared}
    change = "UPDATE opportunities SET next_step = 'x' WHERE stage = 'Proposal' AND outcome = 'open'"
    small = f"{change} AND amount_minor <= 10000000"
    assert bench.judge([pushed], small) == ([], [])
    assert bench.judge([pushed], change.replace("'x'", "'y'"))[0] == ["wrong: update_all opportunity"]


def test_a_record_that_was_to_be_spared_is_unwanted(bench):
    gone = {"delete_all": "contact", "where": [{"department": "Finance"}], "except": [{"opted_out": True}]}
    bench.done(f"UPDATE contacts SET department = 'Finance', opted_out = 1 WHERE id = {bench.contact['id']}")
    wrong, unwanted = bench.judge([gone], "UPDATE contacts SET deleted_at = '2025-11-19' WHERE department = 'Finance'")
    assert wrong == []
    assert [one.split()[:3] for one in unwanted] == [["deleted", "contacts", str(bench.contact["id"])]]


def test_what_was_taken_back_is_as_it_was_before_that_turn(bench):
    key = bench.deal["id"]
    bench.done(f"UPDATE opportunities SET next_step = 'old' WHERE id = {key}")
    bench.after(f"UPDATE opportunities SET next_step = 'new' WHERE id = {key}", TASK)
    back = f"UPDATE opportunities SET next_step = 'old' WHERE id = {key}"
    assert bench.judge([{"taken_back": 1}], back)[0] == ["missing: taken_back"]
    assert bench.judge([{"taken_back": 1}], NO_TASK) == ([], [])


def test_a_turn_that_changed_nothing_cannot_be_taken_back(bench):
    assert bench.after().judge([{"taken_back": 1}])[0] == ["missing: taken_back"]


def test_the_record_made_before_is_reached_and_a_deleted_one_comes_back(bench):
    bench.after(TASK)
    assert bench.judge([{"delete": {"new": "task"}}]) == (["missing: delete task"], [])
    assert bench.judge(
        [{"delete": {"new": "task"}}], "UPDATE tasks SET deleted_at = '2025-11-19' WHERE title = 'Call the bank'"
    ) == ([], [])
    assert bench.judge([{"restore": {"new": "task"}}], NO_TASK.replace("'2025-11-19'", "NULL")) == ([], [])


def test_merging_moves_along_what_hangs_on_the_one_that_goes(bench):
    first, second = (bench.at.record(f"{{contact{number}}}").id for number in (1, 2))
    bench.done(f"UPDATE interactions SET contact_id = {second} WHERE id = (SELECT min(id) FROM interactions)")
    merged = [{"merge": ["{contact1}", "{contact2}"]}]
    gone = f"UPDATE contacts SET deleted_at = '2025-11-19' WHERE id = {second}"
    moves = [
        f"UPDATE {table} SET contact_id = {first} WHERE contact_id = {second}"
        for table in sorted(one.name for one in Base.metadata.tables.values() if "contact_id" in one.columns)
    ]
    assert "wrong: merge" in bench.judge(merged, gone)[0]
    assert bench.judge(merged, *moves)[0] == []
