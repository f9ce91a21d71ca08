"""The supervisor graph: plan → specialists side by side → those that need them → compose → ground."""

from __future__ import annotations

from functools import cache

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.graph.acting import join, next_wave, specialist
from agent.graph.planning import plan
from agent.graph.scope import StepTask, TurnScope, TurnState
from agent.graph.wording import compose, ground


@cache
def supervisor() -> CompiledStateGraph[TurnState, TurnScope, TurnState, TurnState]:
    """The compiled graph, built at first use."""
    graph = StateGraph(TurnState, context_schema=TurnScope)
    graph.add_node("plan", plan)
    graph.add_node("specialist", specialist, input_schema=StepTask)
    graph.add_node("compose", compose)
    graph.add_node("ground", ground)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", next_wave, ["specialist", "compose"])
    # Without the join every branch would look at the plan on its own and start the others once more.
    graph.add_node("join", join)
    graph.add_edge("specialist", "join")
    graph.add_conditional_edges("join", next_wave, ["specialist", "compose"])
    graph.add_edge("compose", "ground")
    graph.add_edge("ground", END)
    return graph.compile()
