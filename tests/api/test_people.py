"""Ways in and out over HTTP: passwords, links, tokens and what each may do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from api.routes import ROUTERS
from api.settings import ServerSettings
from db import passwords
from db.access import Role, Scope
from db.errors import LastAdministrator, PasswordRefused, TooManyAttempts
from db.models import ApiToken, AuditEntry, Invitation, Turn, User
from db.records import PLURALS
from db.repositories import credentials, signing_in
from db.repositories.staff import StaffRepository
from tests.access.table import ROUTES, Reach
from tests.agent.conftest import person
from tests.api.conftest import PREFIX

pytestmark = pytest.mark.anyio
SESSION = f"{PREFIX}/session"
PASSWORD = "seven green umbrellas"
NEW = "nora@firm.example"
REMINDER = "remind me to prepare the offer on Thursday at 10"
WRITES = {
    "POST /proposals/{proposal_id}/approve", "POST /proposals/{proposal_id}/decline", "POST /changes/{change_id}/undo",
    "POST /proposals/{proposal_id}/settle", "POST /proposals/{proposal_id}/undo",
}  # fmt: skip


BODIES: dict[str, dict[str, Any]] = {
    "/chat": {"message": "what is my pipeline"}, "/proposals/{proposal_id}/settle": {"arrived": True},
}  # fmt: skip


async def staffing(app: FastAPI, call: Any) -> Any:
    """Do something as the demo's administrator."""
    admin = await person(app.state.runtime, "admin")
    async with app.state.runtime.database.write() as session:
        return await call(StaffRepository(session, admin))


async def invited(app: FastAPI, client: httpx.AsyncClient, role: Role = Role.REP) -> httpx.Response:
    code = await staffing(app, lambda staff: staff.invite(NEW, "Nora", role, team=None))
    return await client.post(f"{SESSION}/password", json={"code": code, "password": PASSWORD})


async def tokened(app: FastAPI, role: str, scope: Scope, lifetime: timedelta | None = None) -> tuple[str, str]:
    return await staffing(
        app, lambda staff: staff.create_token(f"{role}@demo.example", name="t", scope=scope, lifetime=lifetime)
    )


async def deeds(app: FastAPI) -> list[str]:
    async with app.state.runtime.database.read() as session:
        return list((await session.execute(select(AuditEntry.action).order_by(AuditEntry.number))).scalars())


