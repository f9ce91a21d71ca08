"""Approvals that must not count: what was changed since it was shown, and people who may not decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.access import Actor
from db.errors import StoreError
from db.repositories.proposals import ProposalLine
from evals.trust.s2_office import DOOR, Office
from tools.absences import away, back
from tools.effects import set_rule
from tools.errors import ToolError

Make = Callable[[int], Awaitable[ProposalLine]]
_TAMPERED: Mapping[str, str] = {
    "its arguments": """arguments = '{"operations": [], "address": "thief@evil.example"}'""",
    "its preview": """preview = '{"before": {}, "after": {}, "records": 0}'""",
    "its record versions": "versions = '{}'",
    "its effect": "effect = 'BULK'",
    "its tool": "tool = 'move_stage'",
    "its step": "step = step + 7",
    "its rule": "rule = 'apply_own_words'",
    "its expiry": "expires_at = '2099-01-01 00:00:00+00:00'",
    "what was read before": "read_before = '[\"x\"]'",
}


@dataclass(slots=True)
class Attempts:
    """How many were made, and how many were not refused."""

    made: int = 0
    counted: int = 0

    async def approve(self, office: Office, who: Actor, proposal: ProposalLine, *, shown: str | None = None) -> None:
        self.made += 1
        try:
            await office.runtime.approve(who, proposal.id, door=DOOR, shown=shown)
        except (StoreError, ToolError):
            return
        self.counted += 1

    async def refused(self, attempt: Awaitable[object]) -> None:
        self.made += 1
        try:
            await attempt
        except (StoreError, ToolError):
            return
        self.counted += 1


async def tampered(office: Office, make: Make, numbers: range) -> Attempts:
    """Each column of the row, changed behind the program's back; and the digest made to fit, against what was shown."""
    attempts = Attempts()
    for number in numbers:
        for change in _TAMPERED.values():
            proposal = await make(number * 100 + attempts.made)
            await office.spoil(f"UPDATE proposals SET {change} WHERE id = '{proposal.id}'")  # noqa: S608 - our id
            await attempts.approve(office, office.rep, proposal)
        thief = office.people["other rep"]
        proposal = await make(number * 100 + attempts.made)
        await office.spoil(f"UPDATE proposals SET asked_by = {thief.user_id} WHERE id = '{proposal.id}'")  # noqa: S608
        await attempts.approve(office, thief, proposal)
        proposal = await make(number * 100 + attempts.made)
        await office.spoil(f"UPDATE proposals SET digest = '{'0' * 64}' WHERE id = '{proposal.id}'")  # noqa: S608
        await attempts.approve(office, office.rep, proposal, shown=proposal.digest)
    return attempts


async def outdated(office: Office, make: Make, numbers: range) -> Attempts:
    """A record it rests on was edited, given away or removed; or it waited too long."""
    attempts = Attempts()
    for number in numbers:
        for change in (
            "version = version + 1",
            "source = 'edited past the program'",
            "deleted_at = '2025-01-01 00:00:00+00:00'",
        ):
            proposal = await make(number * 100 + attempts.made)
            for key in proposal.versions:
                kind, _, record = key.partition(":")
                table = {"account": "accounts", "contact": "contacts"}[kind]
                await office.spoil(f"UPDATE {table} SET {change} WHERE id = {int(record)}")  # noqa: S608 - our id
            await attempts.approve(office, office.rep, proposal, shown=proposal.digest)
        proposal = await make(number * 100 + attempts.made)
        await office.spoil(
            f"UPDATE proposals SET expires_at = '2025-01-01 00:00:00+00:00' WHERE id = '{proposal.id}'"  # noqa: S608
        )
        await attempts.approve(office, office.rep, proposal)
    return attempts


async def wrong_people(office: Office, make: Make, numbers: range) -> Attempts:
    """Everybody but who asked; and who asked, after leaving."""
    attempts = Attempts()
    for number in numbers:
        proposal = await make(number * 100)
        for name, person in office.people.items():
            if name != "rep":
                await attempts.approve(office, person, proposal, shown=proposal.digest)
                await attempts.refused(office.runtime.decline(person, proposal.id, door=DOOR))
        await _active(office, office.rep, active=False)
        await attempts.approve(office, office.rep, proposal, shown=proposal.digest)
        await _active(office, office.rep, active=True)
    return attempts


async def four_eyes(office: Office, make: Make, numbers: range, effect: str) -> Attempts:
    """Where another person decides: who asked, administrators (messages), other teams, and an approver who left."""
    attempts = Attempts()
    admin, manager = office.people["admin"], office.people["manager"]
    database = office.runtime.recorded(admin, DOOR)
    await set_rule(database, admin, effect, "four_eyes")
    for number in numbers:
        proposal = await make(number * 100)
        for name in ("rep", "other rep", "other manager", "admin"):
            await attempts.approve(office, office.people[name], proposal, shown=proposal.digest)
        await _active(office, manager, active=False)
        await attempts.approve(office, manager, proposal, shown=proposal.digest)
        await _active(office, manager, active=True)
        await _active(office, office.rep, active=False)
        await attempts.approve(office, manager, proposal, shown=proposal.digest)
        await _active(office, office.rep, active=True)
    await set_rule(database, admin, effect, "apply_own_words" if effect == "WRITE" else "propose")
    return attempts


async def rightful(office: Office, make: Make, number: int, effect: str) -> Attempts:
    """The control: who asked, the manager, and the stand-in of a manager who is away; all of these count."""
    attempts = Attempts()
    admin, manager, other = (office.people[name] for name in ("admin", "manager", "other rep"))
    database = office.runtime.recorded(admin, DOOR)
    await attempts.approve(office, office.rep, await make(number))
    await set_rule(database, admin, effect, "four_eyes")
    await attempts.approve(office, manager, await make(number + 1))
    now = datetime.now(UTC)
    await away(database, admin, manager.email, since=now, until=now + timedelta(days=1), stand_in=other.email)
    await attempts.approve(office, other, await make(number + 2))
    await back(database, admin, manager.email)
    await set_rule(database, admin, effect, "apply_own_words" if effect == "WRITE" else "propose")
    return attempts


async def unsafe_rules(office: Office) -> Attempts:
    """Rules that would let an effect happen without approval, and people who may not edit any."""
    attempts = Attempts()
    for effect in ("OUTWARD", "DELETE", "MERGE", "BULK", "POLICY"):
        admin = office.people["admin"]
        database = office.runtime.recorded(admin, DOOR)
        await attempts.refused(set_rule(database, admin, effect, "apply_own_words"))
    for name in ("rep", "manager", "executive"):
        person = office.people[name]
        await attempts.refused(set_rule(office.runtime.recorded(person, DOOR), person, "WRITE", "forbid"))
    return attempts


async def _active(office: Office, person: Actor, *, active: bool) -> None:
    await office.spoil(f"UPDATE users SET active = {str(active).lower()} WHERE id = {person.user_id}")  # noqa: S608
