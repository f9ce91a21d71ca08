"""What the local model still has to do when the language model was lost in the middle of a turn.

What has been changed or proposed stands and is not done again. What was only read is read again, by the local
model's own plan, where that plan is sure; otherwise it is the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.schema import Kind, Request, Understanding
from agent.schema import Plan
from agent.toolbelt import Outcome


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows.

    Attributes:
        plan: the steps so far, with those of the local model behind them.
        finished: the steps of it that are not to be run.
        starts: position of the local model's first step.
        reread: whether what was only read so far is given up.
    """

    plan: Plan
    finished: tuple[int, ...]
    starts: int
    reread: bool


def rest(begun: Plan, local: Plan, understanding: Understanding, outcomes: Sequence[Outcome]) -> Rest:
    """From the lost model's plan and what came of it, and the local model's own plan."""
    given_up = tuple(range(len(begun.steps)))
    sure = understanding.sure or not any(one.ok for one in outcomes)
    if understanding.kind is not Kind.REQUEST or not sure:
        return Rest(begun, given_up, len(begun.steps), reread=False)
    shift = len(begun.steps)
    steps = tuple(step.model_copy(update={"needs": tuple(need + shift for need in step.needs)}) for step in local.steps)
    done = tuple(shift + number for number in sorted(covered(understanding.requests, outcomes)))
    return Rest(Plan(steps=(*begun.steps, *steps)), (*given_up, *done), shift, reread=True)


def covered(requests: Sequence[Request], outcomes: Sequence[Outcome]) -> set[int]:
    """The requests that were carried out or proposed already.

    Where something was done that is none of them word for word, no request of that tool is carried out again: it may
    be the one that was meant.
    """
    found: set[int] = set()
    for outcome in (one for one in outcomes if one.acted):
        same = [n for n, request in enumerate(requests) if request.tool == outcome.tool]
        exact = [n for n in same if n not in found and _plain(requests[n].arguments) == _plain(outcome.args)]
        found.update(exact[:1] or same)
    return found


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    def value(one: Any) -> Any:  # noqa: ANN401 - any JSON value
        return (one["kind"], int(one["id"])) if isinstance(one, Mapping) and {"kind", "id"} <= set(one) else one

    return {name: value(one) for name, one in arguments.items() if one is not None}
