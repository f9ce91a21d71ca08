from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.access import Actor, actor_of
from db.deal_import import Imported, import_deals
from db.importers import read_deals
from db.models import Account, Base, Opportunity, Role, StageChange, User
from db.repositories.facts import DealColumns, FactRepository
from db.repositories.search import SearchRepository
from db.session import Database
from db.settings import WorkspaceSettings

pytestmark = pytest.mark.anyio

ROWS = (
    "deal_id,account,owner,product,region,outcome,created_date,closed_date,amount,currency",
    "D-1,Acme,Anna Keller,Pro,EMEA,won,2025-01-02,2025-02-03,1200.50,EUR",
    "D-2,Globex,Anna Keller,Basic,EMEA,lost,2025-01-05,2025-02-07,800,EUR",
    "D-3,Acme,李雷,Pro,APAC,won,2025-01-09,2025-03-01,500,EUR",
    "D-4,Initech,王芳,Pro,APAC,lost,2025-01-12,2025-03-09,700,USD",
)
BOSS = Actor(0, "", "", Role.ADMIN, None)


async def load(
    database: Database, folder: Path, *rows: str, name: str = "deals.csv", dry_run: bool = False
) -> Imported:
    path = folder / "given.csv"
    path.write_text("\n".join(rows))
    return await import_deals(database, WorkspaceSettings(), read_deals(path), name=name, actor=None, dry_run=dry_run)


async def figures(database: Database) -> DealColumns:
    async with database.read() as session:
        return await FactRepository(session, BOSS).columns()


async def sizes(database: Database) -> dict[str, int]:
    async with database.read() as session:
        tables = Base.metadata.sorted_tables
        return {t.name: int(await session.scalar(select(func.count()).select_from(t)) or 0) for t in tables}


async def test_every_deal_arrives_with_its_account_owner_and_facts(database: Database, tmp_path: Path) -> None:
    done = await load(database, tmp_path, *ROWS)
    assert (done.created, done.accounts, done.people) == (4, 3, 3)
    found = await figures(database)
    assert found.frame["outcome"].sort().to_list() == [0, 0, 1, 1]
    assert sorted(found.frame["owner"].cast(str).unique()) == sorted({"Anna Keller", "李雷", "王芳"})
    async with database.read() as session:
        assert (await SearchRepository(session, BOSS).candidates(["globx"]))[0].name == "Globex"


async def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    await load(database, tmp_path, *ROWS)
    before = await sizes(database)
    done = await load(database, tmp_path, *ROWS)
    assert (done.created, done.updated, done.unchanged, done.accounts, done.people) == (0, 0, 4, 0, 0)
    told = {"imports": 0, "audit": 0}
    assert await sizes(database) | told == before | told


async def test_a_corrected_row_changes_one_deal_and_its_facts(database: Database, tmp_path: Path) -> None:
    await load(database, tmp_path, *ROWS)
    done = await load(
        database,
        tmp_path,
        *(
            row.replace("D-2,Globex,Anna Keller,Basic,EMEA,lost", "D-2,Globex,Anna Keller,Basic,LATAM,won")
            for row in ROWS
        ),
    )
    assert (done.created, done.updated, done.unchanged) == (0, 1, 3)
    found = (await figures(database)).frame
    assert found.filter(found["region"].cast(str) == "LATAM")["outcome"].to_list() == [1]
    async with database.read() as session:
        assert await session.scalar(select(Opportunity.version).where(Opportunity.external_id == "D-2")) == 2
        history = select(func.count(StageChange.id)).join(Opportunity, Opportunity.id == StageChange.opportunity_id)
        assert await session.scalar(history.where(Opportunity.external_id == "D-2")) == 2


async def test_a_dry_run_leaves_no_trace(database: Database, tmp_path: Path) -> None:
    before = await sizes(database)
    done = await load(database, tmp_path, *ROWS, dry_run=True)
    assert done.created == 4 and done.dry_run
    assert await sizes(database) == before


async def test_amounts_of_several_currencies_are_not_added_up(database: Database, tmp_path: Path) -> None:
    await load(database, tmp_path, *ROWS)
    found = await figures(database)
    assert found.currency == "EUR"
    assert sorted(found.frame["amount"].drop_nulls()) == [500.0, 800.0, 1200.5]
    assert found.set_aside == {"amount in another currency": 1}


async def test_an_owner_is_matched_by_name_or_address(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        session.add(User(email="a.keller@firm.example", name="Anna Keller", role=Role.REP))
    rows = [row.replace("李雷", "A.Keller@firm.example") for row in ROWS]
    assert (await load(database, tmp_path, *rows)).people == 1
    async with database.read() as session:
        user = await session.scalar(select(User).where(User.email == "a.keller@firm.example"))
        assert user is not None
        assert (await FactRepository(session, await actor_of(session, user)).columns()).frame.height == 3


async def test_an_account_renamed_by_a_person_stays_the_same_account(database: Database, tmp_path: Path) -> None:
    await load(database, tmp_path, *ROWS)
    async with database.write() as session:
        account = await session.scalar(select(Account).where(Account.name == "Acme"))
        assert account is not None
        account.name = "Acme Industrial"
    done = await load(database, tmp_path, *ROWS)
    assert (done.unchanged, done.accounts) == (4, 0)


async def test_long_file_names_that_begin_alike_stay_two_sources(database: Database, tmp_path: Path) -> None:
    for year in (2024, 2025):
        name = f"export_of_all_closed_deals_of_the_company_{year}.csv"
        assert (await load(database, tmp_path, *ROWS, name=name)).created == 4


async def test_a_name_longer_than_its_column_is_cut_the_same_way_each_time(database: Database, tmp_path: Path) -> None:
    rows = [row.replace("Anna Keller", "A" * 300).replace("Globex", "G" * 300) for row in ROWS]
    assert (await load(database, tmp_path, *rows)).created == 4
    again = await load(database, tmp_path, *rows)
    assert replace(again, unchanged=0) == Imported(set_aside=again.set_aside)


async def test_amounts_are_stored_in_the_minor_units_of_their_currency(database: Database, tmp_path: Path) -> None:
    rows = (
        ROWS[0],
        "D-1,Acme,,Pro,EMEA,won,2025-01-02,2025-02-03,1200,JPY",
        "D-2,Acme,,Pro,EMEA,won,2025-01-02,2025-02-03,1.2345,KWD",
        "D-3,Acme,,Pro,EMEA,won,2025-01-02,2025-02-03,0.125,EUR",
    )
    await load(database, tmp_path, *rows)
    async with database.read() as session:
        stored = (await session.execute(select(Opportunity.amount_minor).order_by(Opportunity.external_id))).scalars()
    assert list(stored) == [1200, 1234, 12]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_an_amount_beyond_all_measure_costs_its_own_row_only(
    database: Database, tmp_path: Path, *, dry_run: bool
) -> None:
    too_large = "D-9,Acme,Anna Keller,Pro,EMEA,won,2025-01-02,2025-02-03,99999999999999999999,EUR"
    largest = "D-8,Acme,Anna Keller,Pro,EMEA,won,2025-01-02,2025-02-03,90071992547409,EUR"
    done = await load(database, tmp_path, *ROWS, largest, largest.replace("D-8", "D-7"), too_large, dry_run=dry_run)
    assert (done.created, done.rejected) == (6, 1)
