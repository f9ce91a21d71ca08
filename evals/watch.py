"""Watches the rows of a demo workspace by triggers, so that a change is seen in the store and not taken on trust."""

from __future__ import annotations

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
    }
)  # fmt: skip
"""What a turn writes about itself, and what is derived from the records. Everything else is watched."""


class StoreWatch:
    """Triggers on every table of records of one SQLite file; `touches()` gives what happened since the last call."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0

    def __enter__(self) -> Self:
        with closing(sqlite3.connect(self._path, timeout=30)) as store, store:
            tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            names = [name for (name,) in tables if name not in _OF_THE_TURN and not indexing(name)]
            store.execute(f"CREATE TABLE {_LOG} (id INTEGER PRIMARY KEY, place TEXT, record INTEGER, act TEXT)")
            for name in names:
                for act, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
                    store.execute(
                        f'CREATE TRIGGER "watch_{name}_{act}" AFTER {act} ON "{name}" BEGIN '  # noqa: S608 - names of our own tables
                        f"INSERT INTO {_LOG} (place, record, act) VALUES ('{name}', {row}.rowid, '{act}'); END"
                    )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The file is a copy that is thrown away, so the triggers stay."""

    def touches(self) -> tuple[Touch, ...]:
        with closing(sqlite3.connect(self._path, timeout=30)) as store:
            store.row_factory = sqlite3.Row
            found = store.execute(
                f"SELECT id, place, record, act FROM {_LOG} WHERE id > ? ORDER BY id",  # noqa: S608 - our own table
                (self._seen,),
            ).fetchall()
            self._seen = found[-1]["id"] if found else self._seen
            return tuple(_touch(store, row["place"], row["record"], row["act"]) for row in found)


def _touch(store: sqlite3.Connection, table: str, row: int, act: str) -> Touch:
    values = store.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (row,)).fetchone()  # noqa: S608 - a name the log gave
    return Touch(table, row, act, dict(values) if values is not None else {})
