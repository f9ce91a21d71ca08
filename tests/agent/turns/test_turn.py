"""What a turn answers with no language model, from the person's words to the stored result."""

import re

import pytest

from agent.errors import EmptyQuestion, QuestionTooLong
from agent.runtime import Runtime
from agent.turns.running import LONGEST_QUESTION
from db.doors import Door
from db.errors import NotFound
from tests.agent.conftest import Ask, person

pytestmark = pytest.mark.anyio


async def test_the_cause_of_the_fall_is_named_with_sources(ask: Ask) -> None:
    answer = await ask("executive", "why did win rate drop")
    assert answer.agents == ["analytics"]
    assert [(step.tool, step.effect, step.ok) for step in answer.steps] == [("explain_win_rate", "READ", True)]
    assert "Pro" in answer.answer.split("\n")[0]
    assert answer.citations[0].label.startswith("win rate, 2025Q1")


async def test_every_mark_in_the_answer_has_its_citation(ask: Ask) -> None:
    answer = await ask("executive", "why did win rate drop")
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", answer.answer)}
    assert marks == {citation.n for citation in answer.citations}


async def test_a_wrong_premise_is_corrected_first(ask: Ask) -> None:
    answer = await ask("executive", "why did our win rate go up last quarter?")
    assert answer.answer.startswith("It did not rise, it fell.")


async def test_a_follow_up_narrows_the_question_before(ask: Ask) -> None:
    first = await ask("executive", "why did win rate drop")
    second = await ask("executive", "and for APAC only?", after=first)
    assert second.steps[0].tool == "explain_win_rate"
    assert second.steps[0].args["filters"] == {"region": ["APAC"]}


async def test_a_mistyped_question_is_understood(ask: Ask) -> None:
    answer = await ask("rep", "wht r my top deels")
    assert [step.tool for step in answer.steps] == ["find_opportunities"]


async def test_the_weather_is_out_of_scope(ask: Ask) -> None:
    answer = await ask("rep", "what's the weather")
    assert (answer.agents, answer.steps, answer.citations) == ([], [], [])


async def test_a_clear_reminder_is_created_and_taken_back(ask: Ask, runtime: Runtime) -> None:
    draft = await ask("rep", f"draft a follow up to {await _own_account(runtime)}")
    made = await ask("rep", "remind me to prepare the offer on Thursday at 10", after=draft)
    step = made.steps[0]
    assert (step.tool, step.effect, step.ok) == ("create_task", "WRITE", True)
    assert step.change is not None
    assert step.args["due"].startswith("2025-05-22T10:00")
    undone = await ask("rep", "undo that", after=made)
    assert undone.answer.startswith("Taken back")
    again = await ask("rep", "undo that", after=undone)
    assert "nothing" in again.answer


async def test_sending_a_draft_waits_for_approval(ask: Ask, runtime: Runtime) -> None:
    draft = await ask("rep", f"draft a follow up to {await _own_account(runtime)}")
    assert draft.steps[0].tool == "draft_email"
    sent = await ask("rep", "send it", after=draft)
    assert [(proposal.tool, proposal.effect) for proposal in sent.proposals] == [("send_email", "OUTWARD")]
    assert sent.proposals[0].preview.after["body"] in draft.answer
    assert sent.steps[0].change is None


async def test_a_reader_may_follow_from_any_event(ask: Ask, runtime: Runtime) -> None:
    actor = await person(runtime, "rep")
    answer = await ask("rep", "what is my pipeline")
    whole = [event async for event in runtime.events(actor, answer.turn)]
    rest = [event async for event in runtime.events(actor, answer.turn, after=3)]
    assert rest == whole[3:]
    assert whole[-1].kind == "done"
    assert "".join(event.data["text"] for event in whole if event.kind == "token") == answer.answer


async def test_nobody_else_follows_a_turn_not_even_where_it_runs(runtime: Runtime) -> None:
    turn = await runtime.ask(await person(runtime, "rep"), "what is my pipeline", door=Door.HTTP)
    other = await person(runtime, "executive")
    with pytest.raises(NotFound):
        await runtime.answer(other, turn.id)


async def test_the_answer_is_the_stored_result(ask: Ask, runtime: Runtime) -> None:
    answer = await ask("rep", "what is my pipeline")
    stored = await runtime.turn(await person(runtime, "rep"), answer.turn)
    assert stored.result == answer.model_dump(mode="json")


async def test_the_same_key_is_one_turn(runtime: Runtime) -> None:
    actor = await person(runtime, "rep")
    first = await runtime.ask(actor, "what is my pipeline", door=Door.HTTP, key="k1")
    second = await runtime.ask(actor, "what is my pipeline", door=Door.HTTP, key="k1")
    assert first.id == second.id


async def test_messages_sent_at_once_are_answered_in_order(runtime: Runtime) -> None:
    actor = await person(runtime, "rep")
    first = await runtime.ask(actor, "hello", door=Door.HTTP)
    turns = [
        await runtime.ask(actor, f"open deals over {n}k", door=Door.HTTP, conversation=first.conversation_id)
        for n in range(1, 9)
    ]
    answers = [await runtime.answer(actor, turn.id) for turn in turns]
    assert [float(answer.steps[0].args["min_amount"]) for answer in answers] == [1000.0 * n for n in range(1, 9)]
    finished = await runtime.turns(actor, first.conversation_id)
    assert [turn.number for turn in finished] == list(range(1, 10))


