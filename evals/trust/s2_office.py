"""The workspace of the trial of decisions: people of every position, and proposals of both kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db.access import Actor, Role
from db.doors import Door
from db.errors import NotFound
from db.repositories.approvers import ApproverRepository
from db.repositories.base import RecordRef
from db.repositories.changes import Made
from db.repositories.conversations import ConversationRepository
from db.repositories.people import PeopleRepository
from db.repositories.proposals import ProposalLine
from db.repositories.turns import TurnRepository
from db.repositories.writing import WriteRepository
from db.session import Database, ReadSession
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from tools import effects
from tools.contract import Action, Effect, Message, Operation, Proposed

DOOR = Door.WEB


def runtime_of(settings: WorkspaceSettings, smtp_url: str | None) -> Runtime:
    quiet = AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None, SMTP_URL=smtp_url)
    return Runtime(Database(settings.url), settings, quiet)


@dataclass(frozen=True, slots=True)
class Office:
    """The people: who asks (a rep), and those who might decide instead."""

    runtime: Runtime
    people: dict[str, Actor]
    conversation: str

    @property
    def rep(self) -> Actor:
        return self.people["rep"]

    @property
    def database(self) -> Database:
        """Recorded in the audit chain, as at any door."""
        return self.runtime.recorded(self.rep, DOOR)

    async def turn(self) -> str:
        async with self.database.write() as session:
            turns = TurnRepository(session, self.rep)
            return (await turns.open(self.conversation, "…", trace_id="0" * 32, key=None))[0].id

    async def contact(self, number: int) -> tuple[int, int]:
        """A new account with a contact of the rep's, as (account, contact)."""
        made = Made(await self.turn(), self.conversation, "trial")
        async with self.database.write() as session:
            changes = WriteRepository(session, self.rep)
            account = await changes.create("account", {"name": f"Trial {number}", "owner_id": self.rep.user_id}, made)
            values = {
                "account_id": account.record_id, "first_name": "Jane", "last_name": f"Miller {number}",
                "email": f"jane{number}@trial.example", "owner_id": self.rep.user_id,
            }  # fmt: skip
            contact = await changes.create("contact", values, made)
        return account.record_id, contact.record_id

    async def task(self, number: int) -> ProposalLine:
        """A task about a new account, for the rep to decide."""
        account, _ = await self.contact(number)
        values = {
            "title": f"Trial task {number}", "status": "open", "account_id": account,
            "owner_id": self.rep.user_id, "created_by": self.rep.user_id,
        }  # fmt: skip
        wanted = Proposed("I would", "Done", {"title": values["title"]}, (Operation(Action.CREATE, "task", values),))
        return await self._proposed(wanted, "create_task", Effect.WRITE)

    async def message(self, number: int) -> ProposalLine:
        """A message to a new contact, for the rep to decide."""
        _, contact = await self.contact(number)
        to = RecordRef("contact", contact, f"Jane Miller {number}")
        message = Message("email", to, f"jane{number}@trial.example", f"Subject {number}", "Hello Jane")
        return await self._proposed(Proposed("I would", "Sent", {}, (), message), "send_email", Effect.OUTWARD)

    async def _proposed(self, wanted: Proposed, tool: str, effect: Effect) -> ProposalLine:
        turn = await self.turn()
        async with self.database.write() as session:
            return await effects.propose(
                session, self.rep, wanted, tool=tool, effect=effect, turn=turn, step=0, read_before=[]
            )

    async def tasks_of(self, proposal: ProposalLine) -> int:
        """How many records the turn of a proposal wrote."""
        return await self.count(f"SELECT count(*) FROM tasks WHERE run_id = '{proposal.turn_id}'")  # noqa: S608 - our id

    async def count(self, query: str) -> int:
        async with self.runtime.database.connection() as connection:
            return int((await connection.exec_driver_sql(query)).scalar_one())

    async def spoil(self, statement: str) -> None:
        """Change rows behind the program's back."""
        async with self.runtime.database.connection() as connection:
            await connection.exec_driver_sql(statement)


@asynccontextmanager
async def office(settings: WorkspaceSettings, smtp_url: str | None) -> AsyncIterator[Office]:
    runtime = runtime_of(settings, smtp_url)
    try:
        people = await _people(runtime)
        async with runtime.database.write() as session:
            conversation = await ConversationRepository(session, people["rep"]).start(DOOR)
        yield Office(runtime, people, conversation.id)
    finally:
        await runtime.close()


async def _people(runtime: Runtime) -> dict[str, Actor]:
    """The demo's four, the manager of another team and another rep."""
    async with runtime.database.read() as session:
        found = {role.value: await _known(session, f"{role}@demo.example") for role in Role}
        everybody = await PeopleRepository(session, found["admin"]).visible()
        present = ApproverRepository(session, found["admin"]).present
        others = [one for one in everybody if one.active and one.id not in {a.user_id for a in found.values()}]
        for other in others:
            actor = await present(other.id)
            if actor is None:
                continue
            if actor.role is Role.REP:
                found.setdefault("other rep", actor)
            if actor.role is Role.MANAGER and found["rep"].team_id not in actor.teams:
                found.setdefault("other manager", actor)
    return found


async def _known(session: ReadSession, email: str) -> Actor:
    actor = await actor_by_email(session, email)
    if actor is None:
        raise NotFound("active person", email)
    return actor
