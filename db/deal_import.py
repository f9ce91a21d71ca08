"""Writes imported deals into the workspace. The same file again changes nothing; an edited one changes what differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table, bindparam, select, update

from db import facts, likeness_index, name_index
from db.access import Actor
from db.deeds import Deed
from db.importers.deal_file import DealFile
from db.imports.alone import require_own
from db.imports.batch import Journal, digest_of
from db.imports.following import follow
from db.imports.imported import Imported
from db.imports.tables import batches, fitting, insert, reserve, room, source_of, table_of
from db.models import Account, Opportunity, Outcome, Product, Role, StageChange, User
from db.money import digits_of, in_minor
from db.names import NamedKind, fold
from db.record_images import plain
from db.repositories import audit
from db.session import Database
from db.settings import WorkspaceSettings

__all__ = ["Imported", "import_deals"]

_OUTCOMES = {code: outcome for outcome, code in facts.OUTCOME_CODES.items()}
_STAGES = {Outcome.WON: "Won", Outcome.LOST: "Lost"}
_SEGMENTS = ("region", "industry", "lead_source")


async def import_deals(
    database: Database,
    workspace: WorkspaceSettings,
    file: DealFile,
    *,
    name: str,
    actor: Actor | None,
    source: str | None = None,
    dry_run: bool = False,
) -> Imported:
    """Insert or update the deals of a file, with the accounts, products and owners it names.

    Owners that no colleague matches by name or address become colleagues without a way to sign in. Everything happens
    in one transaction; a dry run undoes it.

    Args:
        actor: who imports; None for the system.
        source: whose ids the file carries; without one, those of this file.

    Raises:
        DemoWorkspace: it would mix with the demo.
    """
    async with database.unscoped().write() as session:
        connection = await session.connection()
        async with connection.begin_nested() as savepoint:
            user_id = actor.user_id if actor else None
            done = await connection.run_sync(_write, workspace, file, name, source or _source(file, name), user_id)
            if dry_run:
                await savepoint.rollback()
        if not dry_run:
            told = {what: done[what] for what in ("created", "updated", "unchanged", "rejected")}
            told |= {"kind": "opportunity", "import": done["import_id"]}
            await audit.record(session, actor, Deed.IMPORTED, details=told)
    return Imported(**done | ({"import_id": None} if dry_run else {}), dry_run=dry_run)


def _write(
    connection: Connection, workspace: WorkspaceSettings, file: DealFile, name: str, source: str, user_id: int | None
) -> dict[str, Any]:
    require_own(connection)
    rows = file.frame
    journal = Journal(connection)
    journal.open(
        user_id=user_id, kind="deals", file_name=name, source=source,
        layout=file.layout.name if file.layout else None, digest=digest_of(rows),
    )  # fmt: skip
    accounts = _ensure(connection, Account, _texts(rows, "account"), source=source, journal=journal)
    products = _ensure(connection, Product, _texts(rows, file.roles.get("product")), source=None, journal=journal)
    owners = _ensure_people(connection, _texts(rows, file.roles.get("owner")))
    wanted = list(_values(file, workspace, source, accounts=accounts, products=products, owners=owners))
    known = _known(connection, source)
    new = [row for row in wanted if row["external_id"] not in known]
    changed = [
        row | {"b_id": known[row["external_id"]]["id"]}
        for row in wanted
        if row["external_id"] in known and _differs(row, known[row["external_id"]])
    ]
    created, corrected = _insert(connection, new, journal), _update(connection, changed, known, journal)
    if created or corrected:
        _in_step(connection, created, corrected)
    counts = {
        "created": len(new), "updated": len(changed), "unchanged": len(wanted) - len(new) - len(changed),
        "rejected": file.rejected.height,
    }  # fmt: skip
    journal.close(counts, [oddity.sentence for oddity in file.oddities])
    people = len({key for key, fresh in owners.values() if fresh})
    fresh = sum(1 for one in accounts.values() if one[1])
    return counts | {
        "accounts": fresh, "people": people, "set_aside": dict(file.set_aside), "import_id": journal.import_id
    }  # fmt: skip


def _in_step(connection: Connection, created: list[int], corrected: list[int]) -> None:
    """Facts and names follow, those of what came with the deals too."""
    for kind in (NamedKind.ACCOUNT, NamedKind.PRODUCT, NamedKind.USER):
        name_index.refresh(connection, kind)
    likeness_index.refresh(connection, "account")
    follow(connection, "opportunity", [*created, *corrected], corrected=corrected, also={})


def _source(file: DealFile, name: str) -> str:
    return file.layout.source if file.layout else source_of(name)


def _texts(frame: pl.DataFrame, column: str | None) -> list[str]:
    if column is None or column not in frame.columns:
        return []
    return [text for text in frame[column].cast(pl.String).unique().sort().to_list() if text]


def _ensure(
    connection: Connection,
    model: type[Account] | type[Product],
    names: list[str],
    *,
    source: str | None,
    journal: Journal,
) -> dict[str, tuple[int, bool]]:
    """name -> (id, was created), adding what is missing.

    An account is the one of that name, or the one this source brought under that name and somebody renamed since.
    """
    table = table_of(model)
    wanted = {name: fitting(name, room(table, "name")) for name in names}
    known = _by_name(connection, table, source)
    missing = sorted({name for name in wanted.values() if name not in known})
    keys = list(reserve(connection, table, len(missing)))
    marks = [{"external_id": fitting(name, 120), "source": source} if source else {} for name in missing]
    insert(
        connection,
        table,
        [{"id": key, "name": name, **mark} for key, name, mark in zip(keys, missing, marks, strict=True)],
    )
    journal.made("account" if model is Account else "product", keys)
    known |= dict(zip(missing, keys, strict=True))
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
    table = table_of(User)
    found: dict[str, tuple[int, bool]] = {}
    people = select(table.c.id, table.c.name, table.c.email).order_by(table.c.active, table.c.id.desc())
    taken: set[str] = set()
    for key, name, email in connection.execute(people):
        found[name.casefold()] = found[email.casefold()] = (key, False)
        taken.add(email)
    for name in names:
        kept = fitting(name, 120)
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
    source: str,
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
                "external_id": fitting(row["deal_id"], 120),
                "source": source,
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
    table = table_of(Opportunity)
    return {name: fitting(value, room(table, name)) if isinstance(value, str) else value for name, value in row.items()}


def _known(connection: Connection, source: str) -> dict[str, dict[str, Any]]:
    table = table_of(Opportunity)
    rows = connection.execute(select(table).where(table.c.source == source)).mappings()
    return {row["external_id"]: dict(row) for row in rows}


def _differs(row: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    return any(stored[name] != value for name, value in row.items())


def _insert(connection: Connection, rows: list[dict[str, Any]], journal: Journal) -> list[int]:
    table = table_of(Opportunity)
    keys = list(reserve(connection, table, len(rows)))
    made = {"deal_type": "new", "run_id": journal.import_id}
    insert(
        connection, table,
        [{**row, **made, "id": key, "stage_entered_on": row["closed_on"]} for key, row in zip(keys, rows, strict=True)],
    )  # fmt: skip
    closed = [
        {"opportunity_id": key, "stage": row["stage"], "entered_on": row["closed_on"]}
        for key, row in zip(keys, rows, strict=True)
        if row["closed_on"]
    ]
    insert(connection, table_of(StageChange), closed)
    journal.made("opportunity", keys)
    return keys


def _update(
    connection: Connection, rows: list[dict[str, Any]], known: Mapping[str, Mapping[str, Any]], journal: Journal
) -> list[int]:
    """Write changed rows; a deal that reached another stage gets an entry in its history."""
    if not rows:
        return []
    table = table_of(Opportunity)
    columns: dict[str, Any] = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _fields(rows[0])}
    statement = update(table).where(table.c.id == bindparam("b_id")).values(
        version=table.c.version + 1, run_id=journal.import_id, **columns
    )  # fmt: skip
    for chunk in batches(rows):
        connection.execute(
            statement, [{f"new_{name}": row[name] for name in _fields(row)} | {"b_id": row["b_id"]} for row in chunk]
        )
    for row in rows:
        stored = known[row["external_id"]]
        before = {name: plain(stored[name]) for name in _fields(row) if stored[name] != row[name]}
        journal.changed("opportunity", row["b_id"], before, stored["version"] + 1)
    moved = [
        {"opportunity_id": row["b_id"], "stage": row["stage"], "entered_on": row["closed_on"]}
        for row in rows
        if row["closed_on"] and row["stage"] != known[row["external_id"]]["stage"]
    ]
    insert(connection, table_of(StageChange), moved)
    return [row["b_id"] for row in rows]


def _fields(row: Mapping[str, Any]) -> list[str]:
    return [name for name in row if name != "b_id"]
