"""Values of fields: from JSON to what is stored, and back. What does not fit is refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import String, inspect

from db.errors import BadField
from db.money import CURRENCIES, LARGEST_MINOR, Money
from db.records.declaration import Field, FieldType, RecordKind

_LONGEST = 20_000
_MOST_WORDS = 50
_LARGEST = 2**31 - 1
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"]+@[^@\s<>()\[\],;:\"]+\.[^@\s<>()\[\],;:\".]{2,}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_FLAGS = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}


def typed(kind: RecordKind, values: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """Columns to write, for values by field name.

    Args:
        currency: that of amounts which name none.

    Raises:
        BadField: a field that there is not, that a person does not set, or that does not take its value.
    """
    written: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for name, value in values.items():
        field = kind.field(name)
        if not field.written:
            raise BadField(kind.name, field.words, "is kept by the program and cannot be set")
        read = value_of(kind, field, value, currency=currency)
        if field.custom:
            custom[name] = plain(read)
        elif isinstance(read, Money):
            written |= {field.stored: read.minor, "currency": read.currency}
        else:
            written[field.stored] = read
    return written | ({"custom": custom} if custom else {})


def value_of(kind: RecordKind, field: Field, value: object, *, currency: str) -> Any:  # noqa: ANN401 - by the field
    """One value as the field holds it; None and blank text empty it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.required:
            raise BadField(kind.name, field.words, "cannot be empty")
        return None
    try:
        return _READERS[field.type](kind, field, value, currency)
    except (ValueError, TypeError, InvalidOperation, KeyError) as error:
        shown = str(value).strip()[:60]
        raise BadField(kind.name, field.words, f"“{shown}” is not {_WANTED[field.type]}") from error


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """A value as JSON."""
    match value:
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


def _text(kind: RecordKind, field: Field, value: object, _currency: str) -> str:
    if not isinstance(value, str | int | float | Decimal) or isinstance(value, bool):
        raise TypeError
    # Line breaks in a short text would break every list it stands in.
    said = " ".join(str(value).split()) if field.type is not FieldType.LONG_TEXT else str(value).strip()
    most = _longest(kind, field)
    if len(said) > most:
        raise BadField(kind.name, field.words, f"holds at most {most:,} characters, this has {len(said):,}")
    return said


def _longest(kind: RecordKind, field: Field) -> int:
    if field.custom:
        return _LONGEST
    type_ = inspect(kind.table).columns[field.stored].type
    return type_.length if isinstance(type_, String) and type_.length else _LONGEST


def _email(kind: RecordKind, field: Field, value: object, currency: str) -> str:
    address = _text(kind, field, value, currency)
    if not _EMAIL.fullmatch(address):
        raise ValueError
    return address


def _domain(kind: RecordKind, field: Field, value: object, currency: str) -> str:
    said = re.sub(r"^[a-z]+://", "", _text(kind, field, value, currency).lower())
    host = said.split("/")[0].split("?")[0].removeprefix("www.")
    if not _DOMAIN.fullmatch(host):
        raise ValueError
    return host


def _phone(kind: RecordKind, field: Field, value: object, currency: str) -> str:
    number = _text(kind, field, value, currency)
    if not 5 <= sum(letter.isdigit() for letter in number) <= 20:  # the shortest in use, the longest with an extension
        raise ValueError
    return number


def _whole(_kind: RecordKind, _field: Field, value: object, _currency: str) -> int:
    number = _decimal(value)
    if number != number.to_integral_value() or abs(number) > _LARGEST:
        raise ValueError
    return int(number)


def _number(_kind: RecordKind, _field: Field, value: object, _currency: str) -> Decimal:
    number = _decimal(value)
    if abs(number) > LARGEST_MINOR:
        raise ValueError
    return number


def _share(_kind: RecordKind, _field: Field, value: object, _currency: str) -> Decimal:
    percent = isinstance(value, str) and value.strip().endswith("%")
    number = _decimal(value.strip().rstrip("% ") if isinstance(value, str) else value) / (100 if percent else 1)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise TypeError
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError
    return number


def _money(kind: RecordKind, field: Field, value: object, currency: str) -> Money:
    if isinstance(value, Money):
        return value
    amount: object = value
    if isinstance(value, Mapping):
        amount, currency = value["amount"], str(value.get("currency") or currency).upper()
    if currency not in CURRENCIES:
        raise BadField(kind.name, field.words, f"“{currency[:10]}” is no currency that I know; say it as EUR or USD")
    money = Money.of(_decimal(amount), currency)
    if not 0 <= money.minor <= LARGEST_MINOR:
        raise ValueError
    return money


def _date(_kind: RecordKind, _field: Field, value: object, _currency: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip()[:10])


def _moment(_kind: RecordKind, _field: Field, value: object, _currency: str) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _flag(_kind: RecordKind, _field: Field, value: object, _currency: str) -> bool:
    return value if isinstance(value, bool) else _FLAGS[str(value).strip().lower()]


def _choice(kind: RecordKind, field: Field, value: object, currency: str) -> str:
    said = _text(kind, field, value, currency)
    if field.listed:
        return said  # what the workspace lists is looked up where the list is
    known = {choice.casefold(): choice for choice in field.choices}
    found = known.get(said.casefold()) or known.get(said.casefold().replace(" ", "_").replace("-", "_"))
    if found is None:
        raise BadField(kind.name, field.words, f"“{said[:60]}” is none of {', '.join(field.choices)}")
    return found


def _words(kind: RecordKind, field: Field, value: object, currency: str) -> list[str]:
    several = re.split(r"\s*[;,]\s*", value) if isinstance(value, str) else value
    if not isinstance(several, Sequence) or len(several) > _MOST_WORDS:
        raise TypeError
    return list(dict.fromkeys(_text(kind, field, one, currency) for one in several if str(one).strip()))


def _link(_kind: RecordKind, field: Field, value: object, _currency: str) -> int:
    if isinstance(value, Mapping):
        if value.get("kind", field.to) != field.to:
            raise ValueError
        value = value["id"]
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


_READERS = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.EMAIL: _email,
    FieldType.PHONE: _phone,
    FieldType.DOMAIN: _domain,
    FieldType.WHOLE: _whole,
    FieldType.NUMBER: _number,
    FieldType.SHARE: _share,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.MOMENT: _moment,
    FieldType.FLAG: _flag,
    FieldType.CHOICE: _choice,
    FieldType.WORDS: _words,
    FieldType.LINK: _link,
}
_WANTED = {
    FieldType.TEXT: "a text",
    FieldType.LONG_TEXT: "a text",
    FieldType.EMAIL: "an e-mail address",
    FieldType.PHONE: "a phone number",
    FieldType.DOMAIN: "a web domain such as acme.com",
    FieldType.WHOLE: "a whole number",
    FieldType.NUMBER: "a number",
    FieldType.SHARE: "a share from 0 to 1, or a percentage",
    FieldType.MONEY: "an amount of money",
    FieldType.DATE: "a date such as 2025-06-30",
    FieldType.MOMENT: "a date and time with its zone",
    FieldType.FLAG: "yes or no",
    FieldType.CHOICE: "one of the choices",
    FieldType.WORDS: "a list of short texts",
    FieldType.LINK: "a record of that kind",
}