async def test_evidence_opens_with_its_rows_and_verifies(ask: Ask, runtime: Runtime) -> None:
    answer = await ask("executive", "win rate by region last quarter")
    actor = await person(runtime, "executive")
    opened = await runtime.evidence(actor, answer.citations[0].evidence, verify=True)
    assert opened.holds is True
    assert opened.rows


async def test_evidence_belongs_to_whom_it_was_shown(ask: Ask, runtime: Runtime) -> None:
    answer = await ask("executive", "what is our win rate")
    rep = await person(runtime, "rep")
    with pytest.raises(Exception, match="There is no evidence"):
        await runtime.evidence(rep, answer.citations[0].evidence)


@pytest.mark.parametrize("question", ["why did win rate drop", "what is our win rate", "what is my pipeline"])
async def test_a_rep_gets_figures_of_the_own_deals_only(ask: Ask, question: str) -> None:
    mine = await ask("rep", question)
    company = await ask("executive", question)
    assert "your own deals" in mine.answer
    assert mine.answer != company.answer


async def test_a_trace_shows_the_way_and_no_names(ask: Ask, runtime: Runtime) -> None:
    name = await _own_contact(runtime)
    answer = await ask("rep", f"what do we know about {name}")
    admin = await person(runtime, "admin")
    spans = await runtime.spans(admin, answer.trace_id)
    assert {"turn", "link", "plan", "ground"} <= {span.name for span in spans}
    assert name not in str([span.attributes for span in spans])


async def test_an_empty_question_is_refused(runtime: Runtime) -> None:
    with pytest.raises(EmptyQuestion):
        await runtime.ask(await person(runtime, "rep"), "  \n", door=Door.HTTP)


async def test_a_very_long_question_is_refused_with_its_length(runtime: Runtime) -> None:
    with pytest.raises(QuestionTooLong, match="100,000"):
        await runtime.ask(await person(runtime, "rep"), "x" * 100_000, door=Door.HTTP)
    assert LONGEST_QUESTION < 100_000


async def _own_account(runtime: Runtime) -> str:
    return (await _own(runtime))[0]


async def _own_contact(runtime: Runtime) -> str:
    return (await _own(runtime))[1]


async def _own(runtime: Runtime) -> tuple[str, str]:
    """Account and contact of an open deal of the demo's rep, both without a namesake."""
    from collections import Counter

    from sqlalchemy import select

    from db.models import Account, Contact, Lead, Opportunity

    actor = await person(runtime, "rep")
    full = Contact.first_name + " " + Contact.last_name
    statement = (
        select(Account.name, full)
        .join(Opportunity, Opportunity.account_id == Account.id)
        .join(Contact, Opportunity.contact_id == Contact.id)
        .where(Opportunity.owner_id == actor.user_id, Opportunity.outcome == "open")
        .where(Contact.opted_out.is_(False), Contact.do_not_contact.is_(False), Contact.email.is_not(None))
        .order_by(Opportunity.id)
    )
    async with runtime.database.read() as session:
        names = Counter((await session.execute(select(full))).scalars())
        names.update((await session.execute(select(Lead.first_name + " " + Lead.last_name))).scalars())
        rows = (await session.execute(statement)).all()
    return next((account, contact) for account, contact in rows if names[contact] == 1)


async def test_two_requests_in_one_message_are_each_carried_out_once(ask: Ask) -> None:
    answer = await ask("rep", "remind me to call the bank on Monday at 9, and show me my stuck deals")
    assert [step.tool for step in answer.steps] == ["create_task", "find_opportunities"]


async def test_a_draft_and_its_sending_fit_in_one_message(ask: Ask, runtime: Runtime) -> None:
    answer = await ask("rep", f"draft a follow up to {await _own_account(runtime)} and send it")
    assert [step.tool for step in answer.steps] == ["draft_email", "send_email"]
    assert len(answer.proposals) == 1


async def test_a_corrected_reminder_is_changed_and_not_made_again(ask: Ask) -> None:
    made = await ask("rep", "remind me to prepare the offer on Thursday at 10")
    moved = await ask("rep", "no, make it 11", after=made)
    assert moved.steps[0].args["due"].startswith("2025-05-22T11:00")
    assert "changed: it is now for Thursday 22 May at 11:00" in moved.answer


async def test_taking_a_correction_back_leaves_what_it_corrected(ask: Ask) -> None:
    made = await ask("rep", "remind me to prepare the offer on Thursday at 10")
    moved = await ask("rep", "no, make it 11", after=made)
    back = await ask("rep", "undo that", after=moved)
    assert "are as before" in back.answer
    gone = await ask("rep", "undo that", after=back)
    assert "removed again" in gone.answer
    assert (await ask("rep", "undo that", after=gone)).answer.startswith("There is nothing")


async def test_a_task_half_read_waits_for_a_decision(ask: Ask) -> None:
    answer = await ask("rep", "remind me to send the 3rd draft on the 5th or 6th at 10")
    assert [step.change for step in answer.steps] == [None] or answer.clarify is not None
