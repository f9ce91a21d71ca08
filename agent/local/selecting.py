"""Which records a piece of text speaks of: their kind, the conditions, whether one or many, and the words nobody read."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.conditions import ROLE, Kinds, Narrowed, behind_link, names_a_date, narrow, overlaps
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import KindCard, Record

_IMPLIED: Mapping[tuple[str, str], dict[str, Any]] = {
    ("account", "customer"): {"field": "status", "value": ["customer"]},
    ("account", "client"): {"field": "status", "value": ["customer"]},
    ("task", "reminder"): {"field": "kind", "value": ["reminder"]},
    ("task", "everything"): {"field": "owner", "value": ["me"]},
}
"""What a noun says beside the kind."""
_EVERY = re.compile(r"(?<!\w)(?:all|both|every|each|everything|everybody|everyone)(?!\w)")
_LATEST = re.compile(
    r"(?<!\w)(?:last|latest|most recent|newest)(?!\w)(?! (?:\d+ )?(?:week|month|quarter|year|day|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?(?!\w))"
)
_NEXT = re.compile(
    r"(?<!\w)(?:next|upcoming)(?!\w)(?! (?:\d+ )?(?:week|month|quarter|year|day|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?(?!\w))"
)
_JOINED = re.compile(
    r"(?<!\w)(?:at|of|on|from|in|with|for|about|to|whose|belonging to|linked to|owned by)(?: (?:the|our|my|all|any|an?))* (?:[\w-]+ ){0,2}?$"
)
_NOTHING = words_of("narrows_nothing")
"""Words that narrow nothing."""
_SORTED = re.compile(
    r"(?<!\w)(?:(?P<down>newest|latest|biggest|largest|highest|most expensive|most recent|top|best|hottest)|(?P<up>oldest|smallest|lowest|cheapest|earliest|worst|longest))(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Selected:
    """Records of a kind.

    Attributes:
        where: conditions that all have to hold.
        plural: many may be meant ("the leads", "every task").
        pick: `latest` or `next` where one of several is meant, else `only`.
        words: what no rule read, as it stands in the normalised text.
        ordered: +1 where the largest or latest come first, -1 where the smallest, 0 where nothing is said.
    """

    kind: KindCard
    where: tuple[Mapping[str, Any], ...]
    plural: bool
    pick: str
    words: tuple[str, ...]
    ordered: int = 0
    records: tuple[Record, ...] = ()
    """Those that are meant where the words only point at them."""


@dataclass(frozen=True, slots=True)
class Described:
    """Records of a kind as a text describes them: what was read, and the characters it was read from."""

    kind: KindCard
    noun: str
    found: tuple[Narrowed, ...]
    implied: tuple[dict[str, Any], ...]
    nouns: tuple[tuple[int, int], ...]
    plural: bool
    pick: str

    @property
    def where(self) -> tuple[dict[str, Any], ...]:
        said = [dict(one.condition) for one in self.found]
        return tuple({str(one): one for one in (*said, *self.implied)}.values())

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [(one.start, one.end) for one in self.found] + list(self.nouns)


def described(
    part: Reading, kinds: Kinds, *, not_behind: str = "", alone: tuple[KindCard, str, int, int] | None = None
) -> Iterator[Described]:
    """What a text may speak of, for each kind that a noun in it names, from left to right.

    Args:
        not_behind: a pattern before nouns that name no records but what they are grouped by.
        alone: the kind and its word where no noun names it.
    """
    heads = [alone] if alone else [*_nouns(part, kinds)] or [one for one in (_by_role(part, kinds),) if one]
    seen: set[str] = set()
    for kind, noun, at, end in heads:
        if kind.kind in seen or (not_behind and compiled(rf"{not_behind} $").search(part.norm[:at])):
            continue
        seen.add(kind.kind)
        found, covered = _narrowed(part, kind, end, kinds)
        implied = _IMPLIED.get((kind.kind, singular(noun, kind)))
        plural = singular(noun, kind) != noun or noun not in kind.nouns or bool(_EVERY.search(part.norm))
        nouns = ((at, end), *covered)
        yield Described(kind, noun, tuple(found), (implied,) if implied else (), nouns, plural, _picked(part, found))


def _picked(part: Reading, found: Sequence[Narrowed]) -> str:
    """Which one of several; the "last" of a condition ("whose last activity …") chooses none."""
    for pick, pattern in (("latest", _LATEST), ("next", _NEXT)):
        for match in pattern.finditer(part.norm):
            if not any(one.start < match.end() and match.start() < one.end for one in found):
                return pick
    return "only"


def select(reading: Reading, kinds: Kinds, *, first: int = 0, last: int | None = None) -> Selected | None:
    """The records that the tokens from `first` to `last` speak of; None where no noun of a kind stands there."""
    part = reading.part(first, len(reading.text.tokens) if last is None else last)
    what = next(described(part, kinds), None)
    if what is None:
        return None
    ordered = _SORTED.search(part.norm)
    spans = [*what.spans, *_read_beside(part, plural=what.plural)]
    return Selected(
        what.kind, what.where, what.plural, what.pick, tuple(unread(part, spans)),
        0 if ordered is None else 1 if ordered["down"] else -1,
    )  # fmt: skip


def _read_beside(part: Reading, *, plural: bool) -> Iterator[tuple[int, int]]:
    """Words beside the conditions that are read: of many no condition says "the oldest" or "20 of them", so that such
    words stay unread, but for a count of all."""
    for pattern in (_EVERY,) if plural else (_LATEST, _NEXT, _EVERY, _SORTED):
        yield from (match.span() for match in pattern.finditer(part.norm))
    if part.count and (not plural or _OF_ALL.search(part.norm[: part.count[1]])):
        yield part.count[1], part.count[2]


_OF_ALL = re.compile(r"(?<!\w)(?:all|both|every)(?: of)?(?: (?:the|my|our|those|these))? ?$")


def _narrowed(
    part: Reading, kind: KindCard, end: int, kinds: Kinds
) -> tuple[list[Narrowed], list[tuple[int, int]]]:  # fmt: skip
    """The conditions, those behind a second noun on what the kind is linked to ("contacts at accounts in Retail")."""
    second = next((one for one in _nouns(part, kinds) if one[2] >= end and _joins(part, kind, one[0], one[2])), None)
    if second is None:
        return narrow(part, kind, kinds), []
    other, noun, at, until = second
    joint = _JOINED.search(part.norm[:at])
    cut = joint.start() if joint else at
    split, length = part.text.token_range(cut, cut + 1)[0], len(part.text.tokens)
    link = next(one.name for one in kind.fields if one.to == other.kind)
    theirs = behind_link(narrow(part.part(split, length), other, kinds), link, part.text.span(split, length)[0])
    if implied := _IMPLIED.get((other.kind, singular(noun, other))):
        theirs.append(Narrowed({**implied, "field": f"{link}.{implied['field']}"}, at, until))
    theirs = [one for one in theirs if not (_of_the_first(part, one, until, kind) or _bare_date(part, one, other))]
    # What the other kind has no field for is said of the first ("contacts at customers in Germany without an e-mail").
    read = narrow(part, kind, kinds)
    taken = [one.condition for one in read if overlaps(one, theirs)]
    mine = [one for one in read if one.condition not in taken]
    return [*mine, *theirs], [(at, until)]


_CLAUSE = re.compile(r"(?:that|who|which|whose|,)(?: \w+)? ?$")


def _of_the_first(part: Reading, one: Narrowed, noun_end: int, kind: KindCard) -> bool:
    """`contacts at accounts with over 1,000 employees that have no phone`: a clause behind others is about the first."""
    name = str(one.condition["field"]).rpartition(".")[2]
    opens = re.match(r"(?:that|who|which|whose)(?!\w)", part.norm[one.start :]) or _CLAUSE.search(
        part.norm[: one.start]
    )
    return opens is not None and one.start - noun_end > _BESIDE and kind.field(name) is not None


def _bare_date(part: Reading, one: Narrowed, other: KindCard) -> bool:
    """`meetings held with Retail accounts since September`: a period is about the first, unless a date of theirs is named."""
    field = other.field(str(one.condition["field"]).rpartition(".")[2])
    dated = field is not None and field.type in ("date", "moment") and one.condition.get("test") != "not_since"
    return dated and not names_a_date(part, other, one.start)


_BESIDE = 3
"""Characters between a noun and a clause that stands right behind it."""


def _joins(part: Reading, kind: KindCard, other: KindCard, at: int) -> bool:
    linked = any(one.to == other.kind for one in kind.fields)
    return linked and other.kind != kind.kind and bool(_JOINED.search(part.norm[:at]))


def _nouns(part: Reading, kinds: Kinds) -> Iterator[tuple[KindCard, str, int, int]]:
    """The nouns of kinds from left to right, the longest at each place, outside names and quotations."""
    text = part.norm
    taken = [part.text.span(one.first, one.last) for one in part.mentions_of(Named.RECORD)]
    taken += [part.text.span(place, place + 1) for place in part.content]
    hits: list[tuple[int, int, int, KindCard, str]] = []
    for rank, kind in enumerate(kinds.values()):
        for noun in kind.nouns:
            for match in compiled(rf"(?<!\w){re.escape(noun.lower())}(?!\w)").finditer(text):
                if not any(match.start() < stop and start < match.end() for start, stop in taken):
                    hits.append((match.start(), -len(noun), rank, kind, noun.lower()))
    reached = -1
    for start, length, _, kind, noun in sorted(hits, key=lambda one: one[:3]):
        if start >= reached:
            reached = start - length
            yield kind, noun, start, reached


_EVERYTHING_LATE = re.compile(
    r"(?<!\w)(?:everything|anything|whatever)(?= (?:of mine |i have )?(?:that is |that's |which is |is )?(?:overdue|late|past due)(?!\w))"
)


def says_several(part: Reading, kind: KindCard, kinds: Kinds) -> bool:
    """Whether a text speaks of many of a kind, or orders something of many of any kind ("give my Irish leads to …"):
    then it changes no single record of that kind."""
    return any(
        singular(noun, one) != noun and (one.kind == kind.kind or _ORDERED.search(part.norm[:at]))
        for one, noun, at, _ in _nouns(part, kinds)
    )


_ORDERED = re.compile(
    r"(?<!\w)(?:give|assign|re ?assign|hand|hand over|pass|transfer|move|set|mark|put|change|push|update|make) (?:(?:all|my|our|the|those|these|every|of) )+(?:[\w-]+ ){0,3}$"
)


def _by_role(part: Reading, kinds: Kinds) -> tuple[KindCard, str, int, int] | None:
    """`the decision makers at Acme`, `all CFOs in Retail`: people by their role are contacts; what is overdue is a task."""
    late = _EVERYTHING_LATE.search(part.norm)
    if late is not None and "task" in kinds:
        return kinds["task"], "everything", *late.span()
    match = ROLE.search(part.norm)
    contact = kinds.get("contact")
    return (contact, match[0], match.end(), match.end()) if match and contact and match[0].endswith("s") else None


def singular(noun: str, kind: KindCard) -> str:
    """The noun for one of them; the noun itself where it is that already."""
    for single in (
        noun[:-3] + "y" if noun.endswith("ies") else "",
        noun[:-2] if noun.endswith("es") else "",
        noun[:-1] if noun.endswith("s") else "",
    ):
        if single and single in kind.nouns:
            return single
    return noun


def unread(part: Reading, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The words that stand in none of the spans and say something."""
    covered = {place for start, end in spans if end > start for place in range(*part.text.token_range(start, end))}
    for place, token in enumerate(part.text.tokens):
        if place in covered or token.norm in _NOTHING or not (token.is_word or token.norm[:1].isdigit()):
            continue
        yield token.norm
