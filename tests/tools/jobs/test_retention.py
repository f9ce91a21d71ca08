"""What a retention proposes, to whom, and what is erased for good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import URL

from db import workspace
from db.chain import Chain
from db.models import (
    Account,
    AuditEntry,
    ImportBatch,
    ImportedRow,
    Lead,
    NameToken,
    Notification,
    Proposal,
    Turn,
    User,
    WorkspaceRule,
)  # fmt: skip
from db.session import Database
from db.settings import WorkspaceSettings
from tools.jobs.job import Moment
from tools.jobs.retention import erase_deleted, propose_retention

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 5, 21, 9, tzinfo=UTC)
OLD = NOW - timedelta(days=900)
AT = Moment(NOW, WorkspaceSettings())


@pytest.fixture
async def store(workspace_url: URL) -> AsyncIterator[Database]:
    """Old leads of a stranger, a customer and an account in dispute, and one that was heard of lately."""
    opened = Chain(b"k" * 32).carried_by(Database(workspace_url))
    await workspace.create(opened)
    async with opened.write() as session:
        session.add(User(id=50, email="boss@x.example", name="Boss", role="admin"))
        session.add(Account(id=1, name="Fighting", in_dispute=True))
        await session.flush()
        session.add_all(
            [
                Lead(id=1, first_name="Old", last_name="Lead", status="new", arrived_at=OLD),
                Lead(id=2, first_name="Good", last_name="Client", status="customer", arrived_at=OLD),
                Lead(id=3, first_name="Cross", last_name="One", status="new", account_id=1, arrived_at=OLD),
                Lead(id=4, first_name="Fresh", last_name="Lead", status="new", last_contacted_at=NOW, arrived_at=OLD),
                WorkspaceRule(key="retention_lead", value="730"),
            ]
        )
        await session.flush()
        await session.execute(update(Lead).values(updated_at=OLD))
    yield opened
    await opened.close()


async def run(store: Database, job: object) -> int:
    async with store.write() as session:
        return int(await job(session, AT))  # type: ignore[operator]  # a job of the roster


async def test_only_what_is_old_and_may_go_is_proposed_to_an_administrator(store: Database) -> None:
    await run(store, propose_retention)
    async with store.read() as session:
        proposal = (await session.execute(select(Proposal))).scalar_one()
        told = (await session.execute(select(Notification))).scalar_one()
        leads = (await session.execute(select(Lead.id).where(Lead.deleted_at.is_(None)))).scalars().all()
    assert proposal.arguments["operations"][0]["ids"] == [1]
    assert {one["reason"] for one in proposal.preview["left_out"]} == {
        "that became customers",
        "at accounts in dispute",
    }
    assert (proposal.asked_by, told.user_id, told.kind) == (50, 50, "retention")
    assert len(leads) == 4


async def test_it_is_proposed_once_until_somebody_decides(store: Database) -> None:
    for _ in range(3):
        await run(store, propose_retention)
    async with store.read() as session:
        assert len((await session.execute(select(Proposal.id))).all()) == 1
        entries = (await session.execute(select(AuditEntry.action))).scalars().all()
    assert entries.count("proposal.made") == 1


async def test_without_a_rule_nothing_is_proposed_or_erased(store: Database) -> None:
    async with store.write() as session:
        await session.execute(update(WorkspaceRule).values(deleted_at=NOW))
        await session.execute(update(Lead).values(deleted_at=OLD))
    await run(store, propose_retention)
    assert await run(store, erase_deleted) == 0
    async with store.read() as session:
        assert (await session.execute(select(Proposal.id))).all() == []
        assert len((await session.execute(select(Lead.id))).all()) == 4


async def test_what_was_deleted_long_ago_is_erased_with_its_images_and_index(store: Database) -> None:
    async with store.write() as session:
        session.add(WorkspaceRule(key="erase_deleted_after", value="30"))
        await session.execute(update(Lead).where(Lead.id == 1).values(deleted_at=OLD))
        await session.execute(update(Lead).where(Lead.id == 2).values(deleted_at=NOW - timedelta(days=3)))
        batch = ImportBatch(id="im_1", kind="lead", file_name="leads.csv", content_hash="0" * 64, oddities=[])
        session.add(batch)
        await session.flush()
        for lead in (1, 2):
            before = {"last_name": "Erased"}
            session.add(ImportedRow(
                import_id=batch.id, kind="lead", record_id=lead, made=False, before=before, version_after=2,
            ))  # fmt: skip
    await run(store, propose_retention)
    async with store.write() as session:
        turn = (await session.execute(select(Turn))).scalars().first()
        assert turn is None
    assert await run(store, erase_deleted) == 1
    async with store.read() as session:
        left = (await session.execute(select(Lead.id).order_by(Lead.id))).scalars().all()
        tokens = (await session.execute(select(NameToken.record_id).where(NameToken.record_id == 1))).all()
        images = (await session.execute(select(ImportedRow.record_id))).scalars().all()
        entry = (await session.execute(select(AuditEntry).where(AuditEntry.action == "records.purged"))).scalar_one()
    assert left == [2, 3, 4]
    assert images == [2]
    assert tokens == []
    assert entry.details["records"] == 1
