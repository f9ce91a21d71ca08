"""The index over texts follows every write by itself, is made anew by migrations, and forgets what is removed."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, inspect, select, text, update
from sqlalchemy.engine import URL

from db import revisions
from db.acting import OWNER, work_for
from db.fulltext import index
from db.fulltext.columns import TABLES, searched
from db.models import Account, Contact, Interaction, Note
from db.records import KINDS
from db.repositories.undoing import UndoRepository
from db.session import Database, WriteSession
from tests.db.cast import NOON, Cast
from tests.db.repositories.test_changes import Undo, begun
from tools.lead.search import Kind

pytestmark = pytest.mark.anyio
WORDS = st.none() | st.sampled_from(["Acme", "Ünal & Söhne", "+49 (30) 901", "x\nüber uns", "", "Acme"])
TEXTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "account": {"name": st.just("New name"), "phone": WORDS, "custom": st.none() | st.just({"a": "Öl", "n": [1, "b"]})},
    "contact": {"first_name": WORDS, "email": WORDS, "pain_points": st.none() | st.just(["price", "ü"])},
    "note": {"body": st.sampled_from(["Another text", "Noch ein Wörtchen"])},
}
LINKED = {"account": "account", "contact": "contact", "note": "noteonaccount"}
ACTS = ("create", "update", "delete", "restore", "merge", "undo")
steps = st.lists(
    st.sampled_from(sorted(TEXTS)).flatmap(
        lambda kind: st.tuples(st.sampled_from(ACTS), st.just(kind), st.fixed_dictionaries({}, optional=TEXTS[kind]))
    ),
    min_size=1, max_size=8,
)  # fmt: skip
NEW: dict[str, dict[str, Any]] = {"account": {"name": "New"}, "contact": {"last_name": "New"}, "note": {"body": "New"}}


def held(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All that the index holds: words and where they stand."""
    found = {}
    for table in TABLES.values():
        rows = f"SELECT id, words FROM {table.index} ORDER BY id"  # noqa: S608 - a table of ours
        if connection.dialect.name == "sqlite":
            view = f"temp.held_{table.index} USING fts5vocab(main, {table.index}, instance)"
            connection.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {view}"))
            rows = f'SELECT doc, term, col, "offset" FROM temp.held_{table.index} ORDER BY 1, 2, 3, 4'  # noqa: S608 - a table of ours
        found[table.name] = [tuple(row) for row in connection.execute(text(rows))]
    return found


async def in_step(session: WriteSession) -> None:
    """What the index holds is what it would hold if it was made now."""

    def compared(connection: Connection) -> None:
        followed = held(connection)
        index.rebuild(connection)
        assert held(connection) == followed

    await session.flush()
    work_for(session, OWNER)
    await session.run_sync(lambda sync: compared(sync.connection()))


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(steps)
async def test_following_any_writes_gives_what_indexing_everything_gives(
    database: Database, cast: Cast, steps: list[tuple[str, str, dict[str, Any]]]
) -> None:
    dach = cast.actors["dach"]
    with pytest.raises(Undo):
        async with database.write() as session:
            repository, made = UndoRepository(session, dach), await begun(session, dach)
            kept = {kind: [cast.ids[LINKED[kind], "dach"]] for kind in TEXTS}
            gone: dict[str, list[int]] = {kind: [] for kind in TEXTS}
            for act, kind, values in steps:
                await _do(repository, made, act, kind, values, kept, gone)
            await in_step(session)
            raise Undo


async def _do(
    repository: UndoRepository, made: Any, act: str, kind: str, values: dict[str, Any],
    kept: dict[str, list[int]], gone: dict[str, list[int]],
) -> None:  # fmt: skip
    """One step: a record created, changed, deleted, brought back, merged into the first, or all of it taken back."""
    deleted = {"deleted_at": NOON.isoformat()}
    owner = {"author_id" if kind == "note" else "owner_id": repository.actor.user_id}
    if act == "create":
        kept[kind].append((await repository.create(kind, NEW[kind] | owner | values, made)).record_id)
    elif act == "update" and values:
        key = kept[kind][-1]
        await repository.update(kind, key, await repository.version_of(kind, key), values, made)
    elif act == "undo" and values:
        key = kept[kind][-1]
        done = await repository.update(kind, key, await repository.version_of(kind, key), values, made)
        await repository.undo(done.id, marked="undoing")
        gone.update({one: [] for one in gone})
    elif act in ("delete", "merge") and len(kept[kind]) > 1:
        if act == "merge" and values:
            await repository.change_all(kind, kept[kind][:1], values, made)
        key = kept[kind].pop()
        await repository.change_all(kind, [key], deleted, made)
        gone[kind].append(key)
    elif act == "restore" and gone[kind]:
        key = gone[kind].pop()
        await repository.change_all(kind, [key], {"deleted_at": None}, made, deleted=True)
        kept[kind].append(key)


async def test_statements_past_the_repositories_are_followed_too(database: Database, cast: Cast) -> None:
    async with database.write() as session:
        await session.execute(update(Account).values(name=Account.name + " Holding"))
        await session.execute(
            update(Contact).values(deleted_at=NOON).where(Contact.id.in_(select(Contact.id).limit(3)))
        )
        await session.execute(delete(Interaction))
        await in_step(session)


async def test_a_text_of_any_size_is_taken(database: Database) -> None:
    async with database.write() as session:
        session.add(Note(body=" ".join(f"word{number}" for number in range(300_000))))
        session.add(Note(body="x" * 3_000_000))
        await session.flush()


async def test_loading_in_one_go_gives_the_same(database: Database, cast: Cast) -> None:
    async with database.connection() as connection:

        def load(sync: Connection) -> None:
            with index.loading(sync):
                sync.execute(update(Account).values(name="Loaded"))
                sync.execute(delete(Note))

        await connection.run_sync(load)
    async with database.write() as session:
        await in_step(session)
        session.add(Account(name="After"))
        await in_step(session)


async def test_a_migration_makes_it_anew_from_what_there_is(database: Database, cast: Cast) -> None:
    async with database.connection() as connection:
        before = await connection.run_sync(held)
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="0012", down=True))
        names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        assert not names & {table.index for table in TABLES.values()}
        await connection.run_sync(revisions.migrate)
        assert await connection.run_sync(held) == before


def test_the_tool_takes_every_kind_that_is_searched() -> None:
    assert set(get_args(Kind)) == {kind.name for kind in KINDS.values() if searched(kind)}


async def test_a_word_that_was_taken_out_is_in_no_page_of_the_index(sqlite_url: URL) -> None:
    database = Database(sqlite_url)

    async def pages(session: WriteSession) -> int:
        await session.flush()
        held = text("SELECT count(*) FROM notes_words_data WHERE instr(block, CAST('exhollow' AS BLOB)) > 0")
        return int(await session.scalar(held) or 0)

    async with database.write() as session:
        session.add(Note(id=1, body="vexhollow and others"))
        session.add_all(Note(body=f"word{number}") for number in range(50))
    async with database.write() as session:
        await session.execute(update(Note).where(Note.id == 1).values(body="nobody"))
        assert await pages(session) > 0
        await session.run_sync(lambda sync: index.purge(sync.connection()))
        assert await pages(session) == 0
    await database.close()
