"""What a declaration of a record holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as filled
from enum import StrEnum
from functools import cached_property
from typing import Any

from db.errors import BadField
from db.models import Customised, Record


class FieldType(StrEnum):
    """How a value is written, compared and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    PHONE = "phone"
    DOMAIN = "domain"
    WHOLE = "whole"
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"
    CHOICE = "choice"
    WORDS = "words"
    LINK = "link"


class Personal(StrEnum):
    """What a field tells of a person, so that it is hidden from models."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"


_MEASURED = frozenset({FieldType.WHOLE, FieldType.NUMBER, FieldType.SHARE, FieldType.MONEY})
_GROUPED = frozenset({FieldType.CHOICE, FieldType.FLAG, FieldType.LINK, FieldType.DATE, FieldType.MOMENT})
_ORDERED = _MEASURED | {FieldType.DATE, FieldType.MOMENT}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record.

    Attributes:
        name: as tools, routes and files call it; the column has the same name unless `column` says another.
        said: other words people use for it.
        choices: the closed set of a CHOICE; `listed` names one that the workspace decides, such as its stages.
        to: the kind of record a LINK points at.
        required: a new record cannot be without it.
        written: whether a person may set it; what is kept by the program may only be read.
        labels: a TEXT of few different values, worth grouping by.
        custom: a field of the workspace's own, kept under its name in the column `custom`.
        derived: reckoned from other records and stored nowhere.
    """

    name: str
    type: FieldType = FieldType.TEXT
    column: str = ""
    label: str = ""
    said: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    listed: str = ""
    to: str = ""
    required: bool = False
    written: bool = True
    labels: bool = False
    personal: Personal | None = None
    custom: bool = False
    derived: bool = False

    @property
    def stored(self) -> str:
        """Name of its column."""
        if self.column:
            return self.column
        match self.type:
            case FieldType.LINK:
                return f"{self.name}_id"
            case FieldType.MONEY:
                return f"{self.name}_minor"
            case _:
                return self.name

    @property
    def words(self) -> str:
        """Its name in a sentence."""
        return self.label or self.name.replace("_", " ")

    @property
    def measured(self) -> bool:
        """Whether it can be added up and averaged."""
        return self.type in _MEASURED

    @property
    def ordered(self) -> bool:
        """Whether more and less of it, or before and after, mean something."""
        return self.type in _ORDERED

    @property
    def grouped(self) -> bool:
        return self.labels or self.type in _GROUPED


@dataclass(frozen=True, eq=False)
class RecordKind:
    """One kind of record: where it is stored, its fields, and the words for it.

    Attributes:
        name: as tools and links call it: `opportunity`.
        title: columns that make its name, joined by spaces.
        detail: columns that tell namesakes apart.
        area: the specialist who keeps it.
        noun: what people call it in a sentence, singular and plural: `deal`, `deals`.
        said: further nouns for it.
        fixed: columns with one value for every record of the kind: e-mails are interactions on one channel.
        preset: what a new record has where nothing else was said.
        owner: column of the person it belongs to.
        searched: columns of the full text besides the title.
        order: field a list is ordered by when nobody says how; with a minus before it the latest or largest first.
        shared: everybody in the workspace sees all of them.
        kept: columns that are no field: keys and marks of the program.
        valued_on: column of the day whose rate of exchange its amounts are converted at; where it is empty, and where
            none is named, today's.
    """

    name: str
    plural: str
    table: type[Record]
    fields: tuple[Field, ...]
    title: tuple[str, ...]
    area: str
    noun: tuple[str, str] = ("", "")
    said: tuple[str, ...] = ()
    detail: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = filled(default_factory=dict)
    preset: Mapping[str, Any] = filled(default_factory=dict)
    owner: str | None = None
    searched: tuple[str, ...] = ()
    order: str = ""
    shared: bool = False
    kept: frozenset[str] = frozenset()
    valued_on: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.fields}

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Kind of record each link column points at."""
        linking = (one for one in self.fields if one.type is FieldType.LINK and not one.custom)
        return {one.stored: one.to for one in linking}

    @property
    def one(self) -> str:
        """The noun for one of them."""
        return self.noun[0] or self.name.replace("_", " ")

    @property
    def many(self) -> str:
        return self.noun[1] or self.plural.replace("_", " ")

    @property
    def customised(self) -> bool:
        """Whether a workspace may add fields of its own."""
        return issubclass(self.table, Customised)

    def field(self, name: str) -> Field:
        """A field by its name. Raises `BadField`."""
        found = self.by_name.get(name)
        if found is None:
            raise BadField(self.name, name, f"is no field of {self.many}; there are {', '.join(self.by_name)}")
        return found

    def may_be_empty(self, name: str) -> bool:
        """Whether a record can be without a value of this field: not a required one, nor one that a default fills."""
        field = self.by_name[name]
        column = self.table.__table__.columns.get(field.stored)
        return field.custom or not (field.required or (column is not None and not column.nullable))

    def with_fields(self, more: Sequence[Field]) -> RecordKind:
        """The kind with a workspace's own fields, but for those that it declares by the same name.

        A field may be declared that workspaces had as one of their own before; its values stay with the record.
        """
        own = [one for one in more if one.name not in self.by_name]
        return replace(self, fields=(*self.fields, *own)) if own else self

    @cached_property
    def written(self) -> tuple[Field, ...]:
        """The fields a person may set."""
        return tuple(one for one in self.fields if one.written)
