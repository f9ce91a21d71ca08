"""Answers to a question that was asked in the turn before: a choice by name, by number, by what tells it apart."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz.fuzz import token_set_ratio

from agent.local.followup import moved_task
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.model import Guess
from agent.local.quantities import MOST_ROWS
from agent.local.questions import about_record
from agent.local.reading import Reading
from agent.local.records import Problem
from agent.local.schema import Clarify, Effect, Memory, Pending, Record, Request, SlotType, ToolCard
from agent.local.words import tokenise

_NUMBER = re.compile(
    r"^(?:the |number |no |# ?|option |choice )*"
    r"(\d{1,2}|first|second|third|fourth|fifth|last)(?: one)?(?: please)?[.!]?$"
)
_TALK = (words_of("talk") - {"that", "it", "for"}) | {
    "haha",
    "lol",
    "ooh",
    "yeah",
    "yes",
    "yep",
    "um",
    "uh",
    "well",
    "so",
    "please",
    "!",
}
_ROWS = re.compile(r"^(\d{1,3})(?: please| pls)?[.!]?$")
_SHORT = 4
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


def answer_to(reading: Reading, memory: Memory, cards: Mapping[str, ToolCard], guess: Guess) -> Request | None:
    """The request that was waiting for this answer, or None when the turn is about something else."""
    pending = memory.pending
    if pending is None or pending.frame.tool not in cards:
        return None
    card = cards[pending.frame.tool]
    argument = card.argument(pending.argument)
    if argument is None:
        return None
    value = _value(reading, pending, argument.type, argument.kinds, guess)
    if value is None:
        return None
    arguments = {**pending.frame.arguments, argument.name: value}
    return Request(
        card.name,
        card.area,
        arguments,
        0.9,
        (0, len(reading.text.written)),
        asked_by_own_words=card.effect is not Effect.READ and not reading.content,
    )


def still_open(reading: Reading, memory: Memory, cards: Mapping[str, ToolCard]) -> Clarify | None:
    """The same question once more, where the words answer only a part of it ("the one at Orion", of which there are
    two) or change what waits for the answer ("no, make it Friday at 11")."""
    pending = memory.pending
    card = cards.get(pending.frame.tool) if pending else None
    if pending is None or card is None or not pending.records:
        return None
    if (told := _told(reading, pending)) and 1 < len(told) < len(pending.records):
        return about_record(card, Problem(pending.argument, tuple(told)), pending.frame.arguments)
    if card.effect is Effect.WRITE and (moved := moved_task(reading, pending.frame, card)):
        return about_record(card, Problem(pending.argument, pending.records), moved.frame.arguments)
    return None


def _value(reading: Reading, pending: Pending, type_: SlotType, kinds: tuple[str, ...], guess: Guess) -> object | None:
    if type_ is SlotType.RECORD:
        record = _record(reading, pending, kinds, guess)
        return record.as_argument() if record else None
    if type_ is SlotType.COUNT:
        return _rows(reading)
    if (
        type_ is SlotType.TITLE
        and not _TELLS.match(reading.norm)
        and guess.label not in {"undo", "help", "small_talk", "send_email"}
        and len(reading.typed) <= 12
        and not reading.moments
    ):
        return reading.text.written.strip() if guess.probability < 0.8 else None
    return None


_TELLS = re.compile(
    r"(?:oh |ah |no |and |but |well )*(?:it|that|this|he|she|they|we|i|there) (?:is|was|were|are|am|has|had|have|did|felt|took|said|will|would)(?!\w)"
)
"""A sentence about what happened names no task."""


def _rows(reading: Reading) -> int | None:
    """A bare number of rows ("5", "5 please", "top 5")."""
    match = _ROWS.match(reading.norm.strip())
    count = int(match[1]) if match else reading.count[0] if reading.count and len(reading.typed) <= _SHORT else 0
    return count if 0 < count <= MOST_ROWS else None


def _record(reading: Reading, pending: Pending, kinds: tuple[str, ...], guess: Guess) -> Record | None:
    if (match := _NUMBER.match(_without_talk(reading.norm))) and pending.records:
        place = _PLACES.get(match[1]) or int(match[1])
        return pending.records[place - 1 if place > 0 else place] if abs(place) <= len(pending.records) else None
    if (chosen := _offered(reading, pending)) is not None:
        return chosen
    if len(told := _told(reading, pending)) == 1:
        return told[0]
    named = [record for mention in reading.mentions_of(Named.RECORD) for record in mention.records]
    offered = [record for record in named if record in pending.records]
    if len(set(offered)) == 1 and len(reading.typed) <= 6:
        return offered[0]
    if pending.records and len(reading.typed) <= 4:
        said = reading.norm
        scored = sorted(
            (
                (token_set_ratio(said, " ".join((one.name, *one.aliases, one.context)).lower()), one)
                for one in pending.records
            ),
            key=lambda pair: -pair[0],
        )
        if scored[0][0] >= 90 and (len(scored) == 1 or scored[0][0] - scored[1][0] >= 8):
            return scored[0][1]
    fitting = [record for record in dict.fromkeys(named) if not kinds or record.kind in kinds]
    alone = len(fitting) == 1 and len(reading.typed) <= 4
    return fitting[0] if alone and (not pending.records or guess.probability < 0.9) else None


def _without_talk(norm: str) -> str:
    """The words without the talk before them: "haha yeah the first one"."""
    words = norm.replace(",", " ").split()
    while words and words[0] in _TALK:
        words.pop(0)
    return " ".join(words)


def _offered(reading: Reading, pending: Pending) -> Record | None:
    """The record whose label was said as it was offered: a chosen button means that record and no namesake."""
    said = _plain(reading.text.written)
    chosen = [record for label, record in zip(pending.choices, pending.records, strict=False) if _plain(label) == said]
    return chosen[0] if len(chosen) == 1 else None


_SAID_BESIDE = frozenset({
    "the", "one", "a", "an", "at", "from", "in", "of", "with", "who", "is", "i", "mean", "meant", "no", "not", "yes",
    "please", "it's", "its", "that", "this", "for", "him", "her", "them", "and", ",", ".", "!", "“", "”",
})  # fmt: skip
"""Words that tell nothing apart."""
_MOST_TOLD = 8


def _told(reading: Reading, pending: Pending) -> list[Record]:
    """The offered records that every word of a short answer belongs to: "Anna Keller at Orion", "the director"."""
    words = {token.norm for token in reading.text.tokens} - _SAID_BESIDE
    if not words or len(words) > _MOST_TOLD:
        return []
    offered = zip(pending.records, pending.choices, strict=False)
    return [record for record, label in offered if words <= _words_of(record, label)]


def _words_of(record: Record, label: str) -> set[str]:
    said = " ".join((record.name, *record.aliases, record.context, record.kind, label))
    return {token.norm for token in tokenise(said).tokens}


def _plain(words: str) -> str:
    return " ".join(words.split()).strip(' .!“”"').lower()
