"""What the workspace holds of one person, and its removal. For administrators.

Every text column of every table is looked through, so that a table added later is covered too. Left out are the audit
chain, which holds no personal data and must stay as it is, and the columns in which other people keep their own names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from db import name_index
from db.access import Permission
from db.errors import NotFound
from db.models import (
    ApiToken,
    AuditEntry,
    Base,
    Change,
    Contact,
    Conversation,
    DimensionValue,
    Evidence,
    Interaction,
    Lead,
    NameToken,
    Note,
    Opportunity,
    Proposal,
    ProposalStatus,
    SignIn,
    Span,
    Spelling,
    Task,
    Turn,
    TurnEvent,
    User,
    VaultEntry,
)
from db.names import NamedKind, words
from db.repositories.base import Repository
from db.session import WriteSession

Rewrite = Callable[[Any], Any]
"""Gives a text or JSON value without the person."""


class Erasable(StrEnum):
    CONTACT = "contact"
    LEAD = "lead"
    USER = "user"


_TABLES: Mapping[Erasable, Any] = {
    Erasable.CONTACT: Contact,
    Erasable.LEAD: Lead,
    Erasable.USER: User,
}
_PERSONAL: Mapping[Erasable, tuple[str, ...]] = {
    Erasable.CONTACT: (
        "first_name", "last_name", "email", "phone", "title", "language", "time_zone", "preferred_channel",
        "preferred_time", "pain_points", "interests", "external_id",
    ),
    Erasable.LEAD: (
        "first_name", "last_name", "email", "phone", "title", "engagement", "pain_points", "preferred_channel",
        "external_id",
    ),
    Erasable.USER: ("password_hash",),
}  # fmt: skip
_OWN_NAMES = {
    "contacts": {"first_name", "last_name", "email", "phone"},
    "leads": {"first_name", "last_name", "email", "phone"},
    "users": {"name", "email"},
}
_UNTOUCHED = {AuditEntry.__tablename__, NameToken.__tablename__, Spelling.__tablename__, VaultEntry.__tablename__}
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is to be erased. `others` are people who bear the same name, address or number, as `kind id`."""

    kind: Erasable
    id: int
    name: str
    email: str | None
    phone: str | None
    same_name: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedEntry:
    conversation_id: str
    placeholder: str
    sealed: bytes


