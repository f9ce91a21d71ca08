"""What a provider outside answered about a record, kept so that it is asked once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Named


class EnrichmentAnswer(Named):
    """One answer. `asked_with` names the fields that were sent, `values` holds what came back by field."""

    __tablename__ = "enrichment_answers"
    __table_args__ = (Index("ix_enrichment_answers_kind_record_id", "kind", "record_id"),)

    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int] = mapped_column(BigInteger)
    provider: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime]
    asked_with: Mapped[list[Any]]
    values: Mapped[dict[str, Any]]
