"""Values of fields as people say them: money, days, moments, addresses, numbers, choices and free words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.local.dictated import dictated_address, dictated_digits
from agent.local.figures import whole_in_words
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.quantities import CURRENCY_CODES, number, read_digits
from agent.local.reading import Reading
from agent.local.schema import FieldCard

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w@])(?:\+ ?|\((?=\d))?\d[\d\s().\-/]{4,20}\d(?![\w@])")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w%.])")
_NEGATIVE = re.compile(r"(?:^|(?<= ))(?:minus|negative|-) ?[€$£]? ?\d")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?(?:%|percent|per cent|pct)(?!\w)")
_YES, _NO = frozenset({"yes", "true", "on"}), frozenset({"no", "false", "off"})
_CURRENCIES = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "euro": "EUR", "euros": "EUR", "dollar": "USD",
    "dollars": "USD", "bucks": "USD", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "yen": "JPY", "rupees": "INR",
    "rupee": "INR", "francs": "CHF", "franken": "CHF",
} | {code: code.upper() for code in CURRENCY_CODES}  # fmt: skip
_CURRENCY = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_BARE_AMOUNT = re.compile(
    rf"(?:(?:{_CURRENCY}|about|around|roughly|exactly|plus|now|to|at|of|is|just|=|:) ?)*"
    rf"(\d[\d,.']*(?: \d{{3}})*)(k|m)?(?: ?(?:{_CURRENCY}|now|then|instead|please|pls|exactly|flat|[.,!-]))*"
)
_LONGEST = 200


def currency_of(word: str) -> str | None:
    """The code of a currency by its sign, its code or its name; None for any other word."""
    return _CURRENCIES.get(word.lower())


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a value: `norm` as they are read, `written` as they were typed, inside the whole reading."""

    reading: Reading
    norm: str
    written: str


def value_of(field: FieldCard, said: Spoken) -> Any:  # noqa: ANN401 - by the field
    """The value for a tool's argument, or None where the words hold none of this type."""
    match field.type:
        case "money":
            return _money(said)
        case "date":
            return _day(said)
        case "moment":
            return _moment(said)
        case "flag":
            return True if said.norm in _YES else False if said.norm in _NO else None
        case "whole" | "number":
            return _number(said, whole=field.type == "whole")
        case "share":
            found = _PERCENT.search(said.norm)
            return None if found is None else f"{found[1]}%"
        case "email":
            found = _EMAIL.search(said.written) or _EMAIL.search(dictated_address(said.written))
            return found[0] if found else None
        case "phone":
            found = _PHONE.search(said.written) or _PHONE.search(dictated_digits(said.written))
            return found[0].strip() if found else None
        case "choice":
            return _choice(field, said)
        case "link":
            return _link(field, said)
        case "words":
            return [part for one in re.split(r",| and ", said.written) if (part := one.strip())] or None
        case _:
            return _text(said)


def _text(said: Spoken) -> str | None:
    return said.written if 0 < len(said.written) <= _LONGEST else None


def _choice(field: FieldCard, said: Spoken) -> str | None:
    if not field.choices:
        stages = [one.value for one in said.reading.mentions_of(Named.VALUE) if one.dimension == field.name]
        return stages[-1] if stages else None
    plain = said.norm.replace(" ", "_").replace("-", "_")
    return next((choice for choice in field.choices if choice in (plain, said.norm)), None)


def _link(field: FieldCard, said: Spoken) -> dict[str, str] | None:
    """The one record of the kind that the value names."""
    end = len(said.reading.text.tokens)
    first = end - len(said.norm.split()) - 1
    found = {
        record
        for mention in said.reading.mentions_of(Named.RECORD)
        if mention.first >= first
        for record in mention.records
        if record.kind == field.to
    }
    return found.pop().as_argument() if len(found) == 1 else None


def _money(said: Spoken) -> dict[str, str] | None:
    start = said.reading.norm.rfind(said.norm)
    amounts = [one for one in said.reading.amounts if one.start >= start]
    low = amounts[-1].low if amounts else None
    if _NEGATIVE.search(said.norm):
        return None  # nothing in the records is worth less than nothing: it is asked about
    if low is None and (bare := _BARE_AMOUNT.fullmatch(said.norm)):
        value = read_digits(bare[1].replace(" ", ""), scaled=bool(bare[2]))
        scale = {"k": 1_000, "m": 1_000_000, None: 1}[bare[2]]
        return None if value is None else _amount(str(number(value * scale)), said)
    return None if low is None else _amount(str(number(low)), said)


def _number(said: Spoken, *, whole: bool) -> int | float | None:
    """The one number of the value; one with a fraction is no count of anything."""
    found = _NUMBER.search(re.sub(r"(?<=\d)[,.](?=\d{3}(?!\d))" if whole else ",", "", said.norm))
    value = Decimal(found[0]) if found else None
    if value is None and (spoken := whole_in_words(_ABOUT.sub("", said.norm).split())) is not None:
        value = Decimal(spoken)
    if value is None or (whole and value != value.to_integral_value()):
        return None
    return number(value)


_ABOUT = re.compile(r"^(?:(?:about|around|exactly|roughly|to|=|:|is) )+")


def _amount(amount: str, said: Spoken) -> dict[str, str]:
    text = f"{said.written.lower()} {said.norm}"
    currency = next(
        (code for sign, code in _CURRENCIES.items() if compiled(rf"(?<![a-z]){re.escape(sign)}(?![a-z])").search(text)),
        None,
    )
    return {"amount": amount} | ({"currency": currency} if currency else {})


def _day(said: Spoken) -> str | None:
    start = said.reading.norm.rfind(said.norm)
    moments = [one for one in said.reading.moments if one.start >= start]
    if moments:
        return moments[-1].iso(said.reading.now)[:10]
    periods = [one for one in said.reading.periods if one.start >= start]
    return periods[-1].when.future.last.isoformat() if periods else None


def _moment(said: Spoken) -> str | None:
    start = said.reading.norm.rfind(said.norm)
    moments = [one for one in said.reading.moments if one.start >= start]
    return moments[-1].iso(said.reading.now) if moments else None
