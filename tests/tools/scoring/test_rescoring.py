"""Stored scores follow every change in its transaction, time, and the rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.lead_scores import with_scores
from db.models import LeadScore
from tests.db.cast import NOON
from tests.tools.scoring.conftest import Desk
from tools.contract import Found
from tools.science.lead_score import DEFAULTS, RulesUnreadable
from tools.scoring import rescore_all, rescore_due, set_rules, standing
from tools.scoring.model import model_of

pytestmark = pytest.mark.anyio


async def history(desk: Desk) -> list[tuple[int, str]]:
    async with desk.office.plain.read() as session:
        lines = select(LeadScore.score, LeadScore.reason).where(LeadScore.lead_id == desk.lead["id"])
        return [(score, reason) for score, reason in await session.execute(lines.order_by(LeadScore.id))]


async def all_scored(desk: Desk, later: timedelta = timedelta()) -> int:
    async with desk.office.plain.write() as session:
        return await with_scores(session, lambda scores: rescore_all(scores, NOON + later))


async def test_a_call_raises_the_score_at_once_and_says_which_part_moved(desk: Desk) -> None:
    await all_scored(desk)
    before = await desk.stored()
    await desk.call()
    after = await desk.stored()
    assert (after.score or 0) > (before.score or 0)
    assert after.version == before.version + 1, "only the last contact and the status are an edit"
    assert [reason for _, reason in await history(desk)] == ["first score", "engagement +6"]


async def test_taking_a_change_back_puts_the_score_right_and_is_no_conflict(desk: Desk) -> None:
    await all_scored(desk)
    before = await desk.stored()
    done = await desk.call()
    await all_scored(desk, timedelta(days=3))
    await desk.undo(done)
    after = await desk.stored()
    assert (after.score, after.grade, after.status) == (before.score, before.grade, "new")


async def test_a_new_lead_has_a_score_and_can_be_taken_back(desk: Desk) -> None:
    done = await desk.do("create_lead", first_name="Ada", last_name="Byron", title="CEO", email="ada@b.example")
    async with desk.office.plain.read() as session:
        kept = (await session.scalars(select(LeadScore).where(LeadScore.lead_id == done[0].record_id))).all()
    assert [one.reason for one in kept] == ["first score"]
    await desk.undo(done)


async def test_scoring_again_changes_nothing_and_leaves_no_trace(desk: Desk) -> None:
    assert await all_scored(desk) > 1
    before = await desk.rows("leads", "lead_scores")
    await all_scored(desk)
    assert await desk.rows("leads", "lead_scores") == before


async def test_what_has_faded_is_scored_again_when_its_time_has_come(desk: Desk) -> None:
    await desk.call()
    await all_scored(desk)
    fresh = await desk.stored()
    assert fresh.rescore_at is not None
    async with desk.office.plain.write() as session:
        assert await with_scores(session, lambda scores: rescore_due(scores, NOON)) == 0
        due = fresh.rescore_at
        assert await with_scores(session, lambda scores: rescore_due(scores, due)) >= 1
    assert (await desk.stored()).score == (fresh.score or 0) - 1


async def test_few_and_many_are_scored_alike_from_the_database(desk: Desk) -> None:
    await desk.call()
    async with desk.office.plain.read() as session:
        rows = await with_scores(session, lambda scores: scores.facts(scores.block(0, 100), on=NOON.date()))
        model = await with_scores(session, model_of)
    alone = standing.scored(rows, model, now=NOON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "_FEW", 0)
        assert standing.scored(rows, model, now=NOON) == alone


async def test_rules_of_the_workspace_are_a_version_and_score_every_lead(desk: Desk) -> None:
    await all_scored(desk)
    stricter = DEFAULTS | {"grades": {"A": 99, "B": 98, "C": 97}}
    model, done = await set_rules(desk.office.database, desk.office.cast.actors["admin"], stricter)
    assert model.version.startswith("rules 1 (")
    assert done == len((await desk.rows("leads"))["leads"])
    assert (await desk.stored()).grade == "D"


async def test_the_points_told_add_up_to_the_score(desk: Desk) -> None:
    await desk.call()
    found = await desk.ask("score_lead", record=desk.lead)
    assert isinstance(found, Found)
    score = next(one.value for one in found.figures if one.key == "score")
    assert sum(row["points"] for row in found.rows) == score == (await desk.stored()).score


async def test_the_history_of_a_score_is_told_the_latest_first(desk: Desk) -> None:
    await all_scored(desk)
    await desk.call()
    found = await desk.ask("lead_score_history", record=desk.lead)
    assert isinstance(found, Found)
    assert [row["why"] for row in found.rows] == ["engagement +6", "first score"]


async def test_where_the_rules_say_so_a_contacted_lead_that_scores_enough_is_qualified_with_the_call(
    desk: Desk,
) -> None:
    eager = DEFAULTS | {"lifecycle": {"qualify_at": 1}}
    await set_rules(desk.office.database, desk.office.cast.actors["admin"], eager)
    done = await desk.call()
    assert (await desk.stored()).status == "qualified"
    await desk.undo(done)
    assert (await desk.stored()).status == "new"


async def test_a_threshold_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(RulesUnreadable, match="qualify_at"):
        await set_rules(
            desk.office.database, desk.office.cast.actors["admin"], DEFAULTS | {"lifecycle": {"qualify_at": "high"}}
        )
