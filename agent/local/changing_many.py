"""What is to become of many records, whatever the order of the words: "accounts in India: owner Rohan", "contacted on
all new leads from events", "the Swiss ones to Andreas", "finance should stay on e-mail".

A clause is cut into the words that say which records and the words that say what they become; it counts only when every
word of both was read.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.local.assigning import assigned, orders
from agent.local.bulk import Order, leaves_open_what
from agent.local.conditions import Kinds, narrow
from agent.local.field_values import Spoken, value_of
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.pointing import PLACES, Before, pointed, regardless
from agent.local.reading import Reading
from agent.local.schema import KindCard, Record
from agent.local.selecting import Selected, select

_ARROWS = frozenset({"→", "->", "=>", "=", ":", ";"})
_DETERMINERS = frozenset({"all", "every", "each", "the", "those", "these", "my", "our", "both", "them", "they", "any"})
_STRONG = _ARROWS | {
    "to", "into", "onto", "go", "goes", "going", "become", "becomes", "should", "shall", "must", "get", "gets", "belong", "belongs",
    "move", "moves", "over", "stay", "stays", "remain", "remains", "keep",
}  # fmt: skip
"""Words at which what records become begins, also where no verb of an order stands before them."""
_WITH_VERB = frozenset({"as", "by", "with", "are", "is", "set", "up", "down", "out", "now", "an", "at"})
_VERBS = (words_of("crm_orders") | words_of("orders") | words_of("moves")) - {"lead", "open", "new"}
_BEFORE = _VERBS | {"of", "for", "on", "from", "in", "to", ":", "=", ",", "please", "and", "also", "then", "→"}
_HINGES = frozenset({"of", "for", "on", "in", "from", "at", "with", "to"})
_POINTERS = re.compile(
    r"(?<!\w)(?:them|those|these|they|both|all|each|ones|rest|others|remaining|remainder|latter|list|lot|everything|everyone|first|last|top|bottom|#|kept)(?!\w)"
)
_TELLS = frozenset(
    {"note", "log", "record", "remind", "task", "draft", "write", "send", "email", "mail", "create", "add"}
)
_STAYS = words_of("assigns_nothing") | words_of("talk") | {
    "should", "shall", "stay", "stays", "remain", "remains", "keep", "keeps", "though", "tho", "however", "prefer", "stick",
}  # fmt: skip
_LONGEST = 48


def changed_many(reading: Reading, kinds: Kinds, held: Before) -> Order | None:
    """The order, or None where no cut of the clause reads every word of it."""
    reading, held = regardless(reading, held)
    tokens = reading.text.tokens
    if not 1 < len(tokens) <= _LONGEST or not orders(reading) or _writes(reading) or _asks(reading):
        return None
    for first, last in _cuts(reading, kinds, held):
        selected = _chosen(reading, first, last, kinds, held)
        if selected is None or not selected.kind.writable:
            continue
        if values := _values(reading, first, last, selected.kind, held):
            return Order("update", selected, values)
    return None


def _writes(reading: Reading) -> bool:
    """Whether the clause begins with an order for a text, a task or a new record."""
    words = [token.norm for token in reading.text.tokens if token.is_word][:2]
    return bool(words) and words[0] in _TELLS


def _asks(reading: Reading) -> bool:
    """Whether the clause is a question that no order is put as ("any open tasks about Acme?")."""
    return reading.norm.endswith("?") and not any(token.norm in _VERBS for token in reading.text.tokens)


def _cuts(reading: Reading, kinds: Kinds, held: Before) -> Iterator[tuple[int, int]]:
    """Where the words for the records may begin and end: around a noun of many, or around words that point."""
    tokens = reading.text.tokens
    verb = any(token.norm in _VERBS for token in tokens)
    seen: set[tuple[int, int]] = set()
    for at, until in _heads(reading, kinds, held):
        for last in _ends(reading, until, verb=verb):
            for first in _starts(reading, at):
                if (first, last) not in seen and (first, last) != (0, len(tokens)):
                    seen.add((first, last))
                    yield first, last


def _heads(reading: Reading, kinds: Kinds, held: Before) -> Iterator[tuple[int, int]]:
    """Token ranges of nouns that mean many, of words that point at many, and of bare conditions."""
    norm, text = reading.norm, reading.text
    for kind in kinds.values():
        for noun in kind.nouns:
            for match in compiled(rf"(?<!\w){re.escape(noun.lower())}(?!\w)").finditer(norm):
                yield text.token_range(*match.span())
    if held.asked is not None or held.listed or held.made:
        for pattern in (_POINTERS, PLACES):
            for match in pattern.finditer(norm):
                yield text.token_range(*match.span())
    if held.asked is not None and held.asked.where:
        for one in narrow(reading, held.asked.kind, kinds):
            yield text.token_range(one.start, one.end)


def _starts(reading: Reading, at: int) -> Sequence[int]:
    """The first word, and the words behind a verb, a preposition or a colon, the farthest first."""
    tokens = reading.text.tokens
    found = [0]
    for place in range(1, at + 1):
        if tokens[place - 1].norm in _BEFORE or tokens[place].norm in _DETERMINERS:
            found.append(place)
    floor = max((place + 1 for place in range(at) if tokens[place].norm in _ARROWS), default=0)
    return sorted({max(place, floor) for place in found})


def _ends(reading: Reading, until: int, *, verb: bool) -> Iterator[int]:
    """The places at which the records may have been told, the farthest first; never behind an arrow or a colon."""
    tokens = reading.text.tokens
    stop = next((place for place in range(until, len(tokens)) if tokens[place].norm in _ARROWS), len(tokens))
    if stop < len(tokens):
        yield stop
    for place in range(min(stop, len(tokens)), until - 1, -1):
        word = tokens[place].norm if place < len(tokens) else ""
        if place == len(tokens) or word in _STRONG or (verb and word in _WITH_VERB):
            yield place
    for place in range(until, stop):
        # Behind a comma without a verb "source = Event" may as well say which ones are meant.
        if tokens[place].norm in ("(", "-") or (verb and tokens[place].norm == ","):
            yield place
            return


def _chosen(reading: Reading, first: int, last: int, kinds: Kinds, held: Before) -> Selected | None:
    part = reading.part(first, last)
    if (back := pointed(part, held, kinds)) is not None:
        return back
    found = select(reading, kinds, first=first, last=last)
    named = found is not None and found.plural and found.pick == "only" and not found.words and not found.ordered
    return found if named and found is not None and found.where else None


def _values(reading: Reading, first: int, last: int, kind: KindCard, held: Before) -> Mapping[str, Any] | None:
    """What the words around the records say they become."""
    start = first - 1 if first and reading.text.tokens[first - 1].norm in _HINGES else first
    rest = reading.without(start, last)
    if not rest.text.tokens:
        return None
    found = (
        _receives(rest, kind)
        or assigned(rest, kind)
        or _campaign(rest, kind)
        or _same_field(rest, kind, held)
        or _likewise(rest, kind, held)
    )
    spoken = reading.text.written_between(first, last)
    if found is not None and leaves_open_what(rest.norm.rstrip(" .!"), found):
        return None
    if found is None or any(isinstance(value, str) and spoken in value for value in found.values()):
        return None
    return found


_TAKES = frozenset(
    {
        "gets",
        "get",
        "takes",
        "take",
        "over",
        "has",
        "owns",
        "receives",
        "inherits",
        "should",
        "will",
        "shall",
        "can",
        "have",
    }
)


def _receives(rest: Reading, kind: KindCard) -> Mapping[str, Any] | None:
    """`Dana gets …`: the colleague who begins the clause is the new owner."""
    users = [one for one in rest.mentions_of(Named.RECORD) if any(record.kind == "user" for record in one.records)]
    tokens = rest.text.tokens
    if kind.field("owner") is None or len(users) != 1 or not any(token.norm in _TAKES for token in tokens):
        return None
    found = {record for record in users[0].records if record.kind == "user"}
    behind = [token.norm for token in tokens[users[0].last :]]
    before_it = [token.norm for token in tokens[: users[0].first]]
    read = all(word in _TAKES or _is_nothing(word) for word in behind) and all(map(_is_nothing, before_it))
    return {"owner": found.pop().as_argument()} if read and len(found) == 1 else None


def _campaign(rest: Reading, kind: KindCard) -> Mapping[str, Any] | None:
    """`into Rush Hour social ads`: the campaign that leads are put into, where nothing else is said."""
    field = kind.field("campaign")
    if field is None:
        return None
    found: dict[Record, tuple[int, int]] = {}
    for mention in rest.mentions_of(Named.RECORD):
        found |= {one: (mention.first, mention.last) for one in mention.records if one.kind == "campaign"}
    if len(found) == 1:
        campaign, (at, until) = next(iter(found.items()))
        value: Any = campaign.as_argument()
    else:
        listed = [one for one in rest.mentions_of(Named.VALUE) if one.dimension == "campaign"]
        if len(listed) != 1:
            return None
        value, at, until = listed[0].value, listed[0].first, listed[0].last
    words = [token.norm for place, token in enumerate(rest.text.tokens) if not at <= place < until]
    return {"campaign": value} if all(_is_nothing(word) or word == "campaign" for word in words) else None


def _same_field(rest: Reading, kind: KindCard, held: Before) -> Mapping[str, Any] | None:
    """Another value of the one field that the order before gave a value: `… should stay on e-mail`."""
    values = held.asked.values if held.asked is not None and held.asked.kind.kind == kind.kind else None
    if not values or len(values) != 1:
        return None
    field = kind.field(next(iter(values)))
    words = [(place, token) for place, token in enumerate(rest.text.tokens) if not _is_nothing(token.norm)]
    if field is None or field.type not in ("choice", "link", "date", "moment", "money", "whole", "share") or not words:
        return None
    first, last = words[0][0], words[-1][0] + 1
    part = rest.part(first, last)
    value = value_of(field, Spoken(part, part.norm, rest.text.written_between(first, last)))
    return {field.name: value} if value is not None else None


_TOO = re.compile(r"(?<!\w)(?:too|as well|likewise|ditto|the same|same|also)(?!\w)")


def _likewise(rest: Reading, kind: KindCard, held: Before) -> Mapping[str, Any] | None:
    """The values of the order before, where the words only say that these get them as well."""
    asked = held.asked
    if asked is None or asked.verb != "update" or asked.kind.kind != kind.kind or not _TOO.search(rest.norm):
        return None
    said = _TOO.sub(" ", rest.norm).split()
    return dict(asked.values) if all(_is_nothing(word) for word in said) else None


def _is_nothing(word: str) -> bool:
    return word in _STAYS or not word[:1].isalnum()
