"""Taking back: exact rows, named conflicts, all of a call or none of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, update

from db.acting import unscoped
from db.errors import AlreadyUndone, Conflict, EditedSince, LinkedSince
from db.models import Lead, Note, Opportunity, Record
from db.record_images import TABLES
from db.repositories.changes import ChangeLine, Made
from db.repositories.undoing import UndoRepository
from db.session import Database, WriteSession
from tests.db.cast import Cast
from tests.db.repositories.test_changes import Undo, begun

pytestmark = pytest.mark.anyio

COUNTERS = {"version", "updated_at", "run_id"}
WHEN = st.none() | st.sampled_from(["2025-06-01T10:00:00.000123+02:00", "2025-06-02T09:00:00+00:00"])
DAYS = st.none() | st.dates().map(lambda day: day.isoformat())
WORDS = st.none() | st.sampled_from(["a", "ü", "a longer text"])
LISTS = st.none() | st.lists(st.sampled_from(["price", "ü"]), max_size=2)
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "account": {"name": st.just("New name"), "industry": WORDS, "employees": st.none() | st.integers(0, 9)},
    "contact": {"first_name": WORDS, "pain_points": LISTS, "opted_out": st.booleans()},
    "lead": {"status": st.sampled_from(["new", "contacted"]), "employees": st.none() | st.integers(0, 100)},
    "opportunity": {
        "stage": st.sampled_from(["Proposal", "Won"]), "outcome": st.sampled_from(["open", "won"]), "closed_on": DAYS,
        "amount_minor": st.none() | st.integers(0, 10**12), "last_activity_at": WHEN, "decision_criteria": LISTS,
    },
    "task": {"status": st.sampled_from(["open", "done"]), "due_at": WHEN, "title": st.just("Another title")},
    "note": {"body": st.just("Another text"), "private": st.booleans()},
}  # fmt: skip
NEW: dict[str, dict[str, Any]] = {
    "account": {"name": "New"},
    "contact": {"last_name": "New"},
    "lead": {"company": "New", "arrived_at": "2025-06-02T09:00:00+00:00"},
    "opportunity": {"name": "New", "stage": "Proposal", "currency": "EUR"},
    "task": {"title": "New"},
    "note": {"body": "New"},
}
OWNER = {"note": "author_id"}
KEYS = {"task": "taskonlead", "note": "noteonaccount"}
writes = st.lists(
    st.tuples(st.sampled_from(sorted(FIELDS)), st.booleans()).flatmap(
        lambda one: st.tuples(st.just(one[0]), st.just(one[1]), st.fixed_dictionaries({}, optional=FIELDS[one[0]]))
    ),
    min_size=1, max_size=6,
)  # fmt: skip


async def rows(session: WriteSession) -> dict[tuple[str, int], dict[str, Any]]:
    """Every column of every living record, without what counts writes."""
    session.expire_all()
    found = {}
    for kind in FIELDS:
        table = TABLES[kind]
        names = [column.key for column in inspect(table).columns if column.key not in COUNTERS]
        with unscoped(session):
            living = (await session.execute(select(table).where(table.deleted_at.is_(None)))).scalars().all()
        found |= {(kind, record.id): {name: getattr(record, name) for name in names} for record in living}
    return found


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(writes)
async def test_any_writes_taken_back_in_reverse_leave_the_exact_rows(
    database: Database, cast: Cast, writes: list[tuple[str, bool, dict[str, Any]]]
) -> None:
    dach = cast.actors["dach"]
    with pytest.raises(Undo):
        async with database.write() as session:
            changes, made = UndoRepository(session, dach), await begun(session, dach)
            before, done = await rows(session), list[ChangeLine]()
            latest = {kind: cast.ids[KEYS.get(kind, kind), "dach"] for kind in FIELDS}
            for kind, creates, values in writes:
                if creates:
                    own = {OWNER.get(kind, "owner_id"): dach.user_id}
                    done.append(await changes.create(kind, NEW[kind] | own | values, made))
                    latest[kind] = done[-1].record_id
                else:
                    version = await changes.version_of(kind, latest[kind])
                    done.append(await changes.update(kind, latest[kind], version, values, made))
            for change in reversed(done):
                await changes.undo(change.id, marked="undoing")
            assert await rows(session) == before
            raise Undo


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(FIELDS)).flatmap(lambda kind: st.tuples(
    st.just(kind), st.fixed_dictionaries({}, optional=FIELDS[kind]), st.fixed_dictionaries({}, optional=FIELDS[kind]),
)))  # fmt: skip
async def test_a_conflict_names_exactly_the_fields_that_somebody_edited(
    database: Database, cast: Cast, case: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    dach, (kind, mine, theirs) = cast.actors["dach"], case
    with pytest.raises(Undo):
        async with database.write() as session:
            changes, made = UndoRepository(session, dach), await begun(session, dach)
            key = cast.ids[KEYS.get(kind, kind), "dach"]
            first = await changes.update(kind, key, 1, mine, made)
            second = await changes.update(kind, key, await changes.version_of(kind, key), theirs, made)
            left, now, was = first.after or {}, second.after or {}, first.before or {}
            edited = tuple(sorted(name for name in left if left[name] not in (was[name], now[name])))
            between = await rows(session)
            if edited:
                with pytest.raises(EditedSince) as refused:
                    await changes.undo(first.id, marked="undoing")
                assert refused.value.fields == edited
                assert await rows(session) == between
            else:
                await changes.undo(first.id, marked="undoing")
            raise Undo


async def test_a_conflict_is_said_in_words_with_who_and_when(database: Database, cast: Cast) -> None:
    dach, manager, deal = cast.actors["dach"], cast.actors["manager"], cast.ids["opportunity", "dach"]
    async with database.write() as session:
        changes, theirs = UndoRepository(session, dach), UndoRepository(session, manager)
        values = {"stage": "Negotiation", "expected_close_on": "2025-07-01"}
        change = await changes.update("opportunity", deal, 1, values, await begun(session, dach))
        edit = {"stage": "Discovery", "expected_close_on": "2025-08-01"}
        await theirs.update("opportunity", deal, 2, edit, await begun(session, manager))
        with pytest.raises(EditedSince) as refused:
            await changes.undo(change.id, marked="undoing")
    said = str(refused.value)
    assert said.startswith("The expected close date and the stage of the opportunity")
    assert f"edited since by {manager.name} on 20" in said


async def test_an_edit_outside_the_assistant_is_named_with_its_time_alone(database: Database, cast: Cast) -> None:
    dach, lead = cast.actors["dach"], cast.ids["lead", "dach"]
    async with database.write() as session:
        changes = UndoRepository(session, dach)
        change = await changes.update("lead", lead, 1, {"employees": 5}, await begun(session, dach))
        (await session.get_one(Lead, lead)).employees = 6
        await session.flush()
        with pytest.raises(EditedSince, match=r"The employees of the lead \d+ was edited since by someone else on "):
            await changes.undo(change.id, marked="undoing")


async def test_a_new_record_that_something_was_linked_to_stays(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        changes, made = UndoRepository(session, dach), await begun(session, dach)
        account = await changes.create("account", {"name": "New", "owner_id": dach.user_id}, made)
        task = await changes.create("task", {"title": "Call", "account_id": account.record_id}, made)
        with pytest.raises(LinkedSince, match="a task was linked to the account"):
            await changes.undo(account.id, marked="undoing")
        await changes.undo(task.id, marked="undoing")
        await changes.undo(account.id, marked="undoing")


async def test_what_hangs_on_a_new_record_out_of_sight_is_not_named(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        changes, made = UndoRepository(session, dach), await begun(session, dach)
        account = await changes.create("account", {"name": "New", "owner_id": dach.user_id}, made)
        author = cast.actors["emea"].user_id
        with unscoped(session):
            session.add(Note(body="Secret", private=True, author_id=author, account_id=account.record_id))
            await session.flush()
        with pytest.raises(LinkedSince, match="another record was linked"):
            await changes.undo(account.id, marked="undoing")


async def test_twice_is_refused_in_words(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        changes = UndoRepository(session, dach)
        change = await changes.create("task", {"title": "New"}, await begun(session, dach))
        await changes.undo(change.id, marked="undoing")
        with pytest.raises(AlreadyUndone, match="was taken back before"):
            await changes.undo(change.id, marked="undoing")


async def several(changes: UndoRepository, made: Made, cast: Cast) -> list[ChangeLine]:
    """One call that writes three records."""
    lead, deal = cast.ids["lead", "dach"], cast.ids["opportunity", "dach"]
    return [
        await changes.update("lead", lead, 1, {"employees": 1}, replace(made, step=7, part=0)),
        await changes.update("opportunity", deal, 1, {"stage": "Won"}, replace(made, step=7, part=1)),
        await changes.create("task", {"title": "Next", "opportunity_id": deal}, replace(made, step=7, part=2)),
    ]


async def test_a_call_of_several_records_is_taken_back_whole(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        changes, before = UndoRepository(session, dach), await rows(session)
        parts = await several(changes, await begun(session, dach), cast)
        undone = await changes.undo(parts[1].id, marked="undoing")
        assert [one.id for one in undone] == [one.id for one in reversed(parts)]
        assert await rows(session) == before


async def test_a_call_of_several_records_is_not_taken_back_in_part(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        parts = await several(UndoRepository(session, dach), await begun(session, dach), cast)
        await session.execute(update(Lead).where(Lead.id == parts[0].record_id).values(employees=9))
    with pytest.raises(Conflict):
        async with database.write() as session:
            await UndoRepository(session, dach).undo(parts[0].id, marked="undoing")
    async with database.read() as session:
        assert [one.undone_at for one in await UndoRepository(session, dach).standing(
            (await UndoRepository(session, dach).own(parts[0].id)).conversation_id
        )] == [None] * 3  # fmt: skip
        deal = await session.get_one(Opportunity, parts[1].record_id)
        assert deal.stage == "Won"


@pytest.mark.parametrize("kind", sorted(FIELDS))
async def test_every_row_the_assistant_touched_names_the_run(database: Database, cast: Cast, kind: str) -> None:
    dach = cast.actors["dach"]
    table: type[Record] = TABLES[kind]
    async with database.write() as session:
        changes, made = UndoRepository(session, dach), await begun(session, dach)
        key = cast.ids[KEYS.get(kind, kind), "dach"]
        values = {"account": {"city": "Ulm"}, "contact": {"title": "COO"}, "lead": {"employees": 1},
                  "note": {"body": "B"}, "opportunity": {"next_step": "Call"},
                  "task": {"title": "T"}}[kind]  # fmt: skip
        updated = await changes.update(kind, key, 1, values, made)
        own = {OWNER.get(kind, "owner_id"): dach.user_id}
        created = await changes.create(kind, NEW[kind] | own, made)
        for change in (updated, created):
            assert (await session.get_one(table, change.record_id)).run_id == made.turn
            await changes.undo(change.id, marked="tu_undoing")
            assert (await session.get_one(table, change.record_id)).run_id == "tu_undoing"
