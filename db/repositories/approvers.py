"""Who decides for whom at this moment."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from db.access import Actor, actor_of
from db.approvers import Member, Staff
from db.models import Role, StandIn, Team, User
from db.repositories.base import Repository


class ApproverRepository(Repository):
    async def staff(self) -> Staff:
        """The people, the teams and who is away now."""
        now = datetime.now(UTC)
        users = (await self.session.execute(select(User))).scalars()
        teams = (await self.session.execute(select(Team.id, Team.parent_id))).all()
        away = select(StandIn.user_id, StandIn.stand_in_id).where(StandIn.since <= now, StandIn.until > now)
        return Staff(
            {
                one.id: Member(
                    one.id, one.name, Role(one.role), one.team_id, one.manager_id,
                    active=one.active and one.deleted_at is None,
                )
                for one in users
            },
            {row.id: row.parent_id for row in teams},
            {row.user_id: row.stand_in_id for row in (await self.session.execute(away)).all()},
        )  # fmt: skip

    async def present(self, user_id: int) -> Actor | None:
        """The person as the workspace knows them now; None for somebody who has left."""
        user = await self.session.scalar(
            select(User)
            .where(User.id == user_id, User.active, User.deleted_at.is_(None))
            .execution_options(populate_existing=True)
        )
        return await actor_of(self.session, user) if user else None