async def test_an_invited_person_sets_a_password_and_signs_in_with_it(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    assert (await invited(app, nobody)).json()["email"] == NEW
    reply = await nobody.post(SESSION, json={"email": f" {NEW.upper()}", "password": PASSWORD})
    assert (reply.status_code, reply.json()["role"]) == (200, "rep")
    assert {"user.added", "link.made", "password.set", "session.begun"} <= set(await deeds(app))


async def test_a_link_is_good_once(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    code = await staffing(app, lambda staff: staff.invite(NEW, "Nora", Role.REP, team=None))
    replies = [await nobody.post(f"{SESSION}/password", json={"code": code, "password": PASSWORD}) for _ in range(2)]
    assert [one.status_code for one in replies] == [200, 410]


async def test_a_newer_link_ends_the_earlier_and_a_week_ends_each(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    first = await staffing(app, lambda staff: staff.invite(NEW, "Nora", Role.REP, team=None))
    second = await staffing(app, lambda staff: staff.reset(NEW))
    async with app.state.runtime.database.write() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        hashed = credentials.hashed(second)
        await session.execute(update(Invitation).where(Invitation.code_hash == hashed).values(expires_at=past))
    for code in (first, second, "guess"):
        reply = await nobody.post(f"{SESSION}/password", json={"code": code, "password": PASSWORD})
        assert (reply.status_code, reply.json()["code"]) == (410, "link_spent")


async def test_an_unknown_address_and_a_wrong_password_are_answered_alike(
    app: FastAPI, nobody: httpx.AsyncClient
) -> None:
    await invited(app, nobody)
    wrong = await nobody.post(SESSION, json={"email": NEW, "password": "another password"})
    unknown = await nobody.post(SESSION, json={"email": "who@firm.example", "password": "another password"})
    without = await nobody.post(SESSION, json={"email": "rep@demo.example", "password": "another password"})
    assert (wrong.status_code, wrong.json()) == (401, unknown.json())
    assert without.json() == unknown.json()


@pytest.mark.parametrize("limit", ["TRIES_OF_A_PLACE_AT_AN_ADDRESS", "TRIES_AT_AN_ADDRESS"])
@pytest.mark.parametrize("address", [NEW, "who@firm.example"])
async def test_too_many_attempts_are_held_off_even_with_the_right_password(
    app: FastAPI, nobody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, address: str, limit: str
) -> None:
    monkeypatch.setattr(signing_in, limit, 2)
    await invited(app, nobody)
    tries = [await nobody.post(SESSION, json={"email": address, "password": "wrong password"}) for _ in range(2)]
    held = await nobody.post(SESSION, json={"email": address, "password": PASSWORD})
    assert [one.status_code for one in tries] == [401, 401]
    assert (held.status_code, held.json()["code"]) == (429, "too_many_attempts")


async def test_a_stranger_keeps_nobody_out_who_signs_in_from_elsewhere(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    await invited(app, nobody)
    database = app.state.runtime.database
    for _ in range(signing_in.TRIES_OF_A_PLACE_AT_AN_ADDRESS):
        assert await signing_in.by_password(database, NEW, "wrong password", client="203.0.113.9") is None
    for _ in range(2 * signing_in.TRIES_OF_A_PLACE_AT_AN_ADDRESS):
        with pytest.raises(TooManyAttempts):
            await signing_in.by_password(database, NEW, "wrong password", client="203.0.113.9")
    assert (await nobody.post(SESSION, json={"email": NEW, "password": PASSWORD})).status_code == 200


async def test_a_guesser_with_many_places_is_held_off_too(
    app: FastAPI, nobody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "TRIES_AT_AN_ADDRESS", 3)
    await invited(app, nobody)
    database = app.state.runtime.database
    for number in range(3):
        assert await signing_in.by_password(database, NEW, "wrong password", client=f"203.0.113.{number}") is None
    with pytest.raises(TooManyAttempts):
        await signing_in.by_password(database, NEW, PASSWORD, client="203.0.113.77")


async def test_attempts_from_one_place_are_held_off_whatever_the_address(
    app: FastAPI, nobody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "TRIES_FROM_A_PLACE", 2)
    tries = [
        await nobody.post(SESSION, json={"email": f"a{n}@firm.example", "password": "wrong password"}) for n in range(3)
    ]
    assert [one.status_code for one in tries] == [401, 401, 429]


async def test_disabling_ends_sessions_and_tokens_and_enabling_revives_neither(
    app: FastAPI, nobody: httpx.AsyncClient
) -> None:
    await invited(app, nobody)
    _, secret = await staffing(
        app, lambda staff: staff.create_token(NEW, name="t", scope=Scope.FULL, lifetime=None)
    )  # fmt: skip
    bearer = {"Authorization": f"Bearer {secret}"}
    assert (await nobody.get(SESSION)).status_code == 200
    await staffing(app, lambda staff: staff.disable(NEW))
    for _ in range(2):
        assert (await nobody.get(SESSION)).status_code == 401
        assert (await nobody.get(f"{PREFIX}/proposals", headers=bearer)).status_code == 401
        if await person_inactive(app):
            await staffing(app, lambda staff: staff.enable(NEW))


async def person_inactive(app: FastAPI) -> bool:
    async with app.state.runtime.database.read() as session:
        return not await session.scalar(select(User.active).where(User.email == NEW))


@pytest.mark.parametrize("how", ["disable", "demote"])
async def test_the_last_administrator_stays(app: FastAPI, how: str) -> None:
    async with app.state.runtime.database.write() as session:
        await session.execute(
            update(User).where(User.role == "admin", User.email != "admin@demo.example").values(role="rep")
        )
    with pytest.raises(LastAdministrator):
        if how == "disable":
            await staffing(app, lambda staff: staff.disable("admin@demo.example"))
        else:
            await staffing(app, lambda staff: staff.change("admin@demo.example", role=Role.REP))


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "nora@firm.example1", "x" * 201])
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused):
        passwords.check(password, about=(NEW, "Nora"))


@pytest.mark.parametrize("body", [{}, {"token": "a", "email": "b", "password": "c"}, {"email": "b"}, {"password": "c"}])
async def test_a_sign_in_is_one_way_or_the_other(nobody: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await nobody.post(SESSION, json=body)).status_code == 422


async def test_the_first_administrator_is_made_once(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    async with app.state.runtime.database.write() as session:
        await session.execute(update(User).values(demo=False))
        codes = [await signing_in.link(session, signing_in.Purpose.SETUP, None) for _ in range(2)]
    body = {"email": "ann@firm.example", "name": "Ann", "password": PASSWORD}
    replies = [await nobody.post(f"{SESSION}/setup", json=body | {"code": code}) for code in codes]
    assert [one.status_code for one in replies] == [200, 410]
    assert replies[0].json()["role"] == "admin"


async def test_no_set_up_where_somebody_can_sign_in(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    async with app.state.runtime.database.write() as session:
        code = await signing_in.link(session, signing_in.Purpose.SETUP, None)
    body = {"email": "eve@firm.example", "name": "Eve", "password": PASSWORD, "code": code}
    assert (await nobody.post(f"{SESSION}/setup", json=body)).status_code == 410
    assert (await nobody.post(f"{SESSION}/password", json={"code": code, "password": PASSWORD})).status_code == 410


async def test_a_session_may_no_more_than_the_token_it_was_begun_with_and_ends_with_it(
    app: FastAPI, nobody: httpx.AsyncClient
) -> None:
    key, secret = await tokened(app, "rep", Scope.READ)
    signed = await nobody.post(SESSION, json={"token": secret})
    headers = {"X-CSRF-Token": signed.json()["csrf_token"]}
    reply = await nobody.post(f"{PREFIX}/proposals/pr_1/approve", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (403, "not_permitted")
    await staffing(app, lambda staff: staff.revoke_token(key))
    assert (await nobody.get(SESSION)).status_code == 401


async def test_the_use_of_a_token_is_noticed_and_its_end_holds(app: FastAPI, nobody: httpx.AsyncClient) -> None:
    key, secret = await tokened(app, "rep", Scope.FULL, timedelta(days=1))
    bearer = {"Authorization": f"Bearer {secret}"}
    assert (await nobody.get(f"{PREFIX}/proposals", headers=bearer)).status_code == 200
    async with app.state.runtime.database.write() as session:
        token = await session.get_one(ApiToken, key)
        assert token.last_used_at is not None
        token.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    assert (await nobody.get(f"{PREFIX}/proposals", headers=bearer)).status_code == 401


def routes() -> list[tuple[str, str]]:
    return [
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        for method in getattr(route, "methods", ())
        if not route.path.startswith("/session")
    ]


OF_ADMINISTRATORS = frozenset(line for line, entry in ROUTES.items() if entry.reach is Reach.ADMIN)
"""Whatever the scope."""


@pytest.mark.parametrize("scope", list(Scope))
async def test_on_every_route_a_scope_decides_and_undoes_only_as_full(
    app: FastAPI, nobody: httpx.AsyncClient, scope: Scope
) -> None:
    _, secret = await tokened(app, "executive", scope)
    nobody.headers["Authorization"] = f"Bearer {secret}"
    for method, path in routes():
        if f"{method} {PREFIX}{path}" in OF_ADMINISTRATORS:
            continue
        if path.split("/")[1] in PLURALS:  # who may change a record goes by its kind too: tests/api/test_records.py
            continue
        body = BODIES.get(path, {})
        address = PREFIX + re.sub(r"\{\w+\}", "none", path)
        reply = await nobody.request(method, address, json=body if method in ("POST", "PUT") else None)
        forbidden = f"{method} {path}" in WRITES and scope is not Scope.FULL
        assert (reply.status_code == 403) is forbidden, (method, path, reply.text)
        assert reply.status_code != 401


@pytest.mark.parametrize(
    ("scope", "change", "proposals", "code"),
    [
        (Scope.FULL, True, 0, None), (Scope.PROGRAM, False, 1, None), (Scope.CHAT, False, 1, None),
        (Scope.READ, False, 0, "not_permitted"),
    ],
)  # fmt: skip
async def test_what_a_turn_may_do_is_that_of_its_scope(
    app: FastAPI, nobody: httpx.AsyncClient, scope: Scope, *, change: bool, proposals: int, code: str | None
) -> None:
    _, secret = await tokened(app, "rep", scope)
    reply = await nobody.post(
        f"{PREFIX}/chat", json={"message": REMINDER}, headers={"Authorization": f"Bearer {secret}"}
    )
    answer = reply.json()
    assert bool(answer["steps"][0]["change"]) is change
    assert len(answer["proposals"]) == proposals
    assert (answer["refused"] or {}).get("code") == code
    async with app.state.runtime.database.read() as session:
        assert await session.scalar(select(Turn.scope).where(Turn.id == answer["turn"])) == scope
        assert await session.scalar(select(func.count()).where(AuditEntry.action == "change.applied")) == int(change)


@pytest.mark.parametrize(
    ("reach", "secure"),
    [({}, False), ({"public_url": "https://crm.example"}, True), ({"public_url": "http://localhost"}, False)],
)
async def test_a_cookie_is_for_https_only_where_people_come_by_https(
    app: FastAPI, nobody: httpx.AsyncClient, reach: dict[str, str], *, secure: bool
) -> None:
    app.state.server = ServerSettings(**reach)  # type: ignore[arg-type]
    reply = await invited(app, nobody)
    assert ("; Secure" in reply.headers["set-cookie"]) is secure
    assert "HttpOnly" in reply.headers["set-cookie"]
