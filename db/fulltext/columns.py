"""Which columns of which tables are searched, from the declarations of records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from db.models import Customised, Record
from db.names import NamedKind
from db.records import KINDS, Field, FieldType, RecordKind

CUSTOM = "custom"
WHOLE = "whole_name"
"""First and last name in one piece, so that both together are found as a phrase."""
_NAMED = frozenset(kind.value for kind in NamedKind)
_SEARCHED = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.DOMAIN, FieldType.WORDS}
)


class Form(StrEnum):
    """How a column holds its words."""

    TEXT = "text"
    LONG = "long"
    PHONE = "phone"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class TextColumn:
    """`title`: a part of the record's name."""

    name: str
    form: Form
    title: bool = False


@dataclass(frozen=True, slots=True)
class SearchedTable:
    table: type[Record]
    columns: tuple[TextColumn, ...]

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    @property
    def index(self) -> str:
        """Name of the index over it."""
        return f"{self.name}_words"

    @property
    def title(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns if one.title)

    @property
    def phones(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns if one.form is Form.PHONE)


def searched(kind: RecordKind) -> bool:
    """Whether records of the kind are found by their texts: they have names of their own, or something written."""
    return kind.name in _NAMED or any(field.type is FieldType.LONG_TEXT for field in kind.fields)


def text_fields(kind: RecordKind) -> tuple[Field, ...]:
    """The fields of a kind that are searched. Labels of few values group records; they tell them apart only where the
    declaration says so."""
    telling = {*kind.title, *kind.detail, *kind.searched}
    return tuple(
        one for one in kind.fields
        if one.type in _SEARCHED and not (one.derived or one.custom) and (not one.labels or one.stored in telling)
    )  # fmt: skip


def _column(kind: RecordKind, field: Field) -> TextColumn:
    match field.type:
        case FieldType.LONG_TEXT:
            form = Form.LONG
        case FieldType.PHONE:
            form = Form.PHONE
        case FieldType.WORDS:
            form = Form.JSON
        case _:
            form = Form.TEXT
    return TextColumn(field.stored, form, title=field.stored in kind.title and form is Form.TEXT)


def _tables() -> Mapping[str, SearchedTable]:
    columns: dict[type[Record], dict[str, TextColumn]] = {}
    for kind in filter(searched, KINDS.values()):
        mine = columns.setdefault(kind.table, {})
        for field in text_fields(kind):
            mine.setdefault(field.stored, _column(kind, field))
    return MappingProxyType(
        {table.__tablename__: _table(table, tuple(mine.values())) for table, mine in columns.items()}
    )


def _table(table: type[Record], columns: tuple[TextColumn, ...]) -> SearchedTable:
    more = (TextColumn(CUSTOM, Form.JSON),) if issubclass(table, Customised) else ()
    return SearchedTable(table, (*columns, *more))


TABLES: Mapping[str, SearchedTable] = _tables()
"""Every searched table by its name."""


def indexing(table: str) -> bool:
    """Whether a table is part of the index, not one of the models': FTS5 keeps its own in several."""
    return any(table == one.index or table.startswith(f"{one.index}_") for one in TABLES.values())
