"""Rules and rates at the HTTP door: read by everybody, set by administrators, waiting under four eyes."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import PREFIX, token_of

pytestmark = pytest.mark.anyio


async def client(app: FastAPI, role: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    headers = {"Authorization": f"Bearer {await token_of(app, role)}"}
    return httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1{PREFIX}/", headers=headers)


async def test_a_rule_is_set_by_an_administrator_and_read_by_a_rep(app: FastAPI) -> None:
    async with await client(app, "admin") as admin, await client(app, "rep") as rep:
        done = await admin.put("rules/week_start", json={"value": "Sunday"})
        refused = await rep.put("rules/week_start", json={"value": "monday"})
        wrong = await admin.put("rules/week_start", json={"value": "noon"})
        found = {one["rule"]: one for one in (await rep.get("rules")).json()}
    assert (done.status_code, done.json()["status"], done.json()["before"]) == (200, "applied", "monday")
    assert refused.status_code == 403
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_rule")
    assert (found["week_start"]["value"], found["week_start"]["source"]) == ("sunday", "workspace")


async def test_rates_are_stored_and_listed(app: FastAPI) -> None:
    wanted = {"rates": [{"currency": "EUR", "rate": "1.08", "from": "2025-05-01", "source": "ECB"}]}
    async with await client(app, "admin") as admin:
        stored = await admin.post("rates", json=wanted)
        listed = (await admin.get("rates", params={"currency": "eur"})).json()
    assert stored.json()["status"] == "applied"
    assert listed == [{"currency": "EUR", "rate": "1.08", "against": "USD", "from": "2025-05-01", "source": "ECB"}]


async def test_under_four_eyes_a_rule_waits(app: FastAPI) -> None:
    async with await client(app, "admin") as admin:
        await admin.put("policy", json={"effect": "POLICY", "rule": "four_eyes", "approver": "executive"})
        done = await admin.put("rules/currency", json={"value": "EUR"})
    assert (done.json()["status"], done.json()["rule"]["value"]) == ("waiting", "USD")
