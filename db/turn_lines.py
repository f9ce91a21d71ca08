"""Turns and their events as lines: what is known of one without asking the database again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import Turn, TurnStatus

UNFINISHED = (TurnStatus.WAITING, TurnStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class TurnLine:
    id: str
    conversation_id: str
    number: int
    text: str
    status: TurnStatus
    trace_id: str
    result: dict[str, Any] | None
    created_at: datetime
    attempts: int = 0
    finished_at: datetime | None = None

    @property
    def unfinished(self) -> bool:
        return self.status in UNFINISHED


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a conversation takes along from a turn; a title stays once it is given."""

    memory: dict[str, Any]
    title: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of a stream. `body` is its JSON, the same bytes whenever it is read."""

    number: int
    kind: str
    body: str

    @classmethod
    def of(cls, number: int, kind: str, data: Mapping[str, Any]) -> EventLine:
        return cls(number, kind, json.dumps(data, ensure_ascii=False))

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def turn_line(one: Turn) -> TurnLine:
    status = TurnStatus(one.status) if one.status else TurnStatus.WAITING
    return TurnLine(
        one.id, one.conversation_id, one.number, one.text, status, one.trace_id, one.result, one.created_at,
        one.attempts or 0, one.finished_at,
    )  # fmt: skip
