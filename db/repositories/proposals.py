"""Proposals: decided once, by a guarded update."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError

from db.access import visible_users
from db.errors import AlreadyDecided, Conflict, Expired, NotFound
from db.models import Proposal, ProposalStatus, Turn, User, new_id
from db.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class ProposalLine:
    id: str
    turn_id: str
    tool: str
    effect: str
    arguments: dict[str, Any]
    preview: dict[str, Any]
    versions: dict[str, Any]
    digest: str
    status: ProposalStatus
    asked_by: int
    expires_at: datetime
    change_id: str | None
    outcome: str | None


def digest(tool: str, arguments: Mapping[str, Any], versions: Mapping[str, Any]) -> str:
    """Binds a decision to exactly these arguments and record versions."""
    canonical = json.dumps([tool, dict(arguments), dict(versions)], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


class ProposalRepository(Repository):
    async def add(
        self,
        *,
        turn: str,
        step: int,
        tool: str,
        effect: str,
        arguments: dict[str, Any],
        preview: dict[str, Any],
        versions: dict[str, Any],
        read_before: list[str],
        expires_at: datetime,
    ) -> tuple[ProposalLine, bool]:
        """One proposal per step of a turn, and whether it is new: a turn that is run again finds its own."""
        own = select(Proposal).where(Proposal.turn_id == turn, Proposal.step == step)
        own = own.where(Proposal.asked_by == self.actor.user_id)
        known = await self.session.scalar(own)
        if known is not None:
            return _line(known), False
        proposal = Proposal(
            id=new_id("pr"), turn_id=turn, step=step, asked_by=self.actor.user_id, tool=tool, effect=effect,
            arguments=arguments, preview=preview, versions=versions, read_before=read_before,
            digest=digest(tool, arguments, versions), expires_at=expires_at, status=ProposalStatus.WAITING,
        )  # fmt: skip
        try:
            async with self.session.begin_nested():
                self.session.add(proposal)
        except IntegrityError:
            # The same turn, run a second time elsewhere, came first.
            known = await self.session.scalar(own)
            if known is None:
                raise
            return _line(known), False
        return _line(proposal), True

    async def same(self, tool: str, digest_: str) -> ProposalLine | None:
        """This person's latest proposal of exactly the same, waiting or carried out."""
        statement = (
            select(Proposal)
            .where(Proposal.asked_by == self.actor.user_id, Proposal.tool == tool, Proposal.digest == digest_)
            .where(Proposal.status.in_([ProposalStatus.WAITING, ProposalStatus.APPROVED, ProposalStatus.APPLIED]))
            .order_by(Proposal.created_at.desc())
            .limit(1)
        )
        found = await self.session.scalar(statement)
        return _line(found) if found else None

    async def waiting(self, tool: str | None, conversation_id: str) -> ProposalLine | None:
        """This person's latest proposal in a conversation that nobody has decided, of a tool or of any."""
        turns = select(Turn.id).where(Turn.conversation_id == conversation_id)
        statement = (
            select(Proposal)
            .where(Proposal.asked_by == self.actor.user_id, Proposal.turn_id.in_(turns))
            .where(*([Proposal.tool == tool] if tool else []))
            .where(Proposal.status == ProposalStatus.WAITING, Proposal.expires_at > datetime.now(UTC))
            .order_by(Proposal.created_at.desc(), Proposal.id.desc())
            .limit(1)
        )
        found = await self.session.scalar(statement)
        return _line(found) if found else None

    async def get(self, proposal_id: str) -> ProposalLine:
        return _line(await self._seen(proposal_id))

    async def visible(self, *, limit: int = 50) -> list[ProposalLine]:
        """Those of the people whose rows the actor sees, the latest first."""
        statement = select(Proposal).where(self._scope()).order_by(Proposal.created_at.desc()).limit(limit)
        return [_line(one) for one in (await self.session.execute(statement)).scalars()]

    async def claim(self, proposal_id: str, decision: ProposalStatus, *, bound_to: str, door: str) -> ProposalLine:
        """Decide it, once. Refused when it was decided before, has expired, or is not what was shown (`bound_to`)."""
        proposal = await self._seen(proposal_id)
        if proposal.asked_by != self.actor.user_id:
            # Who asked decides; a colleague with sight of it may read it only.
            raise NotFound("proposal", proposal_id)
        now = datetime.now(UTC)
        claimed = await self.session.execute(
            update(Proposal)
            .where(Proposal.id == proposal_id, Proposal.status == ProposalStatus.WAITING)
            .where(Proposal.digest == bound_to, Proposal.expires_at > now)
            .values(status=decision, decided_by=self.actor.user_id, decided_at=now, decided_at_door=door)
            .returning(Proposal.id)
            .execution_options(synchronize_session=False)
        )
        if claimed.scalar() is None:
            await self.session.refresh(proposal)
            raise _reason(proposal, now)
        await self.session.refresh(proposal)
        return _line(proposal)

    async def settle(
        self, proposal_id: str, status: ProposalStatus, *, change: str | None, outcome: str | None
    ) -> None:
        """What became of a proposal this person approved."""
        await self.session.execute(
            update(Proposal)
            .where(Proposal.id == proposal_id, Proposal.decided_by == self.actor.user_id)
            .where(Proposal.status == ProposalStatus.APPROVED)
            .values(status=status, change_id=change, outcome=outcome)
            .execution_options(synchronize_session=False)
        )

    async def _seen(self, proposal_id: str) -> Proposal:
        found = await self.session.scalar(select(Proposal).where(Proposal.id == proposal_id, self._scope()))
        if found is None:
            raise NotFound("proposal", proposal_id)
        return found

    def _scope(self) -> ColumnElement[bool]:
        theirs = select(User.id).where(visible_users(self.actor))
        return or_(Proposal.asked_by == self.actor.user_id, Proposal.asked_by.in_(theirs))


def _reason(proposal: Proposal, now: datetime) -> Conflict:
    if proposal.status != ProposalStatus.WAITING:
        return AlreadyDecided(proposal.id, proposal.status)
    return Expired(proposal.id) if proposal.expires_at <= now else Conflict("proposal", proposal.id)


def _line(one: Proposal) -> ProposalLine:
    return ProposalLine(
        one.id, one.turn_id, one.tool, one.effect, one.arguments, one.preview, one.versions, one.digest,
        ProposalStatus(one.status), one.asked_by, one.expires_at, one.change_id, one.outcome,
    )  # fmt: skip
