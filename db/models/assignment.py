"""Who new leads go to: what each colleague or team answers for, and how the choice is weighed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Record


class AssignmentRule(Record):
    """What a colleague or a team answers for; every condition that is filled in has to hold."""

    __tablename__ = "assignment_rules"

    name: Mapped[str] = mapped_column(String(120), index=True)
    region: Mapped[str | None] = mapped_column(String(80))
    country: Mapped[str | None] = mapped_column(String(80))
    industry: Mapped[str | None] = mapped_column(String(80))
    lead_source: Mapped[str | None] = mapped_column(String(80))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))


class AssignmentPlan(Record):
    """How a team weighs territory, skill and load against each other, and whose turn it was last.

    Without a team it holds for everybody. `turn_id` is who got the last lead that a tie was broken for.
    """

    __tablename__ = "assignment_plans"

    name: Mapped[str] = mapped_column(String(120), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    territory_weight: Mapped[int] = mapped_column(default=3, server_default="3")
    skill_weight: Mapped[int] = mapped_column(default=2, server_default="2")
    load_weight: Mapped[int] = mapped_column(default=2, server_default="2")
    most_open: Mapped[int | None]
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
