"""Is a stored value the one a case expects? Compared as the field means it: days, minutes, amounts, numbers to call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from db.money import digits_of
from db.names import fold
from db.records import Field, FieldType
from evals.commands.notation import days
from evals.commands.setting import CURRENCY, Setting
from evals.commands.store import Row

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-"})
_EPSILON = Decimal("0.000001")


def columns_of(field: Field) -> frozenset[str]:
    """The columns a field is written to."""
    return frozenset({field.stored, "currency"} if field.type is FieldType.MONEY else {field.stored})


def fits(field: Field, expected: Any, row: Row, before: Row | None, at: Setting) -> bool:  # noqa: ANN401 - whatever the YAML holds
    """Whether a field of a row has the value. `before`: the row as it was, for values that are relative to it."""
    if expected == "any" and not isinstance(expected, bool):
        return True
    stored = row.get(field.stored)
    if expected is None:
        return stored in (None, "", "[]", "null")
    if isinstance(expected, Mapping) and set(expected) & {"plus", "times"}:
        return before is not None and _relative(field, expected, stored, before.get(field.stored), at)
    match field.type:
        case FieldType.LINK:
            return stored is not None and stored == at.linked(field, expected)
        case FieldType.MONEY:
            return _amount(expected, stored, row.get("currency") or CURRENCY)
        case FieldType.DATE | FieldType.MOMENT:
            return stored is not None and _when(field, expected, stored, at)
        case FieldType.FLAG:
            return bool(stored) == bool(expected)
        case FieldType.WHOLE | FieldType.NUMBER | FieldType.SHARE:
            return stored is not None and abs(Decimal(str(stored)) - Decimal(str(expected))) < _EPSILON
        case _:
            return _text(field, expected, stored, at)


def told(field: Field, row: Row) -> Any:  # noqa: ANN401 - whatever the column holds
    """The value of a field as a report shows it."""
    stored = row.get(field.stored)
    if field.type is FieldType.MONEY and stored is not None:
        currency = row.get("currency") or CURRENCY
        return f"{Decimal(stored).scaleb(-digits_of(currency)):f} {currency}"
    return stored


def _relative(field: Field, expected: Mapping[str, Any], stored: Any, before: Any, at: Setting) -> bool:  # noqa: ANN401
    if stored is None or before is None:
        return False
    if field.type is FieldType.DATE:
        return date.fromisoformat(stored) == date.fromisoformat(before) + timedelta(days=expected["plus"])
    if field.type is FieldType.MOMENT:
        return at.local(stored) == at.local(before) + timedelta(days=expected["plus"])
    minor = digits_of(CURRENCY) if field.type is FieldType.MONEY else 0
    wanted = (
        Decimal(before) + Decimal(str(expected["plus"])).scaleb(minor)
        if "plus" in expected
        else Decimal(before) * Decimal(str(expected["times"]))
    )
    # A share of an amount may be rounded to a whole minor unit.
    return abs(Decimal(stored) - wanted) <= (1 if field.type is FieldType.MONEY else Decimal("0.0001"))


def _amount(expected: Any, stored: Any, currency: str) -> bool:  # noqa: ANN401 - whatever the YAML holds
    amount, wanted = expected, CURRENCY
    if isinstance(expected, Mapping):
        amount, wanted = expected["money"], expected.get("currency", CURRENCY)
    if stored is None or (wanted not in ("any", currency)):
        return False
    return Decimal(stored) == Decimal(str(amount)).scaleb(digits_of(currency))


def _when(field: Field, expected: Any, stored: Any, at: Setting) -> bool:  # noqa: ANN401 - whatever the YAML holds
    moment = at.local(stored) if field.type is FieldType.MOMENT else None
    day = moment.date() if moment else date.fromisoformat(str(stored)[:10])
    if isinstance(expected, Mapping) and "at" in expected:
        return moment is not None and moment.replace(tzinfo=None, second=0, microsecond=0) == datetime.fromisoformat(
            str(expected["at"])
        )
    first, last = days(expected["date"] if isinstance(expected, Mapping) else expected)
    return first <= day <= last


def _text(field: Field, expected: Any, stored: Any, at: Setting) -> bool:  # noqa: ANN401 - whatever the YAML holds
    if stored is None:
        return False
    wanted = str(expected)
    if wanted.startswith("{"):
        found = at.speaker.stands_for(wanted)
        wanted = getattr(found, "name", None) or str(found)
    parts = json.loads(stored) if field.type is FieldType.WORDS else [str(stored)]
    if wanted.startswith("~"):
        return any(_plain(wanted[1:]) in _plain(str(part)) for part in parts)
    match field.type:
        case FieldType.PHONE:
            return _same_number(wanted, str(stored))
        case FieldType.WORDS:
            return [_plain(str(part)) for part in parts] == [_plain(wanted)]
        case _ if field.labels:
            return wanted == str(stored)
        case _:
            return _plain(wanted) == _plain(str(stored))


def _plain(text: str) -> str:
    return " ".join(fold(text.translate(_QUOTES)).split())


def _same_number(one: str, other: str) -> bool:
    """The same number to call, in national or international notation: `07700 900315` is `+44 7700 900315`."""
    first, second = (re.sub(r"\D", "", re.sub(r"^\s*00", "+", text)) for text in (one, other))
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    bare = short.removeprefix("0")
    return len(bare) >= 7 and len(long) - len(bare) <= 3 and long.endswith(bare)
