"""What the record routes take and answer, made from the declarations by way of the tools' own questions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from db.records import FieldType, RecordKind
from db.records.values import plain
from db.repositories.records import RecordLine
from tools.contract import Ask, RecordArgument
from tools.records.asks import Where, changing, creating

Reference = int | RecordArgument
"""A record by its id, or as `{"kind", "id"}`."""


class LinkShape(BaseModel):
    kind: str
    id: int
    name: str


class RecordShape(BaseModel):
    """A record as this person sees it: values by field name, and what it points at where they see that too.

    Money is `{"amount", "currency"}`, other numbers that are not whole are texts of decimals, times are ISO 8601.
    """

    id: int
    version: int
    name: str
    values: dict[str, Any]
    links: dict[str, LinkShape]
    deleted_at: str | None


class RecordList(BaseModel):
    """`total` of those that meet every condition, and the ones asked for."""

    total: int
    items: list[RecordShape]


class AppliedShape(BaseModel):
    """What was changed at once. `change` is taken back by `POST /changes/{id}/undo`; without one nothing changed.

    `record` is null where the change took it out of the person's sight.
    """

    record: RecordShape | None
    change: str | None
    turn: str | None
    said: str


class MergeWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keep: Reference
    """The record that stays."""
    merge: list[Reference] = Field(min_length=1, max_length=20)
    prefer: list[str] = Field(default_factory=list, max_length=200)
    """Fields whose value is taken from the merged record instead of the kept one."""


@cache
def new(kind: RecordKind) -> type[BaseModel]:
    """Values of a new record."""
    return create_model(f"New{_camel(kind.name)}", __base__=Ask, **_fields(kind, creating(kind)))


@cache
def changed(kind: RecordKind) -> type[BaseModel]:
    """New values of a record; null empties a field."""
    version: Any = (int | None, Field(default=None, ge=1, description=_VERSION))
    return create_model(f"{_camel(kind.name)}Change", __base__=Ask, version=version, **_fields(kind, changing(kind)))


@cache
def bulk(kind: RecordKind) -> type[BaseModel]:
    """One action on many records: those listed, or all that meet every condition."""
    fields = {name: one for name, one in _fields(kind, changing(kind)).items() if name != "even_so"}
    values = create_model(f"{_camel(kind.name)}Values", __base__=Ask, **fields)
    shape: dict[str, Any] = {
        "action": (Literal["update", "delete", "restore"], ...),
        "records": (list[Reference], Field(default_factory=list)),
        "where": (list[Where], Field(default_factory=list, max_length=50)),
        "values": (values | None, Field(default=None, description="What `update` gives to each of them.")),
        "even_so": (bool, Field(default=False, description=_EVEN_SO)),
    }
    return create_model(f"{_camel(kind.plural)}Bulk", __base__=Ask, **shape)


_VERSION = "The version that was read; a newer one is a conflict. `If-Match` says the same."
_EVEN_SO = "Also those that would be left out for a reason: opted out, customers, in dispute."


_BESIDES = frozenset({"empty", "custom", "even_so"})
"""What a question about a record takes besides its fields."""


def _fields(kind: RecordKind, ask: type[Ask]) -> dict[str, Any]:
    """The fields of a tool's question that are values of the record; links also by id alone."""
    linking = {one.name for one in kind.fields if one.type is FieldType.LINK}
    taken = {name: one for name, one in ask.model_fields.items() if name in kind.by_name or name in _BESIDES}
    return {name: (one.annotation | int if name in linking else one.annotation, one) for name, one in taken.items()}


def shape_of(line: RecordLine) -> RecordShape:
    return RecordShape(
        id=line.id, version=line.version, name=line.name, values=_plain(line.values),
        links={name: LinkShape(kind=one.kind, id=one.id, name=one.name) for name, one in line.links.items()},
        deleted_at=plain(line.deleted_at),
    )  # fmt: skip


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
