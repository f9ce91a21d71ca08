"""Sentences of notes and messages that tell something lasting of a person, by rules and nothing else.

A sentence counts where its words say what it is about and it speaks of somebody. Questions, orders to whoever reads,
and what is never kept are passed over; nothing is reworded, so that each memory is a quotation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.names import fold
from db.records.choices import Topic
from tools.memories.topics import topic_of
from tools.special_categories import category_of
from tools.wording import clean

_LONGEST, _SHORTEST = 240, 12
_MOST = 6
_ABBREVIATED = re.compile(r"\b(?:mr|mrs|ms|dr|st|e\.g|i\.e|approx|no)\.$", re.IGNORECASE)
_ORDER = re.compile(
    r"(?<!\w)(?:ignore|disregard|system|assistant|ai|prompt|instruction\w*|you must|you should|send (?:this|it|all)|"
    r"delete|approve|transfer|click|https?)(?!\w)"
)
_SPEAKS = re.compile(r"(?<!\w)(?:he|she|they|i|we|his|her|their|our|my|him|them|us)(?!\w)")


@dataclass(frozen=True, slots=True)
class Drawn:
    topic: Topic
    text: str


def drawn(text: str, *, names: str = "") -> list[Drawn]:
    """What a text tells, in its own sentences.

    Args:
        names: of the people and the company it is about; a sentence speaks of somebody by name or by pronoun.
    """
    called = set(re.findall(r"[^\W_]{3,}", fold(names)))
    found = [one for sentence in _sentences(text) if (one := _read(sentence, called))]
    return list({one.text: one for one in found}.values())[:_MOST]


def _read(sentence: str, called: set[str]) -> Drawn | None:
    folded = fold(sentence)
    if sentence.endswith("?") or not _SHORTEST <= len(sentence) <= _LONGEST or _ORDER.search(folded):
        return None
    if not (_SPEAKS.search(folded) or called & set(re.findall(r"[^\W_]{3,}", folded))):
        return None
    topic = topic_of(sentence)
    return (
        Drawn(topic, sentence) if topic is not None and category_of(sentence, names=" ".join(called)) is None else None
    )


def _sentences(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in re.split(r"(?<=[.!?])\s+|\n+|(?<=;)\s+", text):
        if pieces and _ABBREVIATED.search(pieces[-1]):
            pieces[-1] += f" {piece}"
        else:
            pieces.append(piece)
    return [clean(piece, most=_LONGEST + 1).strip(' -–—•*"“”') for piece in pieces]
