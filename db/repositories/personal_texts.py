"""Where a person may stand in the texts of a workspace, and rewriting those. Who may is asked before.

Every text column of every table is looked through, so that a table added later is covered too. Left out are the audit
chain, which holds no personal data and must stay as it is, and the columns in which other people keep their own names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, Table, Text, and_, cast, or_, select, update

from db.models import (
    AuditEntry,
    Base,
    Change,
    Conversation,
    DimensionValue,
    Evidence,
    Interaction,
    LikenessKey,
    Memory,
    NameToken,
    Note,
    Opportunity,
    Proposal,
    Spelling,
    Task,
    Turn,
    TurnEvent,
    VaultEntry,
)
from db.repositories.identities import Erasable, Identity
from db.session import WriteSession

Rewrite = Callable[[Any], Any]
"""Gives a text or JSON value without the person."""
_OWN_NAMES = {
    "contacts": {"first_name", "last_name", "email", "phone"},
    "leads": {"first_name", "last_name", "email", "phone"},
    "users": {"name", "email"},
}
_UNTOUCHED = {
    one.__tablename__ for one in (AuditEntry, LikenessKey, NameToken, Spelling, VaultEntry)
}  # fmt: skip


async def everywhere(session: WriteSession, person: Identity, rewrite: Rewrite) -> tuple[int, set[str]]:
    """Rewrite every text that may hold the person; how many changed, and the conversations they belong to."""
    changed, turns, conversations = 0, set[str](), set[str]()
    for table in Base.metadata.sorted_tables:
        if table.name in _UNTOUCHED:
            continue
        for column in _texts_of(table):
            for row in await _changed(session, table, column, _may_hold(column, person), rewrite):
                changed += 1
                turns |= {row["turn_id"]} if row.get("turn_id") else set()
                conversations |= {row["conversation_id"]} if row.get("conversation_id") else set()
                if table.name == Conversation.__tablename__:
                    conversations.add(row["id"])
    of_turns = select(Turn.conversation_id).where(Turn.id.in_(turns))
    conversations |= set((await session.execute(of_turns)).scalars())
    return changed, conversations


async def closely(session: WriteSession, person: Identity, conversations: Collection[str], rewrite: Rewrite) -> int:
    """Rewrite what belongs to the person or to conversations about the person, text by text."""
    changed = 0
    for table, where in _close_to(person, conversations):
        for column in _texts_of(table):
            changed += len(await _changed(session, table, column, where, rewrite))
    return changed


async def _changed(
    session: WriteSession, table: Table, column: Column[Any], where: ColumnElement[bool], rewrite: Rewrite
) -> list[dict[str, Any]]:
    """Rewrite a column where the condition holds; the keys and links of the rows that changed."""
    keys = list(table.primary_key.columns)
    links = [table.c[name] for name in ("turn_id", "conversation_id", "id") if name in table.c]
    statement = select(*{*keys, *links}, column.label("held")).where(where)
    rows = (await session.execute(statement)).mappings().all()
    changed = []
    for row in rows:
        held = row["held"]
        if held is None or (after := rewrite(held)) == held:
            continue
        at = and_(*(key == row[key.name] for key in keys))
        await session.execute(update(table).where(at).values({column.name: _fitting(column, after)}))
        changed.append(dict(row))
        if table.name == Turn.__tablename__:
            changed[-1]["turn_id"] = row["id"]
    return changed


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
        conditions += [(one, getattr(one, link) == person.id) for one in (Interaction, Memory, Note, Task)]
        if person.kind is Erasable.CONTACT:
            conditions.append((Opportunity, Opportunity.contact_id == person.id))
    else:
        conditions += [(Interaction, Interaction.user_id == person.id)]
        conditions += [(one, one.author_id == person.id) for one in (Memory, Note)]
        if not any(one.startswith(Erasable.USER) for one in person.same_name):
            conditions.append((DimensionValue, DimensionValue.label == person.name))
    return [(Base.metadata.tables[model.__tablename__], where) for model, where in conditions]
