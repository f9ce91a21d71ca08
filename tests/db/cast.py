"""A small company with a record of every kind for every position an owner can have.

Every text carries a mark of its own, so that a test can look for the marks in whatever a method returns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from db import facts, name_index
from db.access import Actor, actor_of
from db.models import (
    Account,
    Contact,
    Interaction,
    Lead,
    Memory,
    Note,
    Opportunity,
    Product,
    Record,
    Role,
    StageChange,
    Task,
    Team,
    User,
)  # fmt: skip
from db.session import Database

TODAY = date(2025, 6, 10)
NOON = datetime(2025, 6, 10, 12, tzinfo=UTC)
PARENTS = ("account", "contact", "lead", "opportunity")
ACTORS = ("admin", "executive", "manager", "dach", "emea", "americas", "former")
POSITIONS = ("dach", "emea", "americas", "former", "manager", "nobodydach", "nobodyamericas")
"""Whose a record is: a rep's of DACH, of EMEA itself, of the Americas, ..., or nobody's in a team."""
_TEAM_OF = {
    "dach": "DACH", "emea": "EMEA", "americas": "Americas", "former": "DACH", "manager": "EMEA",
    "nobodydach": "DACH", "nobodyamericas": "Americas",
}  # fmt: skip
_PARENT = re.compile(rf"on({'|'.join(PARENTS)})$")
_MARK = re.compile(r"zz([a-z]+)x([a-z]+)zz")


def mark(kind: str, position: str) -> str:
    return f"zz{kind}x{position}zz"


def marks(result: object) -> set[tuple[str, str]]:
    """(kind, position) of every mark in what a method returned."""
    return {(kind, position) for kind, position in _MARK.findall(repr(result))}


def parent_of(kind: str) -> str | None:
    """The record kind that an `interactiononlead`, `taskonaccount` ... hangs on."""
    found = _PARENT.search(kind)
    return found[1] if found else None


def person(position: str) -> str:
    return f"{position}@cast.example"


@dataclass(slots=True)
class Cast:
    """`ids` of the records by (kind, position); `actors` by name."""

    actors: dict[str, Actor] = field(default_factory=dict)
    ids: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, int]:
        return {position: key for (one, position), key in self.ids.items() if one == kind}


async def found(database: Database) -> Cast:
    """Insert the company; facts and names in step."""
    cast = Cast()
    async with database.write() as session:
        company, product = Team(name="Company"), Product(name="Planner")
        session.add_all([company, product])
        await session.flush()
        emea, americas = Team(name="EMEA", parent_id=company.id), Team(name="Americas", parent_id=company.id)
        session.add_all([emea, americas])
        await session.flush()
        dach = Team(name="DACH", parent_id=emea.id)
        session.add(dach)
        await session.flush()
        teams = {team.name: team.id for team in (company, emea, americas, dach)}
        users = _people(teams)
        session.add_all(users.values())
        await session.flush()
        for position in POSITIONS:
            owner = users.get(position)
            bundle = _records(position, owner.id if owner else None, teams[_TEAM_OF[position]], product.id)
            # Few flushes: first what others point at, then all that hangs on it.
            for kinds in (("account",), ("contact", "opportunity", "lost", "lead"), tuple(bundle)[5:]):
                for kind in kinds:
                    _link(bundle[kind], kind, bundle)
                    session.add(bundle[kind])
                await session.flush()
            cast.ids |= {(kind, position): record.id for kind, record in bundle.items()}
            session.add(
                StageChange(
                    opportunity_id=bundle["opportunity"].id, stage=mark("stage", position), entered_on=date(2025, 5, 1)
                )
            )
        cast.actors = {name: await actor_of(session, user) for name, user in users.items()}
    async with database.connection() as connection:
        await connection.run_sync(facts.refresh)
        await connection.run_sync(name_index.refresh_all)
    return cast


def _people(teams: dict[str, int]) -> dict[str, User]:
    rows: tuple[tuple[str, Role, str | None], ...] = (
        ("admin", Role.ADMIN, None), ("executive", Role.EXECUTIVE, "Company"), ("manager", Role.MANAGER, "EMEA"),
        ("dach", Role.REP, "DACH"), ("emea", Role.REP, "EMEA"), ("americas", Role.REP, "Americas"),
        ("former", Role.REP, "DACH"),
    )  # fmt: skip
    return {
        name: User(
            email=person(name), name=mark("user", name), role=role, team_id=teams[team] if team else None,
            active=name != "former",
        )
        for name, role, team in rows
    }  # fmt: skip


def _records(position: str, owner: int | None, team: int, product: int) -> dict[str, Record]:
    """Every kind of record of one owner; the order is that of their references."""

    def deal(kind: str, **more: object) -> Opportunity:
        segments = {name: mark(name.replace("_", ""), position) for name in ("region", "industry", "lead_source")}
        return Opportunity(
            name=f"{mark(kind, position)} deal", owner_id=owner, team_id=team, product_id=product, currency="EUR",
            amount_minor=100_000, created_on=date(2025, 3, 1), competitor=mark("competitor", position), **segments,
            **more,
        )  # fmt: skip

    records: dict[str, Record] = {
        "account": Account(name=f"{mark('account', position)} works", owner_id=owner),
        "contact": Contact(first_name=mark("contact", position), last_name="Person", owner_id=owner),
        "opportunity": deal("opportunity", stage="Proposal", stage_entered_on=date(2025, 1, 1)),
        "lost": deal(
            "lost", stage="Lost", outcome="lost", closed_on=date(2025, 5, 1), loss_reason=mark("reason", position)
        ),
        "lead": Lead(
            first_name=mark("lead", position), last_name="Person", owner_id=owner, team_id=team, arrived_at=NOON,
            lead_source=mark("origin", position), country=mark("country", position),
        ),
    }  # fmt: skip
    for parent in PARENTS:
        records[f"interactionon{parent}"] = Interaction(
            channel="email", direction="in", at=NOON, user_id=owner, body=mark(f"interactionon{parent}", position)
        )
        records[f"taskon{parent}"] = Task(title=mark(f"taskon{parent}", position), owner_id=owner, created_by=owner)
        records[f"noteon{parent}"] = Note(body=mark(f"noteon{parent}", position), author_id=owner)
        records[f"privateon{parent}"] = Note(body=mark(f"privateon{parent}", position), author_id=owner, private=True)
        for kind, private in ((f"memoryon{parent}", False), (f"privatememoryon{parent}", True)):
            records[kind] = Memory(body=mark(kind, position), author_id=owner, said_at=NOON, private=private)
    return records


def _link(record: Record, kind: str, bundle: dict[str, Record]) -> None:
    if isinstance(record, Contact | Lead | Opportunity):
        record.account_id = bundle["account"].id
    parent = parent_of(kind)
    if parent is not None and isinstance(record, Interaction | Memory | Task | Note):
        setattr(record, f"{parent}_id", bundle[parent].id)
