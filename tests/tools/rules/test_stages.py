"""Stages that deals stand in stay; their numbers fit; a pipeline without stages says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from db.models import Stage
from db.session import Database
from tests.tools.rules.conftest import NOW, AsAdmin, add, deal
from tools.contract import Proposed, ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.registry import by_name

pytestmark = pytest.mark.anyio


async def proposed(tool_name: str, at: ToolContext, /, **ask: Any) -> Proposed:
    tool = by_name(tool_name)
    found = await tool.run(tool.ask.model_validate(ask), at)
    assert isinstance(found, Proposed)
    return found


def stage(key: int) -> dict[str, Any]:
    return {"kind": "stage", "id": key}


async def test_a_stage_with_open_deals_is_neither_deleted_nor_renamed(store: Database, as_admin: AsAdmin) -> None:
    await add(store, deal("a", 100, "USD"), deal("b", 100, "USD"))
    async with as_admin() as at:
        with pytest.raises(Unanswerable, match="2 open deals stand in Discovery, so it cannot be deleted"):
            await proposed("delete_stages", at, records=[stage(1)], even_so=True)
        with pytest.raises(Unanswerable, match="2 open deals stand in Discovery, so it cannot be renamed"):
            await proposed("update_stage", at, record=stage(1), name="First talk")
        assert (await proposed("update_stage", at, record=stage(1), rotting_days=20)).operations
        assert (await proposed("update_stage", at, record=stage(2), name="Qualified")).operations


async def test_the_only_won_stage_stays(as_admin: AsAdmin) -> None:
    async with as_admin() as at:
        with pytest.raises(Unanswerable, match="Won is the only won stage"):
            await proposed("delete_stages", at, records=[stage(5)])


@pytest.mark.parametrize(
    "values",
    [
        {"name": "discovery"}, {"name": "New", "position": 0}, {"name": "New", "rotting_days": 0},
        {"name": "New", "outcome": "won", "probability": 0.5},
    ],
)  # fmt: skip
async def test_a_stage_that_cannot_be_is_refused(as_admin: AsAdmin, values: dict[str, Any]) -> None:
    async with as_admin() as at:
        with pytest.raises(BadArgument):
            await proposed("create_stage", at, **{"position": 7, "probability": 0.3, **values})


async def test_without_an_open_stage_a_new_deal_is_guided(store: Database, as_admin: AsAdmin) -> None:
    async with store.write() as session:
        await session.execute(update(Stage).values(deleted_at=NOW))
    async with as_admin() as at:
        with pytest.raises(Unanswerable, match="create a stage called"):
            await proposed("create_opportunity", at, name="Acme")
