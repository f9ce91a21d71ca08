"""Every route as everybody: nobody gets in by a way that is closed, and nothing hidden comes out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from agent.settings import AgentSettings
from api.app import build
from api.dependencies import COOKIE, CSRF_HEADER
from api.settings import ServerSettings
from db.models import User
from db.session import Database
from tests.access.company import ACTORS, sees
from tests.access.conftest import NO_MODEL, Seeded
from tests.access.table import ROUTES, Entry, Reach

pytestmark = pytest.mark.anyio
SHUT_OUT = ("nobody", "made_up", "expired", "revoked", "disabled", "removed")
"""Whoever comes with no token, or with one that must not work (any more)."""
ABSENT = {"trace": "0" * 31 + "f"}
_SAFE = ("GET", "HEAD")


@pytest.fixture
async def app(seeded: Seeded) -> AsyncIterator[FastAPI]:
    application = build(seeded.settings, AgentSettings(**NO_MODEL), ServerSettings())
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as one:
        yield one


def called(reach: tuple[Reach, ...]) -> list[tuple[str, str, Entry]]:
    """(method, path, entry) of the routes with a reach."""
    named = [(*route.split(" ", 1), entry) for route, entry in ROUTES.items() if entry.reach in reach]
    return [(method, path, entry) for method, path, entry in named if method != "MOUNT" and "*" not in path]


def filled(path: str, key: str) -> str:
    start, _, rest = path.partition("{")
    return f"{start}{key}{rest.partition('}')[2]}" if rest else path


def absent(kind: str) -> str:
    return ABSENT.get(kind, f"{kind[:2]}_absent")


async def call(client: httpx.AsyncClient, method: str, path: str, entry: Entry, **more: Any) -> httpx.Response:
    body = {"json": dict(entry.body)} if entry.body is not None else {}
    return await client.request(method, path, params=entry.query, **body, **more)


def bearer(seeded: Seeded, name: str) -> dict[str, str]:
    return {} if name == "nobody" else {"Authorization": f"Bearer {seeded.company.tokens[name]}"}


def as_visitor(seeded: Seeded, name: str, *, csrf: bool) -> dict[str, dict[str, str]]:
    headers = {CSRF_HEADER: seeded.company.csrf[name]} if csrf else {}
    return {"cookies": {COOKIE: seeded.company.cookies[name]}, "headers": headers}


@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
async def test_whoever_is_shut_out_gets_nothing_from_any_route(seeded: Seeded, client: httpx.AsyncClient) -> None:
    for method, path, entry in called((Reach.SCOPED, Reach.OWN, Reach.RECORD)):
        if entry.reach is Reach.RECORD:
            # One code for all kinds: a token that must not work is tried once.
            reply = await call(client, method, filled(path, "1"), entry, headers=bearer(seeded, "revoked"))
            assert reply.status_code == 401, (method, path)
            continue
        for key in (seeded.company.ids.get((entry.names, "rep"), ""), absent(entry.names)):
            for name in SHUT_OUT:
                reply = await call(client, method, filled(path, key), entry, headers=bearer(seeded, name))
                assert reply.status_code == (303 if entry.page else 401), (method, path, name)
                assert not seeded.company.leaks("nobody", reply.content, told=key)
            for name in ("disabled", "removed"):
                reply = await call(client, method, filled(path, key), entry, **as_visitor(seeded, name, csrf=True))
                assert reply.status_code == (303 if entry.page else 401), (method, path, name)


async def test_public_routes_tell_nobody_anything(seeded: Seeded, client: httpx.AsyncClient) -> None:
    for method, path, entry in called((Reach.PUBLIC,)):
        for name in SHUT_OUT:
            reply = await call(client, method, path, entry, headers=bearer(seeded, name))
            assert not seeded.company.leaks("nobody", reply.content), (method, path)
            assert COOKIE not in reply.cookies


@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
async def test_a_session_without_its_token_changes_nothing(seeded: Seeded, client: httpx.AsyncClient) -> None:
    for method, path, entry in called((Reach.SCOPED, Reach.OWN, Reach.RECORD)):
        if method in _SAFE:
            continue
        target = filled(path, str(seeded.company.ids.get((entry.names, "rep"), "1")))
        for cookies in (as_visitor(seeded, "rep", csrf=False), {**as_visitor(seeded, "rep", csrf=False), "headers": {
            CSRF_HEADER: seeded.company.csrf["peer"]}}):  # fmt: skip
            reply = await call(client, method, target, entry, **cookies)
            assert (reply.status_code, reply.json()["code"]) == (403, "csrf_mismatch"), (method, path)


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
async def test_a_person_gets_what_the_person_sees(
    seeded: Seeded, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    caplog.set_level(logging.INFO)
    for method, path, entry in called((Reach.SCOPED,)):
        by_cookie = entry.cookie_only or entry.page
        more = as_visitor(seeded, who, csrf=True) if by_cookie else {"headers": bearer(seeded, who)}
        reply = await call(client, method, path, entry, **more)
        assert reply.status_code == 200, (method, path, reply.text)
        assert not seeded.company.leaks(who, reply.content), (method, path)
    assert not seeded.company.leaks(who, caplog.text)


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
async def test_what_belongs_to_others_does_not_exist(seeded: Seeded, client: httpx.AsyncClient, who: str) -> None:
    """The same status and the same bytes, but for the id that was asked for."""
    for method, path, entry in called((Reach.OWN,)):
        more = as_visitor(seeded, who, csrf=True) if entry.page else {"headers": bearer(seeded, who)}
        missing = await call(client, method, filled(path, absent(entry.names)), entry, **more)
        assert missing.status_code == 404, (method, path)
        for owner in ACTORS:
            if owner == who or (entry.names == "trace" and sees(who, "trace", owner)):
                continue
            key = str(seeded.company.ids[entry.names, owner])
            reply = await call(client, method, filled(path, key), entry, **more)
            if entry.names == "proposal" and sees(who, "proposal", owner):
                # Whoever sees the people's rows reads their proposals, and does nothing with them.
                assert 400 <= reply.status_code < 500, (method, path, owner)
                continue
            assert reply.status_code == 404, (method, path, owner)
            assert not seeded.company.leaks(who, reply.content)
            if not entry.page:
                assert reply.text.replace(key, "ID") == missing.text.replace(absent(entry.names), "ID")


@pytest.mark.parametrize("who", ["rep", "admin"])
async def test_a_trace_of_another_is_the_administrators_to_read(
    seeded: Seeded, client: httpx.AsyncClient, who: str
) -> None:
    reply = await client.get(f"/api/v2/traces/{seeded.company.ids['trace', 'peer']}", headers=bearer(seeded, who))
    assert reply.status_code == (200 if who == "admin" else 404)


async def test_a_demo_person_who_was_removed_cannot_be_picked(seeded: Seeded, client: httpx.AsyncClient) -> None:
    database = Database(seeded.url)
    async with database.write() as session:
        removed = await session.get_one(User, seeded.company.ids["user", "removed"])
        removed.email, removed.demo = "rep@demo.example", True
    await database.close()
    reply = await client.post("/api/v2/session/demo", json={"email": "rep@demo.example"})
    assert reply.status_code == 401


@pytest.mark.parametrize("who", ["rep", "manager", "executive", "peer"])
async def test_what_is_the_administrators_is_refused_to_everybody_else(
    seeded: Seeded, client: httpx.AsyncClient, who: str
) -> None:
    for method, path, entry in called((Reach.ADMIN,)):
        reply = await call(client, method, filled(path, "rival@access.example"), entry, headers=bearer(seeded, who))
        assert reply.status_code in (403, 404), (method, path, reply.text)
        assert not seeded.company.leaks(who, reply.content)


ODD = ("%00", "pr_%00", "x" * 5_000, "%ED%A0%80", "9" * 40, "%F0%9F%92%A5", "%27%3B--", "-1", "..%2F..")
"""What no id is: characters that no database takes, and more of them than any column has."""


@pytest.mark.parametrize("who", ["rep", "admin"])
@pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")
async def test_what_can_be_no_id_is_answered_in_a_sentence(seeded: Seeded, client: httpx.AsyncClient, who: str) -> None:
    for method, path, entry in called((Reach.OWN, Reach.ADMIN)):
        if "{" not in path:
            continue
        more = as_visitor(seeded, who, csrf=True) if entry.page else {"headers": bearer(seeded, who)}
        for key in ODD:
            reply = await call(client, method, filled(path, key), entry, **more)
            assert reply.status_code in (403, 404, 422), (method, path, key[:20], reply.status_code, reply.text[:200])
            if not entry.page:
                assert reply.json()["detail"].endswith("."), (method, path, key[:20], reply.text[:200])


async def test_permissions_and_fields_are_set_over_http(seeded: Seeded, client: httpx.AsyncClient) -> None:
    admin = {"headers": bearer(seeded, "admin")}
    for method, path, body in (
        ("PUT", "permissions/rep", {"kind": "contacts", "action": "export", "permission": "deny"}),
        ("POST", "fields", {"kind": "accounts", "name": "seats", "type": "whole"}),
        ("PATCH", "fields/accounts/seats", {"label": "licences"}),
        ("PUT", "fields/opportunities/amount/shown", {"role": "rep", "shown": False}),
        ("DELETE", "fields/accounts/seats", None),
    ):
        reply = await client.request(method, f"/api/v2/{path}", **({"json": body} if body else {}), **admin)
        assert (reply.status_code, reply.json()["status"]) == (200, "applied"), (path, reply.text)
    cells = (await client.get("/api/v2/permissions", **admin)).json()
    assert [one for one in cells if one["allowed"] != one["usual"]] == [
        {"role": "rep", "kind": "contact", "action": "export", "allowed": False, "usual": True}
    ]
    found = (await client.get("/api/v2/fields", **admin)).json()
    assert found == {"fields": [], "hidden": [{"role": "rep", "kind": "opportunity", "field": "amount"}]}
    deals = await client.get("/api/v2/opportunities", headers=bearer(seeded, "rep"))
    assert deals.status_code == 200
    assert "amount" not in deals.text


@pytest.mark.parametrize("key", ["%00", "x" * 5_000, "9" * 40, "-1", "..%2F..", "accounts"])
async def test_what_is_no_role_kind_or_field_is_answered_in_a_sentence(
    seeded: Seeded, client: httpx.AsyncClient, key: str
) -> None:
    for method, path, body in (
        ("PUT", f"permissions/{key}", {"kind": "contacts", "action": "export", "permission": "deny"}),
        ("PATCH", f"fields/{key}/{key}", {"label": "licences"}),
        ("DELETE", f"fields/{key}/{key}", None),
        ("PUT", f"fields/{key}/{key}/shown", {"role": "rep", "shown": False}),
    ):
        more = {"json": body} if body else {}
        reply = await client.request(method, f"/api/v2/{path}", headers=bearer(seeded, "admin"), **more)
        assert reply.status_code in (400, 404, 405, 422), (path[:40], reply.status_code, reply.text[:200])
