"""Records over HTTP: read in scope, changed at once by whoever may, proposed by everybody else, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.engine import URL

from agent.settings import AgentSettings
from api.app import build
from api.settings import ServerSettings
from db.models import Account, AuditEntry, Campaign, HiddenField, Lead, Role, Scope, Team, User
from db.repositories import credentials
from db.settings import WorkspaceSettings
from tests.api.conftest import PREFIX

pytestmark = pytest.mark.anyio
ARRIVED = datetime(2025, 5, 1, 9, tzinfo=UTC)
Client = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def app(workspace_url: URL) -> AsyncIterator[FastAPI]:
    address = workspace_url.set(drivername=workspace_url.get_backend_name()).render_as_string(hide_password=False)
    workspace = WorkspaceSettings(database_url=address, secret_key="only for tests", currency="USD")
    blank = AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None, SMTP_URL=None)
    application = build(workspace, blank, ServerSettings(), pages=False)
    async with application.router.lifespan_context(application):
        await _people(application)
        yield application


async def _people(app: FastAPI) -> None:
    """Two reps who do not see each other's leads, and an administrator; a lead each."""
    async with app.state.runtime.database.write() as session:
        teams = [Team(name="North"), Team(name="South")]
        session.add_all(teams)
        await session.flush()
        people = [
            User(email=f"{name}@x.example", name=name.title(), role=role, team_id=team)
            for name, role, team in (
                ("rep", Role.REP, teams[0].id), ("peer", Role.REP, teams[1].id), ("admin", Role.ADMIN, None)
            )
        ]  # fmt: skip
        session.add_all(people)
        await session.flush()
        leads = [
            Lead(
                first_name=first, last_name=last, region=region, arrived_at=ARRIVED, owner_id=owner.id, team_id=team.id
            )
            for first, last, region, owner, team in (
                ("Ann", "Lee", "EMEA", people[0], teams[0]), ("Bob", "Ray", "APAC", people[1], teams[1])
            )
        ]  # fmt: skip
        account = Account(name="Acme", owner_id=people[0].id, annual_revenue_minor=125_000, currency="USD")
        session.add_all([*leads, account, Campaign(name="Spring")])
        await session.flush()
        app.state.ids = {"mine": leads[0].id, "theirs": leads[1].id, "account": account.id}


@pytest.fixture
async def sign(app: FastAPI) -> AsyncIterator[Client]:
    """`await sign("rep")` gives a client that speaks with a token of that person's."""
    opened: list[httpx.AsyncClient] = []

    async def client(name: str, scope: Scope = Scope.FULL) -> httpx.AsyncClient:
        async with app.state.runtime.database.write() as session:
            user = (await session.execute(select(User.id).where(User.email == f"{name}@x.example"))).scalar_one()
            _, secret = await credentials.create_token(session, user, name="test", lifetime=None, scope=scope)
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
        headers = {"Authorization": f"Bearer {secret}"}
        opened.append(httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1{PREFIX}/", headers=headers))
        return opened[-1]

    yield client
    for one in opened:
        await one.aclose()


async def test_a_list_holds_what_the_person_sees_with_values_and_links(app: FastAPI, sign: Client) -> None:
    listed = (await (await sign("rep")).get("leads")).json()
    (item,) = listed["items"]
    assert (listed["total"], item["id"], item["name"]) == (1, app.state.ids["mine"], "Ann Lee")
    assert item["links"]["owner"]["name"] == "Rep"
    assert item["values"]["owner"] == item["links"]["owner"]["id"]


async def test_money_and_times_come_in_the_published_shapes(app: FastAPI, sign: Client) -> None:
    account = (await (await sign("rep")).get(f"accounts/{app.state.ids['account']}")).json()
    assert account["values"]["annual_revenue"] == {"amount": "1250.00", "currency": "USD"}
    assert account["values"]["created_at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("region=EMEA", ["Ann Lee"]), ("region=EMEA&region=APAC&order=region", ["Ann Lee", "Bob Ray"]),
        ("order=region&descending=false", ["Bob Ray", "Ann Lee"]), ("where=region:is_not:EMEA", ["Bob Ray"]),
        ("where=last_name:starts_with:le", ["Ann Lee"]), ("where=phone:empty&order=region&limit=1", ["Ann Lee"]),
        ("order=region&limit=1&offset=1", ["Bob Ray"]), ("deleted=true", []), ("owner=peer@x.example", ["Bob Ray"]),
    ],
)  # fmt: skip
async def test_a_list_takes_conditions_and_an_order(sign: Client, query: str, names: list[str]) -> None:
    reply = await (await sign("admin")).get(f"leads?{query}")
    found = [item["name"] for item in reply.json()["items"]]
    assert sorted(found) == sorted(names) if "order" not in query else len(found) == len(names), reply.text


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("colour=red", 400, "bad_field"), ("where=region", 400, "bad_field"), ("where=region:like:E", 400, "bad_field"),
        ("order=colour", 400, "bad_field"), ("limit=201", 422, "invalid_request"),
        ("offset=-1", 422, "invalid_request"),
        ("where=region:above:E", 400, "bad_field"), ("where=region:is:", 422, "bad_argument"),
    ],
)  # fmt: skip
async def test_a_query_that_cannot_be_read_is_a_problem(sign: Client, query: str, status: int, code: str) -> None:
    reply = await (await sign("rep")).get(f"leads?{query}")
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_a_record_is_created_at_once_and_taken_back(sign: Client) -> None:
    rep = await sign("rep")
    made = await rep.post("leads", json={"first_name": "Cy", "last_name": "Fox", "email": "cy@fox.example"})
    assert made.status_code == 201, made.text
    path = f"leads/{made.json()['record']['id']}"
    assert (await rep.get(path)).json()["values"]["email"] == "cy@fox.example"
    assert (await rep.post(f"changes/{made.json()['change']}/undo")).json()["undone"] is True
    assert (await rep.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("plural", "body"),
    [
        ("accounts", {"name": "Beta"}), ("tasks", {"title": "Call", "due_at": "2030-01-01T09:00:00+00:00"}),
        ("notes", {"body": "Well met", "lead": 1}), ("calls", {"direction": "out", "at": "2025-01-01T09:00:00Z"}),
        ("campaigns", {"name": "Autumn"}), ("products", {"name": "Core"}),
    ],
)  # fmt: skip
async def test_every_kind_is_created_by_its_own_fields(
    app: FastAPI, sign: Client, plural: str, body: dict[str, Any]
) -> None:
    body = body | ({"lead": app.state.ids["mine"]} if "lead" in body else {})
    made = await (await sign("admin")).post(plural, json=body)
    assert made.status_code == 201, made.text
    assert made.json()["change"]


