"""How cases name records, fields, values and conditions; what nobody declared is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from db.records import KINDS, Field, FieldType, RecordKind

NOTATION: Final = re.compile(
    r"(?P<kind>account|contact|lead|opportunity|rep|campaign|product|ambiguous)(?P<number>\d)"
    r"(?P<first>_first)?(?:@(?P<at>account\d)|:(?P<value>\w+))?"
)
"""`lead1`, `contact1_first`, `contact1@account1`, `lead1:new`, `opportunity1:Proposal`."""
_FORMS = ({"money", "currency"}, {"date"}, {"at"}, {"plus"}, {"times"}, {"new"}, {"row"})
TESTS: Final = frozenset(
    {"above", "at_least", "below", "at_most", "empty", "filled", "contains", "since", "before", "not", "not_since"}
)


def kind_of(reference: object) -> str | None:
    """The kind of a record as it is written; None for a row of a list, whose kind only the list knows."""
    if isinstance(reference, Mapping):
        made = reference.get("new")
        return str(made) if made is not None else None
    found = NOTATION.fullmatch(str(reference).strip("{}"))
    kind = found["kind"] if found else None
    return None if kind in (None, "ambiguous") else {"rep": "user"}.get(str(kind), kind)


def require_reference(written: object) -> None:
    """Raises `ValueError` for what is no placeholder, no `new: KIND` and no `row: N`."""
    if isinstance(written, Mapping) and len(written) == 1:
        name, value = next(iter(written.items()))
        if (name == "new" and value in KINDS) or (name == "row" and (value == "last" or isinstance(value, int))):
            return
    elif isinstance(written, str) and written.startswith("{") and NOTATION.fullmatch(written.strip("{}")):
        return
    raise ValueError(f"{written!r} names no record")


def require_values(kind: str | None, written: Mapping[str, Any]) -> None:
    """Raises `ValueError` for a field that the kind does not have, or a value in a form nobody declared."""
    for name, value in written.items():
        if kind is not None:
            field_of(kind, name)
        if isinstance(value, Mapping):
            if set(value) not in _FORMS:
                raise ValueError(f"{name}: {dict(value)} is no value")
            if "new" in value or "row" in value:
                require_reference(value)
            if "date" in value:
                days(value["date"])


def require_conditions(kind: str, written: Iterable[Mapping[str, Any]]) -> None:
    """Raises `ValueError` for a field or a test that nobody declared."""
    for condition in written:
        if len(condition) != 1:
            raise ValueError(f"{dict(condition)} is not one condition")
        name, value = next(iter(condition.items()))
        head, _, rest = name.partition(".")
        field = field_of(kind, head)
        if rest:
            if field.type is not FieldType.LINK:
                raise ValueError(f"{name} leads to no record")
            field_of(field.to, rest)
        if isinstance(value, Mapping) and not (len(value) == 1 and set(value) <= TESTS):
            raise ValueError(f"{name}: {dict(value)} is no condition")


def declared(kind: str) -> RecordKind:
    """Raises `ValueError` for a kind that there is not."""
    if kind not in KINDS:
        raise ValueError(f"there is no kind of record “{kind}”")
    return KINDS[kind]


def field_of(kind: str, name: str) -> Field:
    """Raises `ValueError` for a field that the kind does not have."""
    found = declared(kind).by_name.get(name)
    if found is None:
        raise ValueError(f"{kind} has no field “{name}”")
    return found


def days(written: object) -> tuple[date, date]:
    """First and last day of `2025-12-01` or `2025-12-01..2025-12-05`."""
    if isinstance(written, date):
        return written, written
    first, _, last = str(written).partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)
