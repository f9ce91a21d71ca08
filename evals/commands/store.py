"""The rows of a workspace as they lie in its file, read past the program that is measured."""

# ruff: noqa: S608  statements are put together from names of our own tables and columns; values are bound
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from db.access import Actor, visible
from db.records import KINDS, RecordKind
from evals.observed import Ref, Touch

Row = Mapping[str, Any]
MARKS: Final = frozenset({"version", "updated_at", "run_id"})
"""Written at every change of a row, whatever it is."""
_NAMED: Final = {"user": "users", "team": "teams"}


def table_of(kind: str) -> str:
    return _NAMED.get(kind) or KINDS[kind].table.__tablename__


@dataclass(frozen=True, slots=True)
class RowChange:
    """What became of one row in a turn. Exactly one of `before` and `after` is None for a row that came or went."""

    table: str
    id: int
    before: Row | None
    after: Row | None

    @property
    def key(self) -> tuple[str, int]:
        return self.table, self.id

    @property
    def created(self) -> bool:
        return self.before is None

    @property
    def columns(self) -> frozenset[str]:
        """Columns with another value than before, besides the marks of every change."""
        before, after = self.before or {}, self.after or {}
        return frozenset(name for name in {*before, *after} - MARKS if before.get(name) != after.get(name))

    @property
    def gone(self) -> bool:
        return self.after is None or self.after.get("deleted_at") is not None

    def __str__(self) -> str:
        row = self.after or self.before or {}
        person = " ".join(filter(None, (row.get("first_name"), row.get("last_name"))))
        name = row.get("name") or person or row.get("title") or row.get("subject") or ""
        return f"{self.table} {self.id}{f' “{name}”' if name else ''}"


def net(touches: Iterable[Touch]) -> tuple[RowChange, ...]:
    """The touches of a turn as one change for each row, in the order of the first touch; what came to nothing is left
    out."""
    first: dict[tuple[str, int], Touch] = {}
    last: dict[tuple[str, int], Touch] = {}
    for touch in touches:
        first.setdefault((touch.table, touch.row), touch)
        last[touch.table, touch.row] = touch
    found = [
        RowChange(table, row, None if one.act == "insert" else one.before, last[table, row].values or None)
        for (table, row), one in first.items()
    ]
    return tuple(one for one in found if (one.before or one.after) and one.columns)


class Store:
    """One SQLite file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=30)
        self._connection.row_factory = sqlite3.Row

    def close(self) -> None:
        self._connection.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        return self._connection.execute(statement, values).fetchall()

    def row(self, table: str, id_: int) -> Row | None:
        found = self.rows(f'SELECT * FROM "{table}" WHERE id = ?', (id_,))
        return dict(found[0]) if found else None

    def named(self, kind: str, name: str) -> Ref | None:
        """The one record of that name: a colleague, a product, a campaign."""
        found = self.rows(
            f'SELECT id FROM "{table_of(kind)}" WHERE name = ? AND deleted_at IS NULL',
            (name,),
        )
        return Ref(kind, found[0]["id"], name) if len(found) == 1 else None

    def waiting(self, conversation: str) -> tuple[Ref, ...]:
        """The records among which the question that is open in a conversation lets choose."""
        found = self.rows("SELECT memory FROM conversations WHERE id = ?", (conversation,))
        pending = (json.loads(found[0]["memory"]) or {}).get("pending") if found else None
        return tuple(Ref(one["kind"], int(one["id"]), one["name"]) for one in (pending or {}).get("records", ()))


def seen_by(actor: Actor, kind: RecordKind) -> str:
    """The rows of a kind that stand and that the person may see, as a condition in SQL."""
    fixed = "".join(f" AND {column} = '{value}'" for column, value in kind.fixed.items())
    seen = visible(actor, kind.table).compile(compile_kwargs={"literal_binds": True})
    return f"{kind.table.__tablename__}.deleted_at IS NULL{fixed} AND ({seen})"
