"""The routes of every kind of record as everybody: lists in scope, and hidden records like those there are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from db.records import KINDS, RecordKind
from tests.access.asking import NOBODY
from tests.access.company import ACTORS, sees
from tests.access.conftest import Seeded
from tests.access.table import KEPT, MERGED
from tests.access.test_http import ODD, app, bearer, client

__all__ = ["app", "client"]
pytestmark = pytest.mark.anyio
_V = "/api/v2"
_ON = ("account", "contact", "lead", "opportunity")
_HANGING = {
    "interaction": "interactionon", "email": "interactionon", "task": "taskon", "note": "noteon",
    "memory": "memoryon",
}  # fmt: skip


def positions(kind: str) -> tuple[str, ...]:
    """What the company calls its records of a kind."""
    if kind in _HANGING:
        return tuple(f"{_HANGING[kind]}{parent}" for parent in _ON)
    return (kind,)


def hidden(seeded: Seeded, who: str, kind: str) -> Iterator[int]:
    for name in positions(kind):
        for position in ("peer", "executive", "nobodyamericas", "rep"):
            if (name, position) in seeded.company.ids and not sees(who, name, position):
                yield seeded.company.ids[name, position]


def requests(kind: RecordKind, key: int) -> Iterator[tuple[str, str, Any]]:
    """Every way to name one record of a kind."""
    path = f"{_V}/{kind.plural}"
    yield "GET", f"{path}/{key}", None
    yield "GET", f"{path}/{key}?deleted=true", None
    if kind.name not in KEPT:
        yield "PATCH", f"{path}/{key}", {"empty": [kind.written[0].name]}
        yield "DELETE", f"{path}/{key}", None
        yield "POST", f"{path}/{key}/restore", None
        yield "POST", f"{path}/bulk", {"action": "delete", "records": [key]}
    if kind.name in MERGED:
        yield "POST", f"{path}/merge", {"keep": key, "merge": [NOBODY - 1]}


def said(reply: httpx.Response, key: int) -> tuple[str, str]:
    problem = reply.json()
    return problem["code"], re.sub(rf"\b{key}\b", "ID", problem["detail"])


@pytest.mark.parametrize("who", ACTORS)
async def test_a_list_holds_what_the_person_sees(seeded: Seeded, client: httpx.AsyncClient, who: str) -> None:
    for kind in KINDS.values():
        for more in ("", "&deleted=true"):
            reply = await client.get(f"{_V}/{kind.plural}?limit=200{more}", headers=bearer(seeded, who))
            assert reply.status_code == 200, (kind.name, reply.text)
            assert not seeded.company.leaks(who, reply.content), kind.name


@pytest.mark.parametrize("who", ["rep", "rival"])
async def test_a_hidden_record_does_not_exist(seeded: Seeded, client: httpx.AsyncClient, who: str) -> None:
    """The same status, code and sentence, but for the id that was asked for."""
    headers, asked = bearer(seeded, who), 0
    for kind in KINDS.values():
        for key in hidden(seeded, who, kind.name):
            for (method, path, body), (_, absent, nothing) in zip(
                requests(kind, key), requests(kind, NOBODY), strict=True
            ):
                reply = await client.request(method, path, json=body, headers=headers)
                missing = await client.request(method, absent, json=nothing, headers=headers)
                assert reply.status_code in (403, 404, 422), (method, path, reply.text)
                assert reply.status_code == missing.status_code, (method, path)
                assert said(reply, key) == said(missing, NOBODY), (method, path)
                asked += 1
    assert asked > 100


@pytest.mark.parametrize("who", ["rep"])
async def test_a_record_is_not_pointed_at_what_is_hidden(seeded: Seeded, client: httpx.AsyncClient, who: str) -> None:
    headers = bearer(seeded, who)
    for kind in KINDS.values():
        for field in kind.written:
            for key in hidden(seeded, who, field.to) if field.to in KINDS else ():
                reply = await client.post(f"{_V}/{kind.plural}", json={field.name: key}, headers=headers)
                assert reply.status_code in (403, 404, 422), (kind.name, field.name, reply.text)
                assert not seeded.company.leaks(who, reply.content)
                listed = await client.get(f"{_V}/{kind.plural}?{field.name}={key}", headers=headers)
                assert not seeded.company.leaks(who, listed.content)


async def test_what_can_be_no_id_of_a_record_is_answered_in_a_sentence(
    seeded: Seeded, client: httpx.AsyncClient
) -> None:
    for key in ODD:
        reply = await client.get(f"{_V}/leads/{key}", headers=bearer(seeded, "rep"))
        assert reply.status_code in (404, 422), key[:20]
        assert reply.json()["detail"]
