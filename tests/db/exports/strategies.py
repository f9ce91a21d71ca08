"""Records of any kind with every field that comes from files, as rows of their tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Numeric, String, inspect

from db.importers.record_columns import taken_over
from db.models import Outcome
from db.records import Field, FieldType, RecordKind

_LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="=+-@'\"＝;,[]{}\t\n\r|")
_TEXT = st.text(_LETTERS, min_size=1, max_size=24)
_MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given below
_DAYS = st.dates(date(1900, 1, 1), date(2150, 1, 1))


def rows(kind: RecordKind, links: dict[str, int]) -> st.SearchStrategy[dict[str, Any]]:
    """Columns of one record. `links`: a record of each kind that may be pointed at."""
    columns = {
        one.stored: _maybe(kind, one, _values(kind, one, links))
        for one in kind.fields
        if taken_over(one) and not one.custom
    }
    columns = {name: st.just(value) for name, value in kind.preset.items()} | columns
    columns |= {name: st.just(value) for name, value in kind.fixed.items()}
    if hasattr(kind.table, "currency"):
        columns["currency"] = st.sampled_from(["EUR", "JPY", "KWD"])
    custom = {one.name: _values(kind, one, links) for one in kind.fields if one.custom}
    if custom:
        columns["custom"] = st.fixed_dictionaries({}, optional=custom)
    return st.fixed_dictionaries(columns).map(lambda row: _consistent(kind, row))


def _maybe(kind: RecordKind, one: Field, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    nullable = inspect(kind.table).columns[one.stored].nullable and not one.required and one.stored not in kind.title
    return st.none() | values if nullable else values


_PLAIN: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.EMAIL: st.from_regex(r"[=+A-Za-z0-9-]{1,8}@[a-z]{1,8}\.com", fullmatch=True),
    FieldType.PHONE: st.from_regex(r"\+?[0-9]{5,12}", fullmatch=True),
    FieldType.DOMAIN: st.from_regex(r"[a-z]{1,8}\.com", fullmatch=True),
    FieldType.WHOLE: st.integers(0, 2**31 - 1),
    FieldType.SHARE: st.decimals(0, 1, places=4),
    FieldType.NUMBER: st.decimals(-(10**6), 10**6, places=3).map(str),
    FieldType.MONEY: st.integers(0, 10**12),
    FieldType.DATE: _DAYS,
    FieldType.MOMENT: _MOMENTS,
    FieldType.FLAG: st.booleans(),
    FieldType.LONG_TEXT: _TEXT.map(str.strip).filter(bool),
}


def _values(kind: RecordKind, one: Field, links: dict[str, int]) -> st.SearchStrategy[Any]:
    match one.type:
        case FieldType.CHOICE:
            return st.sampled_from(one.choices or ("Discovery", "Negotiation"))
        case FieldType.WORDS:
            return st.lists(_short(40), max_size=4, unique=True)
        case FieldType.LINK:
            return st.just(links[one.to]) if one.to in links else st.none()
        case FieldType.TEXT:
            return _short(_room(kind, one))
        case _:
            return _PLAIN[one.type]


def _short(room: int) -> st.SearchStrategy[str]:
    return _TEXT.map(lambda text: " ".join(text.split())[:room].strip()).filter(bool)


def _room(kind: RecordKind, one: Field) -> int:
    type_ = None if one.custom else inspect(kind.table).columns[one.stored].type
    return type_.length or 200 if isinstance(type_, String) and not isinstance(type_, Numeric) else 200


def _consistent(kind: RecordKind, row: dict[str, Any]) -> dict[str, Any]:
    if row.get("starts_on") and row.get("ends_on"):
        row["starts_on"], row["ends_on"] = sorted((row["starts_on"], row["ends_on"]))
    if kind.name in ("note", "memory"):
        row["private"] = False  # nobody but its author would see it
    if kind.name == "opportunity":
        row["outcome"] = Outcome.OPEN
    return row
