"""Noting that a person is away and who decides for them, with an entry in the transaction it happens in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.repositories.absences import Absence, AbsenceRepository
from db.session import Database
from tools.recording import Entry, record


def days(first: date | None, last: date, *, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """The moments between which somebody is away: from the first day (or now) to the end of the last."""
    since = datetime.combine(first, time(), tzinfo=zone) if first else datetime.now(UTC)
    return since, datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)


async def away(
    database: Database, actor: Actor, email: str, *, since: datetime, until: datetime, stand_in: str
) -> Absence:
    """From one moment to another, `stand_in` decides what waits for the person."""
    actor.require(Permission.EFFECTS_DECIDE)
    async with database.write() as session:
        noted = await AbsenceRepository(session, actor).set(email, since=since, until=until, stand_in=stand_in)
        details = {"stand_in": noted.stand_in_id, "since": since.isoformat(), "until": until.isoformat()}
        await record(session, Entry(Deed.AWAY, about(Kind.USER, noted.user_id), details=details))
    return noted


async def back(database: Database, actor: Actor, email: str) -> None:
    """The person decides for themselves again."""
    actor.require(Permission.EFFECTS_DECIDE)
    async with database.write() as session:
        user = await AbsenceRepository(session, actor).end(email)
        await record(session, Entry(Deed.BACK, about(Kind.USER, user)))