async def test_a_change_is_applied_with_its_audit_entry_and_undone(app: FastAPI, sign: Client) -> None:
    rep, path = await sign("rep"), f"leads/{app.state.ids['mine']}"
    done = (await rep.patch(path, json={"region": "APAC", "version": 1})).json()
    assert (done["record"]["values"]["region"], done["record"]["version"]) == ("APAC", 2)
    async with app.state.runtime.database.read() as session:
        entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()))).first()
        lead = await session.get_one(Lead, app.state.ids["mine"])
    assert (entry.details["turn"], entry.details["door"], lead.run_id) == (done["turn"], "http", done["turn"])
    await rep.post(f"changes/{done['change']}/undo")
    assert (await rep.get(path)).json()["values"]["region"] == "EMEA"


async def test_null_empties_a_field_and_equal_values_change_nothing(app: FastAPI, sign: Client) -> None:
    rep, path = await sign("rep"), f"leads/{app.state.ids['mine']}"
    assert (await rep.patch(path, json={"region": None})).json()["record"]["values"]["region"] is None
    again = await rep.patch(path, json={"last_name": "Lee"})
    assert (again.status_code, again.json()["change"], again.json()["record"]["version"]) == (200, None, 2)


@pytest.mark.parametrize("by", ["body", "header"])
async def test_a_newer_version_is_a_conflict(app: FastAPI, sign: Client, by: str) -> None:
    rep, path = await sign("rep"), f"leads/{app.state.ids['mine']}"
    tag = (await rep.get(path)).headers["ETag"]
    await rep.patch(path, json={"region": "APAC"})
    stale: dict[str, Any] = {"version": 1} if by == "body" else {}
    reply = await rep.patch(path, json={"region": "LATAM", **stale}, headers={} if stale else {"If-Match": tag})
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"colour": "red"}, 422, "invalid_request"), ({"email": "nowhere"}, 400, "bad_field"),
        ({"status": "purple"}, 400, "bad_field"), ({"account": 999_999}, 404, "not_found"),
        ({"created_at": "2025-01-01T00:00:00Z"}, 422, "invalid_request"),
        ({"owner": "nobody known"}, 422, "bad_argument"), ({"empty": ["colour"]}, 400, "bad_field"),
        ({"custom": {"shoe_size": 4}}, 400, "bad_field"), ({"region": "x" * 5_000}, 400, "bad_field"),
    ],
)  # fmt: skip
async def test_a_wrong_value_is_a_problem_and_changes_nothing(
    app: FastAPI, sign: Client, body: dict[str, Any], status: int, code: str
) -> None:
    rep, path = await sign("rep"), f"leads/{app.state.ids['mine']}"
    reply = await rep.patch(path, json=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
    assert (await rep.get(path)).json()["version"] == 1


async def test_what_is_hidden_does_not_exist(app: FastAPI, sign: Client) -> None:
    rep, path = await sign("rep"), f"leads/{app.state.ids['theirs']}"
    replies = [
        await rep.get(path), await rep.patch(path, json={"region": "EMEA"}), await rep.delete(path),
        await rep.post(f"{path}/restore"),
        await rep.post("leads/merge", json={"keep": app.state.ids["mine"], "merge": [app.state.ids["theirs"]]}),
    ]  # fmt: skip
    assert [reply.status_code for reply in replies] == [404] * 5


async def test_a_deletion_waits_and_an_approved_one_is_restored(app: FastAPI, sign: Client) -> None:
    rep, path = await sign("rep"), f"leads/{app.state.ids['mine']}"
    waits = await rep.delete(path)
    assert (waits.status_code, waits.json()["effect"], waits.json()["preview"]["own_words"]) == (202, "DELETE", True)
    assert (await rep.get(path)).status_code == 200
    await rep.post(f"proposals/{waits.json()['id']}/approve", json={"digest": waits.json()["digest"]})
    assert (await rep.get(path)).status_code == 404
    assert (await rep.get(f"{path}?deleted=true")).json()["deleted_at"]
    back = (await rep.post(f"{path}/restore")).json()
    await rep.post(f"proposals/{back['id']}/approve")
    assert (await rep.get(path)).status_code == 200


async def test_many_are_changed_after_a_decision_and_only_those_that_are_seen(app: FastAPI, sign: Client) -> None:
    rep = await sign("rep")
    wanted = {"action": "update", "where": [{"field": "last_name", "test": "filled"}], "values": {"region": "LATAM"}}
    waits = await rep.post("leads/bulk", json=wanted)
    assert (waits.status_code, waits.json()["effect"], waits.json()["preview"]["records"]) == (202, "BULK", 1)
    await rep.post(f"proposals/{waits.json()['id']}/approve")
    found = (await (await sign("admin")).get("leads?region=LATAM")).json()
    assert [one["id"] for one in found["items"]] == [app.state.ids["mine"]]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"action": "delete"}, 422, "bad_argument"), ({"action": "burn", "records": [1]}, 422, "invalid_request"),
        ({"action": "delete", "records": [1], "values": {"region": "E"}}, 422, "bad_argument"),
        ({"action": "delete", "records": list(range(1, 502))}, 413, "too_many_records"),
        ({"action": "delete", "records": [999_999]}, 422, "unanswerable"),
        ({"action": "update", "records": [1]}, 422, "bad_argument"),
    ],
)  # fmt: skip
async def test_many_are_refused_in_a_sentence(sign: Client, body: dict[str, Any], status: int, code: str) -> None:
    reply = await (await sign("rep")).post("leads/bulk", json=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


async def test_two_are_merged_after_a_decision(app: FastAPI, sign: Client) -> None:
    admin, ids = await sign("admin"), app.state.ids
    waits = await admin.post("leads/merge", json={"keep": ids["mine"], "merge": [ids["theirs"]]})
    assert (waits.status_code, waits.json()["effect"]) == (202, "MERGE")
    await admin.post(f"proposals/{waits.json()['id']}/approve")
    assert [item["id"] for item in (await admin.get("leads")).json()["items"]] == [ids["mine"]]


@pytest.mark.parametrize("scope", [Scope.PROGRAM, Scope.CHAT])
async def test_a_credential_that_may_only_propose_changes_nothing(app: FastAPI, sign: Client, scope: Scope) -> None:
    program, path = await sign("rep", scope), f"leads/{app.state.ids['mine']}"
    waits = await program.patch(path, json={"region": "APAC"})
    assert (waits.status_code, waits.json()["effect"], waits.json()["preview"]["own_words"]) == (202, "WRITE", False)
    assert (await program.get(path)).json()["version"] == 1
    await (await sign("rep")).post(f"proposals/{waits.json()['id']}/approve")
    assert (await program.get(path)).json()["values"]["region"] == "APAC"


@pytest.mark.parametrize(
    ("who", "scope", "method", "path"),
    [
        ("rep", Scope.READ, "POST", "leads"), ("rep", Scope.FULL, "POST", "campaigns"),
        ("rep", Scope.FULL, "PATCH", "campaigns/1"), ("rep", Scope.FULL, "DELETE", "campaigns/1"),
        ("rep", Scope.READ, "PATCH", "leads/999999"),
    ],
)  # fmt: skip
async def test_what_is_not_permitted_is_refused(sign: Client, who: str, scope: Scope, method: str, path: str) -> None:
    body = None if method == "DELETE" else {"name": "x"} if "campaigns" in path else {"last_name": "x"}
    reply = await (await sign(who, scope)).request(method, path, json=body)
    assert (reply.status_code, reply.json()["code"]) == (403, "not_permitted"), reply.text


async def test_what_the_program_keeps_is_only_read(sign: Client) -> None:
    rep = await sign("rep")
    assert (await rep.get("stage_changes")).json() == {"total": 0, "items": []}
    assert (await rep.post("stage_changes", json={})).status_code == 405


async def test_a_key_does_a_request_once(sign: Client) -> None:
    rep, headers = await sign("rep"), {"Idempotency-Key": "k1"}
    first = (await rep.post("leads", json={"last_name": "Fox", "company": "Fox"}, headers=headers)).json()
    again = (await rep.post("leads", json={"last_name": "Fox", "company": "Fox"}, headers=headers)).json()
    assert (again["change"], again["record"]["id"]) == (first["change"], first["record"]["id"])
    other = await rep.post("leads", json={"last_name": "Roe", "company": "Roe"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_key_that_comes_several_times_at_once_does_a_request_once(sign: Client) -> None:
    rep, body = await sign("rep"), {"last_name": "Fox", "company": "Fox"}
    sent = [rep.post("leads", json=body, headers={"Idempotency-Key": "k3"}) for _ in range(4)]
    replies = await asyncio.gather(*sent)
    assert len({reply.json()["change"] for reply in replies}) == 1
    assert (await rep.get("leads?last_name=Fox")).json()["total"] == 1


@pytest.mark.parametrize("scope", [Scope.FULL, Scope.PROGRAM])
async def test_a_field_hidden_from_a_role_is_neither_read_nor_set_nor_asked_for(
    app: FastAPI, sign: Client, scope: Scope
) -> None:
    async with app.state.runtime.database.write() as session:
        session.add(HiddenField(role=Role.REP, kind="lead", field="region"))
    rep, path = await sign("rep", scope), f"leads/{app.state.ids['mine']}"
    replies = [
        await rep.patch(path, json={"region": "APAC"}), await rep.patch(path, json={"region": None}),
        await rep.get("leads?region=EMEA"), await rep.get("leads?order=region"),
    ]  # fmt: skip
    assert [reply.json()["code"] for reply in replies] == ["bad_field"] * 4
    assert "region" not in (await rep.get(path)).json()["values"]


async def test_a_key_gives_the_same_proposal(app: FastAPI, sign: Client) -> None:
    rep, body = await sign("rep"), {"action": "delete", "records": [app.state.ids["mine"]]}
    replies = [await rep.post("leads/bulk", json=body, headers={"Idempotency-Key": "k2"}) for _ in range(2)]
    assert replies[0].json() == replies[1].json()


async def test_a_request_is_a_turn_of_its_own_and_no_chat(app: FastAPI, sign: Client) -> None:
    rep = await sign("rep")
    done = (await rep.patch(f"leads/{app.state.ids['mine']}", json={"region": "APAC"})).json()
    turn = (await rep.get(f"turns/{done['turn']}")).json()
    assert [step["tool"] for step in turn["steps"]] == ["update_lead"]
    assert (await rep.get("conversations")).json() == []
    (said,) = (await rep.get(f"conversations/{turn['conversation']}")).json()
    assert said["message"] == f"PATCH leads/{app.state.ids['mine']}"


async def test_the_name_a_request_gives_to_a_link_is_not_what_is_shown(app: FastAPI, sign: Client) -> None:
    program, link = await sign("rep", Scope.PROGRAM), {"kind": "account", "id": app.state.ids["account"]}
    waits = await program.patch(f"leads/{app.state.ids['mine']}", json={"account": link | {"name": "The White House"}})
    assert waits.json()["args"]["account"]["name"] == "Acme"


async def test_the_fields_of_a_kind_stand_in_the_document(sign: Client) -> None:
    schemas = (await (await sign("rep")).get("openapi.json")).json()["components"]["schemas"]
    assert {"first_name", "email", "account"} <= schemas["NewLead"]["properties"].keys()
    assert "version" in schemas["LeadChange"]["properties"]


async def test_a_second_one_with_the_same_address_waits_unless_it_is_wanted_even_so(sign: Client) -> None:
    client, jane = await sign("rep"), {"first_name": "Jane", "last_name": "Miller", "email": "jane@acme.test"}
    assert (await client.post("contacts", json=jane)).status_code == 201
    again = await client.post("contacts", json=jane)
    assert again.status_code == 202 and again.json()["preview"]["looks_like"][0]["name"] == "Jane Miller"
    assert (await client.post("contacts", json=jane | {"even_so": True})).status_code == 201


async def test_a_hidden_lead_with_the_same_address_is_nobody(sign: Client) -> None:
    lead = {"first_name": "Zoe", "last_name": "Quist", "email": "zoe@quist.test"}
    assert (await (await sign("peer")).post("leads", json=lead)).status_code == 201
    assert (await (await sign("rep")).post("leads", json=lead)).status_code == 201
