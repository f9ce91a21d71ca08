"""The local model as a chat model: it emits the same plans and the same tool calls as a language model does.

What it says follows from what was understood of the person's own words (`agent.local`); it never reads record text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolCall, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from agent.local.schema import Kind, Request, Understanding
from agent.schema import Plan, PlannedStep

PLAN, STEP = "plan", "step"
_MOST_EACH = 10


class LocalModel(BaseChatModel):
    """Bound to one turn's understanding."""

    understanding: Understanding

    @property
    def _llm_type(self) -> str:
        return "rainmaker-local"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - the base class's signature
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._reply(messages))])

    def _reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        asked = next(message for message in reversed(messages) if isinstance(message, HumanMessage))
        if asked.name == PLAN:
            return _calling([("plan", self._plan().model_dump(mode="json"))])
        if isinstance(messages[-1], ToolMessage):
            return AIMessage("DONE")
        step = int(asked.additional_kwargs["step"])
        request = self.understanding.requests[step]
        results = asked.additional_kwargs.get("results", {})
        return _calling([(request.tool, args) for args in _filled(request, results)])

    def _plan(self) -> Plan:
        if self.understanding.kind is not Kind.REQUEST:
            return Plan()
        return Plan(
            steps=tuple(
                PlannedStep(specialist=request.area, task=request.tool, needs=request.needs)
                for request in self.understanding.requests
            )
        )


def _calling(calls: Sequence[tuple[str, dict[str, Any]]]) -> AIMessage:
    return AIMessage(
        "", tool_calls=[ToolCall(name=name, args=args, id=f"local-{n}") for n, (name, args) in enumerate(calls)]
    )


def _filled(request: Request, results: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The arguments of the call, or of one call for each row of an earlier result."""
    if request.gate is not None and not results.get(request.gate):
        return []
    args = dict(request.arguments)
    each: list[dict[str, Any]] = []
    for feed in request.feeds:
        rows = results.get(feed.step, [])
        if feed.each:
            each = [args | {feed.argument: row} for row in rows[:_MOST_EACH]]
            if not each:
                return []
        elif rows:
            args[feed.argument] = rows[0]
    return each or [args]
