"""Looking up what rows name: other records by id, address or name, and colleagues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from db.importers.layouts import OWN_SOURCE
from db.imports.batch import Journal
from db.imports.origins import known_ids
from db.imports.tables import fitting, insert, reserve, room, table_of
from db.models import Team, User
from db.names import fold
from db.records import KINDS, Field, RecordKind

SEVERAL = -1
"""Stands for a name that fits more than one record."""
CREATABLE = ("account", "product", "campaign")
"""Kinds that a name alone makes."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a cell names, or why there is none."""

    key: int | None = None
    why: str = ""


_NOBODY = Found()


@dataclass(slots=True)
class Names:
    """Look-ups of one import; each is made when the first row needs it, and holds for the whole file.

    Attributes:
        source: whose ids the file carries.
        mark: this workspace's own, as exports of ours write it.
        create: kinds whose records are made where no record has the name.
        fresh: kind -> records made so.
        unowned: names of people nobody here has -> how many cells.
    """

    connection: Connection
    source: str
    mark: str
    journal: Journal
    create: frozenset[str] = frozenset()
    fresh: dict[str, list[int]] = field(default_factory=dict)
    unowned: dict[str, int] = field(default_factory=dict)
    _ids: dict[tuple[str, str], Mapping[str, tuple[int, bool]]] = field(default_factory=dict)
    _names: dict[str, dict[str, int]] = field(default_factory=dict)
    _own: dict[str, set[int]] = field(default_factory=dict)

    def people(self, kind: str, cells: Iterable[str | None]) -> list[int | None]:
        """Colleagues by address or full name, teams by name; who is not here stays out and is counted."""
        known = self._people(kind)
        found: list[int | None] = []
        for cell in cells:
            key = known.get(fold(cell.strip())) if cell else None
            if cell and (key is None or key == SEVERAL):
                self.unowned[cell] = self.unowned.get(cell, 0) + 1
            found.append(key if key != SEVERAL else None)
        return found

    def records(
        self, link: Field, ids: Sequence[str | None] | None, names: Sequence[str | None] | None, count: int
    ) -> list[Found]:
        """What a link of each row points at: by id where that is known, else by address or exact name."""
        by_id = [self._by_id(link.to, one) for one in ids] if ids is not None else [_NOBODY] * count
        if names is None:
            return by_id
        if link.to in self.create:
            self._make(link.to, [name for name, there in zip(names, by_id, strict=True) if name and there.key is None])
        return [
            there if there.key is not None or not name else self._by_name(KINDS[link.to], name)
            for name, there in zip(names, by_id, strict=True)
        ]

    def own_id(self, kind: str, cell: str) -> int | None:
        """The record of this workspace that an export of ours names, if it is still there."""
        mark, _, rest = cell.partition(":")
        named, _, number = rest.partition(":")
        if mark != self.mark or named != kind or not number.isdigit():
            return None
        if kind not in self._own:
            table = KINDS[kind].table
            self._own[kind] = set(self.connection.execute(select(table.id).where(table.deleted_at.is_(None))).scalars())
        return int(number) if int(number) in self._own[kind] else None

    def _by_id(self, kind: str, cell: str | None) -> Found:
        if not cell:
            return _NOBODY
        if self.source == OWN_SOURCE and (own := self.own_id(kind, cell)) is not None:
            return Found(own)
        # Programs that link to several put the ids into one cell, the first being the main one.
        first = cell.split(";")[0].strip()
        if (kind, self.source) not in self._ids:
            self._ids[kind, self.source] = known_ids(self.connection, KINDS[kind], self.source)
        key, deleted = self._ids[kind, self.source].get(first, (None, False))
        if key is None or deleted:
            return Found(why=f"no {KINDS[kind].one} with the id “{first[:60]}” was imported from there")
        return Found(key)

    def _by_name(self, kind: RecordKind, cell: str) -> Found:
        known = self._by_names(kind)
        key = known.get(fold(" ".join(cell.split())))
        if key is None:
            return Found(why=f"there is no {kind.one} called “{cell[:80]}”")
        if key == SEVERAL:
            return Found(why=f"several {kind.many} are called “{cell[:80]}”")
        return Found(key)

    def _by_names(self, kind: RecordKind) -> dict[str, int]:
        if kind.name not in self._names:
            table: Any = kind.table
            columns = [getattr(table, name) for name in kind.title]
            addresses = [table.email] if "email" in kind.by_name else []
            rows = self.connection.execute(select(table.id, *columns, *addresses).where(table.deleted_at.is_(None)))
            known: dict[str, int] = {}
            for key, *parts in rows:
                address = parts.pop() if addresses else None
                for said in (" ".join(str(part) for part in parts if part), address):
                    if said:
                        _add(known, fold(said), key)
            self._names[kind.name] = known
        return self._names[kind.name]

    def _make(self, name: str, wanted: Iterable[str]) -> None:
        """Records for names that nothing has. What was cut to its column is found again under its whole name."""
        kind = KINDS[name]
        known, table = self._by_names(kind), table_of(kind.table)
        missing: dict[str, str] = {}
        for said in wanted:
            kept = fitting(" ".join(said.split()), room(table, "name"))
            key = fold(" ".join(said.split()))
            if key not in known:
                missing.setdefault(key, kept)
        for key, kept in list(missing.items()):
            if fold(kept) in known:
                known[key] = known[fold(kept)]
                del missing[key]
        ids = list(reserve(self.connection, table, len(missing)))
        rows = [{"id": key, "name": kept} for key, kept in zip(ids, missing.values(), strict=True)]
        insert(self.connection, table, rows)
        known |= dict(zip(missing, ids, strict=True))
        self.fresh.setdefault(name, []).extend(ids)
        self.journal.made(name, ids)

    def _people(self, kind: str) -> dict[str, int]:
        if kind not in self._names:
            known: dict[str, int] = {}
            if kind == "team":
                for key, name in self.connection.execute(select(Team.id, Team.name).where(Team.deleted_at.is_(None))):
                    _add(known, fold(name), key)
            else:
                # Who left owns history too, but a name that somebody here has is theirs.
                staff = select(User.id, User.name, User.email, User.active).where(User.deleted_at.is_(None))
                people = self.connection.execute(staff.order_by(User.active.desc(), User.id)).all()
                for key, name, _email, active in people:
                    if active or fold(name) not in known:
                        _add(known, fold(name), key)
                known |= {fold(email): key for key, _name, email, _active in people}
            self._names[kind] = known
        return self._names[kind]


def _add(known: dict[str, int], said: str, key: int) -> None:
    known[said] = key if known.get(said, key) == key else SEVERAL
