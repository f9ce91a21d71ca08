from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, update

from db.access import Actor
from db.errors import Conflict, NotFound
from db.models import Account, Lead, Opportunity, Record, Task, User
from db.names import NamedKind
from db.repositories.changes import Made
from db.repositories.conversations import ConversationRepository
from db.repositories.facts import FactRepository
from db.repositories.search import SearchRepository
from db.repositories.turns import TurnRepository
from db.repositories.undoing import UndoRepository
from db.repositories.writing import WriteRepository
from db.session import Database, WriteSession
from tests.db.cast import Cast

pytestmark = pytest.mark.anyio

TABLES: dict[str, type[Record]] = {"opportunity": Opportunity, "lead": Lead, "account": Account, "task": Task}
MOVING = {"id", "version", "updated_at", "created_at", "run_id"}
days = st.none() | st.dates().map(lambda day: day.isoformat())
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "opportunity": {
        "stage": st.sampled_from(["Proposal", "Won", "Lost"]), "outcome": st.sampled_from(["open", "won", "lost"]),
        "amount_minor": st.none() | st.integers(0, 10**12), "closed_on": days, "expected_close_on": days,
        "next_step": st.none() | st.just("Call"), "decision_criteria": st.none() | st.just(["price", "ü"]),
        "last_activity_at": st.none() | st.just("2025-06-01T10:00:00.000123+02:00"),
    },
    "lead": {"status": st.sampled_from(["new", "contacted"]), "employees": st.none() | st.integers(0, 100)},
    "task": {"status": st.sampled_from(["open", "done"]), "due_at": st.none() | st.just("2025-06-02T09:00:00+00:00")},
}  # fmt: skip
updates = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.fixed_dictionaries({}, optional=FIELDS[kind]))
)
creations = st.sampled_from(
    [("create task", {"title": "New"}), ("create lead", {"company": "New", "arrived_at": "2025-06-02T09:00:00+00:00"})]
)


class Undo(Exception):
    """Ends an example and takes it back."""


async def begun(session: WriteSession, actor: Actor) -> Made:
    conversation = await ConversationRepository(session, actor).start("web")
    turn, _ = await TurnRepository(session, actor).open(conversation.id, "…", trace_id="t", key=None)
    return Made(turn.id, conversation.id, "a_tool")


async def rows(session: WriteSession) -> dict[tuple[str, int], dict[str, Any]]:
    """Every living record, without what counts writes."""
    found = {}
    for kind, table in TABLES.items():
        columns = [column.key for column in inspect(table).columns if column.key not in MOVING]
        for record in (await session.execute(select(table).where(table.deleted_at.is_(None)))).scalars():
            found[kind, record.id] = {name: getattr(record, name) for name in columns}
    return found


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(updates | creations, min_size=1, max_size=6))
async def test_undoing_in_reverse_restores_every_row(database: Database, cast: Cast, writes: list[Any]) -> None:
    dach = cast.actors["dach"]
    with pytest.raises(Undo):
        async with database.write() as session:
            changes, made_in = UndoRepository(session, dach), await begun(session, dach)
            before, figures = await rows(session), (await FactRepository(session, dach).columns()).frame.drop("owner")
            made, latest = [], {kind: cast.ids[kind if kind != "task" else "taskonlead", "dach"] for kind in FIELDS}
            for what, values in writes:
                if what.startswith("create "):
                    change = await changes.create(what[7:], values | {"owner_id": dach.user_id}, made_in)
                    latest[change.kind] = change.record_id
                else:
                    version = await changes.version_of(what, latest[what])
                    change = await changes.update(what, latest[what], version, values, made_in)
                made.append(change.id)
            for change_id in reversed(made):
                await changes.undo(change_id, marked="test")
            session.expire_all()
            assert await rows(session) == before
            again = (await FactRepository(session, dach).columns()).frame.drop("owner")
            assert again.sort(again.columns[:4]).height == figures.height
            raise Undo


async def test_a_field_edited_since_is_named_and_nothing_is_touched(database: Database, cast: Cast) -> None:
    dach, deal = cast.actors["dach"], cast.ids["opportunity", "dach"]
    async with database.write() as session:
        changes, made_in = UndoRepository(session, dach), await begun(session, dach)
        values = {"stage": "Negotiation", "next_step": "Send offer"}
        change = await changes.update("opportunity", deal, 1, values, made_in)
        await changes.update("opportunity", deal, 2, {"stage": "Discovery", "lead_source": "Fair"}, made_in)
        with pytest.raises(Conflict) as refused:
            await changes.undo(change.id, marked="test")
        assert refused.value.fields == ("stage",)
        stored = await session.get_one(Opportunity, deal)
        assert (stored.stage, stored.next_step) == ("Discovery", "Send offer")


