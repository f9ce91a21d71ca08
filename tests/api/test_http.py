"""The HTTP door: shapes, streams, sign-in, problems."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from api.app import build
from api.cli.workspace import acting
from api.routes import ROUTERS
from api.settings import ServerSettings
from db.models import Notification
from db.settings import WorkspaceSettings
from tests.agent.conftest import person
from tests.api.conftest import PREFIX, token_of

pytestmark = pytest.mark.anyio


async def test_a_question_is_answered_in_the_published_shape(executive: httpx.AsyncClient) -> None:
    reply = await executive.post(f"{PREFIX}/chat", json={"message": "why did win rate drop"})
    assert reply.status_code == 200
    answer = TurnAnswer.model_validate(reply.json())
    assert answer.steps[0].tool == "explain_win_rate"


async def test_the_stream_ends_with_the_same_answer_and_replays(executive: httpx.AsyncClient) -> None:
    headers = {"Accept": "text/event-stream"}
    reply = await executive.post(f"{PREFIX}/chat", json={"message": "what is my pipeline"}, headers=headers)
    events = parsed(reply.text)
    turn = reply.headers["X-Turn"]
    assert events[-1]["event"] == "done"
    again = await executive.get(f"{PREFIX}/turns/{turn}/events", headers={"Last-Event-ID": "2"})
    assert again.text == reply.text[reply.text.index("id: 3\n") :]


async def test_a_turn_is_asked_once_more_at_the_end_of_its_conversation(executive: httpx.AsyncClient) -> None:
    first = (await executive.post("/api/v2/chat", json={"message": "what is our win rate"})).json()
    again = (await executive.post(f"/api/v2/turns/{first['turn']}/retry")).json()
    assert (again["conversation"], again["answer"]) == (first["conversation"], first["answer"])
    assert again["turn"] != first["turn"]


async def test_a_turn_that_is_over_is_not_stopped_and_one_that_is_not_there_is_not_found(
    executive: httpx.AsyncClient,
) -> None:
    first = (await executive.post("/api/v2/chat", json={"message": "hello"})).json()
    assert (await executive.post(f"/api/v2/turns/{first['turn']}/stop")).json() == {"stopping": False}
    assert (await executive.post("/api/v2/turns/tu_nothing/stop")).status_code == 404


async def test_an_evidence_opens_and_verifies(executive: httpx.AsyncClient) -> None:
    answer = (await executive.post(f"{PREFIX}/chat", json={"message": "win rate by region"})).json()
    key = answer["citations"][0]["evidence"]
    opened = (await executive.get(f"{PREFIX}/evidence/{key}")).json()
    assert {"rule", "parameters", "rows", "value", "at"} <= set(opened)
    verified = (await executive.post(f"{PREFIX}/evidence/{key}/verify")).json()
    assert verified["holds"] is True


@pytest.mark.parametrize("path", ["/conversations", "/proposals", "/traces", "/session"])
async def test_nobody_gets_nothing(nobody: httpx.AsyncClient, path: str) -> None:
    reply = await nobody.get(f"{PREFIX}{path}")
    assert (reply.status_code, reply.json()["code"]) == (401, "unauthenticated")


async def test_a_wrong_token_is_refused(nobody: httpx.AsyncClient) -> None:
    reply = await nobody.post(f"{PREFIX}/chat", json={"message": "hi"}, headers={"Authorization": "Bearer rmk_wrong"})
    assert reply.status_code == 401
    assert reply.headers["content-type"].startswith("application/problem+json")


async def test_a_demo_person_signs_in_on_loopback_and_needs_the_csrf_token(nobody: httpx.AsyncClient) -> None:
    signed = await nobody.post(f"{PREFIX}/session/demo", json={"email": "rep@demo.example"})
    assert signed.json()["role"] == "rep"
    without = await nobody.post(f"{PREFIX}/chat", json={"message": "hello"})
    assert (without.status_code, without.json()["code"]) == (403, "csrf_mismatch")
    headers = {"X-CSRF-Token": signed.json()["csrf_token"]}
    assert (await nobody.post(f"{PREFIX}/chat", json={"message": "hello"}, headers=headers)).status_code == 200


async def test_a_demo_person_cannot_be_picked_from_another_machine(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app, client=("10.1.2.3", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://crm.example") as client:
        reply = await client.post(f"{PREFIX}/session/demo", json={"email": "admin@demo.example"})
    assert reply.status_code == 401


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
async def test_a_demo_person_cannot_be_picked_through_a_proxy(nobody: httpx.AsyncClient, header: str) -> None:
    reply = await nobody.post(
        f"{PREFIX}/session/demo", json={"email": "admin@demo.example"}, headers={header: "127.0.0.1"}
    )
    assert reply.status_code == 401


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://crm.example", 401), ("crm.example", 401), ("http://127.0.0.1.evil.example", 401),
        ("http://localhost:8000", 200), ("http://[::1]:8000/crm", 200), ("", 200),
    ],
)  # fmt: skip
async def test_a_demo_person_is_picked_only_where_the_server_is_not_published(
    app: FastAPI, nobody: httpx.AsyncClient, address: str, status: int
) -> None:
    app.state.server = ServerSettings(public_url=address)
    reply = await nobody.post(f"{PREFIX}/session/demo", json={"email": "rep@demo.example"})
    assert reply.status_code == status


async def test_a_server_that_stops_with_an_error_lets_go_of_its_runtime(
    settings: WorkspaceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = closings(monkeypatch)
    application = build(settings, server=ServerSettings(), pages=False)
    with pytest.raises(InterruptedError):
        async with application.router.lifespan_context(application):
            raise InterruptedError
    assert len(closed) == 1


async def test_a_verb_that_fails_lets_go_of_its_runtime(
    settings: WorkspaceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", settings.database_url)
    closed = closings(monkeypatch)
    with pytest.raises(InterruptedError):
        async with acting(None):
            raise InterruptedError
    assert len(closed) == 1


async def test_a_verb_reckons_in_the_currency_of_the_workspace(
    settings: WorkspaceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("RAINMAKER_CURRENCY", "JPY")
    async with acting(None) as (runtime, _), runtime.database.read() as session:
        assert session.currency == "JPY"


def closings(monkeypatch: pytest.MonkeyPatch) -> list[Runtime]:
    """The runtimes that are closed from now on."""
    closed: list[Runtime] = []
    plain = Runtime.close

    async def close(self: Runtime) -> None:
        closed.append(self)
        await plain(self)

    monkeypatch.setattr(Runtime, "close", close)
    return closed


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_request"),
        ({"message": ""}, 422, "invalid_request"),
        ({"message": " "}, 422, "empty_question"),
        ({"message": "x" * 100_000}, 413, "question_too_long"),
        ({"message": "hi", "conversation": "co_none"}, 404, "not_found"),
        ({"message": "hi", "colour": "red"}, 422, "invalid_request"),
    ],
)
async def test_bad_input_is_a_problem_with_a_stable_code(
    executive: httpx.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    reply = await executive.post(f"{PREFIX}/chat", json=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_another_persons_conversation_does_not_exist(app: FastAPI, executive: httpx.AsyncClient) -> None:
    mine = (await executive.post(f"{PREFIX}/chat", json={"message": "hello"})).json()
    executive.headers["Authorization"] = f"Bearer {await token_of(app, 'rep')}"
    reply = await executive.get(f"{PREFIX}/conversations/{mine['conversation']}")
    assert reply.status_code == 404


async def test_the_diagnosis_comes_in_its_published_shape(executive: httpx.AsyncClient) -> None:
    reply = await executive.post(f"{PREFIX}/ai/diagnose", json={"at": "2025Q1"})
    assert reply.json()["verdict"] == "rate_change"


async def test_a_period_that_cannot_be_read_is_a_problem(executive: httpx.AsyncClient) -> None:
    reply = await executive.post(f"{PREFIX}/ai/diagnose", json={"at": "last spring"})
    assert reply.status_code == 422
    assert "2025Q2" in reply.json()["detail"]


async def test_health_and_readiness(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/healthz")).json() == {"status": "ok"}
    assert (await nobody.get("/readyz")).json() == {"status": "ready"}


async def test_the_openapi_document_names_every_route(executive: httpx.AsyncClient) -> None:
    document = (await executive.get(f"{PREFIX}/openapi.json")).json()
    paths = {f"{PREFIX}{getattr(route, 'path', '')}" for router in ROUTERS for route in router.routes}
    assert paths <= set(document["paths"])


def parsed(stream: str) -> list[dict[str, Any]]:
    events = []
    for block in stream.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        events.append({"id": int(fields["id"]), "event": fields["event"], "data": json.loads(fields["data"])})
    return events


async def test_a_person_reads_and_marks_the_own_notifications_only(app: FastAPI, executive: httpx.AsyncClient) -> None:
    runtime: Runtime = app.state.runtime
    people = {role: await person(runtime, role) for role in ("executive", "rep")}
    async with runtime.database.write() as session:
        for key, role in (("no_mine", "executive"), ("no_theirs", "rep")):
            session.add(Notification(id=key, user_id=people[role].user_id, kind="reminder", title="Call Anna"))
    (listed,) = (await executive.get(f"{PREFIX}/notifications")).json()
    assert (listed["id"], listed["read_at"]) == ("no_mine", None)
    assert (await executive.post(f"{PREFIX}/notifications/no_mine/read")).json()["read_at"]
    assert (await executive.get(f"{PREFIX}/notifications", params={"unread": True})).json() == []
    assert (await executive.post(f"{PREFIX}/notifications/no_theirs/read")).status_code == 404


@pytest.mark.parametrize("body", [{"message": "hi", "conversation": "\0"}, {"message": "hi", "idempotency_key": "a\0"}])
async def test_a_text_that_cannot_be_stored_is_a_problem_and_no_fault_of_ours(
    executive: httpx.AsyncClient, body: dict[str, str]
) -> None:
    reply = await executive.post(f"{PREFIX}/chat", json=body)
    assert reply.status_code < 500


async def test_a_body_that_is_no_json_is_said_without_our_insides(executive: httpx.AsyncClient) -> None:
    reply = await executive.post(f"{PREFIX}/chat", content=b'{"message":', headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["detail"]) == (422, "The request does not fit: its body is not JSON.")


async def test_a_method_that_is_not_taken_names_the_one_that_is(executive: httpx.AsyncClient) -> None:
    reply = await executive.put(f"{PREFIX}/chat")
    assert (reply.status_code, reply.json()["code"], reply.headers["allow"]) == (405, "method_not_allowed", "POST")
