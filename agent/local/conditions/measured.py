"""Conditions with a bound on money, scores and counts: `over 50k`, `more than 500 employees`."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from agent.local.conditions.condition import Kinds, Narrowed, on_field
from agent.local.patterns import compiled
from agent.local.quantities import Amount, number
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard

_BOUND = re.compile(
    r"(?<!\w)(?:with |of )?(?P<how>more than|over|above|at least|fewer than|less than|under|below|at most|up to|exactly|>=|<=|>|<) (?P<number>\d[\d,]*) ?(?P<unit>%|percent|[a-z][a-z -]+)?"
)
_BOUND_BEFORE = re.compile(
    r"(?<!\w)(?:with |of )?(?P<how>more than|over|above|at least|fewer than|less than|under|below|at most|up to)(?: an?| the)? $"
)
"""A bound before the name of the field: `above score 70`."""
_BOUNDS = {
    "more than": "above", "over": "above", "above": "above", "at least": "at_least", "fewer than": "below",
    "less than": "below", "under": "below", "below": "below", "at most": "at_most", "up to": "at_most",
    "exactly": "is", ">": "above", ">=": "at_least", "<": "below", "<=": "at_most",
}  # fmt: skip
_INCLUSIVE = re.compile(
    r"at least|minimum|from|starting|no less|not less|not under|not below|>=|up to|at most|maximum|max|no more|not more|not over|not above|<="
)
_MAIN_MONEY = {
    "opportunity": "amount", "campaign": "budget", "lead": "budget", "product": "list_price", "quota": "amount",
    "account": "annual_revenue",
}  # fmt: skip
_SIGNS = {"€": "EUR", "euro": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "$": "USD", "usd": "USD", "dollar": "USD"}


def amounts(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Money and scores with a bound: on the field named beside, or on the one that the kind is measured by."""
    for amount in reading.amounts:
        field, start, end = _beside(reading, kind, amount.start, amount.end)
        if field is None and amount.is_money:
            field = kind.field(_MAIN_MONEY.get(kind.kind, ""))
        elif field is None and amount.is_score:
            field = kind.field("score")
        if field is None or not field.measured:
            continue
        first, last = min(start, amount.start), max(end, amount.end)
        before = _BOUND_BEFORE.search(reading.norm[:first]) if amount.bare else None
        for condition in _bounds_of(amount, field, reading):
            said = {**condition, "test": _BOUNDS[before["how"]]} if before is not None else condition
            yield Narrowed(said, before.start() if before is not None else first, last)


def _bounds_of(amount: Amount, field: FieldCard, reading: Reading) -> Iterator[dict[str, Any]]:
    said = reading.norm[amount.start : amount.end]
    inclusive = bool(_INCLUSIVE.search(said)) or (amount.low is not None and amount.high is not None)
    ended = said.endswith(("+", "plus", "or more", "or above", "and up", "or higher", "or less", "or below"))
    if amount.bare:
        yield on_field(field.name, _said_number(amount.low, field, reading, said))
        return
    if amount.low is not None:
        test = "at_least" if inclusive or ended else "above"
        yield on_field(field.name, _said_number(amount.low, field, reading, said), test=test)
    if amount.high is not None:
        test = "at_most" if inclusive or ended else "below"
        yield on_field(field.name, _said_number(amount.high, field, reading, said), test=test)


def _said_number(value: Any, field: FieldCard, reading: Reading, said: str) -> Any:  # noqa: ANN401 - a Decimal, and a JSON value
    if field.type != "money":
        return number(value)
    currency = next((code for sign, code in _SIGNS.items() if sign in said), None)
    return {"amount": str(number(value))} | ({"currency": currency} if currency else {})


def _beside(reading: Reading, kind: KindCard, start: int, end: int) -> tuple[FieldCard | None, int, int]:
    """The field whose word stands just before a number, or just behind it."""
    before, after = reading.norm[:start], reading.norm[end:]
    best: tuple[int, FieldCard | None, int, int] = (0, None, start, end)
    for field in kind.fields:
        for word in field.words:
            lower = re.escape(word.lower())
            ahead = compiled(rf"(?<!\w){lower}s?(?: (?:is|are|of|at|a|an|the|=|was|with|that))* ?$").search(before)
            behind = compiled(rf" (?:of |in )?{lower}s?(?!\w)").match(after)
            if ahead and len(word) > best[0]:
                best = (len(word), field, ahead.start(), end)
            elif behind and len(word) > best[0]:
                best = (len(word), field, start, end + behind.end())
    return best[1:]


def bounds(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Plain numbers with a bound: `more than 500 employees`, `score above 60`, `probability under 20 %`."""
    taken = [(one.start, one.end) for one in reading.amounts] + [(one.start, one.end) for one in reading.lapses]
    for match in _BOUND.finditer(reading.norm):
        if any(match.start("number") < end and start < match.end("number") for start, end in taken):
            continue
        end = match.end("number")
        field, first, last = _beside(reading, kind, match.start(), end)
        if field is None or not field.measured:
            continue
        value: Any = int(match["number"].replace(",", ""))
        if field.type == "share" or (match["unit"] or "").startswith(("%", "percent")):
            value, last = f"{value}%", max(last, match.end("unit") if match["unit"] else end)
        yield Narrowed(on_field(field.name, value, test=_BOUNDS[match["how"]]), min(first, match.start()), last)
