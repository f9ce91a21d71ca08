"""A workspace whose entries are listed, and a turn of one of its people."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select

from db.access import Actor
from db.deeds import Deed
from db.models import Proposal, Task
from db.repositories.base import RecordRef
from db.repositories.conversations import ConversationRepository
from db.repositories.proposals import ProposalLine, ProposalRepository
from db.repositories.turns import TurnRepository
from db.session import Database, WriteSession
from tests.db.cast import Cast
from tools import effects
from tools.contract import Action, Effect, Message, Operation, Proposed
from tools.delivery import Delivery
from tools.recording import Entry, recorded
from tools.registry import by_name


class Outbox(Delivery):
    """A mail server in memory: what is tested is how often it is spoken to."""

    def __init__(self) -> None:
        super().__init__("smtp://nowhere")
        self.sent: list[tuple[str, str]] = []

    async def send(self, message: Message, *, sender: Actor, key: str) -> str:
        self.sent.append((key, sender.email))
        return f"sent to {message.address}"


@dataclass
class Office:
    plain: Database
    cast: Cast
    conversation: str
    outbox: Outbox = field(default_factory=Outbox)
    entries: list[Entry] = field(default_factory=list)

    @property
    def database(self) -> Database:
        async def enter(session: WriteSession, entry: Entry) -> None:
            self.entries.append(entry)

        return recorded(self.plain, enter)

    @property
    def rep(self) -> Actor:
        return self.cast.actors["dach"]

    @property
    def deeds(self) -> list[Deed]:
        return [one.deed for one in self.entries]

    async def turn(self) -> str:
        async with self.plain.write() as session:
            turns = TurnRepository(session, self.rep)
            return (await turns.open(self.conversation, "…", trace_id="t", key=None))[0].id

    def task(self, title: str, **more: object) -> Proposed:
        values = {"title": title, "owner_id": self.rep.user_id, **more}
        return Proposed("I would", "Done", values, (Operation(Action.CREATE, "task", values),), corrected="Changed")

    def message(self, subject: str = "Hi") -> Proposed:
        to = RecordRef("lead", self.cast.ids["lead", "dach"], "Jane")
        return Proposed("I would", "Sent", {}, (), Message("email", to, "j@x.example", subject, "Text"))

    async def propose(self, wanted: Proposed, *, turn: str | None = None, step: int = 0) -> ProposalLine:
        outward = wanted.message is not None
        async with self.database.write() as session:
            return await effects.propose(
                session, self.rep, wanted, tool="send_email" if outward else "create_task",
                effect=Effect.OUTWARD if outward else Effect.WRITE, turn=turn or await self.turn_in(session),
                step=step, read_before=[],
            )  # fmt: skip

    async def turn_in(self, session: WriteSession) -> str:
        turns = TurnRepository(session, self.rep)
        return (await turns.open(self.conversation, "…", trace_id="t", key=None))[0].id

    async def carry_out(
        self, wanted: Proposed, turn: str, step: int, *, by: Actor | None = None, **call: object
    ) -> effects.Carried:
        tool = by_name("send_email" if wanted.message else "create_task")
        made = effects.Call(tool, turn, self.conversation, step, **call)  # type: ignore[arg-type]
        async with self.database.write() as session:
            return await effects.carry_out(session, by or self.rep, wanted, made)

    async def approve(self, who: str, proposal: ProposalLine, *, shown: str | None = None) -> ProposalLine:
        actor = self.cast.actors[who]
        return await effects.approve(self.database, actor, proposal.id, door="test", delivery=self.outbox, shown=shown)

    async def decline(self, who: str, proposal: ProposalLine) -> ProposalLine:
        return await effects.decline(self.database, self.cast.actors[who], proposal.id, door="test")

    async def seen(self, who: str, proposal: ProposalLine) -> ProposalLine:
        async with self.plain.read() as session:
            return await ProposalRepository(session, self.cast.actors[who]).get(proposal.id)

    async def counts(self) -> tuple[int, int]:
        """(living tasks that were made by a turn, proposals)"""
        async with self.plain.read() as session:
            tasks = select(func.count(Task.id)).where(Task.run_id.is_not(None), Task.deleted_at.is_(None))
            made = int(await session.scalar(tasks) or 0)
            return made, int(await session.scalar(select(func.count(Proposal.id))) or 0)


async def opened(database: Database, cast: Cast) -> Office:
    async with database.write() as session:
        conversation = await ConversationRepository(session, cast.actors["dach"]).start("web")
    return Office(database, cast, conversation.id)
