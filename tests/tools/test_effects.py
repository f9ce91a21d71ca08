"""Effects, decisions and their entries: one transaction, one entry."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from db.access import Actor, Role
from db.chain import Chain
from db.deeds import Deed
from db.errors import AlreadyDecided, NotFound
from db.models import Change, Opportunity, Task
from db.repositories.base import RecordRef
from db.repositories.conversations import ConversationRepository
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus
from db.repositories.turns import TurnRepository
from db.session import Database, WriteSession
from tests.db.cast import Cast, found
from tools import effects
from tools.communication.send import decided_before, told_of
from tools.contract import Action, Effect, Message, Operation, Proposed
from tools.delivery import Delivery
from tools.effects import deciding
from tools.errors import MessageWasSent, NothingChanged
from tools.recording import Entry, NotRecorded, recorded

pytestmark = pytest.mark.anyio
NOBODY = Delivery(None)


@dataclass
class Company:
    """A workspace whose entries are listed; `fails` makes the recorder break down."""

    plain: Database
    cast: Cast
    turn: str = ""
    conversation: str = ""
    entries: list[Entry] = field(default_factory=list)
    fails: bool = False

    @property
    def database(self) -> Database:
        return recorded(self.plain, self._enter)

    @property
    def actor(self) -> Actor:
        return self.cast.actors["dach"]

    @property
    def deeds(self) -> list[tuple[Deed, str]]:
        return [(one.deed, one.subject) for one in self.entries]

    async def _enter(self, session: WriteSession, entry: Entry) -> None:
        assert isinstance(session, WriteSession)
        if self.fails:
            raise InterruptedError
        self.entries.append(entry)

    async def apply(self, proposed: Proposed) -> str:
        async with self.database.write() as session:
            (change,) = await effects.apply(
                session, self.actor, proposed, tool="t", turn=self.turn, conversation=self.conversation
            )
        return change.id

    async def propose(
        self, proposed: Proposed, *, step: int = 1, effect: Effect = Effect.WRITE, own_words: bool = True
    ) -> ProposalLine:
        async with self.database.write() as session:
            return await effects.propose(
                session,
                self.actor,
                proposed,
                tool="t",
                effect=effect,
                turn=self.turn,
                step=step,
                read_before=[],
                own_words=own_words,
            )

    async def tasks(self) -> int:
        async with self.plain.read() as session:
            return int(await session.scalar(select(func.count(Task.id)).where(Task.title == "new")) or 0)

    def change(self, **values: object) -> Proposed:
        deal = self.cast.ids["opportunity", "dach"]
        return Proposed("I would", "Done", values, (Operation(Action.UPDATE, "opportunity", values, deal, 1),))


CREATED = Proposed("I would", "Done", {"title": "new"}, (Operation(Action.CREATE, "task", {"title": "new"}),))


@pytest.fixture
async def company(sqlite_url) -> AsyncIterator[Company]:
    database = Chain(b"key").carried_by(Database(sqlite_url))
    made = Company(database, await found(database))
    async with database.write() as session:
        conversation = await ConversationRepository(session, made.actor).start("web")
        turn, _ = await TurnRepository(session, made.actor).open(conversation.id, "…", trace_id="t", key=None)
    made.conversation, made.turn = conversation.id, turn.id
    yield made
    await database.close()


async def test_a_change_applied_at_once_has_one_entry(company):
    change = await company.apply(CREATED)
    assert company.deeds == [(Deed.APPLIED, change)]
    assert company.entries[0].arguments == {"title": "new"}


async def test_a_change_is_undone_when_its_entry_cannot_be_written(company):
    company.fails = True
    with pytest.raises(InterruptedError):
        await company.apply(CREATED)
    assert await company.tasks() == 0


async def test_an_approval_and_its_change_are_undone_when_the_entry_cannot_be_written(company):
    proposal = await company.propose(CREATED)
    company.fails = True
    with pytest.raises(InterruptedError):
        await effects.approve(company.database, company.actor, proposal.id, door="web", delivery=NOBODY)
    async with company.plain.read() as session:
        assert (await ProposalRepository(session, company.actor).get(proposal.id)).status is ProposalStatus.WAITING
    assert await company.tasks() == 0


async def test_an_approval_that_cannot_be_carried_out_leaves_no_decision(company, monkeypatch):
    async def breaks(*_: object, **__: object) -> None:
        raise InterruptedError

    proposal = await company.propose(CREATED)
    # The process may end between any two statements; here it does after the decision.
    monkeypatch.setattr(deciding, "carry_on", breaks)
    with pytest.raises(InterruptedError):
        await effects.approve(company.database, company.actor, proposal.id, door="web", delivery=NOBODY)
    async with company.plain.read() as session:
        assert (await ProposalRepository(session, company.actor).get(proposal.id)).status is ProposalStatus.WAITING


async def test_an_undo_is_undone_when_its_entry_cannot_be_written(company):
    change = await company.apply(CREATED)
    company.fails = True
    with pytest.raises(InterruptedError):
        await effects.undo(company.database, company.actor, change)
    async with company.plain.read() as session:
        assert await session.scalar(select(Change.undone_at).where(Change.id == change)) is None


async def test_a_proposal_its_approval_and_its_undoing_have_one_entry_each(company):
    proposal = await company.propose(CREATED)
    await effects.approve(company.database, company.actor, proposal.id, door="web", delivery=NOBODY)
    undone = await effects.undo_proposal(company.database, company.actor, proposal.id)
    assert company.deeds == [
        (Deed.PROPOSED, proposal.id), (Deed.APPROVED, proposal.id), (Deed.UNDONE, undone.id),
    ]  # fmt: skip


async def test_a_second_decision_has_no_entry(company):
    proposal = await company.propose(CREATED)
    await effects.decline(company.database, company.actor, proposal.id, door="web")
    with pytest.raises(AlreadyDecided):
        await effects.decline(company.database, company.actor, proposal.id, door="web")
    assert company.deeds[1:] == [(Deed.DECLINED, proposal.id)]


async def test_a_step_that_is_run_again_has_one_entry(company):
    first, again = await company.propose(CREATED), await company.propose(CREATED)
    assert first.id == again.id
    assert company.deeds == [(Deed.PROPOSED, first.id)]


async def corrected(company, proposed):
    async with company.database.write() as session:
        return await effects.correcting(session, company.actor, proposed, tool="t", conversation=company.conversation)


async def test_a_correction_passes_by_what_the_persons_words_did_not_lead_to(company: Company) -> None:
    proposal = await company.propose(CREATED, own_words=False)
    assert await corrected(company, CREATED) is None
    assert company.deeds == [(Deed.PROPOSED, proposal.id)]


async def test_a_correction_of_what_waits_is_recorded_as_declined(company):
    proposal = await company.propose(CREATED)
    assert await corrected(company, CREATED) is None
    assert company.deeds[1:] == [(Deed.DECLINED, proposal.id)]


async def test_a_correction_of_what_was_done_changes_only_what_differs(company):
    (operation,) = CREATED.operations
    mine = replace(operation, values={**operation.values, "owner_id": company.actor.user_id})
    await company.apply(replace(CREATED, operations=(mine,)))
    other = replace(mine, values={**mine.values, "title": "Another title"})
    made = await corrected(company, replace(CREATED, operations=(other,)))
    assert made is not None
    assert [(one.action, one.values) for one in made.operations] == [(Action.UPDATE, {"title": "Another title"})]


async def test_a_correction_leaves_what_somebody_else_edited_since(company):
    (operation,) = CREATED.operations
    mine = replace(operation, values={**operation.values, "owner_id": company.actor.user_id})
    await company.apply(replace(CREATED, operations=(mine,)))
    async with company.plain.write() as session:
        await session.execute(update(Task).where(Task.title == "new").values(title="Edited by a colleague"))
    other = replace(mine, values={**mine.values, "kind": "reminder"})
    made = await corrected(company, replace(CREATED, operations=(other,)))
    assert made is not None
    assert dict(made.operations[0].values) == {"kind": "reminder"}


async def test_the_text_of_a_message_stays_in_its_proposal(company):
    lead = RecordRef("lead", company.cast.ids["lead", "dach"], "Jane")
    message = Message("email", lead, "j@x.example", "Hi", "Long text")
    made = Proposed("I would", "Sent", {"address": "j@x.example", "subject": "Hi", "body": "Long text"}, (), message)
    await company.propose(made, effect=Effect.OUTWARD)
    assert company.entries[0].arguments == {"address": "j@x.example"}


async def test_no_effect_without_somebody_who_records(company):
    async with company.plain.write() as session:
        with pytest.raises(NotRecorded, match=r"change\.applied"):
            await effects.apply(session, company.actor, CREATED, tool="t", turn=company.turn, conversation="")


async def test_an_update_shows_what_was_there_before(company):
    line = await company.propose(company.change(stage="Negotiation", next_step=None, amount_minor=5))
    assert line.preview["before"] == {
        "opportunity.stage": "Proposal", "opportunity.next_step": None, "opportunity.amount_minor": 100_000,
    }  # fmt: skip
    assert line.preview["after"] == {
        "opportunity.stage": "Negotiation", "opportunity.next_step": None, "opportunity.amount_minor": 5,
    }  # fmt: skip


async def test_a_new_record_has_nothing_before(company):
    assert (await company.propose(CREATED)).preview == {
        "before": {}, "after": {"task.title": "new"}, "records": 1, "own_words": True, "read_before": [],
    }  # fmt: skip


async def test_a_hidden_record_shows_nothing_of_itself(company):
    hidden = Operation(Action.UPDATE, "opportunity", {"stage": "x"}, company.cast.ids["opportunity", "americas"], 1)
    with pytest.raises(NotFound):
        await company.propose(Proposed("I would", "Done", {}, (hidden,)))


@pytest.mark.parametrize(("status", "error"), [("applied", MessageWasSent), ("failed", NothingChanged)])
async def test_what_changed_no_record_cannot_be_taken_back(company, status, error):
    proposal = await company.propose(CREATED)
    async with company.plain.write() as session:
        proposals = ProposalRepository(session, company.actor)
        await proposals.claim(proposal.id, ProposalStatus.APPROVED, bound_to=proposal.digest, door="web")
        await proposals.settle(proposal.id, ProposalStatus(status), outcome=None)
    with pytest.raises(error, match=proposal.id):
        await effects.undo_proposal(company.database, company.actor, proposal.id)


async def test_an_approved_update_changes_the_deal(company):
    proposal = await company.propose(company.change(stage="Negotiation"))
    assert proposal.expires_at > datetime.now(UTC)
    await effects.approve(company.database, company.actor, proposal.id, door="web", delivery=NOBODY)
    async with company.plain.read() as session:
        deal = await session.get(Opportunity, company.cast.ids["opportunity", "dach"])
    assert deal is not None and deal.stage == "Negotiation"


class CutOff(Delivery):
    """The process ends between handing the message over and its receipt."""

    def require(self, role: Role = Role.ADMIN, *, channel: str = "email") -> None:
        return None

    async def send(self, message: Message, *, sender: Actor, key: str) -> str:
        raise KeyboardInterrupt(message, sender, key)


async def test_a_message_cut_off_while_it_was_sent_is_in_doubt_with_its_id(company):
    lead = RecordRef("lead", company.cast.ids["lead", "dach"], "Jane")
    made = Proposed("I would", "Sent", {}, (), Message("email", lead, "j@x.example", "Hi", "Text"))
    line = await company.propose(made, effect=Effect.OUTWARD)
    with pytest.raises(KeyboardInterrupt):
        await effects.approve(company.database, company.actor, line.id, door="test", delivery=CutOff(None))
    async with company.plain.read() as session:
        stored = await ProposalRepository(session, company.actor).get(line.id)
    doubt = f"in doubt: handed to the mail server, no receipt (Message-ID <{line.id}@rainmaker>)"
    assert (stored.status, told_of(stored)) == (ProposalStatus.APPROVED, doubt)
    assert doubt in str(await decided_before(company.plain, company.actor, line.id))


async def test_what_was_declined_is_not_in_doubt(company):
    line = await company.propose(CREATED)
    await effects.decline(company.database, company.actor, line.id, door="test")
    assert str(await decided_before(company.plain, company.actor, line.id)).endswith("it is declined.")
