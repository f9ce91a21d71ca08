"""A chat turn through a bare LangGraph supervisor, one sub-agent and one tool, with a scripted model.

The supervisor calls the sub-agent as a tool, which is the arrangement LangChain's documentation
recommends. Nothing else happens: no redaction, no budget, no trace, no audit, no database. The scripted
model answers at once, so that what is left is the price of the framework. Prints `{"turn_ms": [...]}`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool, tool

QUESTION = "What is our win rate in Europe?"
DEALS = tuple({"region": ("Europe", "APAC")[n % 2], "won": n % 5 < 2} for n in range(500))


class ScriptedModel(BaseChatModel):
    """Calls the one tool it has, then repeats what the tool returned."""

    tool_name: str
    argument: dict[str, str]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[Any, AIMessage]:  # noqa: ANN401  # the base class' signature
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # the base class' signature
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,  # noqa: ANN401
    ) -> ChatResult:
        last = messages[-1]
        if isinstance(last, ToolMessage):
            reply = AIMessage(content=last.content)
        else:
            call = {"name": self.tool_name, "args": self.argument, "id": "call_1", "type": "tool_call"}
            reply = AIMessage(content="", tool_calls=[call])
        return ChatResult(generations=[ChatGeneration(message=reply)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # the base class' signature
        **_: Any,  # noqa: ANN401
    ) -> ChatResult:
        return self._generate(messages, stop)


@tool
async def win_rate(region: str) -> str:
    """Win rate of the deals of a region."""
    outcomes = [deal["won"] for deal in DEALS if deal["region"] == region]
    return f"{sum(map(bool, outcomes)) / len(outcomes):.1%} of {len(outcomes)} deals were won in {region}."


def supervisor() -> Runnable[Any, Any]:
    """The compiled graph of the supervisor, with the analyst behind a tool."""
    analyst = create_agent(
        ScriptedModel(tool_name="win_rate", argument={"region": "Europe"}),
        tools=[win_rate],
        system_prompt="You answer questions about figures.",
    )

    @tool
    async def ask_analyst(question: str) -> str:
        """Hand a question about figures to the analyst."""
        result = await analyst.ainvoke({"messages": [{"role": "user", "content": question}]})
        return str(result["messages"][-1].content)

    tools: list[BaseTool] = [ask_analyst]
    return create_agent(
        ScriptedModel(tool_name="ask_analyst", argument={"question": QUESTION}),
        tools=tools,
        system_prompt="You hand each request to the specialist it belongs to.",
    )


async def turn_times(turns: int) -> list[float]:
    """Milliseconds of each of `turns` turns, after a few that are not counted."""
    graph, times = supervisor(), []
    for number in range(turns + 10):
        started = time.perf_counter()
        result = await graph.ainvoke({"messages": [{"role": "user", "content": QUESTION}]})
        took = time.perf_counter() - started
        assert "deals were won in Europe" in result["messages"][-1].content
        if number >= 10:
            times.append(took * 1000)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, required=True)
    print(json.dumps({"turn_ms": asyncio.run(turn_times(parser.parse_args().turns))}))


if __name__ == "__main__":
    main()
