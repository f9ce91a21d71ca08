"""The page as a person meets it: asking, opening a source, deciding, undoing, coming back."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from nicegui import ui
from nicegui.testing.user import User

from agent.turns.run import TurnRun
from db.repositories.changes import ChangeRepository
from tests.api.web.conftest import actor
from tools.errors import NoMailServer

pytestmark = pytest.mark.anyio


async def asked(page: User, text: str) -> str:
    """Ask and wait for the whole answer; its HTML."""
    before = len(finished(page))
    page.find(marker="composer").trigger("ask", text)
    await until(lambda: len(finished(page)) > before)
    return answers(page)[-1].content


def answers(page: User) -> list[ui.html]:
    return found(page, "answer")


def finished(page: User) -> list[ui.element]:
    return [one for one in found(page, "reply") if one.props["aria-busy"] == "false"]


def found(page: User, marker: str) -> list[Any]:
    try:
        return sorted(page.find(marker=marker).elements, key=lambda one: one.id)
    except AssertionError:
        return []


async def until(holds: Any, *, tries: int = 400) -> None:
    for _ in range(tries):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came about")


async def test_an_empty_conversation_offers_questions_for_the_person(rep: User) -> None:
    await rep.open("/")
    await rep.should_see("What is my pipeline?")
    await rep.should_see("Draft a follow-up to Orion Foods")


async def test_a_question_is_answered_with_its_sources(rep: User) -> None:
    await rep.open("/")
    html = await asked(rep, "what is my pipeline")
    assert "$60,000" in html
    assert 'data-cite="1"' in html


async def test_the_text_of_a_record_is_never_markup(rep: User) -> None:
    await rep.open("/")
    html = await asked(rep, "what are my top deals")
    assert "&lt;b&gt;rollout&lt;/b&gt;" in html
    assert "<b>" not in html


async def test_a_citation_opens_its_rule_and_rows_and_computes_again(rep: User) -> None:
    await rep.open("/")
    await asked(rep, "what is my pipeline")
    rep.find(marker="answer").trigger("click", "1")
    await rep.should_see("2 rows behind it", retries=40)
    rep.find(marker="verify").click()
    await rep.should_see("It still holds", retries=40)


async def test_a_stored_conversation_is_rebuilt(rep: User, app: FastAPI) -> None:
    await rep.open("/")
    await asked(rep, "what is my pipeline")
    [conversation] = await app.state.runtime.conversations(await actor(app))
    await rep.open(f"/c/{conversation.id}")
    await rep.should_see("what is my pipeline")
    assert "$60,000" in answers(rep)[0].content


async def test_a_turn_that_is_still_running_is_followed(rep: User, app: FastAPI) -> None:
    turn = await app.state.runtime.ask(await actor(app), "what is my pipeline", door="http")
    await rep.open(f"/c/{turn.conversation_id}")
    await until(lambda: finished(rep))
    assert "$60,000" in answers(rep)[0].content


async def test_a_change_carries_a_chip_that_takes_it_back(rep: User, app: FastAPI) -> None:
    await rep.open("/")
    await asked(rep, "remind me tomorrow to call Orion Foods")
    rep.find(marker="undo").click()
    await rep.should_see("Taken back.", retries=40)
    me = await actor(app)
    [conversation] = await app.state.runtime.conversations(me)
    async with app.state.runtime.database.read() as session:
        assert await ChangeRepository(session, me).latest(conversation.id) is None


async def test_a_declined_proposal_says_so_and_stays_declined(rep: User, app: FastAPI) -> None:
    await rep.open("/")
    await asked(rep, "draft a follow-up to Jane Miller")
    await asked(rep, "send it")
    rep.find(marker="decline").click()
    await rep.should_see("Declined. Nothing was changed.", retries=40)
    [conversation] = await app.state.runtime.conversations(await actor(app))
    await rep.open(f"/c/{conversation.id}")
    await rep.should_see("Declined. Nothing was changed.")
    await rep.should_not_see(marker="approve")


async def test_an_approval_that_cannot_be_carried_out_says_why_and_can_be_tried_again(rep: User) -> None:
    await rep.open("/")
    await asked(rep, "draft a follow-up to Jane Miller")
    await asked(rep, "send it")
    rep.find(marker="approve").click()
    await rep.should_see("No mail server is set up", retries=40)
    await rep.should_see("An administrator can set one up")
    await rep.should_not_see("SMTP_URL")
    [approve] = found(rep, "approve")
    assert "primary" not in approve.classes


async def test_a_very_long_message_is_approved_only_after_it_was_shown_whole(
    rep: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.web.proposal_card._GENEROUS", 2)
    await rep.open("/")
    await asked(rep, "draft a follow-up to Jane Miller")
    await asked(rep, "send it")
    [approve], [message] = found(rep, "approve"), found(rep, "message")
    assert approve.props.get("disabled")
    assert "Sam Carter" not in message.content
    rep.find(marker="show-all").click()
    await until(lambda: "Sam Carter" in message.content)
    assert not approve.props.get("disabled")


async def test_what_the_card_shows_is_not_said_again_above_it(rep: User) -> None:
    await rep.open("/")
    await asked(rep, "draft a follow-up to Jane Miller")
    assert "I would send" not in await asked(rep, "send it")


async def test_a_choice_is_sent_as_the_next_message(rep: User, app: FastAPI) -> None:
    await rep.open("/")
    await asked(rep, "remind me to call Orion Foods")
    rep.find(marker="choice").click()
    await until(lambda: len(finished(rep)) == 2)
    me = await actor(app)
    [conversation] = await app.state.runtime.conversations(me)
    first, second = await app.state.runtime.turns(me, conversation.id)
    assert second.text == first.result["clarify"]["choices"][0]


async def test_the_conversation_of_a_colleague_does_not_exist(rep: User, app: FastAPI) -> None:
    turn = await app.state.runtime.ask(await actor(app, "manager@demo.example"), "what is my pipeline", door="web")
    await app.state.runtime.answer(await actor(app, "manager@demo.example"), turn.id)
    reply = await rep.http_client.get(f"/c/{turn.conversation_id}")
    assert reply.status_code == 404
    assert "pipeline" not in reply.text.replace("What is my pipeline?", "")


async def test_after_signing_out_an_open_page_does_nothing_more(rep: User, app: FastAPI) -> None:
    await rep.open("/")
    await rep.http_client.delete("/api/v2/session")
    rep.find(marker="composer").trigger("ask", "what is my pipeline")
    await until(lambda: rep.notify.contains("You are signed out"))
    assert await app.state.runtime.conversations(await actor(app)) == []


async def test_somebody_without_records_reads_that_nothing_is_theirs_yet(
    browser: httpx.AsyncClient, app: FastAPI
) -> None:
    from db.repositories import credentials

    newcomer = await actor(app, "new@demo.example")
    async with app.state.runtime.database.write() as session:
        _, token = await credentials.create_token(session, newcomer.user_id, name="test", lifetime=None)
    await browser.post("/api/v2/session", json={"token": token})
    page = User(browser)
    await page.open("/")
    await page.should_see("No deals or leads are yours yet")


async def test_a_turn_that_fails_is_told_with_its_number_and_can_be_asked_again(
    rep: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("jane@orion.example broke it")

    await rep.open("/")
    monkeypatch.setattr("agent.turns.running.TurnRun.run", broken)
    html = await asked(rep, "what is my pipeline")
    assert "Quote" in html
    assert "jane" not in html
    monkeypatch.undo()
    rep.find(marker="again").click()
    await until(lambda: len(finished(rep)) == 2)
    assert "$60,000" in answers(rep)[-1].content


async def test_a_turn_can_be_stopped_and_asked_again(rep: User, monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(self: TurnRun) -> None:
        await self.stop.unless(asyncio.Event().wait())

    await rep.open("/")
    monkeypatch.setattr("agent.turns.running.TurnRun.run", endless)
    rep.find(marker="composer").trigger("ask", "what is my pipeline")
    await until(lambda: bool(found(rep, "stop")))
    rep.find(marker="stop").click()
    await until(lambda: len(finished(rep)) == 1)
    assert "Stopped. Nothing was changed." in answers(rep)[-1].content
    monkeypatch.undo()
    rep.find(marker="again").click()
    await until(lambda: len(finished(rep)) == 2)
    assert "$60,000" in answers(rep)[-1].content


async def test_an_empty_answer_is_no_alarm(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/v2/session/demo", json={"email": "admin@demo.example"})
    page = User(browser)
    await page.open("/")
    await asked(page, "why did win rate drop")
    [reply] = finished(page)
    assert not any("stopped" in one.classes for one in reply.descendants())


def test_only_somebody_who_can_set_up_a_mail_server_is_told_how() -> None:
    assert "Set SMTP_URL" in str(NoMailServer(may_set_up=True))
    assert "SMTP_URL" not in str(NoMailServer(may_set_up=False))
