from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.orm import Session

from db.demo import Company, insert_company
from db.errors import WorkspaceInUse
from db.models import Account, Base, Lead, Opportunity, Role, Stage, Team, User


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        yield connection
    engine.dispose()


def test_every_row_arrives_and_every_reference_holds(connection: Connection, small: Company) -> None:
    counts = insert_company(connection, small)
    assert counts == {name: frame.height for name, frame in small.tables.items()}
    for name, count in counts.items():
        assert connection.scalar(select(func.count()).select_from(Base.metadata.tables[name])) == count
    assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_values_come_back_as_they_were_built(connection: Connection, small: Company) -> None:
    insert_company(connection, small)
    with Session(connection) as session:
        for row in small.tables["opportunities"].tail(3).to_dicts():
            stored = session.get_one(Opportunity, row["id"])
            assert stored.closed_on == row["closed_on"]
            assert stored.last_activity_at == row["last_activity_at"]
            assert stored.amount_minor == row["amount_minor"]
            assert isinstance(stored.decision_criteria, list)
        lead = session.get_one(Lead, 1)
        assert set(lead.engagement or {}) == {"visits", "opens", "clicks", "forms"}


def test_people_who_are_there_stay_and_ids_follow_them(connection: Connection, small: Company) -> None:
    with Session(connection) as session:
        session.add(User(id=1, email="admin@localhost", name="Local administrator", role=Role.ADMIN))
        session.add(Stage(name="Discovery", position=1, probability=0.1, created_at=datetime.now(UTC)))
        session.flush()
    insert_company(connection, small)
    owner = select(User.email).join(Account, Account.owner_id == User.id).where(Account.name == "Acme Industrial")
    assert connection.scalar(owner) == "rep@demo.example"
    assert connection.scalar(select(func.count()).select_from(Stage)) == small.tables["stages"].height
    assert connection.scalar(select(User.name).where(User.id == 1)) == "Local administrator"


def test_the_demo_manager_leads_the_region_of_the_demo_rep(connection: Connection, small: Company) -> None:
    insert_company(connection, small)
    rep = connection.execute(select(User).where(User.email == "rep@demo.example")).one()
    manager = connection.execute(select(User).where(User.email == "manager@demo.example")).one()
    team = connection.execute(select(Team).where(Team.id == rep.team_id)).one()
    assert team.parent_id == manager.team_id


@pytest.mark.parametrize(
    ("table", "row", "found"),
    [
        ("users", {"email": "anna@real.example", "name": "Anna", "role": "admin"}, "people"),
        ("users", {"email": "gone@real.example", "name": "Gone", "role": "rep", "active": False}, "people"),
        ("teams", {"name": "North"}, "teams"),
        ("products", {"name": "Pro"}, "products"),
        ("turns", {"id": "tu_1"}, "turns"),
    ],
)
def test_a_workspace_with_people_or_questions_is_refused(
    connection: Connection, small: Company, table: str, row: dict[str, object], found: str
) -> None:
    filled = Base.metadata.tables[table]
    blank = {c.name: c.type.python_type() for c in filled.c if not c.nullable and not c.default and not c.primary_key}
    connection.execute(filled.insert().values(**(blank | row)))
    with pytest.raises(WorkspaceInUse, match=f"already holds {found};"):
        insert_company(connection, small)


def test_a_workspace_with_records_is_refused_untouched(connection: Connection, small: Company) -> None:
    connection.execute(Base.metadata.tables["accounts"].insert().values(name="Real customer"))
    with pytest.raises(WorkspaceInUse, match="accounts"):
        insert_company(connection, small)
    assert connection.scalar(select(func.count()).select_from(User)) == 0
