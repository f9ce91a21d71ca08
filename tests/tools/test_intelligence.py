from datetime import timedelta

import polars as pl
import pytest

from tests.tools.conftest import NOW
from tools.contract import RecordArgument
from tools.errors import BadArgument
from tools.evidence import references, rendered
from tools.intelligence.next_action import NextBestAction, next_best_action
from tools.intelligence.winloss import WinLossPatterns, judged, win_loss_patterns

pytestmark = pytest.mark.anyio


def shown(found):
    assert set(references(" ".join(found.said))) <= {figure.key for figure in found.figures}
    return "\n".join(rendered(part, found.figures) for part in found.said)


async def test_win_and_loss_are_counted_in_ones_own_scope(as_person):
    async with as_person() as at:
        found = await win_loss_patterns.run(WinLossPatterns(), at)
    text = shown(found)
    assert "1 of 2 closed deals of your own deals were won: 50.0 %." in text
    assert "too few deals to compare" in text
    assert "Why deals were lost (1 of 1 say why):\n- Price: 1 (100.0 %)" in text


async def test_asking_what_wins_leaves_the_loss_reasons_out(as_person):
    async with as_person() as at:
        found = await win_loss_patterns.run(WinLossPatterns(focus="win"), at)
    assert "Price" not in shown(found)


async def test_a_period_without_closed_deals_says_so(as_person):
    async with as_person() as at:
        found = await win_loss_patterns.run(WinLossPatterns(period="2019", filters={"region": "emea"}), at)
    assert shown(found).startswith("There are no won or lost deals in EMEA closed in 2019 in your own deals.")


async def test_closed_deals_cannot_be_narrowed_by_stage(as_person):
    async with as_person() as at:
        with pytest.raises(BadArgument, match="no stage"):
            await win_loss_patterns.run(WinLossPatterns(filters={"stage": ["Won"]}), at)


def frame(**segments):
    rows = [(name, index < won) for name, (won, closed) in segments.items() for index in range(closed)]
    return pl.DataFrame(
        {"region": [name for name, _ in rows], "outcome": [int(won) for _, won in rows]},
        schema_overrides={"outcome": pl.Int8},
    )


def test_a_real_difference_is_found_and_noise_is_not():
    clear = judged(frame(EMEA=(80, 100), APAC=(30, 100), US=(31, 100)), ("region",))
    assert clear[0].segment.label == "EMEA"
    assert clear[0].supported
    noise = judged(frame(EMEA=(8, 10), APAC=(20, 40), US=(25, 60), LATAM=(12, 30)), ("region",))
    assert not any(one.supported for one in noise)
    assert all(one.alike for one in noise)


async def test_the_most_pressing_comes_first_with_its_reason(as_person):
    async with as_person() as at:
        found = await next_best_action.run(NextBestAction(), at)
    text = shown(found)
    assert "1. Answer Jane Miller on Acme Planner: a message has waited 2 days for an answer" in text
    assert "Call Nora Blum: a hot lead nobody has contacted in 1 day" in text
    assert [ref.name for ref in found.focus] == ["Acme Planner", "Nora Blum", "Globex Rollout", "Pete Old"]
    assert "Leads to call first:\n- Nora Blum (Blum AG): score 91 (A), arrived 1 day ago and not contacted yet" in text
    assert "Otis Out" not in text, "who opted out is not to be called"


async def test_one_record_gets_its_own_advice(as_person):
    async with as_person() as at:
        late = await next_best_action.run(NextBestAction(record=RecordArgument(kind="account", id=2)), at)
        quiet = await next_best_action.run(NextBestAction(record=RecordArgument(kind="account", id=5)), at)
    assert "Get back in touch about Globex Rollout: nothing has happened on it for 45 days" in shown(late)
    assert shown(quiet) == (
        "Nothing presses on Empty Works: there is no open deal, overdue task or unanswered message."
    )


async def test_a_manager_without_own_deals_sees_the_team_with_owners(as_person):
    async with as_person("manager@demo.example") as at:
        found = await next_best_action.run(NextBestAction(limit=10), at)
    assert "(Sam Carter)" in shown(found)
    assert "Initech" not in shown(found)


async def test_an_answer_given_later_takes_the_message_off_the_list(as_person):
    async with as_person(now=NOW - timedelta(days=3)) as at:
        found = await next_best_action.run(NextBestAction(), at)
    assert "Answer Jane Miller" not in shown(found)
