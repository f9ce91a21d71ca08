"""Who looks at a page, asked again at every action, so that a session that was ended does nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI, Request

from agent.runtime import Runtime
from api.dependencies import session_of
from api.routes.sessions import demo_choices
from api.web.errors import SessionEnded
from db.access import Actor
from db.doors import Door
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.leads import LeadFilter, LeadRepository
from db.repositories.opportunities import OpportunityFilter, OpportunityRepository
from db.repositories.proposals import ProposalLine, ProposalRepository

DOOR = Door.WEB


@dataclass(frozen=True, slots=True)
class Beginning:
    """Whether the person sees any deal or lead, and the account of their largest open deal."""

    has_records: bool
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person of one page request, and what a page reads for them that the runtime does not give."""

    request: Request

    @classmethod
    def of(cls, app: FastAPI, request: Request) -> Visitor:
        """The pages run in an app of NiceGUI's inside ours; what a request needs hangs on ours."""
        return cls(Request({**request.scope, "app": app}))

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.request.app.state.runtime
        return runtime

    async def signed_in(self) -> Actor | None:
        session = await session_of(self.request)
        return session.actor if session else None

    async def actor(self) -> Actor:
        found = await self.signed_in()
        if found is None:
            raise SessionEnded
        return found

    async def now(self) -> datetime:
        return await self.runtime.now(await self.actor())

    async def others(self) -> tuple[Actor, ...]:
        """The demo's people, where one may pick a person."""
        return await demo_choices(self.request)

    async def proposal(self, proposal_id: str) -> ProposalLine:
        actor = await self.actor()
        async with self.runtime.database.read() as session:
            return await ProposalRepository(session, actor).get(proposal_id)

    async def waiting(self) -> list[ProposalLine]:
        """What others asked for and this person may approve."""
        actor = await self.actor()
        return [one for one in await self.runtime.proposals(actor) if one.mine and one.asked_by != actor.user_id]

    async def change(self, change_id: str) -> ChangeLine:
        actor = await self.actor()
        async with self.runtime.database.read() as session:
            return await ChangeRepository(session, actor).get(change_id)

    async def begins_with(self) -> Beginning:
        """What there is to ask about."""
        actor = await self.actor()
        today = (await self.runtime.now(actor)).date()
        async with self.runtime.database.read() as session:
            deals = OpportunityRepository(session, actor)
            _, largest = await deals.find(OpportunityFilter(), today=today, limit=1)
            if largest:
                return Beginning(has_records=True, account=largest[0].account)
            closed, _ = await deals.find(OpportunityFilter(outcomes=()), today=today, limit=1)
            leads, _ = await LeadRepository(session, actor).find(LeadFilter(), limit=1)
            return Beginning(has_records=bool(closed or leads))
