"""A scripted language model that does its work: plans, calls the tools, words the results.

It knows the questions of the trials and, for each, the calls the local model makes, so that what it asks for is what
the person's own words ask for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evals.doubles.openai import Call, ChatRequest, Reply, Say

WORDED = "Here is what the records hold."


class Stage(StrEnum):
    """Where in a turn a request stands."""

    PLAN = "plan"
    CALL = "call"
    AFTER = "after a tool"
    WORDING = "wording"


def stage_of(request: ChatRequest) -> Stage:
    if "plan" in request.tools:
        return Stage.PLAN
    if request.tools:
        return Stage.AFTER if request.tool_calls else Stage.CALL
    return Stage.WORDING


@dataclass(frozen=True, slots=True)
class Work:
    """One tool call and the specialist who has the tool."""

    specialist: str
    tool: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Colleague:
    """`known`: a phrase of each question, in the order of precedence, with the work it takes."""

    known: Sequence[tuple[str, Sequence[Work]]]

    def __call__(self, request: ChatRequest) -> Reply:
        match stage_of(request):
            case Stage.PLAN:
                return self._plan(request)
            case Stage.CALL:
                return self._call(request)
            case Stage.AFTER:
                return Say("DONE")
            case Stage.WORDING:
                return Say(WORDED)

    def _plan(self, request: ChatRequest) -> Reply:
        steps = [
            {"specialist": one.specialist, "task": f"{one.tool}: {request.last_said_by('user')}", "needs": []}
            for one in self._work(request)
        ]
        return Call("plan", {"steps": steps})

    def _call(self, request: ChatRequest) -> Reply:
        said = request.last_said_by("user")
        tool, _, _ = said.partition(":")
        work = next((one for one in self._work(request) if one.tool == tool), None)
        return Call(work.tool, work.args) if work is not None else Say("DONE")

    def _work(self, request: ChatRequest) -> Sequence[Work]:
        said = request.last_said_by("user")
        return next((work for phrase, work in self.known if phrase in said), ())
