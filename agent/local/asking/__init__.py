"""Questions about records of any kind, as people ask them: first ones, and those that go on from an earlier request."""

from __future__ import annotations

from agent.local.asking.fresh import question
from agent.local.asking.onward import going_on
from agent.local.asking.pointing import AT_ROWS
from agent.local.asking.question import Question
from agent.local.conditions import Kinds
from agent.local.reading import Reading
from agent.local.schema import Memory

__all__ = ["Question", "asked"]


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
    return question(reading, kinds, memory) or onward
