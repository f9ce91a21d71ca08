"""Writes imported deals into the workspace. The same file again changes nothing; an edited one changes what differs."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table, bindparam, select, update

from db import facts, likeness_index, name_index
from db.access import Actor
from db.deeds import Deed
from db.importers.deal_file import DealFile
from db.models import Account, Base, ImportBatch, Opportunity, Outcome, Product, Role, StageChange, User, new_id
from db.money import digits_of, in_minor
from db.names import NamedKind, fold
from db.repositories import audit
from db.session import Database
from db.settings import WorkspaceSettings

_OUTCOMES = {code: outcome for outcome, code in facts.OUTCOME_CODES.items()}
_STAGES = {Outcome.WON: "Won", Outcome.LOST: "Lost"}
_CHUNK = 5_000
_SEGMENTS = ("region", "industry", "lead_source")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the rows of a file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    accounts: int = 0
    people: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    dry_run: bool = False


async def import_deals(
    database: Database,
    workspace: WorkspaceSettings,
    file: DealFile,
    *,
    name: str,
    actor: Actor | None,
    dry_run: bool = False,
) -> Imported:
    """Insert or update the deals of a file, with the accounts, products and owners it names.

    Owners that no colleague matches by name or address become colleagues without a way to sign in. Everything happens
    in one transaction; a dry run undoes it.

    Args:
        actor: who imports; None for the system.
    """
    async with database.write() as session:
        connection = await session.connection()
        async with connection.begin_nested() as savepoint:
            user_id = actor.user_id if actor else None
            done = await connection.run_sync(_write, workspace, file, name, user_id)
            if dry_run:
                await savepoint.rollback()
        if not dry_run:
            told = {what: done[what] for what in ("created", "updated", "unchanged", "rejected")}
            await audit.record(session, actor, Deed.IMPORTED, details=told)
    return Imported(**done, dry_run=dry_run)


def _write(
    connection: Connection, workspace: WorkspaceSettings, file: DealFile, name: str, user_id: int | None
) -> dict[str, Any]:
    rows = file.frame
    accounts = _ensure(connection, Account, _texts(rows, "account"), source=_source(name))
    products = _ensure(connection, Product, _texts(rows, file.roles.get("product")), source=None)
    owners = _ensure_people(connection, _texts(rows, file.roles.get("owner")))
    wanted = list(_values(file, workspace, name, accounts=accounts, products=products, owners=owners))
    known = _known(connection, _source(name))
    new = [row for row in wanted if row["external_id"] not in known]
    changed = [
        row | {"b_id": known[row["external_id"]]["id"]}
        for row in wanted
        if row["external_id"] in known and _differs(row, known[row["external_id"]])
    ]
    created, corrected = _insert(connection, new, _source(name)), _update(connection, changed, known)
    if created or corrected:
        _in_step(connection, created, corrected)
    counts = {"created": len(new), "updated": len(changed), "unchanged": len(wanted) - len(new) - len(changed)}
    batch = Base.metadata.tables[ImportBatch.__tablename__]
    connection.execute(
        batch.insert(),
        {
            "id": new_id("im"), "user_id": user_id, "kind": "deals", "file_name": name, "content_hash": _digest(rows),
            "rejected": file.rejected.height, "oddities": [oddity.sentence for oddity in file.oddities], **counts,
        },
    )  # fmt: skip
    people = len({key for key, fresh in owners.values() if fresh})
    fresh = sum(1 for one in accounts.values() if one[1])
    return counts | {
        "rejected": file.rejected.height, "accounts": fresh, "people": people, "set_aside": dict(file.set_aside)
    }  # fmt: skip


def _in_step(connection: Connection, created: list[int], corrected: list[int]) -> None:
    """Facts and names follow. A corrected row corrects the segments of a closed deal too."""
    facts.refresh(connection, corrected, anew=True)
    facts.refresh(connection, None if len(created) > _CHUNK else created)
    for kind in (NamedKind.ACCOUNT, NamedKind.PRODUCT, NamedKind.USER):
        name_index.refresh(connection, kind)
    likeness_index.refresh(connection, "account")
    everything = len(created) + len(corrected) > _CHUNK
    name_index.refresh(connection, NamedKind.OPPORTUNITY, None if everything else created + corrected)


def _source(name: str) -> str:
    return _fitting(f"file:{name}", 40)


def _fitting(text: str, room: int) -> str:
    """The text, or as much of it as there is room for with a mark that keeps it apart from others beginning alike."""
    if len(text) <= room:
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:10]
    return f"{text[: room - 11]}~{mark}"


def _digest(frame: pl.DataFrame) -> str:
    return f"{frame.hash_rows().sum() % 2**64:016x}"


def _texts(frame: pl.DataFrame, column: str | None) -> list[str]:
    if column is None or column not in frame.columns:
        return []
    return [text for text in frame[column].cast(pl.String).unique().sort().to_list() if text]


def _ensure(
    connection: Connection, model: type[Account] | type[Product], names: list[str], *, source: str | None
) -> dict[str, tuple[int, bool]]:
    """name -> (id, was created), adding what is missing.

    An account is the one of that name, or the one this source brought under that name and somebody renamed since.
    """
    table = _table(model)
    wanted = {name: _fitting(name, _room(table, "name")) for name in names}
    known = _by_name(connection, table, source)
    missing = sorted({name for name in wanted.values() if name not in known})
    rows = [{"name": name, "external_id": _fitting(name, 120), "source": source} for name in missing]
    for chunk in _chunks(rows if source else [{"name": name} for name in missing]):
        connection.execute(table.insert(), chunk)
    if missing:
        known = _by_name(connection, table, source)
    fresh = set(missing)
    return {name: (known[kept], kept in fresh) for name, kept in wanted.items()}


def _by_name(connection: Connection, table: Table, source: str | None) -> dict[str, int]:
    """The oldest record of each name; names count, then the names under which this source brought a record."""
    found: dict[str, int] = {}
    if source is not None:
        brought = select(table.c.external_id, table.c.id).where(table.c.source == source)
        found |= {row.external_id: row.id for row in connection.execute(brought)}
    living = select(table.c.name, table.c.id).where(table.c.deleted_at.is_(None)).order_by(table.c.id.desc())
    return found | {row.name: row.id for row in connection.execute(living)}


def _ensure_people(connection: Connection, names: list[str]) -> dict[str, tuple[int, bool]]:
    """Owners by name or address; unknown ones are added without a password or token."""
    table = _table(User)
    found: dict[str, tuple[int, bool]] = {}
    people = select(table.c.id, table.c.name, table.c.email).order_by(table.c.active, table.c.id.desc())
    taken: set[str] = set()
    for key, name, email in connection.execute(people):
        found[name.casefold()] = found[email.casefold()] = (key, False)
        taken.add(email)
    for name in names:
        kept = _fitting(name, 120)
        if kept.casefold() not in found:
            email = _free_address(name, taken)
            taken.add(email)
            added = connection.execute(
                table.insert().values(name=kept, email=email, role=Role.REP, time_zone="UTC", active=True, demo=False)
            )
            found[kept.casefold()] = (int((added.inserted_primary_key or (0,))[0]), True)
        found[name.casefold()] = found[kept.casefold()]
    return found


def _free_address(name: str, taken: set[str]) -> str:
    """An address that leads nowhere, for a person known by name only."""
    plain = re.sub(r"[^a-z0-9]+", ".", fold(name)).strip(".")[:100] or "person"
    numbered = (f"{plain}{'' if number == 1 else f'.{number}'}@imported.invalid" for number in count(1))
    return next(address for address in numbered if address not in taken)


def _values(
    file: DealFile,
    workspace: WorkspaceSettings,
    name: str,
    *,
    accounts: Mapping[str, tuple[int, bool]],
    products: Mapping[str, tuple[int, bool]],
    owners: Mapping[str, tuple[int, bool]],
) -> Iterable[dict[str, Any]]:
    """One row of `opportunities` per deal."""
    roles = file.roles
    named = {*roles.values(), "loss_reason", "competitor"}
    extra = [column for column in (*file.dimensions, *file.measures) if column not in named]
    for row in file.frame.iter_rows(named=True):
        outcome = _OUTCOMES[row["outcome"]]
        segments = {segment: row.get(roles.get(segment, segment)) for segment in _SEGMENTS}
        amount: Decimal | None = row["amount_exact"]
        currency = row["currency"] or workspace.currency
        owner, product = row.get(roles.get("owner", "")), row.get(roles.get("product", ""))
        title = row.get("deal_name") or " – ".join(part for part in (row["account"], product) if part) or row["deal_id"]
        yield _fitted(
            {
                "external_id": _fitting(row["deal_id"], 120),
                "source": _source(name),
                "name": title,
                "account_id": accounts[row["account"]][0] if row["account"] else None,
                "product_id": products[product][0] if product else None,
                "owner_id": owners[owner.casefold()][0] if owner else None,
                **segments,
                "stage": _STAGES.get(outcome) or row.get(roles.get("stage", "")) or "Discovery",
                "outcome": outcome,
                "amount_minor": None if amount is None else in_minor(amount, digits_of(currency)),
                "currency": row["currency"] if amount is None else currency,
                "created_on": row["created_date"],
                "closed_on": row["close_date"] if outcome is not Outcome.OPEN else None,
                "expected_close_on": row.get("expected_close_date"),
                "loss_reason": row.get("loss_reason"),
                "competitor": row.get("competitor"),
                "custom": {column: row[column] for column in extra if row[column] is not None} or None,
            }
        )


def _fitted(row: dict[str, Any]) -> dict[str, Any]:
    """Texts longer than their column cut to its length."""
    table = _table(Opportunity)
    return {
        name: _fitting(value, _room(table, name)) if isinstance(value, str) else value for name, value in row.items()
    }


def _room(table: Table, column: str) -> int:
    """How many characters a text column holds."""
    return int(getattr(table.c[column].type, "length", None) or sys.maxsize)


def _known(connection: Connection, source: str) -> dict[str, dict[str, Any]]:
    table = _table(Opportunity)
    rows = connection.execute(select(table).where(table.c.source == source)).mappings()
    return {row["external_id"]: dict(row) for row in rows}


def _differs(row: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    return any(stored[name] != value for name, value in row.items())


def _insert(connection: Connection, rows: list[dict[str, Any]], source: str) -> list[int]:
    if not rows:
        return []
    table = _table(Opportunity)
    for chunk in _chunks(rows):
        connection.execute(
            table.insert(), [{**row, "deal_type": "new", "stage_entered_on": row["closed_on"]} for row in chunk]
        )
    wanted = {row["external_id"] for row in rows}
    keys = connection.execute(select(table.c.id, table.c.external_id).where(table.c.source == source))
    ids = {external: key for key, external in keys if external in wanted}
    closed = [
        {"opportunity_id": ids[row["external_id"]], "stage": row["stage"], "entered_on": row["closed_on"]}
        for row in rows
        if row["closed_on"]
    ]
    for chunk in _chunks(closed):
        connection.execute(_table(StageChange).insert(), chunk)
    return list(ids.values())


def _update(connection: Connection, rows: list[dict[str, Any]], known: Mapping[str, Mapping[str, Any]]) -> list[int]:
    """Write changed rows; a deal that reached another stage gets an entry in its history."""
    if not rows:
        return []
    table = _table(Opportunity)
    columns: dict[str, Any] = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _fields(rows[0])}
    statement = update(table).where(table.c.id == bindparam("b_id")).values(version=table.c.version + 1, **columns)
    for chunk in _chunks(rows):
        connection.execute(
            statement, [{f"new_{name}": row[name] for name in _fields(row)} | {"b_id": row["b_id"]} for row in chunk]
        )
    moved = [
        {"opportunity_id": row["b_id"], "stage": row["stage"], "entered_on": row["closed_on"]}
        for row in rows
        if row["closed_on"] and row["stage"] != known[row["external_id"]]["stage"]
    ]
    for chunk in _chunks(moved):
        connection.execute(_table(StageChange).insert(), chunk)
    return [row["b_id"] for row in rows]


def _fields(row: Mapping[str, Any]) -> list[str]:
    return [name for name in row if name != "b_id"]


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _chunks(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    for at in range(0, len(rows), _CHUNK):
        yield rows[at : at + _CHUNK]
