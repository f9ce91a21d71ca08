"""Who decides what somebody asked for, where another person has to.

The asker's own manager; without one the manager of the team, then of the team above, and so on; without any of them an
executive. It waits for the nearest who is there, or for whoever stands in; everybody further up that line, and their
stand-ins, may decide it as well. Nobody decides for oneself, an administrator never about a message of somebody else,
and who has left decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from db.models import Approver, Role
from db.policy import OUTWARD


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    name: str
    role: Role
    team: int | None = None
    manager: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of a workspace at one moment: the team above each team, and who stands in for whoever is away."""

    members: Mapping[int, Member]
    above: Mapping[int, int | None]
    stand_ins: Mapping[int, int]

    def names(self, ids: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.members[one].name for one in ids)


@dataclass(frozen=True, slots=True)
class Deciders:
    """`may`: everybody whose decision counts; `asked`: those of them who are there, whom it waits for."""

    may: frozenset[int] = frozenset()
    asked: tuple[int, ...] = ()


def deciders(asker: int, staff: Staff, *, approver: Approver, effect: str) -> Deciders:
    """Who may decide now; nobody where no rank has a person left."""
    may: set[int] = set()
    asked: tuple[int, ...] = ()
    for rank, last in _ranks(asker, staff, approver):
        if last and asked:
            break
        found = [_there(one, asker, staff, effect) for one in rank if one != asker]
        there = tuple(dict.fromkeys(one for one in found if one is not None))
        may |= {*there, *(one for one in rank if _can(one, asker, staff, effect))}
        asked = asked or there
    return Deciders(frozenset(may), asked)


def _ranks(asker: int, staff: Staff, approver: Approver) -> Iterator[tuple[list[int], bool]]:
    """From the nearest upwards; the last resort is only for where nobody was found before."""
    if approver is Approver.ADMIN:
        yield _of_role(Role.ADMIN, staff), False
        return
    if approver is Approver.MANAGER:
        for rank in (*_line(asker, staff), *_managers(asker, staff)):
            yield rank, False
    yield _of_role(Role.EXECUTIVE, staff), True


def _line(asker: int, staff: Staff) -> Iterator[list[int]]:
    """The manager named for the person, the manager of that one, and so on."""
    at, seen = staff.members.get(asker), {asker}
    while at is not None and at.manager is not None and at.manager not in seen:
        seen.add(at.manager)
        if at.manager in staff.members:
            yield [at.manager]
        at = staff.members.get(at.manager)


def _managers(asker: int, staff: Staff) -> Iterator[list[int]]:
    """The managers of the own team, of the team above, and so on."""
    me = staff.members.get(asker)
    team, seen = me.team if me else None, set[int]()
    while team is not None and team not in seen:
        seen.add(team)
        yield [one for one in _of_role(Role.MANAGER, staff) if staff.members[one].team == team]
        team = staff.above.get(team)


def _of_role(role: Role, staff: Staff) -> list[int]:
    return sorted(one.id for one in staff.members.values() if one.role is role)


def _can(one: int, asker: int, staff: Staff, effect: str) -> bool:
    member = staff.members.get(one)
    if member is None or not member.active or one == asker:
        return False
    return not (effect == OUTWARD and member.role is Role.ADMIN)


def _there(one: int, asker: int, staff: Staff, effect: str) -> int | None:
    """The person, or whoever stands in at the end of the chain; None where it leads to nobody."""
    if not staff.members[one].active:
        return None
    seen = {one}
    while one in staff.stand_ins:
        one = staff.stand_ins[one]
        if one in seen:
            return None
        seen.add(one)
    return one if _can(one, asker, staff, effect) else None
