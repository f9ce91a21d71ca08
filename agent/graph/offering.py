"""Which of a specialist's tools a model is offered for a step: all that were made by hand, and those on records that
the step, the person or what was read before speaks of. Two hundred schemas would cost more than they tell."""

from __future__ import annotations

from collections.abc import Iterable

from db.records import kinds_in
from tools.contract import Tool


def offered(tools: Iterable[Tool], *, words: str, kinds: Iterable[str]) -> tuple[Tool, ...]:
    """The tools for these words.

    Args:
        words: the task and the person's message.
        kinds: kinds of the records in focus and of those that earlier steps found.
    """
    meant = {*kinds, *kinds_in(words)}
    return tuple(tool for tool in tools if tool.on is None or tool.on.kind in meant)
