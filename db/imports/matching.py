"""Which record a row is about: the one its source knows under that id, else the one that has the same of what tells
records of its kind apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from db.imports.origins import known_ids
from db.names import fold
from db.records import RecordKind

_ON = ("account_id", "contact_id", "lead_id", "opportunity_id")
_EXCHANGE = (("at", "channel", "subject", *_ON),)
KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "account": (("domain",), ("name",)),
    "contact": (("email",),),
    "lead": (("email",),),
    "learner": (("email",),),
    "trainer": (("email",), ("name",)),
    "opportunity": (("name", "account_id", "created_on"),),
    "product": (("name",),),
    "stage": (("name",),),
    "campaign": (("name", "starts_on"),),
    "template": (("name", "language", "channel"),),
    "objection": (("name", "category"),),
    "course": (("code",), ("name",)),
    "batch": (("name", "course_id"),),
    "quota": (("starts_on", "ends_on", "user_id", "team_id"),),
    "enrolment": (("learner_id", "batch_id"),),
    "campaign_member": (("campaign_id", "lead_id", "contact_id", "opportunity_id", "touched_at"),),
    "objection_use": (("objection_id", "opportunity_id", "interaction_id"),),
    "note": (("body", *_ON),),
    "task": (("title", "due_at", *_ON),),
    **dict.fromkeys(("interaction", "email", "call", "meeting", "sms", "whatsapp"), _EXCHANGE),
}
"""What two rows cannot share without being one record, by kind; the first set whose first column is filled in counts.

A contact is known by the e-mail address, an account by its domain and then by its name.
"""
_LONG = 80


@dataclass(frozen=True, slots=True)
class Match:
    """Attributes: key: the record, None for a new one; deleted: it was deleted here; why: the row cannot be used."""

    key: int | None = None
    deleted: bool = False
    why: str = ""


@dataclass(slots=True)
class Known:
    """Every record of the kind as it was before the import, by what tells it apart; filled once.

    `by_source` are those that the source brought before: its id -> (record, whether it was deleted here).
    """

    connection: Connection
    kind: RecordKind
    source: str
    by_source: dict[str, tuple[int, bool]] = field(default_factory=dict)
    _of_source: set[int] = field(default_factory=set)
    _by_key: list[dict[tuple[Any, ...], list[int]]] = field(default_factory=list)
    _met: dict[int, int] = field(default_factory=dict)
    _rows: list[dict[tuple[Any, ...], int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_source = known_ids(self.connection, self.kind, self.source)
        self._of_source = {key for key, _ in self.by_source.values()}
        self._by_key = [self._read(columns) for columns in self._sets]
        self._rows = [{} for _ in self._sets]

    def match(self, row: int, columns: Mapping[str, Any], *, external: str | None, own: int | None) -> Match:
        """What a row is about. Two rows of one file cannot be about the same record."""
        if own is not None:
            return self._once(row, own)
        if external is not None and external in self.by_source:
            key, deleted = self.by_source[external]
            return Match(key, deleted=True) if deleted else self._once(row, key)
        for place, names in enumerate(self._sets):
            told = _key(columns, names)
            if told is None:
                continue
            if external is None and (earlier := self._rows[place].get(told)) is not None:
                return Match(why=f"Row {earlier} is about the same {self.kind.one}: it has the same {_words(names)}.")
            # Another record of the same source is another record, whatever they share.
            near = [key for key in self._by_key[place].get(told, ()) if external is None or key not in self._of_source]
            if len(near) > 1:
                which = " and ".join(str(key) for key in near[:3])
                return Match(
                    why=f"Several {self.kind.many} here ({which}) have the same {_words(names)}; merge them first."
                )
            self._rows[place][told] = row
            if near:
                return self._once(row, near[0])
            if external is None:
                break
        return Match()

    def _once(self, row: int, key: int) -> Match:
        if key in self._met:
            return Match(why=f"Row {self._met[key]} is about the same {self.kind.one} ({key}).")
        self._met[key] = row
        return Match(key)

    @property
    def _sets(self) -> tuple[tuple[str, ...], ...]:
        return KEYS.get(self.kind.name, ())

    def _read(self, names: tuple[str, ...]) -> dict[tuple[Any, ...], list[int]]:
        table: Any = self.kind.table
        fixed = [getattr(table, column) == value for column, value in self.kind.fixed.items()]
        statement = select(table.id, *(getattr(table, name) for name in names)).where(
            table.deleted_at.is_(None), *fixed
        )
        found: dict[tuple[Any, ...], list[int]] = {}
        for key, *values in self.connection.execute(statement):
            if (told := _key(dict(zip(names, values, strict=True)), names)) is not None:
                found.setdefault(told, []).append(key)
        return found


def _key(columns: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Any, ...] | None:
    if columns.get(names[0]) is None:
        return None
    return tuple(_plain(columns.get(name)) for name in names)


def _plain(value: object) -> object:
    match value:
        case str():
            told = fold(value)
            return told if len(told) <= _LONG else hashlib.blake2b(told.encode(), digest_size=16).digest()
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _words(names: tuple[str, ...]) -> str:
    return " and ".join(name.removesuffix("_id").replace("_", " ") for name in names[:2])
