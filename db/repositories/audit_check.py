"""Whether the audit chain is what was written: altered, removed, moved, inserted and cut-off entries are found."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from db.acting import works_unscoped
from db.anchor import Mark
from db.models import AuditEntry
from db.repositories.audit import link
from db.session import ReadSession

_BATCH = 1_000


class Fault(StrEnum):
    """What is wrong with the first entry that is not as it was written."""

    NOT_AS_WRITTEN = "altered, moved or inserted"
    REMOVED = "removed"
    CUT_OFF = "cut off"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of walking the chain.

    Attributes:
        entries: how many were walked and hold.
        end: the last of them.
        anchored: the number the anchor names; None where no anchor was held against the chain.
        fault, at: the first fault and the number of the entry it is at; None for a chain that holds.
    """

    entries: int
    end: Mark | None
    anchored: int | None
    fault: Fault | None = None
    at: int | None = None

    @property
    def holds(self) -> bool:
        return self.fault is None

    @property
    def said(self) -> str:
        """One plain sentence."""
        match self.fault:
            case None:
                kept = "" if self.anchored is None else f", and reaches its anchor at entry {self.anchored:,}"
                without = " No anchor was held against it: entries cut off at the end would not be seen."
                return f"The audit chain of {self.entries:,} entries holds{kept}." + (
                    without if self.anchored is None else ""
                )
            case Fault.CUT_OFF:
                return (
                    f"The audit chain is cut off: it ends with entry {(self.at or 1) - 1:,}, "
                    f"and its anchor names entry {self.anchored:,}."
                )
            case Fault.REPLACED:
                return f"Entry {self.at:,} of the audit chain is not the one its anchor names: the end was replaced."
            case Fault.REMOVED:
                return f"Entry {self.at:,} of the audit chain was removed."
            case _:
                return f"Entry {self.at:,} of the audit chain is not as it was written: altered, moved or inserted."


@works_unscoped
async def check(session: ReadSession, *, keys: Sequence[bytes], anchor: Mark | None) -> Checked:
    """Walk the chain once, in bounded memory, up to the first fault.

    Args:
        keys: the oldest first. An entry may be of the key of the one before or of a later one, so that a key that was
            given up signs nothing any more.
        anchor: where the chain had come to, as kept elsewhere.
    """
    anchored = anchor.number if anchor else None
    end: Mark | None = None
    walked = at_key = 0
    async for number, entry in _entries(session):
        wanted = walked + 1
        if number > wanted:
            return Checked(walked, end, anchored, Fault.REMOVED, wanted)
        found = None
        if entry is not None and number == wanted:
            found = _key_of(entry, end.digest if end else "", keys[at_key:])
        if entry is None or found is None:
            return Checked(walked, end, anchored, Fault.NOT_AS_WRITTEN, number)
        at_key += found
        if anchor is not None and anchor.number == number and anchor.digest != entry.digest:
            return Checked(walked, end, anchored, Fault.REPLACED, number)
        end, walked = Mark(number, entry.digest), wanted
    if anchor is not None and anchor.number > walked:
        return Checked(walked, end, anchored, Fault.CUT_OFF, walked + 1)
    return Checked(walked, end, anchored)


def _key_of(entry: AuditEntry, before: str, keys: Sequence[bytes]) -> int | None:
    for position, key in enumerate(keys):
        digest = link(
            key, before, entry.number, entry.at, entry.actor_id, entry.action, entry.subject, entry.details
        )  # fmt: skip
        if hmac.compare_digest(digest.encode(), str(entry.digest).encode()):
            return position
    return None


async def _entries(session: ReadSession) -> AsyncIterator[tuple[int, AuditEntry | None]]:
    """Numbers and entries in order, a batch at a time; None for an entry whose columns are not what they were."""
    after: int | None = None
    while True:
        numbers = select(AuditEntry.number).order_by(AuditEntry.number).limit(_BATCH)
        if after is not None:
            numbers = numbers.where(AuditEntry.number > after)
        batch = list((await session.execute(numbers)).scalars())
        if not batch:
            return
        read = await _read(session, batch)
        for number in batch:
            yield number, read.get(number)
        after = batch[-1]
        session.expunge_all()


async def _read(session: ReadSession, numbers: Sequence[int]) -> dict[int, AuditEntry]:
    between = AuditEntry.number.between(numbers[0], numbers[-1])
    try:
        found = (await session.execute(select(AuditEntry).where(between))).scalars()
        return {entry.number: entry for entry in found}
    except (ValueError, TypeError):
        # SQLite keeps whatever is put into a column: a date that is none cannot be read.
        if len(numbers) == 1:
            return {}
    half = len(numbers) // 2
    return await _read(session, numbers[:half]) | await _read(session, numbers[half:])
