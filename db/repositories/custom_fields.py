"""The fields a workspace adds to its records."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select

from db.errors import AlreadyThere, BadField, NotFound
from db.models import CustomField
from db.permissions import Permission
from db.records import Field, FieldType, kind_named
from db.repositories.base import Repository

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPES = frozenset(FieldType) - {FieldType.LINK, FieldType.MONEY}
"""A link needs a column of its own, and an amount one for its currency."""


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

    async def add(
        self, kind: str, name: str, type_: FieldType, *, label: str = "", choices: Sequence[str] = ()
    ) -> Field:
        """Add a field. Raises `BadField`, `AlreadyThere`, `UnknownKind`, `NotPermitted`."""
        self.actor.require(Permission.POLICY_MANAGE)
        declared = kind_named(kind)
        if not declared.customised:
            raise BadField(kind, name, f"{declared.many} take no fields of one's own")
        if not _NAME.fullmatch(name):
            raise BadField(kind, name[:40], "a name is small letters, digits and underscores, and begins with a letter")
        if type_ not in _TYPES or (type_ is FieldType.CHOICE) != bool(choices):
            raise BadField(kind, name, "a choice needs its choices, and no field can be a link or an amount of money")
        if name in declared.by_name or name in {one.name for one in await self.fields(declared.name)}:
            raise AlreadyThere(f"field of {declared.many}", name)
        self.session.add(
            CustomField(
                kind=declared.name, name=name, label=label or name.replace("_", " "), type=type_,
                choices=list(choices) or None,
            )
        )  # fmt: skip
        await self.session.flush()
        return next(one for one in await self.fields(declared.name) if one.name == name)

    async def remove(self, kind: str, name: str) -> None:
        """Take a field away; its values stay in the records and come back with it."""
        self.actor.require(Permission.POLICY_MANAGE)
        declared = kind_named(kind)
        found = await self.session.scalar(
            select(CustomField).where(CustomField.kind == declared.name, CustomField.name == name)
        )
        if found is None:
            raise NotFound(f"field of {declared.many}", name)
        await self.session.delete(found)
        await self.session.flush()
