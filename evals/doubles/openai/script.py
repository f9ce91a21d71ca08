"""The order of replies: which one answers the next request, and which were never asked for."""

from __future__ import annotations

from collections.abc import Sequence

from evals.doubles.openai.errors import RuleFailed, UnscriptedRequest, UnusedReplies
from evals.doubles.openai.replies import Always, Call, Endless, Reply, Rule, Step
from evals.doubles.openai.request import ChatRequest


class Script:
    """Replies in the order in which requests arrive. A single rule answers all of them.

    Requests that are made side by side arrive in no fixed order: answer those with a rule.
    """

    def __init__(self, steps: Sequence[Step] | Rule) -> None:
        self._steps: tuple[Step, ...] = (Always(steps),) if callable(steps) else tuple(steps)
        self._position = 0
        self._used: set[int] = set()

    def reply_to(self, request: ChatRequest) -> Reply:
        """The reply to the next request. Raises `UnscriptedRequest` and `RuleFailed`."""
        if self._position >= len(self._steps):
            raise UnscriptedRequest(request=request.number, replies=len(self._steps), asked=request.text[-300:])
        step = self._steps[self._position]
        self._used.add(self._position)
        if isinstance(step, Endless):
            return Call(step.tool, step.args)
        if isinstance(step, Always):
            return _resolve(step.reply, request)
        self._position += 1
        return _resolve(step, request)

    def require_used_up(self, *, requests: int) -> None:
        """Raise `UnusedReplies` unless every reply was given at least once."""
        unused = tuple(repr(step)[:120] for index, step in enumerate(self._steps) if index not in self._used)
        if unused:
            raise UnusedReplies(unused=unused, requests=requests)


def _resolve(reply: Reply | Rule, request: ChatRequest) -> Reply:
    if not callable(reply):
        return reply
    try:
        return reply(request)
    except Exception as error:
        raise RuleFailed(request=request.number, error=error) from error
