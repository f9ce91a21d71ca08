"""What the nodes of one turn share, and what passes between them."""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

from agent import grounding
from agent.errors import ModelUnavailable
from agent.graph.local_model import LocalModel
from agent.graph.rounds import Allowance
from agent.llm.caller import ModelCaller
from agent.schema import Plan
from agent.toolbelt import Toolbelt
from agent.tracing import Tracing
from agent.turns.admission import Stop
from prompts import Rendered


@dataclass(slots=True)
class TurnScope:
    """What the nodes of one turn work with.

    Attributes:
        question: the person's message as models see it.
        context: what the conversation is about, as models see it.
        local: the local model, bound to what was understood.
        planner, worder: the language model where it plans and where it words; None where the local model does.
        notices: sentences the person should read, such as a fallback.
        meet: hides everybody named in texts that a model is about to read.
        stop: ends the turn between two steps, and gives up waiting for a model.
        allowance: what the language model's steps share.
        lost: whether the language model failed in this turn, so that the local model finishes it.
        planned_with: the prompt that the plan came from; None where the local model planned.
        local_from: position of the local model's first step in the plan; None while the language model plans.
    """

    question: str
    own_words: str
    context: str
    local: LocalModel
    toolbelt: Toolbelt
    tracing: Tracing
    meet: Callable[[Any], Awaitable[None]]
    planner: ModelCaller | None = None
    worder: ModelCaller | None = None
    notices: list[str] = field(default_factory=list)
    stop: Stop = field(default_factory=Stop)
    allowance: Allowance = field(default_factory=Allowance)
    lost: bool = False
    planned_with: Rendered | None = None
    local_from: int | None = None

    def fall_back(self, error: ModelUnavailable) -> None:
        """The local model goes on; said once, however many steps noticed."""
        if not self.lost:
            self.say(str(error))
        self.lost, self.planner, self.worder = True, None, None

    def say(self, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)


class TurnState(TypedDict, total=False):
    plan: Plan
    finished: Annotated[list[int], operator.add]
    draft: str
    answer: grounding.Rendered
    verdict: grounding.Verdict


class StepTask(TypedDict):
    index: int
    plan: Plan
