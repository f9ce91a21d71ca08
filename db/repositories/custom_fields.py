"""The fields a workspace adds to its records. They are written like records, through the gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from db.access import Permission, visible
from db.errors import AlreadyThere, BadField
from db.models import CustomField, Customised
from db.records import Field, FieldType, kind_named
from db.repositories.base import Repository

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TYPES = frozenset(FieldType) - {FieldType.LINK, FieldType.MONEY}
"""A link needs a column of its own, and an amount one for its currency."""
_MOST_CHOICES, _LONGEST = 50, 80


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of the workspace's own as it is stored."""

    id: int
    version: int
    kind: str
    name: str
    label: str
    type: FieldType
    choices: tuple[str, ...] = ()


class CustomFieldRepository(Repository):
    async def fields(self, kind: str) -> tuple[Field, ...]:
        """Those of one kind of record, as declarations."""
        rows = await self.session.scalars(
            select(CustomField)
            .where(CustomField.kind == kind, CustomField.deleted_at.is_(None))
            .order_by(CustomField.id)
        )
        return tuple(
            Field(
                one.name, FieldType(one.type), label=one.label, choices=tuple(one.choices or ()), required=one.required,
                labels=one.type == FieldType.TEXT, custom=True,
            )
            for one in rows
        )  # fmt: skip

    async def lines(self, kind: str | None = None) -> list[FieldLine]:
        """Those in force, of one kind or of all."""
        statement = select(CustomField).where(CustomField.deleted_at.is_(None)).order_by(CustomField.id)
        if kind is not None:
            statement = statement.where(CustomField.kind == kind)
        return [_line(one) for one in await self.session.scalars(statement)]

    async def removed(self, kind: str, name: str) -> FieldLine | None:
        """The last field of this name that was taken away."""
        statement = (
            select(CustomField)
            .where(CustomField.kind == kind, CustomField.name == name, CustomField.deleted_at.is_not(None))
            .order_by(CustomField.deleted_at.desc())
            .limit(1)
        )
        found = await self.session.scalar(statement)
        return None if found is None else _line(found)

    async def filled(self, kind: str, name: str) -> int:
        """How many records hold a value under this name, deleted ones too: they may come back."""
        self.actor.require(Permission.POLICY_MANAGE)
        table = kind_named(kind).table
        if not issubclass(table, Customised):
            return 0
        value = table.custom[name].as_string()
        statement = select(func.count(table.id)).where(visible(self.actor, table), value.is_not(None))
        return int(await self.session.scalar(statement) or 0)

    async def require_free(
        self, kind: str, name: str, type_: FieldType, *, label: str = "", choices: Sequence[str] = ()
    ) -> None:
        """Before a field is added. Raises `BadField`, `AlreadyThere`, `UnknownKind`, `NotPermitted`."""
        self.actor.require(Permission.POLICY_MANAGE)
        declared = kind_named(kind)
        if not declared.customised:
            raise BadField(kind, name, f"{declared.many} take no fields of one's own")
        if not _NAME.fullmatch(name) or len(label) > _LONGEST:
            raise BadField(
                kind, name[:40], "a name is letters, digits and spaces, at most 40, and begins with a letter"
            )
        require_choices(kind, name, type_, choices)
        there = {*declared.by_name, *(one.name for one in await self.fields(declared.name))}
        if name in there:
            raise AlreadyThere(f"field of {declared.many}", name)


def require_choices(kind: str, name: str, type_: FieldType, choices: Sequence[str]) -> None:
    """Raises `BadField` for a type that no field of one's own can have, or choices that do not fit it."""
    if type_ not in TYPES or (type_ is FieldType.CHOICE) != bool(choices):
        raise BadField(kind, name, "a choice needs its choices, and no field can be a link or an amount of money")
    if len(choices) > _MOST_CHOICES or any(len(one) > _LONGEST for one in choices):
        raise BadField(kind, name, f"at most {_MOST_CHOICES} choices of {_LONGEST} characters each")


def _line(one: CustomField) -> FieldLine:
    return FieldLine(
        one.id, one.version, one.kind, one.name, one.label, FieldType(one.type), tuple(one.choices or ())
    )  # fmt: skip
