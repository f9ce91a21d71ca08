"""A count and the list that stands behind it hold the same deals, whatever the question was narrowed to."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from agent.runtime import Runtime
from tests.agent.conftest import person
from tools.analytics import WinRate, win_rate
from tools.contract import Found, ToolContext
from tools.errors import Unanswerable
from tools.evidence import Figure, Unit
from tools.registry import by_name

pytestmark = pytest.mark.anyio


async def counted(runtime: Runtime, role: str, ask: WinRate) -> tuple[Found, Mapping[str, Any]]:
    """The answer, and for its figure of closed deals the list that stands behind it."""
    actor = await person(runtime, role)
    now = await runtime.now(actor)
    async with runtime.database.read() as session:
        at = ToolContext(actor, session, now, runtime.workspace)
        found = await win_rate.run(ask, at)
        assert isinstance(found, Found)
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


async def listed(figure: Figure, at: ToolContext) -> int:
    """How many deals the list holds that a figure opens."""
    assert figure.rows is not None
    tool = by_name(figure.rows.tool)
    found = await tool.run(tool.ask.model_validate(dict(figure.rows.arguments)), at)
    assert isinstance(found, Found)
    return next((int(str(one.value)) for one in found.figures if one.key == "matching"), 0)


def count_of(figure: Figure) -> int:
    """The deals a figure counts: a number, or those of "43.1 % (173 of 401)"."""
    return int(re.sub(r".* of |[,)]", "", figure.text)) if figure.unit is Unit.TEXT else int(str(figure.value))


async def answer(runtime: Runtime, role: str, name: str, **ask: Any) -> tuple[Found, list[tuple[str, int, int]]]:
    """What a tool answers, and for each count with rows: its label, itself and the length of its list."""
    actor = await person(runtime, role)
    async with runtime.database.read() as session:
        at = ToolContext(actor, session, await runtime.now(actor), runtime.workspace)
        tool = by_name(name)
        found = await tool.run(tool.ask.model_validate(ask), at)
        assert isinstance(found, Found)
        counts = [one for one in found.figures if one.rows and one.unit in (Unit.TEXT, Unit.COUNT)]
        return found, [(one.label, count_of(one), await listed(one, at)) for one in counts]


@pytest.mark.parametrize("role", ["rep", "manager", "executive"])
@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("explain_win_rate", {}),
        ("explain_win_rate", {"at": "2025", "versus": "2024"}),
        ("explain_win_rate", {"grain": "month", "filters": {"product": ["Pro"]}}),
        ("win_rate", {"by": ["owner"], "period": "2025Q1"}),
        ("win_rate", {"by": ["product", "lead_source"], "period": "2024"}),
        ("win_rate", {"by": ["product", "month"], "period": "2024-11-10/2025-02-10"}),
        ("win_rate", {"by": ["quarter"], "filters": {"deal_type": ["renewal"]}}),
        ("win_loss_patterns", {"by": "product", "period": "2025Q1"}),
        ("win_loss_patterns", {"by": "deal_type"}),
        ("pipeline", {"by": ["stage"]}),
        ("pipeline", {"by": ["owner", "product"], "filters": {"deal_type": ["new"]}}),
    ],
    ids=str,
)
async def test_every_count_opens_the_deals_it_counts(
    runtime: Runtime, role: str, name: str, ask: dict[str, Any]
) -> None:
    _, counts = await answer(runtime, role, name, **ask)
    assert len(counts) > 3
    assert [(label, count) for label, count, _ in counts] == [(label, length) for label, _, length in counts]


async def test_a_named_cause_opens_its_segment_in_both_periods(runtime: Runtime) -> None:
    found, _ = await answer(runtime, "executive", "explain_win_rate")
    opened = [one.rows.arguments for one in found.figures if one.rows and one.rows.arguments["filters"].get("product")]
    assert [(each["status"], each["closed"], each["filters"]["product"]) for each in opened] == [
        ("closed", "2024Q4", ["Pro"]), ("closed", "2025Q1", ["Pro"]), ("lost", "2025Q1", ["Pro"]),
    ]  # fmt: skip


async def test_what_is_computed_carries_no_rows_and_says_what_it_is(runtime: Runtime) -> None:
    found, _ = await answer(runtime, "executive", "explain_win_rate")
    computed = {one.text: one.label for one in found.figures if one.rows is None}
    assert any(text.endswith("points") for text in computed)
    assert not any(label.startswith(("win rate,", "from the comparison")) for label in computed.values())


@pytest.mark.parametrize("name", ["win_rate", "explain_win_rate", "win_loss_patterns"])
async def test_every_rate_is_one_of_new_business_and_says_so(runtime: Runtime, name: str) -> None:
    found, _ = await answer(runtime, "manager", name)
    assert "new business, by close date" in " ".join(found.said)


async def test_a_value_that_exists_out_of_sight_is_answered_in_one_sentence(runtime: Runtime) -> None:
    with pytest.raises(Unanswerable, match=r"^Your deals do not include the team “DACH”\. They have [^.]*\.$"):
        await answer(runtime, "rep", "win_rate", filters={"team": ["dach"]})


async def test_ones_own_team_means_the_teams_below_it_too(runtime: Runtime) -> None:
    whole, _ = await answer(runtime, "manager", "win_rate")
    team, counts = await answer(runtime, "manager", "win_rate", filters={"team": ["emea"]})
    assert next(one.value for one in whole.figures) == next(one.value for one in team.figures)
    assert all(count == length for _, count, length in counts)
