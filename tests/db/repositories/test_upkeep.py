"""Reminders reach their people once, old proposals close once, old traces go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from sqlalchemy import select, update

from db.access import Actor
from db.errors import Expired, NotFound
from db.models import (
    AuditEntry,
    Conversation,
    Invitation,
    Notification,
    Proposal,
    ProposalStatus,
    SignIn,
    SignInAttempts,
    Span,
    Task,
    Turn,
    User,
)
from db.repositories import upkeep
from db.repositories.notifications import NotificationLine, NotificationRepository
from db.repositories.proposals import ProposalRepository
from db.session import Database
from tests.db.cast import Cast

pytestmark = pytest.mark.anyio

NOW = datetime(2025, 6, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def task(database: Database, owner: Actor, **values: Any) -> int:
    async with database.write() as session:
        one = Task(
            **{"title": "Call Anna", "owner_id": owner.user_id, "created_by": owner.user_id, "remind_at": NOW} | values
        )
        session.add(one)
        await session.flush()
        return one.id


async def change(database: Database, task_id: int, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(update(Task).where(Task.id == task_id).values(**values))


async def reminded(database: Database, now: datetime = NOW) -> int:
    async with database.write() as session:
        return await upkeep.remind(session, now, most=100)


async def told(database: Database, actor: Actor) -> list[NotificationLine]:
    async with database.read() as session:
        return await NotificationRepository(session, actor).recent()


async def test_a_reminder_is_delivered_at_its_time_and_once(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    await task(database, dach)
    assert await reminded(database, NOW - HOUR) == 0
    assert [await reminded(database) for _ in range(3)] == [1, 0, 0]
    (line,) = await told(database, dach)
    assert (line.kind, line.title, line.read_at) == ("reminder", "Call Anna", None)


async def test_workers_that_look_at_the_same_moment_deliver_once(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    for _ in range(30):
        await task(database, dach)
    counts: list[int] = []

    async def deliver() -> None:
        counts.append(await reminded(database))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(deliver)
    assert sum(counts) == 30
    assert len({line.task_id for line in await told(database, dach)}) == 30


@pytest.mark.parametrize(
    "since", [{"status": "done"}, {"status": "cancelled"}, {"deleted_at": NOW}, {"remind_at": NOW + HOUR},
              {"remind_at": None}],
)  # fmt: skip
async def test_what_was_done_removed_or_moved_meanwhile_is_not_delivered(
    database: Database, cast: Cast, since: dict[str, Any]
) -> None:
    await change(database, await task(database, cast.actors["dach"]), **since)
    assert await reminded(database) == 0


async def test_a_task_given_away_reminds_whose_it_is_now(database: Database, cast: Cast) -> None:
    dach, emea = cast.actors["dach"], cast.actors["emea"]
    await change(database, await task(database, dach), owner_id=emea.user_id)
    await reminded(database)
    assert (len(await told(database, dach)), len(await told(database, emea))) == (0, 1)


async def test_who_left_is_not_told_and_keeps_nobody_waiting(database: Database, cast: Cast) -> None:
    async with database.read() as session:
        former = await session.scalar(select(User.id).where(~User.active))
    await task(database, cast.actors["dach"], owner_id=former, remind_at=NOW - HOUR)
    await task(database, cast.actors["dach"])
    assert await reminded(database) == 1


async def test_a_task_moved_after_its_reminder_reminds_again(database: Database, cast: Cast) -> None:
    one = await task(database, cast.actors["dach"])
    await reminded(database)
    await change(database, one, remind_at=NOW + HOUR)
    assert [await reminded(database, NOW + 2 * HOUR) for _ in range(2)] == [1, 0]


async def test_being_reminded_is_no_edit_of_the_task(database: Database, cast: Cast) -> None:
    one = await task(database, cast.actors["dach"], updated_at=NOW - HOUR)
    await reminded(database)
    async with database.read() as session:
        found = await session.get_one(Task, one)
    assert (found.version, found.updated_at, found.reminded_at) == (1, NOW - HOUR, NOW)


async def test_a_reminder_names_its_record_only_where_the_person_sees_it(database: Database, cast: Cast) -> None:
    dach, deals = cast.actors["dach"], cast.of("opportunity")
    for position in ("dach", "americas"):
        await task(database, dach, opportunity_id=deals[position])
    await reminded(database)
    assert {line.about.id if line.about else None for line in await told(database, dach)} == {deals["dach"], None}


async def test_a_notification_is_read_by_its_person_alone(database: Database, cast: Cast) -> None:
    await task(database, cast.actors["dach"])
    await reminded(database)
    (line,) = await told(database, cast.actors["dach"])
    async with database.write() as session:
        with pytest.raises(NotFound):
            await NotificationRepository(session, cast.actors["admin"]).read(line.id, NOW)
        mine = NotificationRepository(session, cast.actors["dach"])
        assert await mine.news() == (1, line.id)
        assert [(await mine.read(line.id, NOW + n * HOUR)).read_at for n in (0, 1)] == [NOW, NOW]
        assert await mine.news() == (0, "")


async def proposal(database: Database, actor: Actor, *, number: int = 1, **values: Any) -> str:
    """A proposal that expired an hour ago."""
    async with database.write() as session:
        shared = {"user_id": actor.user_id}
        session.add(Conversation(id=f"co_{number}", door="web", updated_at=NOW, memory={}, **shared))
        await session.flush()
        session.add(Turn(id=f"tu_{number}", conversation_id=f"co_{number}", number=1, text="…", trace_id="t", **shared))
        await session.flush()
        fields: dict[str, Any] = {
            "id": f"pr_{number}", "turn_id": f"tu_{number}", "step": 1, "asked_by": actor.user_id,
            "tool": "send_email", "effect": "OUTWARD", "arguments": {"message": {"subject": "Our offer"}},
            "preview": {}, "versions": {}, "read_before": [], "digest": "d", "expires_at": NOW - HOUR,
        }  # fmt: skip
        session.add(Proposal(**fields | values))
    return f"pr_{number}"


async def expired(database: Database) -> int:
    async with database.write() as session:
        return await upkeep.expire(session, NOW, most=100)


async def test_a_proposal_nobody_decided_expires_once_and_its_asker_is_told(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    key = await proposal(database, dach)
    await proposal(database, dach, number=2, expires_at=NOW + HOUR)
    assert [await expired(database) for _ in range(2)] == [1, 0]
    (line,) = await told(database, dach)
    assert (line.kind, line.title, line.proposal_id) == ("proposal_expired", "send email: Our offer", key)
    async with database.write() as session:
        with pytest.raises(Expired):
            await ProposalRepository(session, dach).claim(key, ProposalStatus.APPROVED, bound_to="d", door="web")


async def entries(database: Database) -> list[tuple[str, str | None, int | None]]:
    async with database.read() as session:
        found = await session.execute(select(AuditEntry).order_by(AuditEntry.number))
        return [(one.action, one.subject, one.actor_id) for one in found.scalars()]


async def test_what_expires_has_one_entry_of_the_system_whoever_notices(database: Database, cast: Cast) -> None:
    keys = [await proposal(database, cast.actors["dach"], number=number) for number in (1, 2, 3)]
    async with database.write() as session:
        assert [await upkeep.expire_one(session, keys[1], NOW) for _ in range(2)] == [True, False]
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(expired, database)
    assert sorted(await entries(database)) == [("proposal.expired", key, None) for key in keys]
    assert len(await told(database, cast.actors["dach"])) == 3


@pytest.mark.parametrize("status", [ProposalStatus.APPROVED, ProposalStatus.APPLIED, ProposalStatus.DECLINED])
async def test_a_decision_outlives_the_time_to_decide(database: Database, cast: Cast, status: ProposalStatus) -> None:
    key = await proposal(database, cast.actors["dach"], status=status)
    assert await expired(database) == 0
    async with database.read() as session:
        assert (await session.get_one(Proposal, key)).status == status


async def test_what_is_old_goes_and_what_is_new_stays(database: Database, cast: Cast) -> None:
    user = cast.actors["dach"].user_id
    async with database.write() as session:
        for number, ago in enumerate((HOUR, -HOUR)):
            at = NOW - ago
            began = int(at.timestamp() * 1e9)
            session.add(SignIn(id=f"si_{number}", user_id=user, secret_hash=f"{number}", csrf_token="", expires_at=at))
            session.add(
                Span(span_id=f"{number}", trace_id="t", name="n", started_ns=began, ended_ns=began, status="ok",
                     attributes={})
            )  # fmt: skip
            session.add(Notification(id=f"no_{number}", user_id=user, kind="reminder", title="…", read_at=at))
        ends = {"used": (NOW - HOUR, NOW + HOUR), "over": (None, NOW - HOUR), "open": (None, NOW + HOUR)}
        for key, (used, over) in ends.items():
            session.add(
                Invitation(id=f"in_{key}", purpose="reset", user_id=user, code_hash=key, used_at=used, expires_at=over)
            )
        session.add_all([SignInAttempts(about=f"{ago}", since=NOW - ago, tries=1) for ago in (HOUR, 0 * HOUR)])
        session.add(Notification(id="no_unread", user_id=user, kind="reminder", title="…", created_at=NOW - HOUR))
    async with database.write() as session:
        before = upkeep.Horizon(spans=NOW, read=NOW, links=NOW, tries=NOW)
        assert await upkeep.forget(session, NOW, before, most=100) == 6
        assert await upkeep.forget(session, NOW, before, most=100) == 0
        assert sorted((await session.execute(select(Invitation.id))).scalars()) == ["in_open"]
        assert len((await session.execute(select(Notification.id))).all()) == 2