async def test_an_edit_of_other_fields_does_not_stand_in_the_way(database: Database, cast: Cast) -> None:
    dach, deal = cast.actors["dach"], cast.ids["opportunity", "dach"]
    async with database.write() as session:
        changes, made_in = UndoRepository(session, dach), await begun(session, dach)
        change = await changes.update("opportunity", deal, 1, {"stage": "Negotiation"}, made_in)
        await changes.update("opportunity", deal, 2, {"next_step": "Call"}, made_in)
        await changes.undo(change.id, marked="test")
        stored = await session.get_one(Opportunity, deal)
        assert (stored.stage, stored.next_step) == ("Proposal", "Call")


async def test_a_change_is_taken_back_once_and_by_who_made_it(database: Database, cast: Cast) -> None:
    dach, manager = cast.actors["dach"], cast.actors["manager"]
    async with database.write() as session:
        changes = UndoRepository(session, dach)
        change = await changes.update("lead", cast.ids["lead", "dach"], 1, {"employees": 5}, await begun(session, dach))
        with pytest.raises(NotFound):
            await UndoRepository(session, manager).undo(change.id, marked="test")
        await changes.undo(change.id, marked="test")
        with pytest.raises(Conflict):
            await changes.undo(change.id, marked="test")


async def test_a_record_given_away_can_be_taken_back(database: Database, cast: Cast) -> None:
    dach, lead = cast.actors["dach"], cast.ids["lead", "dach"]
    async with database.write() as session:
        changes, made_in = UndoRepository(session, dach), await begun(session, dach)
        change = await changes.update("lead", lead, 1, {"owner_id": cast.actors["emea"].user_id}, made_in)
        with pytest.raises(NotFound):
            await changes.version_of("lead", lead)
        await changes.undo(change.id, marked="test")
        assert await changes.version_of("lead", lead) == 3


async def test_a_stale_version_or_a_hidden_record_is_refused(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        changes, made_in = UndoRepository(session, dach), await begun(session, dach)
        await changes.update("lead", cast.ids["lead", "dach"], 1, {"employees": 5}, made_in)
        with pytest.raises(Conflict):
            await changes.update("lead", cast.ids["lead", "dach"], 1, {"employees": 6}, made_in)
        with pytest.raises(NotFound):
            await changes.update("lead", cast.ids["lead", "americas"], 1, {"employees": 6}, made_in)
        with pytest.raises(NotFound):
            await changes.create("task", {"title": "T", "lead_id": cast.ids["lead", "americas"]}, made_in)


async def test_figures_and_names_follow_a_write_and_its_undoing(database: Database, cast: Cast) -> None:
    dach, deal = cast.actors["dach"], cast.ids["opportunity", "dach"]
    won = {"name": "Wonderwork", "outcome": "won", "stage": "Won", "closed_on": "2025-06-09"}

    async def seen() -> tuple[list[int], int]:
        outcomes = (await FactRepository(session, dach).columns()).frame["outcome"].sort().to_list()
        found = await SearchRepository(session, dach).candidates(["wonderwork"])
        return outcomes, len([one for one in found if one.kind is NamedKind.OPPORTUNITY])

    async with database.write() as session:
        changes = UndoRepository(session, dach)
        change = await changes.update("opportunity", deal, 1, won, await begun(session, dach))
        assert await seen() == ([0, 1], 1)
        await changes.undo(change.id, marked="test")
        assert await seen() == ([-1, 0], 0)


async def test_two_writers_of_one_version_one_wins(database: Database, cast: Cast) -> None:
    dach, lead = cast.actors["dach"], cast.ids["lead", "dach"]
    import anyio

    won = []

    async def write(count: int) -> None:
        async with database.write() as session:
            made = await begun(session, dach)
            await WriteRepository(session, dach).update("lead", lead, 1, {"employees": count}, made)
        won.append(count)

    async def attempt(score: int) -> None:
        try:
            await write(score)
        except Conflict:
            return

    async with anyio.create_task_group() as group:
        for score in range(8):
            group.start_soon(attempt, score)
    assert len(won) == 1
    async with database.read() as session:
        assert await session.scalar(select(Lead.employees).where(Lead.id == lead)) == won[0]


async def test_a_retired_colleague_keeps_the_record(database: Database, cast: Cast) -> None:
    async with database.write() as session:
        await session.execute(update(User).where(User.id == cast.actors["dach"].user_id).values(active=False))
        manager = WriteRepository(session, cast.actors["manager"])
        assert await manager.version_of("lead", cast.ids["lead", "dach"]) == 1
