"""The policy of a workspace: read by every effect, edited by administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db.access import Permission
from db.errors import Conflict
from db.models import Approver, EffectPolicy, Rule, User
from db.policy import GOVERNED, Policies, Ruling
from db.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A rule in force. `tool` is empty for a whole effect; `changed_by` for a default nobody has edited."""

    effect: str
    tool: str
    ruling: Ruling
    changed_by: str | None = None
    changed_at: datetime | None = None


class PolicyRepository(Repository):
    async def policies(self) -> Policies:
        rows = (await self.session.execute(select(EffectPolicy))).scalars()
        return Policies({(one.effect, one.tool): (one.rule, one.approver) for one in rows})

    async def lines(self) -> list[PolicyLine]:
        """Every effect with its rule, and the tools that have one of their own."""
        self.actor.require(Permission.POLICY_MANAGE)
        statement = select(EffectPolicy, User.name).join(User, User.id == EffectPolicy.changed_by)
        stored = {(one.effect, one.tool): (one, name) for one, name in (await self.session.execute(statement)).all()}
        policies = await self.policies()
        known = {key for key in stored if key[0] in GOVERNED}
        keys = sorted(known | {(effect, "") for effect in GOVERNED}, key=lambda key: (GOVERNED.index(key[0]), key))
        found = []
        for effect, tool in keys:
            row, name = stored.get((effect, tool), (None, None))
            found.append(PolicyLine(effect, tool, policies.ruling(effect, tool), name, row.changed_at if row else None))
        return found

    async def set(self, effect: str, tool: str, rule: Rule, approver: Approver) -> Ruling:
        """Write the rule; the one that held before."""
        self.actor.require(Permission.POLICY_MANAGE)
        before = (await self.policies()).ruling(effect, tool)
        row = await self.session.get(EffectPolicy, (effect, tool), with_for_update=True)
        if row is None:
            row = EffectPolicy(effect=effect, tool=tool)
            self.session.add(row)
        row.rule, row.approver = rule, approver
        row.changed_by, row.changed_at = self.actor.user_id, datetime.now(UTC)
        try:
            await self.session.flush()
        except IntegrityError as error:
            # Another administrator wrote the first rule of its kind at the same time.
            raise Conflict("policy", effect) from error
        return before
