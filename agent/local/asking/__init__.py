"""Questions about records of any kind, as people ask them: first ones, and those that go on from an earlier request."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Sequence

from agent.local.asking.chatter import without_chatter
from agent.local.asking.fresh import question
from agent.local.asking.onward import going_on
from agent.local.asking.pointing import AT_ROWS, called
from agent.local.asking.question import Question
from agent.local.conditions import Kinds
from agent.local.reading import Reading
from agent.local.schema import Frame, Memory

__all__ = ["Question", "asked", "called", "without_chatter"]


def asked(reading: Reading, kinds: Kinds, memory: Memory, *, first: bool = True) -> tuple[Question, ...]:
    """What a turn asks about records of a kind, as a question of its own or as one that goes on from the last.

    Args:
        first: whether nothing else was asked in the turn before these words.
    """
    frame = memory.frames[-1] if memory.frames and first else None
    if frame is None:
        return question(reading, kinds, memory)
    onward = going_on(reading, frame, kinds)
    if onward and AT_ROWS.search(reading.norm):
        return onward
    fresh = question(reading, kinds, memory)
    if fresh and _is_elliptic(reading, fresh, frame):
        return going_on(reading, frame, kinds, names_its_kind=True) or fresh
    return fresh or onward


_OF_ALL = re.compile(
    r"(?<!\w)(?:all|every|overall|altogether|in total|we|our|us|my|i|everyone|everybody|company|there are|are there|exist)(?!\w)"
)
_SHORT = 9


def _is_elliptic(reading: Reading, fresh: Sequence[Question], frame: Frame) -> bool:
    """Whether another figure is asked of what the last one was of: "and the average deal per person?" narrows nothing
    itself, and says of nothing that all are meant."""
    short = len(reading.typed) <= _SHORT and not _OF_ALL.search(reading.norm)
    return short and fresh[0].tool == frame.tool and not any(one.arguments.get("where") for one in fresh)