class ErasureRepository(Repository):
    session: WriteSession

    async def identity(self, kind: Erasable, record_id: int) -> Identity:
        """Who is to be erased, and who shares name, address or number.

        Raises:
            NotPermitted: the actor is no administrator.
            NotFound: there is no such person, or the person was erased before.
        """
        self.actor.require(Permission.PEOPLE_ERASE)
        row: Contact | Lead | User | None
        row = await self.session.get(_TABLES[kind], record_id, with_for_update=True)
        if row is None:
            raise NotFound(kind.value, str(record_id))
        found = Identity(kind, record_id, _name_of(row), row.email, getattr(row, "phone", None))
        if _is_erased(row.email) or not (found.name or found.email or found.phone):
            raise NotFound(kind.value, str(record_id))
        same, others = await self._doubles(found)
        return replace(found, same_name=same, others=others)

    async def vault(self) -> list[SealedEntry]:
        rows = await self.session.execute(
            select(VaultEntry.conversation_id, VaultEntry.placeholder, VaultEntry.sealed).order_by(
                VaultEntry.conversation_id
            )
        )
        return [SealedEntry(*row) for row in rows]

    async def reseal(self, entries: Iterable[SealedEntry]) -> None:
        for one in entries:
            await self.session.execute(
                update(VaultEntry)
                .where(VaultEntry.conversation_id == one.conversation_id, VaultEntry.placeholder == one.placeholder)
                .values(sealed=one.sealed)
            )

    async def memories(self) -> dict[str, dict[str, Any]]:
        """Conversation -> what it remembers."""
        rows = await self.session.execute(select(Conversation.id, Conversation.memory))
        return {row.id: dict(row.memory or {}) for row in rows}

    async def remember(self, conversation_id: str, memory: dict[str, Any]) -> None:
        await self.session.execute(update(Conversation).where(Conversation.id == conversation_id).values(memory=memory))

    async def everywhere(self, person: Identity, rewrite: Rewrite) -> tuple[int, set[str]]:
        """Rewrite every text that may hold the person; how many changed, and the conversations they belong to."""
        changed, turns, conversations = 0, set[str](), set[str]()
        for table in Base.metadata.sorted_tables:
            if table.name in _UNTOUCHED:
                continue
            for column in _texts_of(table):
                for row in await self._changed(table, column, _may_hold(column, person), rewrite):
                    changed += 1
                    turns |= {row["turn_id"]} if row.get("turn_id") else set()
                    conversations |= {row["conversation_id"]} if row.get("conversation_id") else set()
                    if table.name == Conversation.__tablename__:
                        conversations.add(row["id"])
        of_turns = select(Turn.conversation_id).where(Turn.id.in_(turns))
        conversations |= set((await self.session.execute(of_turns)).scalars())
        return changed, conversations

    async def closely(self, person: Identity, conversations: Collection[str], rewrite: Rewrite) -> int:
        """Rewrite what belongs to the person or to conversations about the person, text by text."""
        changed = 0
        for table, where in _close_to(person, conversations):
            for column in _texts_of(table):
                changed += len(await self._changed(table, column, where, rewrite))
        return changed

    async def withdraw(self, mentions: Callable[[Any], bool]) -> int:
        """Decline what waits and would touch the person: its arguments are no longer those that were shown."""
        waiting = select(Proposal).where(Proposal.status == ProposalStatus.WAITING)
        count = 0
        for one in (await self.session.execute(waiting)).scalars():
            if mentions(one.arguments) or mentions(one.preview):
                one.status, one.outcome = ProposalStatus.DECLINED, "The person it was about has been erased."
                count += 1
        return count

    async def blank_spans(
        self, conversations: Collection[str], mentions: Callable[[str, Any], bool], keep: Collection[str]
    ) -> int:
        """In traces of these conversations that mention the person, leave only the attributes named in `keep`.

        Args:
            mentions: (conversation, attributes) -> whether they speak of the person.
        """
        statement = (
            select(Span, Turn.conversation_id)
            .join(Turn, Turn.trace_id == Span.trace_id)
            .where(Turn.conversation_id.in_(conversations))
        )
        rows = (await self.session.execute(statement)).all()
        about = {span.trace_id for span, conversation in rows if mentions(conversation, span.attributes)}
        blanked = [span for span, _ in rows if span.trace_id in about]
        for span in blanked:
            span.attributes = {name: value for name, value in span.attributes.items() if name in keep}
        return len(blanked)

    async def clear(self, person: Identity) -> None:
        """Empty the record itself; what points at it still does."""
        row: Contact | Lead | User | None = await self.session.get(_TABLES[person.kind], person.id)
        if row is None:
            raise NotFound(person.kind.value, str(person.id))
        for name in _PERSONAL[person.kind]:
            setattr(row, name, None)
        if isinstance(row, User):
            row.name, row.email, row.active = f"Former colleague {row.id}", erased_address(row.id), False
            for table in (ApiToken, SignIn):
                await self.session.execute(delete(table).where(table.user_id == row.id))
        else:
            row.deleted_at = datetime.now(UTC)
        await self.session.flush()
        await self.session.run_sync(
            lambda sync: name_index.refresh(sync.connection(), NamedKind(person.kind.value), [person.id])
        )
        await self._forget_spellings(person.name)

    async def _forget_spellings(self, name: str) -> None:
        """Words that stand in no name any more are not looked up any more."""
        gone = select(NameToken.token).where(NameToken.token == Spelling.token).exists()
        await self.session.execute(delete(Spelling).where(Spelling.token.in_(words(name)), ~gone))

    async def wipe_what_is_freed(self) -> None:
        """SQLite overwrites what this transaction lets go of."""
        if self.session.get_bind().dialect.name == "sqlite":
            await self.session.execute(text("PRAGMA secure_delete=ON"))

    async def _changed(
        self, table: Table, column: Column[Any], where: ColumnElement[bool], rewrite: Rewrite
    ) -> list[dict[str, Any]]:
        """Rewrite a column where the condition holds; the keys and links of the rows that changed."""
        keys = list(table.primary_key.columns)
        links = [table.c[name] for name in ("turn_id", "conversation_id", "id") if name in table.c]
        statement = select(*{*keys, *links}, column.label("held")).where(where)
        rows = (await self.session.execute(statement)).mappings().all()
        changed = []
        for row in rows:
            held = row["held"]
            if held is None or (after := rewrite(held)) == held:
                continue
            at = and_(*(key == row[key.name] for key in keys))
            await self.session.execute(update(table).where(at).values({column.name: _fitting(column, after)}))
            changed.append(dict(row))
            if table.name == Turn.__tablename__:
                changed[-1]["turn_id"] = row["id"]
        return changed

    async def _doubles(self, person: Identity) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Others with the same name, and others with any of name, address and number."""
        same: list[str] = []
        others: list[str] = []
        for kind, table in _TABLES.items():
            tests = [_bears(table, person.name)] if person.name else []
            alike = [func.lower(table.email) == person.email.lower()] if person.email else []
            if person.phone and not issubclass(table, User):
                alike.append(table.phone == person.phone)
            for found, tested in ((same, tests), (others, [*tests, *alike])):
                if tested:
                    ids = select(table.id).where(or_(*tested), table.deleted_at.is_(None))
                    for record_id in (await self.session.execute(ids.order_by(table.id))).scalars():
                        if (kind, record_id) != (person.kind, person.id):
                            found.append(f"{kind} {record_id}")
        return tuple(same), tuple(others)


def erased_address(user_id: int) -> str:
    """A user needs an address; this one reaches nobody (RFC 2606)."""
    return f"erased-{user_id}@erased.invalid"


def _name_of(row: Contact | Lead | User) -> str:
    """The person's own name; a lead without one is called after its company, which stays."""
    if isinstance(row, User):
        return row.name
    return " ".join(part for part in (row.first_name, row.last_name) if part)


