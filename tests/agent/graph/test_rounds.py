from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage

from agent.errors import ModelUnavailable
from agent.graph.rounds import MOST_CALLS_EACH, Allowance, Rounds
from agent.toolbelt import Outcome
from tools.contract import Effect

pytestmark = pytest.mark.anyio


class Belt:
    """Counts what is run; `code` is what every call comes to."""

    def __init__(self, code: str | None = None) -> None:
        self.ran: list[str] = []
        self.code = code

    async def __call__(self, name: str, args: dict[str, Any], call_id: str | None) -> Outcome:
        self.ran.append(name)
        return Outcome(len(self.ran), "analytics", name, Effect.READ, args, error=self.code, code=self.code)


def calling(*calls: tuple[str, dict[str, Any]]) -> AIMessage:
    made = [{"name": name, "args": args, "id": f"c{n}"} for n, (name, args) in enumerate(calls)]
    return AIMessage("", tool_calls=made)


def garbled() -> AIMessage:
    wrong = {"type": "invalid_tool_call", "name": "win_rate", "args": "{by:", "id": "c0", "error": None}
    return AIMessage("", invalid_tool_calls=[wrong])


async def test_the_same_call_runs_once_and_a_reply_that_only_repeats_ends_the_step() -> None:
    belt = Belt()
    rounds = Rounds(belt, Allowance())
    reply = calling(("win_rate", {}), ("win_rate", {}))
    assert len(await rounds.carry_out(reply)) == 2
    assert not rounds.over
    await rounds.carry_out(reply)
    assert (belt.ran, rounds.over, rounds.stopped) == (["win_rate"], True, False)


async def test_a_change_that_two_steps_ask_for_is_made_once() -> None:
    belt, shared = Belt(), Allowance()
    for _ in range(2):
        await Rounds(belt, shared).carry_out(calling(("create_task", {"title": "Call"}), ("win_rate", {})))
    assert belt.ran == ["create_task", "win_rate", "win_rate"]


async def test_every_call_gets_a_reply_and_only_so_many_are_run() -> None:
    belt = Belt()
    wanted = [("win_rate", {"n": n}) for n in range(MOST_CALLS_EACH + 3)]
    answers = await Rounds(belt, Allowance()).carry_out(calling(*wanted))
    assert (len(belt.ran), len(answers)) == (MOST_CALLS_EACH, MOST_CALLS_EACH + 3)


async def test_a_turn_without_calls_left_stops_the_step() -> None:
    belt = Belt()
    rounds = Rounds(belt, Allowance(calls=1))
    answers = await rounds.carry_out(calling(("win_rate", {"n": 1}), ("win_rate", {"n": 2})))
    assert (len(belt.ran), rounds.stopped, answers[1][1]) == (1, True, "Not run: no further calls in this turn.")


@pytest.mark.parametrize("code", ["bad_argument", "no_tool"])
async def test_a_mistake_is_explained_once(code: str) -> None:
    rounds = Rounds(Belt(code), Allowance())
    await rounds.carry_out(calling(("win_rate", {"n": 1})))
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        await rounds.carry_out(calling(("win_rate", {"n": 2})))


async def test_arguments_that_are_no_json_are_shown_once_with_the_tool_they_were_for() -> None:
    rounds = Rounds(Belt(), Allowance())
    ((key, said),) = await rounds.carry_out(garbled())
    assert key == "c0"
    assert "win_rate" in str(said)
    assert "{by:" in str(said)
    with pytest.raises(ModelUnavailable):
        await rounds.carry_out(garbled())
