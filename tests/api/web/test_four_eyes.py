"""The approval card where another person has to decide, and where a message is in doubt."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from nicegui.testing.user import User

from db.repositories.proposals import ProposalRepository, ProposalStatus
from tests.api.web.conftest import actor
from tests.api.web.test_page import asked, found, until
from tools.effects import set_rule

pytestmark = pytest.mark.anyio
REMIND = "remind me to order the brochures tomorrow at 10"


async def rule(app: FastAPI, wanted: str) -> None:
    admin = await actor(app, "admin@demo.example")
    await set_rule(app.state.runtime.recorded(admin, "test"), admin, "WRITE", wanted)


async def status(app: FastAPI, who: str = "rep@demo.example") -> list[str]:
    async with app.state.runtime.database.read() as session:
        return [one.status for one in await ProposalRepository(session, await actor(app, who)).visible()]


async def test_who_asked_reads_who_decides_and_finds_approve_switched_off(rep: User, app: FastAPI) -> None:
    await rule(app, "four_eyes")
    await rep.open("/")
    await asked(rep, REMIND)
    assert "disabled" in found(rep, "approve")[0].props
    assert "waits for Mara Lind" in found(rep, "waits")[0].content


async def test_a_click_on_it_anyway_is_refused_and_who_asked_can_take_it_back(rep: User, app: FastAPI) -> None:
    await rule(app, "four_eyes")
    await rep.open("/")
    await asked(rep, REMIND)
    rep.find(marker="approve").trigger("click")
    await rep.should_see("Somebody else has to approve", retries=40)
    assert await status(app) == ["waiting"]
    rep.find(marker="decline").click()
    await rep.should_see("Declined", retries=40)
    assert await status(app) == ["declined"]


async def test_the_manager_finds_it_on_an_empty_page_and_decides_there(
    rep: User, app: FastAPI, browser: httpx.AsyncClient
) -> None:
    await rule(app, "four_eyes")
    await rep.open("/")
    await asked(rep, REMIND)
    assert (await browser.post("/api/v2/session/demo", json={"email": "manager@demo.example"})).status_code == 200
    await rep.open("/")
    await rep.should_see("Waiting for you")
    await rep.should_see("asked by Sam Carter")
    rep.find(marker="approve").click()
    await rep.should_see("Done", retries=40)
    assert (await status(app), found(rep, "undo")) == (["applied"], [])


async def test_two_clicks_on_a_card_carry_it_out_once(rep: User, app: FastAPI) -> None:
    await rule(app, "propose")
    await rep.open("/")
    await asked(rep, REMIND)
    (approve,) = rep.find(marker="approve").elements
    rep.find(marker="approve").trigger("click").trigger("click")
    await until(lambda: found(rep, "undo"))
    assert (await status(app), len(found(rep, "undo")), approve.is_deleted) == (["applied"], 1, True)


async def test_a_message_in_doubt_says_so_and_is_settled_on_the_card(rep: User, app: FastAPI) -> None:
    await rep.open("/")
    await asked(rep, "draft a follow-up to Orion Foods")
    await asked(rep, "send it")
    person = await actor(app)
    async with app.state.runtime.database.write() as session:
        proposals = ProposalRepository(session, person)
        (proposal,) = await proposals.visible()
        await proposals.claim(proposal.id, ProposalStatus.APPROVED, bound_to=proposal.digest, door="test")
    await rep.open(f"/c/{(await app.state.runtime.conversations(person))[0].id}")
    await rep.should_see("in doubt: handed to the mail server", retries=40)
    rep.find(marker="not-arrived").click()
    await rep.should_see("a person found that it did not arrive", retries=40)
    assert await status(app) == ["failed"]
