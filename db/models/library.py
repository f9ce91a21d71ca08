"""What a team knows by heart: texts to send and answers to objections."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Record


class Template(Record):
    __tablename__ = "templates"

    name: Mapped[str] = mapped_column(String(160), index=True)
    purpose: Mapped[str | None] = mapped_column(String(40))
    channel: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(8))
    subject: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Objection(Record):
    """An objection with a response; how often it was used and what became of the deal is counted from its uses."""

    __tablename__ = "objections"

    name: Mapped[str] = mapped_column(String(300), index=True)
    category: Mapped[str | None] = mapped_column(String(40))
    response: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ObjectionUse(Record):
    """An objection that was raised on a deal, and whether the response carried."""

    __tablename__ = "objection_uses"

    objection_id: Mapped[int] = mapped_column(ForeignKey("objections.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    carried: Mapped[bool | None]
