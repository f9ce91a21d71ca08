"""Figures that were shown, so that they can be opened and computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from db.errors import NotFound
from db.models import Base, Evidence, new_id
from db.repositories.base import Repository

_EVIDENCE = Base.metadata.tables[Evidence.__tablename__]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    tool: str
    arguments: dict[str, Any]
    key: str
    label: str
    rule: str
    value: dict[str, Any]
    rows: dict[str, Any] | None
    id: str = ""
    turn_id: str = ""
    at: datetime | None = None


class EvidenceRepository(Repository):
    async def keep(self, turn_id: str, lines: Sequence[EvidenceLine]) -> list[str]:
        """Store the figures of a turn; the ids, in the same order."""
        ids = [new_id("ev") for _ in lines]
        rows = [
            {
                "id": key, "turn_id": turn_id, "user_id": self.actor.user_id, "tool": line.tool,
                "arguments": line.arguments, "key": line.key, "label": line.label, "rule": line.rule,
                "value": line.value, "records": line.rows,
            }
            for key, line in zip(ids, lines, strict=True)
        ]  # fmt: skip
        if rows:
            await self.session.execute(insert(_EVIDENCE), rows)
        return ids

    async def get(self, evidence_id: str) -> EvidenceLine:
        """Evidence belongs to the person it was shown to."""
        statement = select(Evidence).where(Evidence.id == evidence_id, Evidence.user_id == self.actor.user_id)
        one = await self.session.scalar(statement)
        if one is None:
            raise NotFound("evidence", evidence_id)
        return EvidenceLine(
            one.tool,
            one.arguments,
            one.key,
            one.label,
            one.rule,
            one.value,
            one.records,
            one.id,
            one.turn_id,
            one.created_at,
        )
