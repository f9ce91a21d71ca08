"""Who may decide which proposal, and how a proposal reads to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select

from db.approvers import Deciders, Staff, deciders
from db.errors import AnotherDecides, Forbidden, NobodyDecides
from db.models import Change, Proposal, ProposalStatus, Rule, User
from db.policy import Policies, Ruling
from db.proposal_lines import ProposalLine, line
from db.records import KINDS
from db.repositories.approvers import ApproverRepository
from db.repositories.base import Repository
from db.repositories.policies import PolicyRepository


@dataclass(frozen=True, slots=True)
class Standing:
    """How a proposal stands with the policy and the people of this moment."""

    ruling: Ruling
    asker: int
    deciders: Deciders
    names: tuple[str, ...]

    def may_approve(self, user: int) -> bool:
        match self.ruling.rule:
            case Rule.FORBID:
                return False
            case Rule.FOUR_EYES:
                return user in self.deciders.may
            case _:
                return user == self.asker

    def may_decline(self, user: int) -> bool:
        """Who asked can always take it back."""
        return user == self.asker or self.may_approve(user)

    def refusal(self, proposal: Proposal) -> AnotherDecides | NobodyDecides | Forbidden | None:
        """Why the asker may not approve it."""
        if self.ruling.rule is Rule.FORBID:
            return Forbidden(proposal.tool.replace("_", " "))
        if self.ruling.rule is not Rule.FOUR_EYES:
            return None
        return AnotherDecides(proposal.id, self.names) if self.names else NobodyDecides(proposal.id)


class DecisionRepository(Repository):
    """Staff and policy are read once for all the proposals it is asked about."""

    _policies: Policies | None = None
    _staff: Staff | None = None

    async def standing(self, proposal: Proposal) -> Standing:
        """The rule it was made under, or the policy of today where that is stricter."""
        policies = await self.policies()
        ruling = policies.ruling(proposal.effect, proposal.tool).but_no_less_than(Rule(proposal.rule))
        if ruling.rule is not Rule.FOUR_EYES:
            return Standing(ruling, proposal.asked_by, Deciders(), ())
        if self._staff is None:
            self._staff = await ApproverRepository(self.session, self.actor).staff()
        found = deciders(proposal.asked_by, self._staff, approver=ruling.approver, effect=proposal.effect)
        return Standing(ruling, proposal.asked_by, found, self._staff.names(found.asked))

    async def policies(self) -> Policies:
        if self._policies is None:
            self._policies = await PolicyRepository(self.session, self.actor).policies()
        return self._policies

    async def read(self, proposals: Sequence[Proposal]) -> list[ProposalLine]:
        """The proposals as the actor sees them now."""
        names = await self._names({one.asked_by for one in proposals})
        made = await self._changes([one.id for one in proposals])
        return [
            replace(
                await self._waiting(one, names[one.asked_by]), asker=names[one.asked_by],
                changes=tuple(made.get(one.id, ())), hidden=self._hidden(),
            )
            for one in proposals
        ]  # fmt: skip

    def _hidden(self) -> frozenset[tuple[str, str]]:
        """What is hidden from the reader, by field and by the column that keeps it."""
        hidden = self.actor.hidden
        columns = ((kind, KINDS[kind].by_name[name].stored) for kind, name in hidden if name in KINDS[kind].by_name)
        return hidden | frozenset(columns)

    async def _waiting(self, proposal: Proposal, asker: str) -> ProposalLine:
        if proposal.status != ProposalStatus.WAITING:
            return line(proposal)
        if proposal.expires_at <= datetime.now(UTC):
            # Nobody can decide it any more, whether or not a worker has closed it yet.
            return replace(line(proposal), status=ProposalStatus.EXPIRED)
        standing = await self.standing(proposal)
        refused = standing.refusal(proposal)
        return replace(
            line(proposal),
            waits_for=standing.names if refused else (asker,),
            mine=standing.may_approve(self.actor.user_id),
            reason=str(refused or ""),
        )

    async def _names(self, ids: set[int]) -> dict[int, str]:
        rows = (await self.session.execute(select(User.id, User.name).where(User.id.in_(ids)))).all()
        return {row.id: row.name for row in rows}

    async def _changes(self, ids: list[str]) -> dict[str, list[str]]:
        statement = select(Change.proposal_id, Change.id).where(Change.proposal_id.in_(ids)).order_by(Change.part)
        made: dict[str, list[str]] = {}
        for proposal, change in (await self.session.execute(statement)).all():
            made.setdefault(str(proposal), []).append(change)
        return made
