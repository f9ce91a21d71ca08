"""Who looks at a page, asked again at every action, so that a session that was ended does nothing more."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from agent.runtime import Runtime
from api.web.errors import SessionEnded
from db.access import Actor
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.conversations import ConversationLine, ConversationRepository, TurnLine, TurnRepository
from db.repositories.leads import LeadFilter, LeadRepository
from db.repositories.opportunities import OpportunityFilter, OpportunityRepository
from db.repositories.people import demo_people
from db.repositories.proposals import ProposalLine, ProposalRepository

ActorOf = Callable[[Request], Awaitable[Actor | None]]
DOOR = "web"
MOST_TURNS = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person of one page request, and what a page reads for them."""

    runtime: Runtime
    request: Request
    actor_of: ActorOf

    async def actor(self) -> Actor:
        found = await self.actor_of(self.request)
        if found is None:
            raise SessionEnded
        return found

    async def now(self) -> datetime:
        return await self.runtime.now(await self.actor())

    async def conversations(self) -> list[ConversationLine]:
        async with self.runtime.database.read() as session:
            return await ConversationRepository(session, await self.actor()).recent()

    async def turns(self, conversation: str) -> list[TurnLine]:
        """Raises `NotFound` for a conversation that is not the person's own."""
        actor = await self.actor()
        async with self.runtime.database.read() as session:
            await ConversationRepository(session, actor).get(conversation)
            return await TurnRepository(session, actor).of(conversation, limit=MOST_TURNS)

    async def proposal(self, proposal_id: str) -> ProposalLine:
        async with self.runtime.database.read() as session:
            return await ProposalRepository(session, await self.actor()).get(proposal_id)

    async def change(self, change_id: str) -> ChangeLine:
        async with self.runtime.database.read() as session:
            return await ChangeRepository(session, await self.actor()).get(change_id)

    async def has_records(self) -> bool:
        """Whether there is any deal or lead the person sees."""
        actor, now = await self.actor(), await self.now()
        async with self.runtime.database.read() as session:
            deals, _ = await OpportunityRepository(session, actor).find(
                OpportunityFilter(outcomes=()), today=now.date(), limit=1
            )
            leads, _ = (0, []) if deals else await LeadRepository(session, actor).find(LeadFilter(), limit=1)
        return bool(deals or leads)

    async def others(self) -> tuple[Actor, ...]:
        """The demo's people, for the person switch; nobody where the page is not read on the machine it runs on."""
        if not is_loopback(self.request):
            return ()
        async with self.runtime.database.read() as session:
            return await demo_people(session)


def is_loopback(request: Request) -> bool:
    if request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return request.client.host == "localhost"
