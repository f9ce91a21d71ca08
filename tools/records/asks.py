"""The typed questions of the record tools, built from the declarations."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from db.records import Field as RecordField
from db.records import FieldType, RecordKind
from db.records.conditions import Test
from tools.contract import Ask, RecordArgument
from tools.segments import as_list

Value = str | int | float | bool | RecordArgument | dict[str, Any]
"""A value as a program or a model writes it; what the field makes of it, `db.records.values` decides."""
Grain = Literal["day", "week", "month", "quarter", "year"]
Measure = Literal["count", "sum", "average", "smallest", "largest"]
MOST_NAMED = 500


def _values(value: object) -> list[object]:
    """One value or several; a reference to a record is read as one, whatever else a mapping could be."""
    several = value if isinstance(value, list) else [value]
    return [RecordArgument.model_validate(one) if isinstance(one, dict) and "kind" in one else one for one in several]


class Where(BaseModel):
    """One condition: a field, how it is compared, and the value or values of which any may fit."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    field: str
    """Name of a field, or of one behind a link: `region`, `account.industry`. For notes, tasks and exchanges also
    `about`, with a record: what hangs on it, for an account on its deals and contacts too."""
    test: Test = Test.IS
    value: Annotated[list[Value], BeforeValidator(_values)] = Field(default_factory=list)
    """For dates also a period: 2025Q2, 2025-06, 2025, or two ISO dates joined by a slash."""


Conditions = list[Where]


class Pick(StrEnum):
    """Which of several that fit: `only` asks where there is more than one."""

    ONLY = "only"
    LATEST = "latest"
    NEXT = "next"


class Described(BaseModel):
    """One record by what is said of it, for kinds whose records have no names: “the task about the contract”."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    where: Conditions = Field(default_factory=list)
    pick: Pick = Pick.ONLY


Meant = RecordArgument | Described
Records = Annotated[list[Meant], BeforeValidator(lambda value: value if isinstance(value, list) else [value])]
Fields = Annotated[list[str], BeforeValidator(as_list)]


class Find(Ask):
    """`where`: every condition has to hold."""

    where: Conditions = Field(default_factory=list)
    order: str | None = None
    """A field; left out, the usual order of these records."""
    descending: bool | None = None
    deleted: bool = False
    """Only those that were deleted."""
    limit: int = Field(default=10, ge=1, le=200)


class Show(Ask):
    record: Meant
    fields: Fields = Field(default_factory=list)
    """Which fields; left out, all that are filled in."""


class Check(Ask):
    record: Meant
    where: Conditions = Field(min_length=1)
    """What the record has to meet; every condition has to hold."""
    decides: bool = False
    """Something else of the request hangs on it."""


class Summarise(Ask):
    measure: Measure = "count"
    of: str | None = None
    """The field to add up or average; none for a count."""
    by: str | None = None
    """The field to group by; a field behind a link is not one."""
    grain: Grain | None = None
    """How dates are put together, where `by` is one."""
    where: Conditions = Field(default_factory=list)
    limit: int = Field(default=12, ge=1, le=200)


class Chosen(Ask):
    """Which records: those listed, or all that meet every condition. Never all of a kind without a condition."""

    records: Records = Field(default_factory=list, max_length=MOST_NAMED)
    where: Conditions = Field(default_factory=list)
    even_so: bool = False
    """Also those that would be left out for a reason: opted out, customers, in dispute."""


class Merge(Ask):
    keep: RecordArgument
    """The record that stays."""
    merge: list[RecordArgument] = Field(min_length=1, max_length=20)
    """The records that become part of it."""
    prefer: Fields = Field(default_factory=list)
    """Fields whose value is taken from the merged record instead of the kept one."""


@cache
def creating(kind: RecordKind) -> type[Ask]:
    """The values of a new record; required ones are required."""
    return create_model(
        f"Create{_camel(kind.name)}", __base__=Ask, **_fields(kind, needed=True), **_custom(kind), **_even_so(kind)
    )


@cache
def changing(kind: RecordKind) -> type[Ask]:
    """One record and its new values."""
    shape: Any = {"record": (Meant, ...), "empty": (Fields, Field(default_factory=list))}
    shape |= _even_so(kind)
    return create_model(f"Update{_camel(kind.name)}", __base__=Ask, **shape, **_fields(kind), **_custom(kind))


@cache
def changing_all(kind: RecordKind) -> type[Ask]:
    """Many records and the values that all of them get."""
    shape: Any = {"empty": (Fields, Field(default_factory=list))}
    return create_model(f"Update{_camel(kind.plural)}", __base__=Chosen, **shape, **_fields(kind), **_custom(kind))


def _fields(kind: RecordKind, *, needed: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in kind.written:
        if field.custom:
            continue
        wanted = needed and field.required
        described: Any = Field(description=_described(field), default=... if wanted else None)
        type_ = _type(field) if needed else _changed_type(field)
        found[field.name] = (type_ if wanted else type_ | None, described)
    return found


def _custom(kind: RecordKind) -> dict[str, Any]:
    if not kind.customised:
        return {}
    return {"custom": (dict[str, Any], Field(default_factory=dict, description=_OWN_FIELDS))}


def _even_so(kind: RecordKind) -> dict[str, Any]:
    """Of what is held against the records that are there."""
    return {"even_so": (bool, Field(default=False, description=_TWICE))} if kind.name in COMPARED else {}


COMPARED = frozenset({"account", "contact", "lead"})
"""The kinds whose new records are held against those that are there."""
_TWICE = "Also where it looks like a record that is there already."
_OWN_FIELDS = "Values of the workspace's own fields, by name."


class Amount(BaseModel):
    """An amount of money; without a currency it is in the workspace's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: str | int | float
    currency: str | None = Field(default=None, pattern="^[A-Za-z]{3}$")


class Shift(BaseModel):
    """How far a value moves: `{"plus": "2 weeks"}`, `{"plus": "-5000"}`, `{"times": "1.1"}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plus: Amount | str | int | float | None = None
    times: str | int | float | None = None


def _changed_type(field: RecordField) -> Any:  # noqa: ANN401 - a type expression
    """What a change of the field takes: a value, or where there is more and less of it how far it moves."""
    return _type(field) | Shift if field.ordered else _type(field)


def _type(field: RecordField) -> Any:  # noqa: ANN401 - a type expression
    match field.type:
        case FieldType.MONEY:
            return Amount | str | int | float
        case FieldType.WHOLE:
            return int
        case FieldType.NUMBER | FieldType.SHARE:
            return float | str
        case FieldType.FLAG:
            return bool
        case FieldType.WORDS:
            return Fields
        case FieldType.LINK:
            return RecordArgument | str
        case _:
            return str


def _described(field: RecordField) -> str:
    match field.type:
        case FieldType.CHOICE if field.choices:
            return f"{field.words}: {', '.join(field.choices)}"
        case FieldType.LINK if field.to == "user":
            return f"{field.words}: a colleague, or “me”"
        case FieldType.LINK:
            return f"{field.words}: a {field.to}"
        case FieldType.DATE:
            return f"{field.words}: an ISO date"
        case FieldType.MOMENT:
            return f"{field.words}: ISO date and time; without a zone it is the person's own"
        case _:
            return field.words


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
