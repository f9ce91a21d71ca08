"""Which of two or more records of one and the same stays, and which values it would have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.records import RecordKind
from db.repositories.records import RecordLine
from tools.contract import ToolContext
from tools.records.merging import merged_value, unites
from tools.records.wording import shown
from tools.wording import clean, quoted

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_BESIDE = frozenset({"owner", "opted_out", "do_not_contact", "in_dispute", "status", "campaign"})
"""Fields that are filled in by themselves, so they do not tell how well a record is kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`line` stays because of `reason` (`it has 9 fields filled in against 4`); the others are merged into it."""

    line: RecordLine
    others: tuple[RecordLine, ...]
    reason: str


def kept(kind: RecordKind, lines: Sequence[RecordLine]) -> Kept:
    """The best kept record stays, else the one with the latest activity, else the oldest."""
    first, *others = sorted(lines, key=lambda line: _rank(kind, line))
    return Kept(first, tuple(others), _reason(kind, first, others))


def _rank(kind: RecordKind, line: RecordLine) -> tuple[int, float, float, int]:
    return -filled(kind, line), -_active(line).timestamp(), _made(line).timestamp(), line.id


def filled(kind: RecordKind, line: RecordLine) -> int:
    """How many of the fields that people fill in have a value."""
    fields = (one.name for one in kind.written if one.name not in _BESIDE)
    return sum(line.values.get(name) not in (None, "", [], False) for name in fields)


def _active(line: RecordLine) -> datetime:
    return line.values.get("last_activity") or _NEVER


def _made(line: RecordLine) -> datetime:
    return line.values.get("arrived_at") or line.values.get("created_at") or datetime(9999, 1, 1, tzinfo=UTC)


def _reason(kind: RecordKind, first: RecordLine, others: Sequence[RecordLine]) -> str:
    fields, most = filled(kind, first), max((filled(kind, one) for one in others), default=0)
    if fields != most:
        return f"it has {fields} fields filled in against {most}"
    if _active(first) != max((_active(one) for one in others), default=_NEVER):
        return "it has the latest activity"
    return "it is the older one"


def survivors(kind: RecordKind, stays: RecordLine, gone: Sequence[RecordLine], at: ToolContext) -> list[dict[str, Any]]:
    """Field by field what the merged record would have, and what it would lose: where they differ or one is empty."""
    found = []
    for field in kind.written:
        values = [(line, _said(line, field.name, at)) for line in (stays, *gone)]
        told = [(line, value) for line, value in values if value]
        if not told or len({value for _, value in values}) == 1:
            continue
        united = merged_value(field, stays, gone) if unites(field) else None
        chosen = told[0][1] if united is None else shown(united, at)
        lost = [] if united is not None else list(dict.fromkeys(value for _, value in told[1:] if value != chosen))
        source = f"{kind.one} {told[0][0].id}"
        found.append({"field": field.name, "value": chosen, "source": source, "instead_of": lost})
    return found


def _said(line: RecordLine, name: str, at: ToolContext) -> str:
    link = line.links.get(name)
    return clean(link.name, most=80) if link else shown(line.values.get(name), at)


def in_words(kind: RecordKind, values: Sequence[dict[str, Any]]) -> str:
    """` It would keep title “COO” and not “CEO”.`; only what is lost is told, the rest is in the preview."""
    lost = [
        f"{kind.field(one['field']).words} {quoted(one['value'], most=60)} "
        f"and not {quoted(one['instead_of'][0], most=60)}"
        for one in values
        if one["instead_of"]
    ]
    return f" It would keep {'; '.join(lost[:4])}." if lost else ""
