"""The tool calls a language model makes in one step: how many are run, which are not, and what it is told about them.

A model may repeat itself, call what does not exist, send arguments that are none, or never come to an end. Each call
is run once, a mistake is explained once, and what goes on is stopped.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from langchain_core.messages import AIMessage, InvalidToolCall, ToolCall

from agent.errors import ModelUnavailable
from agent.toolbelt import Outcome
from tools.contract import Effect
from tools.registry import TOOLS

MOST_ROUNDS = 4
MOST_CALLS_EACH = 8
MOST_CALLS_IN_ALL = 24
_MISTAKES = frozenset({"bad_argument", "no_tool"})
_MOST_MISTAKEN_ROUNDS = 2
_LONGEST_SHOWN = 300
TOO_MANY = "The language model asked for more look-ups than one answer may make; it was stopped."

_NO_MORE = "Not run: no further calls in this turn."
_TOO_MANY_AT_ONCE = f"Not run: at most {MOST_CALLS_EACH} calls at once."

Run = Callable[[str, dict[str, object], str | None], Awaitable[Outcome]]
"""Runs a tool with arguments; the last is the identifier of the call."""
Answer = tuple[str, Outcome | str]
"""The identifier of a call, with its outcome or why it was not run."""


def mistaken(outcome: Outcome) -> bool:
    """Whether a call failed because the model made it wrongly; people are told what came of a request, not this."""
    return outcome.code in _MISTAKES


@dataclass(slots=True)
class Allowance:
    """What all steps of a turn share: how many calls are left, and the calls that change something."""

    calls: int = MOST_CALLS_IN_ALL
    effects: dict[str, asyncio.Future[Outcome]] = field(default_factory=dict)


@dataclass(slots=True)
class Rounds:
    """One step's calls. `over` is set when another round would bring nothing, `stopped` when it was cut short."""

    run: Run
    allowance: Allowance
    over: bool = False
    stopped: bool = False
    _own: dict[str, asyncio.Future[Outcome]] = field(default_factory=dict)
    _mistaken: int = 0

    async def carry_out(self, reply: AIMessage) -> list[Answer]:
        """Run the calls of a reply.

        Raises:
            ModelUnavailable: the model made the same kind of mistake again after it was told.
        """
        known = self._known
        taken = [(call, self._taken(call)) for call in reply.tool_calls[:MOST_CALLS_EACH]]
        left = reply.tool_calls[MOST_CALLS_EACH:]
        answers: list[Answer] = [(one["id"] or "", _unreadable(one)) for one in reply.invalid_tool_calls]
        outcomes = iter(await asyncio.gather(*(run for _, run in taken if run is not None)))
        answers += [(call["id"] or "", _NO_MORE if run is None else next(outcomes)) for call, run in taken]
        answers += [(call["id"] or "", _TOO_MANY_AT_ONCE) for call in left]
        self.stopped = self.stopped or any(run is None for _, run in taken)
        self.over = self.stopped or not (self._known > known or left or reply.invalid_tool_calls)
        self._judge(answers)
        return answers

    @property
    def _known(self) -> int:
        return len(self._own) + len(self.allowance.effects)

    def _taken(self, call: ToolCall) -> asyncio.Future[Outcome] | None:
        """The call under way or done already; None when the turn has no calls left."""
        known = self.allowance.effects if _changes_something(call["name"]) else self._own
        key = json.dumps([call["name"], call["args"]], sort_keys=True, default=str)
        if key not in known:
            if self.allowance.calls <= 0:
                return None
            self.allowance.calls -= 1
            known[key] = asyncio.ensure_future(self.run(call["name"], call["args"], call["id"]))
        return known[key]

    def _judge(self, answers: Sequence[Answer]) -> None:
        wrong = [one for _, one in answers if isinstance(one, str) or mistaken(one)]
        if not wrong or len(wrong) < len(answers) or self.stopped:
            return
        self._mistaken += 1
        if self._mistaken >= _MOST_MISTAKEN_ROUNDS:
            raise ModelUnavailable("asked for tools in a way that cannot be read")


def _changes_something(name: str) -> bool:
    return any(tool.name == name and tool.effect is not Effect.READ for tool in TOOLS)


def _unreadable(call: InvalidToolCall) -> str:
    given = (call["args"] or "")[:_LONGEST_SHOWN]
    return f"Not run: the arguments of {call['name']} are not a JSON object: {given}. Call it again with a JSON object."
