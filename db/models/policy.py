"""Which effects need whose approval, and who decides while somebody is away."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, BigId


class Rule(StrEnum):
    """What has to happen before an effect is carried out; from the least strict to the strictest."""

    APPLY_OWN_WORDS = "apply_own_words"
    PROPOSE = "propose"
    FOUR_EYES = "four_eyes"
    FORBID = "forbid"


class Approver(StrEnum):
    """Who decides under four eyes: the asker's manager (and upwards), an executive, or an administrator."""

    MANAGER = "manager"
    EXECUTIVE = "executive"
    ADMIN = "admin"


class EffectPolicy(Base):
    """The rule for an effect, or for one tool of it. `tool` is empty where the row is for all its tools."""

    __tablename__ = "effect_policies"

    effect: Mapped[str] = mapped_column(String(16), primary_key=True)
    tool: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    rule: Mapped[Rule] = mapped_column(String(16))
    approver: Mapped[Approver] = mapped_column(String(16), default=Approver.MANAGER)
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class StandIn(Base):
    """Who decides for a person between two moments. One absence for each person: a new one replaces the last."""

    __tablename__ = "stand_ins"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), primary_key=True, autoincrement=False)
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
