"""Decisions at the HTTP door: by token and by session, once, for what was shown, by who may."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from db.repositories.proposals import ProposalRepository, ProposalStatus
from tests.agent.conftest import person
from tests.api.conftest import PREFIX, token_of

pytestmark = pytest.mark.anyio
Client = Callable[[str], Awaitable[httpx.AsyncClient]]
REMIND = "remind me to order the brochures tomorrow at 10"


@pytest.fixture
async def as_role(app: FastAPI) -> AsyncIterator[Client]:
    """`await as_role("manager")` gives a client that speaks with a token of that person's."""
    opened: list[httpx.AsyncClient] = []

    async def client(role: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
        headers = {"Authorization": f"Bearer {await token_of(app, role)}"}
        opened.append(httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1{PREFIX}/", headers=headers))
        return opened[-1]

    yield client
    for one in opened:
        await one.aclose()


async def four_eyes(as_role: Client, effect: str = "WRITE") -> httpx.Response:
    return await (await as_role("admin")).put("policy", json={"effect": effect, "rule": "four_eyes"})


async def reminder(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = (await client.post("chat", json={"message": REMIND})).json()
    proposal: dict[str, Any] = answer["proposals"][0]
    return proposal


async def test_an_edited_rule_turns_own_words_into_a_proposal_and_says_who_decides(as_role: Client) -> None:
    assert (await four_eyes(as_role)).json()["before"] == {"rule": "apply_own_words", "approver": "manager"}
    rep = await as_role("rep")
    answer = (await rep.post("chat", json={"message": REMIND})).json()
    (proposal,) = answer["proposals"]
    assert f"waits for {proposal['waits_for'][0]}" in answer["answer"]
    refused = await rep.post(f"proposals/{proposal['id']}/approve")
    assert (refused.status_code, refused.json()["code"]) == (403, "another_decides")


async def test_the_manager_finds_it_first_and_approves_what_was_shown(as_role: Client) -> None:
    await four_eyes(as_role)
    rep, manager = await as_role("rep"), await as_role("manager")
    proposal = await reminder(rep)
    listed = (await manager.get("proposals")).json()[0]
    assert (listed["id"], listed["mine"], listed["digest"]) == (proposal["id"], True, proposal["digest"])
    other = await manager.post(f"proposals/{proposal['id']}/approve", json={"digest": "0" * 64})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    done = await manager.post(f"proposals/{proposal['id']}/approve", json={"digest": listed["digest"]})
    assert (done.status_code, done.json()["status"]) == (200, "applied")
    undone = await rep.post(f"proposals/{proposal['id']}/undo")
    assert undone.json()["undone"] is True


@pytest.mark.parametrize("role", ["admin", "executive"])
async def test_for_the_wrong_person_there_is_no_proposal_to_decide(as_role: Client, role: str) -> None:
    rep = await as_role("rep")
    await (await as_role("admin")).put("policy", json={"effect": "WRITE", "rule": "propose"})
    proposal = await reminder(rep)
    refused = await (await as_role(role)).post(f"proposals/{proposal['id']}/approve")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert (await rep.post(f"proposals/{proposal['id']}/decline")).json()["status"] == "declined"


async def test_of_many_clicks_by_token_and_by_session_one_counts(app: FastAPI, as_role: Client) -> None:
    await (await as_role("admin")).put("policy", json={"effect": "WRITE", "rule": "propose"})
    token = await as_role("rep")
    session = httpx.AsyncClient(transport=token._transport, base_url=token.base_url)
    signed = await session.post("session/demo", json={"email": "rep@demo.example"})
    proposal = await reminder(token)
    paths = [f"proposals/{proposal['id']}/{decision}" for decision in ("approve", "decline")]
    assert (await session.post(paths[0])).json()["code"] == "csrf_mismatch"
    session.headers["X-CSRF-Token"] = signed.json()["csrf_token"]
    clicks = [client.post(path) for client in (token, session) for path in paths for _ in range(5)]
    statuses = Counter(reply.status_code for reply in await asyncio.gather(*clicks))
    assert statuses == {200: 1, 409: 19}


@pytest.mark.parametrize(
    ("role", "wanted", "status", "code"),
    [
        ("rep", {"effect": "WRITE", "rule": "forbid"}, 403, "not_permitted"),
        ("admin", {"effect": "OUTWARD", "rule": "apply_own_words"}, 422, "unsafe_policy"),
        ("admin", {"effect": "SHOUT", "rule": "forbid"}, 422, "bad_argument"),
        ("admin", {"effect": "WRITE", "rule": "forbid", "tool": "launch"}, 422, "bad_argument"),
        ("admin", {"effect": "WRITE"}, 422, "invalid_request"),
    ],
)
async def test_a_rule_that_cannot_be_is_a_problem(
    as_role: Client, role: str, wanted: dict[str, str], status: int, code: str
) -> None:
    reply = await (await as_role(role)).put("policy", json=wanted)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_the_policy_is_read_by_administrators(as_role: Client) -> None:
    listed = (await (await as_role("admin")).get("policy")).json()
    assert {one["effect"]: one["rule"] for one in listed}["OUTWARD"] == "propose"
    assert (await (await as_role("manager")).get("policy")).status_code == 403


async def test_a_stand_in_is_noted_and_taken_back(as_role: Client) -> None:
    manager, until = await as_role("manager"), (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    wanted = {"until": until, "stand_in": "executive@demo.example"}
    noted = await manager.put("absences/manager@demo.example", json=wanted)
    assert noted.json()["stand_in"] == "executive@demo.example"
    assert len((await manager.get("absences")).json()) == 1
    assert (await manager.put("absences/rep@demo.example", json=wanted)).status_code == 403
    assert (await manager.delete("absences/manager@demo.example")).status_code == 200
    assert (await manager.get("absences")).json() == []


async def test_a_message_in_doubt_is_settled(app: FastAPI, as_role: Client) -> None:
    rep, actor = await as_role("rep"), await person(app.state.runtime, "rep")
    draft = await drafted(rep)
    sent = (await rep.post("chat", json={"message": "send it", "conversation": draft})).json()
    (proposal,) = sent["proposals"]
    async with app.state.runtime.database.write() as session:
        await ProposalRepository(session, actor).claim(
            proposal["id"], ProposalStatus.APPROVED, bound_to=proposal["digest"], door="test"
        )
    assert "in doubt" in (await rep.get("proposals")).json()[0]["outcome"]
    settled = await rep.post(f"proposals/{proposal['id']}/settle", json={"arrived": False})
    assert settled.json()["status"] == "failed"
    again = await rep.post(f"proposals/{proposal['id']}/settle", json={"arrived": True})
    assert (again.status_code, again.json()["code"]) == (409, "not_in_doubt")


async def drafted(rep: httpx.AsyncClient) -> str:
    """A conversation with a draft to somebody the rep sells to."""
    deals = (await rep.post("chat", json={"message": "my open deals"})).json()
    rows = (await rep.get(f"evidence/{deals['citations'][0]['evidence']}")).json()["rows"]
    account = next(row["account"] for row in rows if row.get("account"))
    answer = (await rep.post("chat", json={"message": f"draft a follow up to {account}"})).json()
    return str(answer["conversation"])
