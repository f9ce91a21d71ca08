"""A company in which everything carries a canary: each text a word of its own, each amount a number of its own.

Every position has a record of every kind: a rep, the rep's manager, a rep and a manager of another team, the
executive, the administrator, colleagues who left, and nobody. What each person may see is written down a second time
here, so that it can be held against what the program shows.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rapidfuzz.distance import OSA

from agent.schema import TurnAnswer
from db import facts, name_index
from db.access import Actor, actor_of
from db.models import (
    Account,
    Change,
    Contact,
    Conversation,
    Evidence,
    Interaction,
    Lead,
    Memory,
    Note,
    Notification,
    Opportunity,
    Product,
    Proposal,
    Record,
    Role,
    Setting,
    Span,
    Task,
    Team,
    Turn,
    TurnEvent,
    TurnStatus,
    User,
)
from db.repositories import credentials
from db.session import Database, WriteSession

TODAY = date(2025, 5, 21)
NOW = datetime(2025, 5, 21, 9, tzinfo=UTC)
PARENTS = ("account", "contact", "lead", "opportunity")
STAFF: dict[str, tuple[Role, str | None]] = {
    "rep": (Role.REP, "dach"), "manager": (Role.MANAGER, "emea"), "peer": (Role.REP, "americas"),
    "rival": (Role.MANAGER, "americas"), "executive": (Role.EXECUTIVE, "company"), "admin": (Role.ADMIN, None),
    "disabled": (Role.REP, "dach"), "removed": (Role.REP, "dach"),
}  # fmt: skip
ACTORS = ("rep", "manager", "peer", "rival", "executive", "admin")
"""Who can sign in."""
POSITIONS = (*STAFF, "nobodydach", "nobodyamericas")
_TEAM_OF = {"nobodydach": "dach", "nobodyamericas": "americas"}
GHOST = "ghost"
"""A position nobody ever filled: words of it are in no record."""
EVERYBODY = frozenset({"executive", "admin"})
TREE = {
    "rep": {"rep"}, "peer": {"peer"}, "manager": {"rep", "manager", "disabled", "removed", "nobodydach"},
    "rival": {"peer", "rival", "nobodyamericas"},
}  # fmt: skip
TEAMS = {"rep": {"dach"}, "manager": {"emea", "dach"}, "peer": {"americas"}, "rival": {"americas"}}
OPEN_LEADS = {"rep": {"nobodydach"}, "peer": {"nobodyamericas"}}
_NO_CANARY = frozenset({
    "email", "password_hash", "time_zone", "run_id", "stage", "outcome", "status", "channel", "direction", "kind",
    "role", "deal_type", "currency", "language", "preferred_channel", "grade", "source", "topic", "external_id",
    "domain", "phone", "tier",
})  # fmt: skip
_CANARY = re.compile(r"[a-z]{12}")
_NUMBER = re.compile(r"\d[\d,. ]*\d")


def sees(who: str, kind: str, position: str) -> bool:
    """The table “who sees what”, for records that hang on records of the same owner."""
    if kind == "shared":
        return who in ACTORS
    if kind == "team":
        return who in EVERYBODY or position in TEAMS.get(who, ())
    if kind in ("conversation", "turn", "evidence", "change", "notification"):
        return who == position
    if kind == "trace":
        return who in (position, "admin")
    if kind.startswith("private"):
        return who == position
    if who in EVERYBODY or position in TREE.get(who, ()):
        return True
    return kind.rpartition("on")[2] == "lead" and position in OPEN_LEADS.get(who, ())


@dataclass(slots=True)
class Company:
    """`ids` by (kind, position); `words` and `numbers` tell whose canary one is; `tokens` by name of the credential."""

    actors: dict[str, Actor] = field(default_factory=dict)
    ids: dict[tuple[str, str], Any] = field(default_factory=dict)
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    numbers: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    _draw: random.Random = field(default_factory=lambda: random.Random(4))  # noqa: S311 - variety, not secrecy

    def word(self, kind: str, column: str, position: str) -> str:
        """A canary: twelve letters that stand in one field of one record."""
        made = self._code(f"{kind}.{column}") + self._code(position)
        self.words[made] = (kind, position)
        return made.capitalize()

    def number(self, kind: str, position: str) -> int:
        """An amount in whole units that no other record has."""
        made = 613_000 + 7 * len(self.numbers) + self._draw.randrange(7)
        self.numbers[str(made)] = (kind, position)
        return made

    def leaks(self, who: str, shown: object, *, told: object = "") -> set[tuple[str, str]]:
        """(kind, position) of every canary in what was shown that the person may not see and did not say."""
        allowed = self._canaries(told)
        found = self._canaries(shown) - allowed
        return {one for one in (self._owner(canary) for canary in found) if not sees(who, *one)}

    def _owner(self, canary: str) -> tuple[str, str]:
        return self.words.get(canary) or self.numbers[canary]

    def _canaries(self, shown: object) -> set[str]:
        text = shown.decode("utf-8", "replace") if isinstance(shown, bytes) else str(shown)
        folded = text.casefold()
        letters = {word for run in re.findall(r"[a-z]+", folded) for word in _CANARY.findall(run)} & self.words.keys()
        numbers = (re.sub(r"[, ]", "", number).partition(".")[0] for number in _NUMBER.findall(text))
        # In whole units or in cents; a sum of ten of them begins like one of them and is none.
        digits = {one[:6] for one in numbers if len(one) in (6, 8)} & self.numbers.keys()
        # A canary inside a longer run of letters (an address, an id) is one all the same.
        inside = {word for word in self.words if word in folded} if len(letters) < len(self.words) else set()
        return letters | inside | digits

    def _code(self, what: str) -> str:
        """Six letters that nobody takes for those of something else."""
        while what not in self.codes:
            made = "".join(self._draw.choice(letters) for letters in ("bdfgklmnprstvz", "aeiou") * 3)
            if all(OSA.distance(made, other) > 2 for other in self.codes.values()):
                self.codes[what] = made
        return self.codes[what]


async def build(database: Database) -> Company:
    """Fill a fresh workspace; facts and names in step."""
    made = Company()
    async with database.write() as session:
        teams = await _teams(session, made)
        users = await _staff(session, made, teams)
        product = Product(name="Planner")
        shared = Account(name=made.word("shared", "name", "everybody"))
        session.add_all([product, shared, Setting(key="clock", value={"at": NOW.isoformat()})])
        await session.flush()
        made.ids["account", "shared"] = shared.id
        made.names["account", "shared"] = shared.name
        for position in POSITIONS:
            owner = users.get(position)
            team = teams[STAFF[position][1] or "company"] if position in STAFF else teams[_TEAM_OF[position]]
            await _records(session, made, position, owner.id if owner else None, team, product.id, shared.id)
        made.actors = {name: await actor_of(session, users[name]) for name in ACTORS}
        for name in ACTORS:
            await _own_things(session, made, name, users[name].id)
        await _ways_in(session, made, users)
    async with database.connection() as connection:
        await connection.run_sync(facts.refresh)
        await connection.run_sync(name_index.refresh_all)
    return made


async def _teams(session: WriteSession, made: Company) -> dict[str, int]:
    ids: dict[str, int] = {}
    for name, parent in (("company", None), ("emea", "company"), ("americas", "company"), ("dach", "emea")):
        team = Team(name=made.word("team", "name", name), parent_id=ids[parent] if parent else None)
        session.add(team)
        await session.flush()
        ids[name] = team.id
        made.names["team", name] = team.name
    return ids


async def _staff(session: WriteSession, made: Company, teams: dict[str, int]) -> dict[str, User]:
    users = {}
    for name, (role, team) in STAFF.items():
        shown = f"{made.word('user', 'first', name)} {made.word('user', 'last', name)}"
        users[name] = User(
            email=f"{name}@access.example", name=shown, role=role, team_id=teams[team] if team else None,
            active=name != "disabled", deleted_at=NOW if name == "removed" else None,
        )  # fmt: skip
        made.names["user", name] = shown
    session.add_all(users.values())
    await session.flush()
    made.ids |= {("user", name): user.id for name, user in users.items()}
    return users


async def _records(
    session: WriteSession, made: Company, position: str, owner: int | None, team: int, product: int, shared: int
) -> None:
    """Every kind of record of one position, and a deal on the account that all share."""
    account = Account(owner_id=owner, annual_revenue_minor=made.number("account", position) * 100)
    await _add(session, made, "account", position, account)
    on_account = {"account_id": account.id}
    contact = Contact(owner_id=owner, email=f"c.{position}@outside.example", **on_account)
    await _add(session, made, "contact", position, contact)
    lead = Lead(owner_id=owner, team_id=team, arrived_at=NOW - timedelta(days=3), **on_account)
    await _add(session, made, "lead", position, lead)
    for kind, more in (
        ("opportunity", {"stage": "Proposal", "stage_entered_on": TODAY - timedelta(days=90)}),
        ("wonopportunity", {"stage": "Won", "outcome": "won", "closed_on": date(2025, 4, 3)}),
        ("lostopportunity", {"stage": "Lost", "outcome": "lost", "closed_on": date(2025, 4, 9)}),
        ("sharedopportunity", {"stage": "Proposal", "stage_entered_on": TODAY, "account_id": shared}),
    ):
        deal = Opportunity(**{
            "owner_id": owner, "team_id": team, "product_id": product, "currency": "USD", "account_id": account.id,
            "amount_minor": made.number(kind, position) * 100, "created_on": date(2025, 1, 7), **more,
        })  # fmt: skip
        await _add(session, made, kind, position, deal)
        if kind == "sharedopportunity":
            await _around(
                session, made, "sharedopportunity", position, owner, {"account_id": shared, "opportunity_id": deal.id}
            )
    for parent in PARENTS:
        await _around(session, made, parent, position, owner, {f"{parent}_id": made.ids[parent, position]})


async def _around(
    session: WriteSession, made: Company, parent: str, position: str, owner: int | None, on: dict[str, int]
) -> None:
    """What was said and done with a record, and what is to be done."""
    said = Interaction(channel="email", direction="in", at=NOW - timedelta(hours=30), user_id=owner, **on)
    await _add(session, made, f"interactionon{parent}", position, said)
    due = NOW - timedelta(days=2)
    await _add(session, made, f"taskon{parent}", position, Task(owner_id=owner, created_by=owner, due_at=due, **on))
    await _add(session, made, f"noteon{parent}", position, Note(author_id=owner, **on))
    await _add(session, made, f"privateon{parent}", position, Note(author_id=owner, private=True, **on))
    for kind, private in ((f"memoryon{parent}", False), (f"privatememoryon{parent}", True)):
        await _add(session, made, kind, position, Memory(author_id=owner, said_at=NOW, private=private, **on))


async def _add(session: WriteSession, made: Company, kind: str, position: str, record: Record) -> None:
    """Fill every text with a canary and store it."""
    for column in _texts(type(record)):
        if getattr(record, column) is None:
            word = made.word(kind, column, position)
            setattr(record, column, [word] if column in ("pain_points", "interests", "decision_criteria") else word)
    session.add(record)
    await session.flush()
    made.ids[kind, position] = record.id
    if isinstance(record, Contact | Lead):
        made.names[kind, position] = f"{record.first_name} {record.last_name}"
    elif isinstance(record, Account | Opportunity):
        made.names[kind, position] = record.name


def _texts(table: type[Record]) -> Iterator[str]:
    for column in table.__table__.columns:
        if column.key in _NO_CANARY or column.foreign_keys or column.primary_key:
            continue
        is_text = getattr(column.type, "python_type", None) is str
        if is_text or column.key in ("pain_points", "interests", "decision_criteria"):
            yield column.key


async def _own_things(session: WriteSession, made: Company, name: str, user: int) -> None:
    """A conversation with a turn and all it left behind."""

    def word(kind: str, column: str) -> str:
        return made.word(kind, column, name)

    talk = Conversation(
        id=f"co_{name}", user_id=user, door="http", title=word("conversation", "title"), updated_at=NOW,
        memory={"frames": [], "focus": [], "listed": []},
    )  # fmt: skip
    answer = TurnAnswer(answer=word("turn", "answer"), conversation=talk.id, turn=f"tu_{name}", trace_id=_hex(user))
    result = answer.model_dump(mode="json")
    turn = Turn(
        id=answer.turn, conversation_id=talk.id, user_id=user, number=1, text=word("turn", "text"), trace_id=_hex(user),
        status=TurnStatus.DONE, result=result, finished_at=NOW,
    )  # fmt: skip
    session.add(talk)
    await session.flush()
    session.add(turn)
    await session.flush()
    arguments = {"title": word("proposal", "title"), "operations": []}
    session.add_all([
        TurnEvent(turn_id=turn.id, number=1, kind="done", body=json.dumps(result)),
        Evidence(
            id=f"ev_{name}", turn_id=turn.id, user_id=user, tool="pipeline", arguments={}, key="total.USD",
            label=word("evidence", "label"), rule=word("evidence", "rule"), value={"amount": "1"}, records=None,
        ),
        Span(
            span_id=f"{user:016x}", trace_id=_hex(user), parent_id=None, user_id=user, name="turn", started_ns=1,
            ended_ns=2, status="ok", attributes={"rainmaker.question": word("trace", "question")},
        ),
        Proposal(
            id=f"pr_{name}", turn_id=turn.id, step=1, asked_by=user, tool="create_task", effect="WRITE",
            arguments=arguments, preview={"before": {}, "after": {"title": word("proposal", "after")}, "records": 1},
            versions={}, read_before=[], digest="", status="waiting",
            expires_at=datetime.now(UTC) + timedelta(days=7),
        ),
        Change(
            id=f"ch_{name}", turn_id=turn.id, conversation_id=talk.id, user_id=user, tool="create_task",
            record_kind="task", record_id=made.ids["taskonaccount", name], before=None,
            after={"title": word("changed", "after")}, version_after=1, step=1, part=0,
        ),
        Notification(
            id=f"no_{name}", user_id=user, kind="reminder", title=word("notification", "title"),
            task_id=made.ids["taskonaccount", name], remind_at=NOW,
        ),
    ])  # fmt: skip
    kinds = {
        "notification": f"no_{name}",
        "conversation": talk.id,
        "turn": turn.id,
        "evidence": f"ev_{name}",
        "trace": _hex(user),
    }
    made.ids |= {
        (kind, name): key for kind, key in (kinds | {"proposal": f"pr_{name}", "change": f"ch_{name}"}).items()
    }


async def _ways_in(session: WriteSession, made: Company, users: dict[str, User]) -> None:
    """Tokens and sessions: good ones, and every kind that must not work any more."""
    for name, user in users.items():
        _, made.tokens[name] = await credentials.create_token(session, user.id, name="t", lifetime=None)
        made.cookies[name], made.csrf[name] = await credentials.sign_in(session, user.id)
    rep = users["rep"].id
    _, made.tokens["expired"] = await credentials.create_token(session, rep, name="expired", lifetime=timedelta(-1))
    revoked, made.tokens["revoked"] = await credentials.create_token(session, rep, name="revoked", lifetime=None)
    await credentials.revoke_token(session, revoked)
    made.tokens["made_up"] = "rmk_" + "x" * 43


def _hex(user: int) -> str:
    return f"{user:032x}"
