"""A first question about records of one kind: lists, counts, sums and averages, with conditions, as people ask them."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.local.asking.chatter import without_chatter
from agent.local.asking.pointing import AT_ROWS, pointed_at, pointers
from agent.local.asking.question import HAND_MADE, Question, listing, listing_by_hand, summaries
from agent.local.asking.shape import BY, Shape, axis_of, blanked, shape_of
from agent.local.conditions import Kinds, on_field, without_names
from agent.local.lexicon import words_of
from agent.local.reading import Reading
from agent.local.schema import KindCard, Memory
from agent.local.selecting import Described, described, unread

_LIST = re.compile(
    r"^\W*(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|right|well|can you|could you|would you|i want to|i would like to|i need|do you know|let me|quick question|remind me) ?,? ?:? ?)*"
    r"(?:list|show|find|give me|give us|display|get me|which|what|who are|who is|who|see|pull up|pull|fetch|search for|look up|any|are there any|is there an?|do (?:i|we) have any|do (?:i|we) have|have we got any|i need|a list of|name)(?!\w)"
)
_BEFORE_NOUN = frozenset(
    {"all", "my", "our", "the", "top", "biggest", "largest", "newest", "latest", "oldest", "smallest", "open", "every"}
)
_NOTHING = words_of("narrows_nothing") | words_of("asks_nothing") | words_of("talk")
_MONEY_ALONE = re.compile(r"(?<!\w)(?P<noun>revenue|revenues|bookings|turnover|pipeline|pipe|funnel)(?!\w)")
_HOW_MUCH = re.compile(
    r"(?<!\w)how much(?: \w+)? (?:did|have|has|had|was|were|do|does) (?:\S+ ){0,4}?(?P<noun>win|won|lose|lost|close|closed|book|booked|sell|sold|bring in|brought in)(?!\w)"
)
_DONE_ALONE = re.compile(r"(?<!\w)(?P<noun>wins|losses)(?!\w)")
_STATE_ALONE = re.compile(
    r"^\W*(?:and |so |what |how much |have |has |did |we |i |us |been )*(?P<noun>won|lost)(?: |$)"
)


def question(reading: Reading, kinds: Kinds, memory: Memory | None = None) -> tuple[Question, ...]:
    """What is asked about records of one kind; nothing where no rule reads it, or a word in it is not understood."""
    if reading.content or not reading.norm.strip(" .!?"):
        return ()
    reading = without_chatter(reading)
    for what in _heads(reading, kinds):
        if asked := _asked(reading, what, kinds, memory or Memory()):
            return asked
    return ()


def _heads(reading: Reading, kinds: Kinds) -> Iterator[Described]:
    """What the question may be about: each kind that a noun names, or deals where only money is spoken of."""
    found = list(described(reading, kinds, not_behind=BY))
    yield from found
    deals = kinds.get("opportunity")
    if found or deals is None:
        return
    text = without_names(reading).norm
    match = _MONEY_ALONE.search(text) or _HOW_MUCH.search(text) or _DONE_ALONE.search(text)
    match = match or (_STATE_ALONE.match(text) if reading.periods else None)
    if match is not None:
        yield next(described(reading, kinds, alone=(deals, match["noun"], *match.span("noun"))))


def _asked(reading: Reading, what: Described, kinds: Kinds, memory: Memory) -> tuple[Question, ...]:
    kind, norm = what.kind, without_names(reading).norm
    what = _without_axis(what, axis_of(norm, kind)[1])
    money = what.noun in _MONEY
    read = [span for span in what.spans if norm[slice(*span)] not in _MONEY] if money else what.spans
    shape = shape_of(blanked(norm, read), kind, count=reading.count, date=_date_in(what.where))
    back = pointers(reading)
    where = list(what.where)
    more = pointed_at(reading, kind, kinds, memory) if back else None
    if more is not None:
        where += [one for one in more if one["field"] not in {str(other["field"]) for other in where}]
    elif back and (AT_ROWS.search(norm) or not memory.frames):
        return ()
    listed = _LIST.match(norm)
    spans = [*what.spans, *shape.spans, *back, *([listed.span()] if listed else [])]
    again = {word for noun in kind.nouns for word in noun.split()}
    if any(word not in _NOTHING | again for word in unread(reading, spans)):
        return ()
    if back and more is None:
        return (Question("", kind.area, {}, certain=True, unclear=_WHICH),)
    where = list({str(one): one for one in _with_outcome(where, kind, what.noun, norm)}.values())
    if what.noun in {*_MONEY, *_VERBS} and not shape.counts:
        shape = _of_money(shape)
    if shape.summarises:
        certain = (
            bool(back)
            or kind.kind not in HAND_MADE
            or _bounds_a_day(where, norm)
            or (_more_than_total(shape) and what.noun not in _PIPELINE)
        )
        return summaries(kind, where, shape, certain=certain)
    if kind.kind in HAND_MADE:
        own = listed and (more or _bounds_a_day(where, norm))
        return listing_by_hand(kind, where, shape, certain=True) if own else ()
    if not (listed or _is_a_list(reading, what, shape)):
        return ()
    if not (what.plural or what.pick != "only" or shape.order or _ANY.search(norm)):
        return ()  # "what do I say in the call" asks for no list of calls
    if what.pick == "latest" and not what.plural:
        shape = Shape(order=shape.order, descending=shape.descending, limit=1)
    return (listing(kind, where, shape, certain=bool(shape.order or shape.limit) or not _is_due_list(kind, where)),)


_ANY = re.compile(r"(?<!\w)(?:any|is there an?)(?!\w)")


_WHICH = "Which record do you mean? Say its name, and I look it up."


def _without_axis(what: Described, axis: Sequence[tuple[int, int]]) -> Described:
    """Without conditions that were read from what is to be grouped by: "the average per product" is about all."""
    beside = (one for one in what.found if not any(one.start < end and start < one.end for start, end in axis))
    return replace(what, found=tuple(beside))


_PIPELINE = frozenset({"pipeline", "pipe", "funnel"})
_MONEY = frozenset({"revenue", "revenues", "bookings", "turnover"}) | _PIPELINE


_VERBS = {
    "won": "won", "win": "won", "closed": "won", "close": "won", "booked": "won", "book": "won", "sold": "won", "sell": "won",
    "bring in": "won", "brought in": "won", "lost": "lost", "lose": "lost",
}  # fmt: skip
"""What is said to have been done with deals where no noun speaks of them: it is their money that is asked for."""
_DONE = {"wins": "won", "losses": "lost"}


_OVERDUE = re.compile(r"(?<!\w)(?:overdue|late|past due)(?!\w)")


def _bounds_a_day(where: Sequence[Mapping[str, Any]], norm: str) -> bool:
    """Whether a date is bounded on one side, which lists made by hand take only where they call it overdue."""
    bounded = ("below", "above", "at_most", "at_least")
    days = [one for one in where if one.get("test") in bounded and str(one["field"]).endswith(("_on", "_at", "_close"))]
    return bool(days) and not _OVERDUE.search(norm)


def _more_than_total(shape: Shape) -> bool:
    """Whether more is asked than a count or the total, which lists and pipeline tell in their own way."""
    return bool(shape.by or set(shape.measures) - {"sum"} or shape.names_a_field)


def _of_money(shape: Shape) -> Shape:
    return Shape(shape.measures or ("sum",), "amount", by=shape.by, names_a_field=True)


_CLOSERS = re.compile(r"(?<!\w)(?:who|we|i|they|he|she|you|\x00+)(?: (?:has|have|had|did))? clos(?:e|ed)(?!\w)")
"""Who is said to have closed deals has won them."""


def _with_outcome(where: list[dict[str, Any]], kind: KindCard, noun: str, norm: str) -> list[dict[str, Any]]:
    """Revenue was won, a pipeline is open, and so is what is yet to close."""
    said = {str(one["field"]) for one in where}
    if kind.kind != "opportunity" or "outcome" in said:
        return where
    if done := (_VERBS | _DONE).get(noun):
        return [on_field("outcome", done), *where]
    if _CLOSERS.search(norm):
        return [*where, on_field("outcome", "won")]
    if noun in _PIPELINE or "expected_close" in said:
        return [*where, on_field("outcome", "open")]
    return [*where, on_field("outcome", "won")] if noun in _MONEY else where


def _date_in(where: Sequence[Mapping[str, Any]]) -> str | None:
    """The date that the conditions speak of, by which days are put together too."""
    dated = ("closed_on", "expected_close")
    told = {str(one["field"]) for one in where}
    won = any(one["field"] == "outcome" and set(one.get("value", ())) <= {"won", "lost"} for one in where)
    return next((name for name in dated if name in told), "closed_on" if won else None)


def _is_a_list(reading: Reading, what: Described, shape: Shape) -> bool:
    """`contacts at accounts in Retail`: a noun for many that is narrowed, and no verb before it."""
    first = reading.text.tokens[0].norm if reading.text.tokens else ""
    starts = first in _BEFORE_NOUN or first in {word for noun in what.kind.nouns for word in noun.split()}
    return what.plural and starts and bool(what.where or reading.count or shape.order)


def _is_due_list(kind: KindCard, where: Sequence[Mapping[str, Any]]) -> bool:
    """Whether tasks are narrowed by no more than when they are due, and whose: that list is made by hand."""
    narrowed = {str(one["field"]) for one in where if one != {"field": "status", "value": ["open"]}}
    return kind.kind == "task" and narrowed <= {"due_at", "owner"}
