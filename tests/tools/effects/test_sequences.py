"""Any tools called one after the other and taken back in reverse leave the exact rows, merges included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select
from sqlalchemy.engine import URL

from db.acting import unscoped
from db.chain import Chain
from db.errors import StoreError
from db.models.base import DERIVED
from db.record_images import TABLES
from db.repositories.proposals import ProposalStatus
from db.session import Database, WriteSession
from tests.conftest import AUDIT_KEY
from tests.db.cast import found
from tests.tools.lead.conftest import Desk
from tools import effects
from tools.delivery import Delivery
from tools.errors import ToolError
from tools.recording import Entry, recorded
from tools.registry import by_name

pytestmark = pytest.mark.anyio

WHO = "admin"
MANY = {
    "account": "accounts", "contact": "contacts", "lead": "leads", "opportunity": "opportunities", "task": "tasks",
    "note": "notes",
}  # fmt: skip
CHANGES: dict[str, list[dict[str, Any]]] = {
    "account": [{"industry": "Retail"}, {"name": "Renamed"}, {"empty": ["industry"]}],
    "contact": [{"title": "COO"}, {"email": "new@acme.test"}, {"opted_out": True}],
    "lead": [{"status": "contacted"}, {"company": "Elsewhere"}, {"do_not_contact": True}],
    "opportunity": [{"amount": "90000"}, {"next_step": "Call"}, {"expected_close": "2025-08-01"}],
    "task": [{"status": "done"}, {"title": "Another"}, {"due_at": "2025-07-01"}],
    "note": [{"body": "Another text"}],
}
NEW: dict[str, dict[str, Any]] = {
    "account": {"name": "Fresh Works"}, "contact": {"last_name": "Fresh"}, "lead": {"last_name": "Fresh"},
    "opportunity": {"name": "Fresh deal", "amount": "1000"}, "task": {"title": "Fresh task"}, "note": {"body": "Fresh"},
}  # fmt: skip
COUNTED = frozenset({"version", "updated_at", "run_id"})
"""What every write moves."""
MERGED = ("account", "contact", "lead")


@dataclass(frozen=True)
class Step:
    """`place` and `other` choose among the living records, `which` among the changes."""

    kind: str
    what: str
    place: int
    other: int
    which: int


steps = st.lists(
    st.builds(
        Step, st.sampled_from(sorted(MANY)), st.sampled_from(["create", "update", "update", "delete", "merge"]),
        st.integers(0, 40), st.integers(0, 40), st.integers(0, 2),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@pytest.fixture
async def desk(workspace_url: URL, anyio_backend: str) -> AsyncIterator[Desk]:
    database = Chain(AUDIT_KEY).carried_by(Database(workspace_url))
    yield Desk(database, await found(database))
    await database.close()


async def living(database: Database) -> dict[tuple[str, int], dict[str, Any]]:
    """Every column of every living record, but for what counts writes and what is reckoned."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    async with database.read() as session:
        for kind, table in TABLES.items():
            if not hasattr(table, "deleted_at") or kind == "lead_score":
                continue
            names = [one.key for one in inspect(table).columns if one.key not in COUNTED and one.info != DERIVED]
            with unscoped(session):
                there = (await session.execute(select(table).where(table.deleted_at.is_(None)))).scalars()
                rows |= {(kind, row.id): {name: getattr(row, name) for name in names} for row in there}
    return rows


def entered(desk: Desk) -> Database:
    async def enter(session: WriteSession, entry: Entry) -> None:
        """What is entered is not what is tested here."""

    return recorded(desk.database, enter)


def argument(kind: str, key: int) -> dict[str, Any]:
    return {"kind": kind, "id": key, "name": "x"}


async def take(desk: Desk, step: Step) -> str | None:
    """The id of the change that the step came to; nothing where it was refused."""
    keys = sorted(key for kind, key in await living(desk.database) if kind == step.kind)
    chosen, other = keys[step.place % len(keys)], keys[step.other % len(keys)]
    match step.what:
        case "create":
            name, asked = f"create_{step.kind}", NEW[step.kind] | {"even_so": True}
        case "update":
            values = CHANGES[step.kind][step.which % len(CHANGES[step.kind])]
            name, asked = f"update_{step.kind}", {"record": argument(step.kind, chosen), **values}
        case "delete":
            name, asked = f"delete_{MANY[step.kind]}", {"records": [argument(step.kind, chosen)]}
        case _ if step.kind in MERGED and other != chosen:
            name = f"merge_{MANY[step.kind]}"
            asked = {"keep": argument(step.kind, chosen), "merge": [argument(step.kind, other)]}
        case _:
            return None
    tool = by_name(name)
    asked = {key: value for key, value in asked.items() if key in tool.ask.model_fields}
    try:
        done = await desk.carry_out(tool, WHO, **asked)
        if done.changes:
            return done.changes[0].id
        assert done.proposal is not None
        decided = await effects.approve(
            entered(desk), desk.actor(WHO), done.proposal.id, door="test", delivery=Delivery(None)
        )
    except (StoreError, ToolError):
        return None
    assert decided.status is ProposalStatus.APPLIED
    return decided.changes[0] if decided.changes else None


@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(steps)
async def test_any_tools_taken_back_in_reverse_leave_the_exact_rows(desk: Desk, steps: list[Step]) -> None:
    before = await living(desk.database)
    made = [change for step in steps if (change := await take(desk, step))]
    for change in reversed(made):
        await effects.undo(entered(desk), desk.actor(WHO), change)
    assert await living(desk.database) == before


@pytest.mark.parametrize("kind", MERGED)
async def test_a_merge_taken_back_is_as_if_it_had_not_been(desk: Desk, kind: str) -> None:
    before = await living(desk.database)
    change = await take(desk, Step(kind, "merge", 0, 1, 0))
    assert change is not None
    assert await living(desk.database) != before
    await effects.undo(entered(desk), desk.actor(WHO), change)
    assert await living(desk.database) == before


@pytest.mark.parametrize("what", ["create", "update", "delete"])
@pytest.mark.parametrize("kind", sorted(MANY))
async def test_each_step_of_a_sequence_is_one_that_can_be_taken(desk: Desk, kind: str, what: str) -> None:
    assert await take(desk, Step(kind, what, 0, 1, 0)) is not None
