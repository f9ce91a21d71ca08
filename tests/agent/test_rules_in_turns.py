"""A rule that was set holds from the next turn on, at every door, and goes when it is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.runtime import Runtime
from agent.turns.requested import Wanted
from db.doors import Door
from db.errors import NotPermitted
from db.repositories.proposals import ProposalStatus
from tests.agent.conftest import person
from tools.rules import set_rule

pytestmark = pytest.mark.anyio


def wanted(rule: str, value: str) -> Wanted:
    return Wanted(set_rule, set_rule.ask.model_validate({"rule": rule, "instruction": value}), Door.TERMINAL, "rules")


async def test_a_rule_holds_from_the_next_question_on_and_is_taken_back(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    done = await runtime.decided(admin, wanted("fiscal_year_start", "April"))
    assert done.proposal is not None
    assert done.proposal.status is ProposalStatus.APPLIED
    async with runtime.database.read() as session:
        assert (await runtime.context(admin, session)).workspace.fiscal_year_start == 4
    await runtime.undo_proposal(admin, done.proposal.id, door=Door.TERMINAL)
    async with runtime.database.read() as session:
        assert (await runtime.context(admin, session)).workspace.fiscal_year_start == 1


async def test_the_time_zone_and_currency_of_the_workspace_are_those_of_its_rules(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    await runtime.decided(admin, wanted("time_zone", "Asia/Tokyo"))
    await runtime.decided(admin, wanted("currency", "EUR"))
    assert str((await runtime.now(replace(admin, time_zone="UTC"))).tzinfo) == "Asia/Tokyo"
    async with runtime.database.read() as session:
        await runtime.context(admin, session)
        assert session.currency == "EUR"


@pytest.mark.parametrize("role", ["rep", "manager", "executive"])
async def test_nobody_but_an_administrator_sets_a_rule(runtime: Runtime, role: str) -> None:
    with pytest.raises(NotPermitted):
        await runtime.decided(await person(runtime, role), wanted("currency", "EUR"))


async def test_a_turn_is_answered_by_the_definition_that_was_set(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    await runtime.decided(admin, wanted("win_rate_renewals", "in"))
    turn = await runtime.ask(admin, "what is our win rate", door=Door.TERMINAL)
    answer = await runtime.answer(admin, turn.id)
    assert "new business, renewals and expansions" in answer.answer
