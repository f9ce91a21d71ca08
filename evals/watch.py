"""Watches the rows of a demo workspace by triggers, so that a change is seen in the store and not taken on trust."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from db.fulltext.columns import indexing
from evals.observed import Touch

_LOG = "watched_rows"
_OF_THE_TURN = frozenset(
    {
        "conversations", "turns", "turn_events", "vault", "evidence", "proposals", "changes", "budgets", "usage",
        "spans", "audit", "sign_ins", "name_tokens", "spellings", "deal_facts", "dimension_values", "alembic_version",
        "likeness_keys", "spoken_of", "spoken_topics",
    }
)  # fmt: skip
"""What a turn writes about itself, and what is derived from the records. Everything else is watched."""


class StoreWatch:
    """Triggers on every table of records of one SQLite file; `touches()` gives what happened since the last call."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0

    def __enter__(self) -> Self:
        install(self._path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The file is a copy that is thrown away, so the triggers stay."""

    def touches(self) -> tuple[Touch, ...]:
        with closing(sqlite3.connect(self._path, timeout=30)) as store:
            store.row_factory = sqlite3.Row
            found = store.execute(
                f"SELECT id, place, record, act, old FROM {_LOG} WHERE id > ? ORDER BY id",  # noqa: S608 - our own table
                (self._seen,),
            ).fetchall()
            self._seen = found[-1]["id"] if found else self._seen
            return tuple(_touch(store, row) for row in found)


def install(path: Path) -> None:
    """Put the triggers into a file; one that has them already, as a copy of such a file has, is left as it is."""
    with closing(sqlite3.connect(path, timeout=30)) as store, store:
        tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        names = [name for (name,) in tables if name not in {*_OF_THE_TURN, _LOG} and not indexing(name)]
        store.execute(
            f"CREATE TABLE IF NOT EXISTS {_LOG} "
            "(id INTEGER PRIMARY KEY, place TEXT, record INTEGER, act TEXT, old TEXT)"
        )
        for name in names:
            columns = [column for _, column, *_ in store.execute(f'PRAGMA table_info("{name}")')]
            pairs = ", ".join(f"'{one}', OLD.\"{one}\"" for one in columns)
            old = f"json_object({pairs})"
            for act, row, kept in (("insert", "NEW", "NULL"), ("update", "NEW", old), ("delete", "OLD", old)):
                store.execute(
                    f'CREATE TRIGGER IF NOT EXISTS "watch_{name}_{act}" AFTER {act} ON "{name}" BEGIN '  # noqa: S608 - names of our own tables
                    f"INSERT INTO {_LOG} (place, record, act, old) VALUES ('{name}', {row}.rowid, '{act}', {kept}); END"
                )


def _touch(store: sqlite3.Connection, logged: sqlite3.Row) -> Touch:
    table, row = logged["place"], logged["record"]
    values = store.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (row,)).fetchone()  # noqa: S608 - a name the log gave
    before = json.loads(logged["old"]) if logged["old"] is not None else {}
    return Touch(table, row, logged["act"], dict(values) if values is not None else {}, before)
