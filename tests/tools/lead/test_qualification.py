"""Criteria are filled from people, fields and quoted sentences, or stay unknown; what a person says counts most."""

from datetime import timedelta

import pytest

from db.errors import NotFound
from db.models import Contact, Interaction, Lead, Note, Opportunity, QualificationAnswer, QualificationCriterion
from tests.db.cast import NOON, TODAY
from tests.tools.lead.conftest import Desk, shown
from tools.errors import BadArgument, NeedsChoice
from tools.lead.qualification import qualify_record, set_qualification

pytestmark = pytest.mark.anyio


async def lead(desk: Desk, **more: object) -> dict[str, object]:
    made = Lead(first_name="Nora", last_name="Blum", arrived_at=NOON, owner_id=desk.actor("dach").user_id, **more)
    await desk.add(made)
    return {"kind": "lead", "id": made.id, "name": "Nora Blum"}


async def wrote(desk: Desk, record: dict[str, object], body: str, *, direction: str = "in", days: int = 1) -> None:
    await desk.add(
        Interaction(
            channel="email", direction=direction, at=NOON - timedelta(days=days), lead_id=record["id"], body=body,
            user_id=desk.actor("dach").user_id,
        )
    )  # fmt: skip


async def test_a_sentence_is_quoted_with_where_and_when_and_the_rest_is_unknown(desk):
    record = await lead(desk)
    await wrote(desk, record, "Hi, we have 50k set aside for this project. Do you have a decision maker too?")
    text = shown(await desk.ask(qualify_record, record=record))
    assert "BANT of Nora Blum: 1 of 4 settled, 1 met." in text
    assert "- Budget: met, “we have 50k set aside for this project.” (e-mail with" in text or "“Hi, we have 50k" in text
    assert "- Authority: unknown" in text and "Ask next: Who signs" in text


async def test_the_latest_sentence_counts_and_what_we_wrote_settles_nothing(desk):
    record = await lead(desk)
    await wrote(desk, record, "Our budget of 50k is approved.", days=9)
    await wrote(desk, record, "Sorry, budget has been cut.", days=2)
    await wrote(desk, record, "Your budget of 90k is approved, right.", direction="out", days=1)
    assert "Budget: not met, “Sorry, budget has been cut.”" in shown(await desk.ask(qualify_record, record=record))


async def test_fields_go_before_texts_and_what_a_person_says_before_both(desk):
    record = await lead(desk, budget_minor=4_000_000, currency="EUR", decision_timeline="Q3")
    await wrote(desk, record, "There is no budget.")
    text = shown(await desk.ask(qualify_record, record=record))
    assert "Budget: met, €40,000 (field budget of the record)" in text and "Timeline: met, Q3" in text
    done = await desk.carry_out(set_qualification, record=record, instruction="they have no budget any more")
    assert done.changes and "budget (BANT) of the lead Nora Blum as not met" in done.proposed.done
    text = shown(await desk.ask(qualify_record, record=record))
    assert "Budget: not met, “they have no budget any more” (said by zzuserxdachzz" in text


async def test_an_answer_taken_back_leaves_it_open_until_something_new_is_written(desk):
    record = await lead(desk)
    await wrote(desk, record, "Our budget of 50k is approved.")
    await desk.carry_out(set_qualification, record=record, criterion="budget", state="open")
    assert "- Budget: unknown" in shown(await desk.ask(qualify_record, record=record))


async def test_a_deal_is_read_by_meddic_with_the_roles_of_its_contacts(desk):
    me, account = desk.actor("dach").user_id, desk.cast.ids["account", "dach"]
    deal = Opportunity(name="Roll-out", account_id=account, owner_id=me, stage="Proposal", created_on=TODAY,
                       decision_criteria=["price", "support"])  # fmt: skip
    await desk.add(
        deal, Contact(first_name="Otto", last_name="Braun", account_id=account, buying_role="champion", owner_id=me)
    )
    await desk.add(Note(opportunity_id=deal.id, author_id=me, body="They want to cut overtime by 20 %."))
    record = {"kind": "opportunity", "id": deal.id, "name": "x"}
    found = await desk.ask(qualify_record, record=record, framework="MEDDIC")
    text = shown(found)
    assert "3 of 6 settled" in text and "Champion: met, Otto Braun (role of the contact)" in text
    assert "Decision criteria: met, price, support" in text and "“They want to cut overtime by 20 %.”" in text


async def test_a_framework_of_the_workspace_is_used_like_the_others(desk):
    record = await lead(desk)
    await desk.add(
        QualificationCriterion(framework="Fit", name="Sites", question="How many sites?", position=1),
        QualificationCriterion(framework="Fit", name="Money", question="Is there money?", position=2, reads="budget"),
    )
    await wrote(desk, record, "Our budget of 50k is approved.")
    await desk.carry_out(set_qualification, record=record, framework="fit", criterion="sites", instruction="four sites")
    text = shown(await desk.ask(qualify_record, record=record, framework="fit"))
    assert "Fit of Nora Blum: 2 of 2 settled" in text and "Sites: met, “four sites”" in text


async def test_unknown_names_are_refused_with_those_there_are(desk):
    record = await lead(desk)
    with pytest.raises(BadArgument, match="BANT, MEDDIC"):
        await desk.ask(qualify_record, record=record, framework="champ")
    with pytest.raises(BadArgument, match="budget, authority"):
        await desk.ask(set_qualification, record=record, criterion="weather", framework="bant")
    with pytest.raises(NeedsChoice):
        await desk.ask(set_qualification, record=record, instruction="confirmed")


async def test_others_records_and_their_answers_do_not_exist(desk):
    theirs = {"kind": "lead", "id": desk.cast.ids["lead", "americas"], "name": "x"}
    await desk.add(QualificationAnswer(lead_id=theirs["id"], framework="bant", criterion="budget", answer="secret"))
    with pytest.raises(NotFound):
        await desk.ask(qualify_record, record=theirs)
    assert "secret" in shown(await desk.ask(qualify_record, "executive", record=theirs))
