"""Files of records into a workspace: what is new is made, what differs is changed, the rest is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.access import Actor
from db.errors import DemoWorkspace, NotPermitted
from db.importers import read_records
from db.importers.layouts import OWN_ID
from db.imports import Wanted, import_records, kind_of_file
from db.models import (
    Account,
    AuditEntry,
    Base,
    Contact,
    CustomField,
    ImportBatch,
    Interaction,
    Lead,
    LifecycleChange,
    Note,
    Origin,
    Role,
    Setting,
    Task,
    User,
)
from db.repositories.search import SearchRepository
from db.session import Database
from db.settings import WorkspaceSettings
from tests.db.imports.conftest import Load

pytestmark = pytest.mark.anyio
COMPANIES = (
    "Record ID,Company name,Company Domain Name,Company owner,Create Date,Last Modified Date\n"
    "9001,Acme,acme.com,Ann Lee,2024-01-02 10:00,2024-02-02 10:00\n"
    "9002,Globex,www.globex.com,Zed,2024-01-03 10:00,2024-02-03 10:00\n"
)
PEOPLE = (
    "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company IDs\n"
    "1,Jane,Doe,Jane@acme.com,+49 30 123456,ann@firm.example,9001;9002\n"
    "2,Bob,Ray,bob@globex.com,12,Ann Lee,9009\n"
)


@pytest.fixture(autouse=True)
async def ann(database: Database) -> None:
    async with database.write() as session:
        session.add(User(email="ann@firm.example", name="Ann Lee", role=Role.REP))


async def sizes(database: Database) -> dict[str, int]:
    async with database.read() as session:
        tables = Base.metadata.sorted_tables
        return {t.name: int(await session.scalar(select(func.count()).select_from(t)) or 0) for t in tables}


async def test_companies_and_their_people_arrive_with_ids_owners_days_and_links(database: Database, load: Load) -> None:
    assert (await load("companies", COMPANIES)).unowned == {"Zed": 1}
    done = await load("contacts", PEOPLE)
    assert [(one.row, one.field) for one in done.left_out] == [(3, "account"), (3, "phone")]
    async with database.read() as session:
        acme = (await session.scalars(select(Account).where(Account.external_id == "9001"))).one()
        jane = (await session.scalars(select(Contact).where(Contact.external_id == "1"))).one()
    assert (acme.source, acme.domain, acme.created_at) == ("hubspot", "acme.com", datetime(2024, 1, 2, 10, tzinfo=UTC))
    assert (jane.email, jane.account_id, jane.owner_id) == ("jane@acme.com", acme.id, acme.owner_id)


async def test_names_are_found_at_once(database: Database, load: Load, boss: Actor) -> None:
    await load("companies", COMPANIES)
    async with database.read() as session:
        assert [one.name for one in await SearchRepository(session, boss).candidates(["globx"])] == ["Globex"]


async def test_the_same_file_again_writes_nothing(database: Database, load: Load) -> None:
    await load("companies", COMPANIES)
    before = await sizes(database)
    done = await load("companies", COMPANIES, name="another.csv")
    assert (done.created, done.updated, done.unchanged) == (0, 0, 2)
    told = {"imports": 0, "audit": 0}
    assert await sizes(database) | told == before | told


async def test_a_newer_file_changes_what_differs_and_an_empty_cell_nothing(database: Database, load: Load) -> None:
    await load("companies", COMPANIES)
    newer = COMPANIES.replace("Acme,acme.com,Ann Lee", "Acme AG,,Ann Lee").replace("2024-02-02", "2024-03-02")
    assert (await load("companies", newer)).updated == 1
    async with database.read() as session:
        acme = (await session.scalars(select(Account).where(Account.external_id == "9001"))).one()
    assert (acme.name, acme.domain, acme.version) == ("Acme AG", "acme.com", 2)


async def test_a_row_older_than_what_is_here_changes_nothing(database: Database, load: Load) -> None:
    await load("companies", COMPANIES)
    async with database.write() as session:
        acme = (await session.scalars(select(Account).where(Account.external_id == "9001"))).one()
        acme.name = "Acme Renamed"
    done = await load("companies", COMPANIES)
    assert (done.older, done.unchanged, done.updated) == (1, 1, 0)


async def test_without_ids_people_are_known_by_address_and_accounts_by_domain(database: Database, load: Load) -> None:
    await load("contacts", "First name,Last name,E-mail\nJane,Doe,jane@x.com\n")
    done = await load("contacts", "First name,Last name,E-mail\nJane,Roe,JANE@x.com\nJ,D,jane@x.com\n")
    assert (done.updated, done.created) == (1, 0)
    assert "same email" in done.refused[0].why
    await load("accounts", "Name,Website\nAcme,acme.com\n")
    assert (await load("accounts", "Name,Website\nAcme Inc,https://www.acme.com/about\n")).updated == 1


async def test_what_was_deleted_here_stays_deleted_and_is_told(database: Database, load: Load) -> None:
    await load("companies", COMPANIES)
    async with database.write() as session:
        acme = (await session.scalars(select(Account).where(Account.external_id == "9001"))).one()
        acme.deleted_at = datetime(2025, 1, 1, tzinfo=UTC)
    done = await load("companies", COMPANIES)
    assert (done.rejected, done.unchanged, done.refused[0].row) == (1, 1, 2)


async def test_a_name_that_several_have_is_told_and_a_missing_one_made_when_asked(
    database: Database, load: Load
) -> None:
    await load("accounts", "Record ID,Name\n1,Acme\n2,Acme\n")
    rows = "Last name,E-mail,Company\nDoe,a@x.com,Acme\nRoe,b@x.com,Initech\n"
    done = await load("contacts", rows)
    assert [one.why for one in done.left_out] == [
        "several accounts are called “Acme”", "there is no account called “Initech”"
    ]  # fmt: skip
    assert (await load("contacts", rows, create_missing=True)).accounts == 1
    async with database.read() as session:
        linked = select(Account.name).join(Contact, Contact.account_id == Account.id)
        assert list((await session.scalars(linked)).all()) == ["Initech"]


async def test_leads_begin_their_history_on_the_day_they_came(database: Database, load: Load) -> None:
    text = (
        "Lead ID,Last Name,Company,Lead Owner,Lead Status,Created Date\n"
        "L1,Doe,Acme,Ann Lee,Working - Contacted,2024-05-06T07:08:09Z\n"
    )
    assert (await load("leads", text)).created == 1
    async with database.read() as session:
        lead = (await session.scalars(select(Lead))).one()
        stay = (await session.scalars(select(LifecycleChange))).one()
    assert (lead.status, lead.source) == ("contacted", "salesforce")
    assert (stay.status, stay.entered_at) == ("contacted", lead.arrived_at)


async def test_activities_keep_their_ids_beside_them_and_are_not_doubled(database: Database, load: Load) -> None:
    await load("contacts", PEOPLE)
    notes = (
        "Record ID,Note body,Activity date,Activity assigned to,Associated Contact IDs\n"
        "7,Called her,2024-04-01 09:00,Ann Lee,1\n"
    )
    assert (await load("notes", notes)).created == 1
    assert (await load("notes", notes.replace("Called her", "Called Jane"))).updated == 1
    async with database.read() as session:
        note, origin = (await session.scalars(select(Note))).one(), (await session.scalars(select(Origin))).one()
    assert (note.body, origin.external_id, origin.record_id) == ("Called Jane", "7", note.id)
    assert note.author_id is not None and note.created_at == datetime(2024, 4, 1, 9, tzinfo=UTC)


async def test_an_id_of_salesforce_tells_what_a_task_hangs_on(database: Database, load: Load) -> None:
    await load("accounts", "Id,Name,BillingCountry,OwnerId\n0011,Acme,DE,0051\n")
    text = (
        "Id,WhoId,WhatId,Subject,ActivityDate,Status,Priority,OwnerId\n"
        "00T1,0031,0011,Call,2024-05-06,Completed,High,0051\n"
    )
    done = await load("tasks", text)
    async with database.read() as session:
        task = (await session.scalars(select(Task))).one()
    assert (task.title, task.status, done.unowned) == ("Call", "done", {"0051": 1})
    assert task.account_id is not None and task.contact_id is None


async def test_an_exchange_moves_the_last_contact_of_its_lead(database: Database, load: Load) -> None:
    await load("leads", "Lead ID,Company,Email\nL1,Acme,a@x.com\n")
    await load("calls", "At,Direction,Subject,Lead\n2024-05-06T07:00:00Z,out,Hello,a@x.com\n")
    async with database.read() as session:
        at = await session.scalar(select(Interaction.at))
        assert await session.scalar(select(Lead.last_contacted_at)) == at == datetime(2024, 5, 6, 7, tzinfo=UTC)


async def test_fields_of_the_workspaces_own_are_columns_too(database: Database, load: Load) -> None:
    async with database.write() as session:
        session.add(
            CustomField(kind="account", name="tier", label="Customer tier", type="choice", choices=["gold", "tin"])
        )
    done = await load("accounts", "Name,Customer tier\nAcme,Gold\nBeta,wood\n")
    async with database.read() as session:
        assert [one.custom for one in await session.scalars(select(Account).order_by(Account.id))] == [
            {"tier": "gold"},
            None,
        ]
    assert done.left_out[0].row == 3 and "none of gold, tin" in done.left_out[0].why


async def test_a_dry_run_leaves_no_trace(database: Database, load: Load) -> None:
    before = await sizes(database)
    assert (await load("companies", COMPANIES, dry_run=True)).created == 2
    assert await sizes(database) == before


async def test_one_entry_tells_who_imported_what(database: Database, load: Load) -> None:
    done = await load("companies", COMPANIES)
    async with database.read() as session:
        entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "records.imported"))).one()
        batch = (await session.scalars(select(ImportBatch))).one()
    assert (entry.details["kind"], entry.details["created"], entry.details["import"]) == ("account", 2, done.import_id)
    assert (batch.layout, batch.source, batch.created) == ("companies of HubSpot", "hubspot", 2)


async def test_real_data_never_meets_the_demo(database: Database, load: Load) -> None:
    async with database.write() as session:
        session.add(User(email="rep@demo.example", name="Rep", role=Role.REP, demo=True))
    before = await sizes(database)
    with pytest.raises(DemoWorkspace):
        await load("companies", COMPANIES)
    assert await sizes(database) == before


async def test_only_who_may_import_imports(database: Database, boss: Actor, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(COMPANIES)
    file = read_records(path, kind_of_file("companies"))
    with pytest.raises(NotPermitted):
        await import_records(
            database, WorkspaceSettings(), file, Wanted("x.csv"), actor=Actor(boss.user_id, "", "", Role.REP, None)
        )


async def test_an_export_of_ours_empties_what_was_emptied_in_it(database: Database, load: Load) -> None:
    await load("accounts", "Name,City\nAcme,Berlin\n")
    async with database.read() as session:
        mark = await session.scalar(select(Setting.value).where(Setting.key == "mark"))
        key = await session.scalar(select(Account.id))
    assert mark is not None
    done = await load("accounts", f"{OWN_ID},name,city\n{mark['mark']}:account:{key},Acme,\n")
    assert (done.updated, done.created) == (1, 0)
