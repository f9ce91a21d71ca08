"""In which order a question wants its records: "the biggest five", "top 3 by employees", "who has the highest score"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re

from agent.local.conditions import date_of
from agent.local.patterns import compiled
from agent.local.schema import KindCard

Span = tuple[int, int]

WORTH = re.compile(
    r"(?<!\w)(?:money|revenue|revenues|value|values|worth|volume|turnover|bookings|size|sizes|pipeline value)(?!\w)"
)
"""What people call the money that a kind is measured by, beside the names of its field."""
MONEYED = {"opportunity": "amount", "quota": "amount", "campaign": "budget"}
"""What is added up where nobody says what."""
_ORDER = re.compile(
    r"(?<!\w)(?:(?P<down>newest|latest|most recent|biggest|largest|highest|greatest|most expensive|most valuable|top|best|hottest)|(?P<up>oldest|earliest|smallest|lowest|cheapest|worst|longest))(?!\w)"
)
_DATED = frozenset({"newest", "latest", "most recent", "oldest", "earliest"})
_SORTED = re.compile(r"(?<!\w)(?:(?:sorted|ordered|ranked|order|sort|rank|ranking) )?by (?:the |their )?")
_DOLLARS = re.compile(r"\$(?: ?\$)*(?!\w| ?\d)")


def order_of(text: str, kind: KindCard, *, rows: bool) -> tuple[tuple[str, bool], list[Span]]:
    """The field that a list is ordered by, whether the largest come first, and where that is said."""
    if most := _most_of(text, kind):
        return most
    ranked = [match for match in _ORDER.finditer(text) if not is_measured(text, match, kind)]
    spans = [match.span() for match in ranked]
    down = not any(match["up"] for match in ranked)
    named = (
        _ranked_by(text, ranked, kind) or _ordered_by(text, kind)
        if ranked or rows or _ASKS_ORDER.search(text)
        else None
    )
    if named is not None:
        field = kind.field(named[0])
        dated = field is not None and not field.measured
        return (named[0], down and not (dated and not ranked)), [*spans, named[1]]
    if not ranked:
        return ("", True), []
    if any(match[0] in _DATED for match in ranked):
        return (date_of(kind) or "", down), spans
    return (main_of(kind), down), spans


_ASKS_ORDER = re.compile(r"(?:sort|order|rank)\w* by|^\W*(?:please |now |and )*(?:list|show)(?!\w)")


def is_measured(text: str, rank: re.Match[str], kind: KindCard) -> bool:
    """Whether it is the largest value of a field that is asked for ("the largest amount"), and no record."""
    if _ASKS_WHICH.search(text[: rank.start()]):
        return False
    tail = re.match(
        r"(?: (?:and|,|or|the|of|average|mean|smallest|largest|lowest|highest|biggest))*", text[rank.end() :]
    )
    after = text[rank.end() + (tail.end() if tail else 0) :].lstrip()
    words = {word for one in kind.fields if one.measured for said in one.words for word in (said.lower(),)}
    return any(compiled(rf"{re.escape(word)}s?(?!\w)").match(after) for word in words) or bool(
        kind.kind in MONEYED and WORTH.match(after)
    )


def _most_of(text: str, kind: KindCard) -> tuple[tuple[str, bool], list[Span]] | None:
    """`which account has the most employees`."""
    for one in kind.fields:
        for word in one.words if one.measured else ():
            named = rf"(?<!\w)(?:the )?(?P<how>most|fewest|least) {re.escape(word.lower())}s?(?!\w)"
            if match := compiled(named).search(text):
                return (one.name, match["how"] == "most"), [match.span()]
    return None


def _ranked_by(text: str, ranked: list[re.Match[str]], kind: KindCard) -> tuple[str, Span] | None:
    """`who has the highest score`: the field whose greatest value tells the record that is asked for."""
    for match in ranked:
        for one in kind.fields:
            for word in one.words if one.measured else ():
                if named := compiled(rf" {re.escape(word.lower())}s?(?!\w)").match(text[match.end() :]):
                    return one.name, (match.start(), match.end() + named.end())
    return None


_ASKS_WHICH = re.compile(r"(?<!\w)(?:who|whose|which)(?: \w+){0,4} (?:the |our |my |its |their )?$")


def _ordered_by(text: str, kind: KindCard) -> tuple[str, Span] | None:
    for match in _SORTED.finditer(text):
        rest = text[match.end() :]
        if (sign := _DOLLARS.match(rest)) and main_of(kind):
            return main_of(kind), (match.start(), match.end() + sign.end())
        if kind.kind in MONEYED and (worth := WORTH.match(rest)):
            return MONEYED[kind.kind], (match.start(), match.end() + worth.end())
        fields = [
            (len(word), one.name)
            for one in kind.fields
            if one.measured or one.type in ("date", "moment")
            for word in one.words
            if compiled(rf"{re.escape(word.lower())}s?(?!\w)").match(rest)
        ]
        if fields:
            length, name = max(fields)
            plural = rest[length : length + 1] == "s"
            return name, (match.start(), match.end() + length + plural)
    return None


def main_of(kind: KindCard) -> str:
    """The field that the size of a record is measured by."""
    if kind.kind in MONEYED:
        return MONEYED[kind.kind]
    preferred = ("score", "employees")
    measured = [one.name for one in kind.fields if one.measured]
    return next((name for name in preferred if name in measured), measured[0] if measured else "")
