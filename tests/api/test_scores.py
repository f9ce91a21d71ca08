"""Scores over HTTP: in the published shape, of those one sees, as of now."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from db.models import HiddenField, Role
from tests.api.test_records import Client, app, sign

__all__ = ["app", "sign"]
pytestmark = pytest.mark.anyio


async def test_a_score_comes_with_factors_that_add_up_to_it(app: FastAPI, sign: Client) -> None:
    rep = await sign("rep")
    found = (await rep.get(f"ai/leads/{app.state.ids['mine']}/score")).json()
    factors = [*found["factors"]["positive"], *found["factors"]["negative"]]
    assert sum(one["weight"] for one in factors) == found["score"]
    assert (found["lead_id"], found["model"]["kind"], found["tier"]) == (app.state.ids["mine"], "rules", "cold")
    assert (await rep.post("ai/leads/score", json={"lead_ids": [found["lead_id"]]})).json() == [found]


async def test_a_lead_out_of_sight_has_no_score(app: FastAPI, sign: Client) -> None:
    rep = await sign("rep")
    ids = [app.state.ids["mine"], app.state.ids["theirs"]]
    assert (await rep.get(f"ai/leads/{ids[1]}/score")).status_code == 404
    assert (await rep.post("ai/leads/score", json={"lead_ids": ids})).status_code == 404


async def test_a_hidden_fact_is_told_as_another_one_and_a_hidden_score_not_at_all(app: FastAPI, sign: Client) -> None:
    database, rep = app.state.runtime.database, await sign("rep")
    path = f"ai/leads/{app.state.ids['mine']}/score"
    whole = (await rep.get(path)).json()
    async with database.write() as session:
        session.add(HiddenField(role=Role.REP, kind="lead", field="region"))
    part = (await rep.get(path)).json()
    assert part["score"] == whole["score"] == sum(one["weight"] for one in part["factors"]["positive"])
    assert "EMEA" not in str(part)
    async with database.write() as session:
        session.add(HiddenField(role=Role.REP, kind="lead", field="score"))
    assert (await rep.get(path)).status_code == 400
