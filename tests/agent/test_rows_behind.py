"""A count and the list that stands behind it hold the same deals, whatever the question was narrowed to."""

from collections.abc import Mapping
from typing import Any

import pytest

from agent.runtime import Runtime
from tests.agent.conftest import person
from tools.analytics import WinRate, win_rate
from tools.contract import Found, ToolContext
from tools.registry import by_name

pytestmark = pytest.mark.anyio


async def counted(runtime: Runtime, role: str, ask: WinRate) -> tuple[Found, Mapping[str, Any]]:
    """The answer, and for its figure of closed deals the list that stands behind it."""
    actor = await person(runtime, role)
    now = await runtime.now(actor)
    async with runtime.database.read() as session:
        at = ToolContext(actor, session, now, runtime.workspace)
        found = await win_rate.run(ask, at)
        closed = next(figure for figure in found.figures if figure.key == "closed")
        assert closed.rows is not None
        tool = by_name(closed.rows.tool)
        listed = await tool.run(tool.ask.model_validate(dict(closed.rows.arguments)), at)
    assert isinstance(listed, Found)
    return found, {figure.key: figure.value for figure in listed.figures}


@pytest.mark.parametrize("role", ["rep", "manager", "executive"])
@pytest.mark.parametrize(
    "ask",
    [
        WinRate(),
        WinRate(period="2025Q1"),
        WinRate(filters={"product": ["Pro"]}),
        WinRate(filters={"product": ["Pro", "Core"], "lead_source": ["Referral"]}, period="2024"),
        WinRate(filters={"deal_type": ["renewal"]}),
    ],
    ids=lambda ask: str(ask.filters or ask.period or "all"),
)
async def test_the_count_of_a_win_rate_is_the_length_of_its_list(runtime: Runtime, role: str, ask: WinRate) -> None:
    found, listed = await counted(runtime, role, ask)
    assert next(figure.value for figure in found.figures if figure.key == "closed") == listed["matching"]


async def test_two_dimensions_count_every_deal_once(runtime: Runtime) -> None:
    found, _ = await counted(runtime, "manager", WinRate(by=["product", "lead_source"]))
    closed = next(figure.value for figure in found.figures if figure.key == "closed")
    assert sum(int(str(row["closed"])) for row in found.rows) == closed