def _is_erased(email: str | None) -> bool:
    return bool(email and email.endswith("@erased.invalid"))


def _bears(table: type[Contact | Lead | User], name: str) -> ColumnElement[bool]:
    if issubclass(table, User):
        return func.lower(table.name) == name.lower()
    joined = func.trim(func.coalesce(table.first_name, "") + " " + func.coalesce(table.last_name, ""))
    return func.lower(joined) == name.lower()


def _texts_of(table: Table) -> list[Column[Any]]:
    own = _OWN_NAMES.get(table.name, set())
    return [
        column
        for column in table.columns
        if not column.primary_key and not column.foreign_keys and column.name not in own and _holds_text(column)
    ]


def _holds_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String | JSON)


def _fitting(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - any JSON value
    longest = getattr(column.type, "length", None)
    return value[:longest] if isinstance(value, str) and longest else value


def _may_hold(column: Column[Any], person: Identity) -> ColumnElement[bool]:
    """A wide net in SQL; whether the person is really there is decided on the text itself."""
    held = cast(column, Text)
    tests = [and_(*(held.icontains(part, autoescape=True) for part in _parts(person.name)))] if person.name else []
    if person.email:
        tests.append(and_(*(held.icontains(part, autoescape=True) for part in _parts(person.email))))
    if digits := re.sub(r"\D", "", person.phone or "")[-9:]:
        tests.append(held.like("%" + "%".join(digits) + "%"))
    return or_(*tests)


def _parts(value: str) -> list[str]:
    """The plain letters of each word: the rest may be stored escaped, in another case or decomposed."""
    runs = [max(re.findall(r"[\x21-\x7e]+", word) or [""], key=len) for word in value.split()]
    return [run for run in runs if run] or [""]


def _close_to(person: Identity, conversations: Collection[str]) -> list[tuple[Table, ColumnElement[bool]]]:
    turns = select(Turn.id).where(Turn.conversation_id.in_(conversations))
    conditions: list[tuple[Any, ColumnElement[bool]]] = [
        (Conversation, Conversation.id.in_(conversations)),
        (Turn, Turn.conversation_id.in_(conversations)),
        (TurnEvent, TurnEvent.turn_id.in_(turns)),
        (Evidence, Evidence.turn_id.in_(turns)),
        (Proposal, Proposal.turn_id.in_(turns)),
        (Change, Change.conversation_id.in_(conversations)),
    ]
    if person.kind is not Erasable.USER:
        link = f"{person.kind}_id"
        conditions += [(one, getattr(one, link) == person.id) for one in (Interaction, Note, Task)]
        if person.kind is Erasable.CONTACT:
            conditions.append((Opportunity, Opportunity.contact_id == person.id))
    else:
        conditions += [(Interaction, Interaction.user_id == person.id), (Note, Note.author_id == person.id)]
        if not any(one.startswith(Erasable.USER) for one in person.same_name):
            conditions.append((DimensionValue, DimensionValue.label == person.name))
    return [(Base.metadata.tables[model.__tablename__], where) for model, where in conditions]
