"""PostgreSQL itself keeps each person to the rows that `visible` and `PERSONAL` name, whatever the statement says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, delete, func, insert, select, text, true, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from db.access import Actor
from db.acting import NOBODY, unscoped, work_for
from db.fulltext.columns import TABLES
from db.models import (
    Account,
    AssignmentPlan,
    AssignmentRule,
    Base,
    Batch,
    Campaign,
    CampaignMember,
    Contact,
    Conversation,
    Course,
    CustomField,
    EnrichmentAnswer,
    Enrolment,
    ExchangeRate,
    HiddenField,
    ImportBatch,
    Lead,
    LeadScore,
    Learner,
    LifecycleChange,
    Objection,
    ObjectionUse,
    Opportunity,
    QualificationAnswer,
    QualificationCriterion,
    Quota,
    Record,
    RecordGrant,
    SpokenOf,
    SpokenTopic,
    StageChange,
    Team,
    Template,
    Trainer,
    Turn,
    Usage,
    User,
    VaultEntry,
    WorkspaceRule,
    new_id,
)
from db.repositories.base import Repository
from db.repositories.changes import Made
from db.repositories.writing import WriteRepository
from db.row_security import CLOSED, DIRECTORY, GUARDED, OF_PEOPLE, OPEN
from db.session import Database
from tests.access.company import ACTORS, NOW, TODAY, Company
from tests.access.conftest import Seeded

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]
ASKED_ABOUT: dict[str, type[Record]] = {"account": Account, "contact": Contact, "lead": Lead}
REFUSED = "permission denied|row-level security"


def test_every_table_has_its_place() -> None:
    mapped = [mapper.class_.__tablename__ for mapper in Base.registry.mappers]
    places = [table.__tablename__ for table in (*GUARDED, *OPEN, *OF_PEOPLE, *CLOSED)]
    assert sorted(mapped) == sorted(places)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def guarded(on_postgres: Seeded, anyio_backend: str) -> AsyncIterator[Database]:
    """The company with rows in every guarded table, over one connection."""
    database = Database(on_postgres.url, readers=1)
    async with database.write() as session:
        await fill(session)
    yield database
    await database.close()


async def fill(session: AsyncSession) -> None:
    async def all_of(table: type[Base]) -> list[Any]:
        return list((await session.scalars(select(table))).all())

    shared: list[Record] = [Campaign(name="Spring"), Objection(name="Dear", response="No"), Batch(name="May")]
    shared += [Course(name="Selling"), Trainer(name="T"), Template(name="Hello", body="Hello")]
    shared += [AssignmentPlan(name="P"), AssignmentRule(name="R"), WorkspaceRule(key="currency", value="EUR")]
    shared += [ExchangeRate(currency="GBP", against="EUR", valid_from=TODAY, rate=1)]
    shared += [QualificationCriterion(framework="F", name="N", question="Q")]
    shared += [CustomField(kind="lead", name="n", label="N", type="text")]
    shared += [HiddenField(role="rep", kind="lead", field="fax")]
    shared += [RecordGrant(role="rep", kind="lead", action="export", allowed=True)]
    people = [Learner(last_name="L", owner_id=one.id) for one in await all_of(User)]
    people += [Learner(last_name="L", account_id=one.id) for one in await all_of(Account)]
    session.add_all([*shared, *people])
    await session.flush()
    campaign, objection, batch = (one.id for one in shared[:3])
    asked_by = max(one.id for one in await all_of(User))
    session.add_all(Enrolment(learner_id=one.id, batch_id=batch) for one in people)
    for one in await all_of(Lead):
        score = LeadScore(lead_id=one.id, at=NOW, score=50, grade="B", reasons=[], rules="x")
        touch = CampaignMember(campaign_id=campaign, lead_id=one.id)
        session.add_all([score, touch, LifecycleChange(lead_id=one.id, status="new", entered_at=NOW)])
        session.add(QualificationAnswer(lead_id=one.id, framework="F", criterion="N"))
    session.add_all(CampaignMember(campaign_id=campaign, contact_id=one.id) for one in await all_of(Contact))
    for one in await all_of(Opportunity):
        stay = StageChange(opportunity_id=one.id, stage="Proposal", entered_on=TODAY)
        touch = CampaignMember(campaign_id=campaign, opportunity_id=one.id)
        session.add_all([stay, touch, ObjectionUse(objection_id=objection, opportunity_id=one.id)])
    window = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=90), "amount_minor": 1, "currency": "EUR"}
    session.add_all(Quota(user_id=one.id, **window) for one in await all_of(User))
    session.add_all(read_in(one.id) for one in await all_of(User))
    for kind, of in ASKED_ABOUT.items():
        session.add_all([answer(kind, one.id, asked_by) for one in await all_of(of)])
    session.add_all(Quota(team_id=one.id, **window) for one in await all_of(Team))
    for one in await all_of(Conversation):
        session.add(VaultEntry(conversation_id=one.id, placeholder="[A]", sealed=b"x"))
        spoken = {"conversation_id": one.id, "first_turn": 1, "last_turn": 1}
        session.add_all(
            [SpokenOf(record_kind="lead", record_id=1, name="L", **spoken), SpokenTopic(tool="t", **spoken)]
        )
    for one in await all_of(Turn):
        session.add(Usage(id=f"us_{one.id}", turn_id=one.id, user_id=one.user_id, model="m", reserved=0, purses=[]))


def answer(kind: str, record_id: int, by: int) -> EnrichmentAnswer:
    about = {"kind": kind, "record_id": record_id, "provider": "p", "user_id": by, "answered_at": NOW}
    return EnrichmentAnswer(id=new_id("en"), asked_with=[], values={}, **about)


def read_in(by: int) -> ImportBatch:
    return ImportBatch(id=new_id("im"), user_id=by, kind="leads", file_name="f", content_hash="h", oddities=[])


def sight(table: type[Base], actor: Actor) -> ColumnElement[bool]:
    return true() if table in DIRECTORY else GUARDED[table](actor)


async def keys(session: AsyncSession, table: type[Base], *where: ColumnElement[bool]) -> set[tuple[Any, ...]]:
    found = await session.execute(select(*table.__table__.primary_key.columns).where(*where))
    return {tuple(row) for row in found}


async def test_a_statement_without_a_condition_finds_what_the_actor_sees(
    guarded: Database, on_postgres: Seeded
) -> None:
    differing, seen = [], set()
    async with guarded.read() as session:
        for who, table in ((who, table) for who in ACTORS for table in GUARDED):
            actor = on_postgres.company.actors[who]
            with unscoped(session):
                expected, everything = await keys(session, table, sight(table, actor)), await keys(session, table)
            found = await keys(Repository(session, actor).session, table)
            seen |= {table} if found else set()
            seen |= {(table, "hidden")} if everything - expected else set()
            differing += [(who, table.__tablename__)] if found != expected else []
    assert differing == []
    assert set(GUARDED) <= seen


async def test_nobody_sees_no_table_that_holds_something_of_somebody(guarded: Database) -> None:
    for table in (*GUARDED, *OF_PEOPLE, *CLOSED):
        async with guarded.read() as session:
            work_for(session, NOBODY)
            with pytest.raises(ProgrammingError, match="permission denied"):
                await keys(session, table)


async def test_people_read_no_credentials_and_no_audit(guarded: Database, on_postgres: Seeded) -> None:
    admin = on_postgres.company.actors["admin"]
    for table in CLOSED:
        async with guarded.read() as session:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await keys(Repository(session, admin).session, table)


async def test_what_the_actor_does_not_see_is_neither_changed_nor_deleted(
    guarded: Database, on_postgres: Seeded
) -> None:
    tried = 0
    async with guarded.write() as session:
        for who, table in ((who, table) for who in ACTORS for table in GUARDED):
            actor, same = on_postgres.company.actors[who], list(table.__table__.columns)[-1]
            hidden = ~func.coalesce(GUARDED[table](actor), False)
            with unscoped(session):
                out_of_sight = await keys(session, table, hidden)
            tried += len(out_of_sight)
            if out_of_sight:
                first = table.__table__.primary_key.columns[0]
                which = first.in_([key[0] for key in out_of_sight]) if len(out_of_sight) < 300 else hidden
                bare = Repository(session, actor).session
                for statement in (update(table).values({same.name: same}), delete(table)):
                    done = await bare.execute(statement.where(which).execution_options(synchronize_session=False))
                    assert done.rowcount == 0, (who, table.__tablename__)
    assert tried > 100


async def test_a_row_that_the_actor_would_not_see_is_not_inserted(guarded: Database, on_postgres: Seeded) -> None:
    rep, refused = on_postgres.company.actors["rep"], set()
    async with guarded.write() as session:
        for table in GUARDED:
            columns = table.__table__.columns
            hidden = ~func.coalesce(GUARDED[table](rep), False)
            with unscoped(session):
                row = (await session.execute(select(*columns).where(hidden).limit(1))).mappings().first()
            if row is not None:
                numbered = issubclass(table, Record)
                copied = {name: value for name, value in row.items() if name != "id" or not numbered}
                with pytest.raises(ProgrammingError, match=REFUSED):
                    async with session.begin_nested():
                        await Repository(session, rep).session.execute(insert(table.__table__).values(copied))
                refused.add(table)
    assert {Lead, Opportunity, Account, Contact, Conversation, User, Quota} <= refused


async def test_giving_a_record_away_is_the_repositorys_business(guarded: Database, on_postgres: Seeded) -> None:
    rep, peer = (on_postgres.company.actors[who] for who in ("rep", "peer"))
    lead = on_postgres.company.ids["lead", "rep"]
    async with guarded.write() as session:
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with session.begin_nested():
                bare = Repository(session, rep).session
                await bare.execute(update(Lead).where(Lead.id == lead).values(owner_id=peer.user_id))
        turn = on_postgres.company.ids["turn", "rep"]
        with unscoped(session):
            asked = await session.get_one(Turn, turn)
        writing = WriteRepository(session, rep)
        version = await writing.version_of("lead", lead)
        made = Made(turn, asked.conversation_id, "assign_lead")
        await writing.change_all("lead", [lead], {"owner_id": peer.user_id}, made)
        assert version
        assert await keys(writing.session, Lead, Lead.id == lead) == set()


async def test_people_read_look_ups_and_write_none(guarded: Database, on_postgres: Seeded) -> None:
    admin = on_postgres.company.actors["admin"]
    tables = [*(table.__tablename__ for table in OF_PEOPLE), *(table.index for table in TABLES.values())]
    async with guarded.write() as session:
        for table in tables:
            bare = Repository(session, admin).session
            await bare.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a table of ours
            with pytest.raises(ProgrammingError, match="permission denied"):
                async with session.begin_nested():
                    await bare.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a table of ours


async def test_words_follow_what_a_person_writes(guarded: Database, on_postgres: Seeded) -> None:
    rep, lead = on_postgres.company.actors["rep"], on_postgres.company.ids["lead", "rep"]
    holding = text("SELECT count(*) FROM leads_words WHERE id = :id AND words @@ to_tsquery('simple', 'quillfeather')")
    async with guarded.write() as session:
        bare = Repository(session, rep).session
        await bare.execute(update(Lead).where(Lead.id == lead).values(company="Quillfeather"))
        assert await bare.scalar(holding, {"id": lead}) == 1
        await session.rollback()


async def told(session: AsyncSession) -> tuple[str, str]:
    found = await session.execute(text("SELECT current_user, coalesce(current_setting('rainmaker.user', true), '')"))
    return tuple(found.one())  # type: ignore[return-value]


async def test_nothing_told_outlives_its_transaction(guarded: Database, on_postgres: Seeded) -> None:
    rep = on_postgres.company.actors["rep"]
    async with guarded.write() as session:
        assert await told(Repository(session, rep).session) == ("rainmaker_rainmaker_rep", str(rep.user_id))
    async with guarded.connection() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar() == "rainmaker"
    with pytest.raises(ProgrammingError):
        async with guarded.write() as session:
            await Repository(session, rep).session.execute(text("SELECT nothing"))
    async with guarded.write() as session:
        work_for(session, NOBODY)
        assert await told(session) == ("rainmaker_rainmaker_nobody", "")
        assert (
            await session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")) == 1
        )


async def test_who_acts_is_told_again_after_a_savepoint_was_undone(guarded: Database, on_postgres: Seeded) -> None:
    rep, peer = (on_postgres.company.actors[who] for who in ("rep", "peer"))
    async with guarded.write() as session:
        first, second = Repository(session, rep), Repository(session, peer)
        assert await told(first.session) == ("rainmaker_rainmaker_rep", str(rep.user_id))
        nested = await session.begin_nested()
        assert await told(second.session) == ("rainmaker_rainmaker_rep", str(peer.user_id))
        await nested.rollback()
        assert await told(second.session) == ("rainmaker_rainmaker_rep", str(peer.user_id))
        assert await told(first.session) == ("rainmaker_rainmaker_rep", str(rep.user_id))


async def test_the_program_works_unscoped_only_inside_the_block(guarded: Database, on_postgres: Seeded) -> None:
    company: Company = on_postgres.company
    async with guarded.read() as session:
        mine = Repository(session, company.actors["rep"])
        seen = await keys(mine.session, Lead)
        with pytest.raises(RuntimeError), unscoped(mine.session):
            assert len(await keys(mine.session, Lead)) > len(seen)
            raise RuntimeError
        assert await keys(mine.session, Lead) == seen
