"""Proposals: decided once, by a guarded update."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, not_, or_, select, update
from sqlalchemy.exc import IntegrityError

from db.acting import unscoped
from db.errors import AlreadyDecided, Conflict, Expired, NotFound, NotInDoubt
from db.models import Proposal, ProposalStatus, Rule, Turn, new_id
from db.personal import own_or_colleagues_proposals
from db.proposal_lines import ProposalLine, digest
from db.repositories.approvers import ApproverRepository
from db.repositories.base import Repository
from db.repositories.deciding import DecisionRepository

__all__ = ["ProposalLine", "ProposalRepository", "ProposalStatus"]
_MOST = 500
_CARRIED_OUT = (ProposalStatus.APPROVED, ProposalStatus.APPLIED)


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
        call: str | None = None,
        rule: Rule = Rule.PROPOSE,
    ) -> tuple[ProposalLine, bool]:
        """One proposal per step of a turn, and whether it is new: a turn that is run again finds its own."""
        own = select(Proposal).where(Proposal.turn_id == turn, Proposal.step == step)
        own = own.where(Proposal.asked_by == self.actor.user_id)
        known = await self.session.scalar(own)
        if known is not None:
            return await self._line(known), False
        proposal = Proposal(
            id=new_id("pr"), turn_id=turn, step=step, asked_by=self.actor.user_id, tool=tool, effect=effect,
            arguments=arguments, preview=preview, versions=versions, read_before=read_before, call=call, rule=rule,
            expires_at=expires_at, status=ProposalStatus.WAITING,
        )  # fmt: skip
        proposal.digest = digest(proposal)
        try:
            async with self.session.begin_nested():
                self.session.add(proposal)
        except IntegrityError:
            # The same turn, run a second time elsewhere, came first.
            known = await self.session.scalar(own)
            if known is None:
                raise
            return await self._line(known), False
        return await self._line(proposal), True

    async def of_call(self, turn: str, step: int, call: str, *, taken: Collection[str]) -> ProposalLine | None:
        """What an earlier run of the turn proposed for this call, unless this run has met it already (`taken`)."""
        own = select(Proposal).where(Proposal.turn_id == turn, Proposal.call == call)
        own = own.where(Proposal.asked_by == self.actor.user_id, Proposal.id.not_in(taken))
        found = (await self.session.execute(own.order_by(Proposal.step))).scalars().all()
        if not found:
            return None
        return await self._line(next((one for one in found if one.step == step), found[0]))

    async def same(self, call: str) -> list[ProposalLine]:
        """This person's proposals of exactly the same, waiting or carried out, the latest first."""
        statement = (
            select(Proposal)
            .where(Proposal.asked_by == self.actor.user_id, Proposal.call == call)
            .where(Proposal.status.in_([ProposalStatus.WAITING, *_CARRIED_OUT]))
            .order_by(Proposal.created_at.desc())
        )
        return await self._read(statement)

    async def waiting(
        self, tool: str | None, conversation_id: str, *, besides: str | None = None
    ) -> ProposalLine | None:
        """This person's latest proposal in a conversation that nobody has decided, of a tool or of any.

        Args:
            besides: a turn whose own proposals do not count.
        """
        turns = select(Turn.id).where(Turn.conversation_id == conversation_id)
        statement = (
            select(Proposal)
            .where(Proposal.asked_by == self.actor.user_id, Proposal.turn_id.in_(turns))
            .where(*([Proposal.tool == tool] if tool else []), *([Proposal.turn_id != besides] if besides else []))
            .where(Proposal.status == ProposalStatus.WAITING, Proposal.expires_at > datetime.now(UTC))
            .order_by(Proposal.created_at.desc(), Proposal.id.desc())
            .limit(1)
        )
        return next(iter(await self._read(statement)), None)

    async def of_conversation(self, conversation_id: str, *, limit: int = 20) -> list[ProposalLine]:
        """This person's proposals of a conversation, decided or not, the latest first."""
        turns = select(Turn.id).where(Turn.conversation_id == conversation_id)
        statement = (
            select(Proposal)
            .where(Proposal.asked_by == self.actor.user_id, Proposal.turn_id.in_(turns))
            .order_by(Proposal.created_at.desc(), Proposal.id.desc())
            .limit(limit)
        )
        return await self._read(statement)

    async def decided_in(self, turn: str, tool: str | None = None) -> ProposalLine | None:
        """What was decided in the words of this turn, of a tool or of any."""
        statement = select(Proposal).where(Proposal.decided_in == turn, Proposal.asked_by == self.actor.user_id)
        statement = statement.where(*([Proposal.tool == tool] if tool else [])).limit(1)
        return next(iter(await self._read(statement)), None)

    async def get(self, proposal_id: str) -> ProposalLine:
        return await self._line(await self._seen(proposal_id))

    async def visible(self, *, limit: int = 50) -> list[ProposalLine]:
        """Those that wait for the actor, and those of the people whose rows the actor sees; the latest first."""
        statement = select(Proposal).where(self._scope()).order_by(Proposal.created_at.desc()).limit(limit)
        found = list((await self.session.execute(statement)).scalars())
        found = sorted([*found, *await self._elsewhere()], key=lambda one: one.created_at, reverse=True)
        lines = await DecisionRepository(self.session, self.actor).read(found)
        return sorted(lines, key=lambda one: not one.mine)[:limit]

    async def claim(
        self, proposal_id: str, decision: ProposalStatus, *, bound_to: str, door: str, turn: str | None = None
    ) -> ProposalLine:
        """Decide it, once, as somebody who may.

        Args:
            bound_to: the digest of what was shown.
            turn: the turn in which it is decided in words.

        Raises:
            NotFound: it is not this person's to decide, or the person has left.
            AnotherDecides, NobodyDecides, Forbidden: who asked may not approve it.
            AlreadyDecided, Expired, Conflict: it was decided, has run out, or is not what was shown.
        """
        proposal = await self._seen(proposal_id)
        await self._require_decider(proposal, decision)
        now = datetime.now(UTC)
        with unscoped(self.session):  # It may come from somebody whose rows the decider does not see.
            claimed = await self.session.execute(
                update(Proposal)
                .where(Proposal.id == proposal_id, Proposal.status == ProposalStatus.WAITING)
                .where(Proposal.digest == bound_to, Proposal.expires_at > now)
                .values(
                    status=decision, decided_by=self.actor.user_id, decided_at=now, decided_at_door=door,
                    decided_in=turn,
                )
                .returning(Proposal.id)
                .execution_options(synchronize_session=False)
            )  # fmt: skip
            won = claimed.scalar() is not None
            await self.session.refresh(proposal)
        if not won:
            raise _reason(proposal, now)
        if decision is ProposalStatus.APPROVED and digest(proposal) != proposal.digest:
            # The row says something else than what it was bound to.
            raise Conflict("proposal", proposal_id)
        return await self._line(proposal)

    async def _require_decider(self, proposal: Proposal, decision: ProposalStatus) -> None:
        me = self.actor.user_id
        if await ApproverRepository(self.session, self.actor).present(me) is None:
            raise NotFound("proposal", proposal.id)
        if proposal.status != ProposalStatus.WAITING and proposal.asked_by == me:
            return
        standing = await DecisionRepository(self.session, self.actor).standing(proposal)
        if standing.may_approve(me) if decision is ProposalStatus.APPROVED else standing.may_decline(me):
            return
        refused = standing.refusal(proposal)
        if proposal.asked_by == me and refused is not None:
            raise refused
        # A colleague with sight of it may read it only.
        raise NotFound("proposal", proposal.id)

    async def settle(self, proposal_id: str, status: ProposalStatus, *, outcome: str | None) -> None:
        """What became of a proposal this person approved."""
        await self.session.execute(
            update(Proposal)
            .where(Proposal.id == proposal_id, Proposal.decided_by == self.actor.user_id)
            .where(Proposal.status == ProposalStatus.APPROVED)
            .values(status=status, outcome=outcome)
            .execution_options(synchronize_session=False)
        )

    async def settle_doubt(self, proposal_id: str, status: ProposalStatus, *, outcome: str) -> ProposalLine:
        """What somebody found out about a message whose sending was cut off; by who asked or who approved."""
        proposal = await self._seen(proposal_id)
        if self.actor.user_id not in (proposal.asked_by, proposal.decided_by):
            raise NotFound("proposal", proposal_id)
        settled = await self.session.execute(
            update(Proposal)
            .where(Proposal.id == proposal_id, Proposal.status == ProposalStatus.APPROVED)
            .where(Proposal.outcome.is_(None), Proposal.effect == "OUTWARD")
            .values(status=status, outcome=outcome)
            .returning(Proposal.id)
            .execution_options(synchronize_session=False)
        )
        won = settled.scalar() is not None
        await self.session.refresh(proposal)
        if not won:
            raise NotInDoubt(proposal_id, proposal.status)
        return await self._line(proposal)

    async def _elsewhere(self) -> list[Proposal]:
        """Those that wait for the actor although they come from somebody whose rows the actor does not see."""
        decisions = DecisionRepository(self.session, self.actor)
        asking = (await decisions.policies()).asking_another
        statement = (
            select(Proposal)
            .where(Proposal.status == ProposalStatus.WAITING, Proposal.expires_at > datetime.now(UTC))
            .where(or_(Proposal.rule == Rule.FOUR_EYES, Proposal.effect.in_(asking)), not_(self._scope()))
            .order_by(Proposal.created_at.desc())
            .limit(_MOST)
        )
        with unscoped(self.session):
            found = (await self.session.execute(statement)).scalars().all()
        return [one for one in found if (await decisions.standing(one)).may_approve(self.actor.user_id)]

    async def _seen(self, proposal_id: str) -> Proposal:
        found = await self.session.scalar(select(Proposal).where(Proposal.id == proposal_id, self._scope()))
        if found is not None:
            return found
        with unscoped(self.session):
            found = await self.session.scalar(
                select(Proposal).where(Proposal.id == proposal_id, Proposal.status == ProposalStatus.WAITING)
            )
        if found is not None:
            standing = await DecisionRepository(self.session, self.actor).standing(found)
            # A rule that names no other person gives nobody sight of it.
            if standing.ruling.rule is Rule.FOUR_EYES and standing.may_approve(self.actor.user_id):
                return found
        raise NotFound("proposal", proposal_id)

    def _scope(self) -> ColumnElement[bool]:
        return own_or_colleagues_proposals(self.actor)

    async def _read(self, statement: Any) -> list[ProposalLine]:  # noqa: ANN401 - a select of proposals
        found = (await self.session.execute(statement)).scalars().all()
        return await DecisionRepository(self.session, self.actor).read(found)

    async def _line(self, proposal: Proposal) -> ProposalLine:
        (found,) = await DecisionRepository(self.session, self.actor).read([proposal])
        return found


def _reason(proposal: Proposal, now: datetime) -> Conflict:
    if proposal.status == ProposalStatus.EXPIRED:
        return Expired(proposal.id)
    if proposal.status != ProposalStatus.WAITING:
        return AlreadyDecided(proposal.id, proposal.status)
    return Expired(proposal.id) if proposal.expires_at <= now else Conflict("proposal", proposal.id)
