"""R6: tampering with the audit chain is detected, parallel writers leave one chain, a backup is the workspace."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from agent.sealing import anchor_of, anchored, audit_keys
from db import keeping, upgrading
from db.anchor import Mark
from db.deeds import Deed
from db.repositories import audit
from db.repositories.audit_check import check
from db.session import Database
from db.settings import WorkspaceSettings
from evals.trust import tampering
from evals.trust.trial import Finding, Setting, Trial, none_of

_WRITER = """
import asyncio, sys
from agent.sealing import anchored
from db.deeds import Deed
from db.repositories import audit
from db.session import Database
from db.settings import WorkspaceSettings
async def main(url, secret, count):
    settings = WorkspaceSettings(database_url=url, secret_key=secret)
    database = anchored(Database(settings.url), settings)
    for number in range(count):
        async with database.unscoped().write() as session:
            await audit.record(session, None, Deed.BACKED_UP, details={"n": number})
    await database.close()
asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""
_PROCESSES = 4


class _TakenBack(Exception):
    """Undoes the transaction of an attack."""


async def run(setting: Setting) -> Sequence[Finding]:
    with setting.workspaces.fresh() as settings, setting.workspaces.fresh() as other:
        database = anchored(Database(settings.url), settings)
        try:
            return [
                *await _written_at_once(settings, database, each=20 if setting.quick else 100),
                *await _tampered(setting, settings, database, count=70 if setting.quick else 2_000),
                *await _kept(settings, database, other),
            ]
        finally:
            await database.close()


async def _written_at_once(settings: WorkspaceSettings, database: Database, *, each: int) -> list[Finding]:
    command = [sys.executable, "-c", _WRITER, settings.database_url, settings.secret_key or "", str(each)]
    running = [subprocess.Popen(command) for _ in range(_PROCESSES)]  # noqa: S603, ASYNC220 - our own program; they run together
    failed = sum(one.wait() != 0 for one in running)
    checked = await _checked(settings, database)
    missing = _PROCESSES * each - checked.entries
    told = {"processes": _PROCESSES, "entries each": each}
    return [
        none_of("writers that failed", failed, **told),
        none_of("entries missing or out of the chain, of several processes at once", abs(missing), **told),
        none_of(
            "false alarms over an untouched chain with its anchor", int(not checked.holds), entries=checked.entries
        ),
    ]


async def _checked(settings: WorkspaceSettings, database: Database) -> Any:  # noqa: ANN401 - `Checked`
    anchor = anchor_of(settings)
    mark = anchor.read() if anchor else None
    async with database.unscoped().read() as session:
        return await check(session, keys=audit_keys(settings), anchor=mark)


async def _tampered(setting: Setting, settings: WorkspaceSettings, database: Database, *, count: int) -> list[Finding]:
    """Each attack in a transaction that is undone afterwards, on the same chain."""
    dice = random.Random(setting.seed)  # noqa: S311 - an attack, no secret
    anchor = anchor_of(settings)
    mark = anchor.read() if anchor else Mark(0, "")
    keys, unseen = audit_keys(settings), dict.fromkeys(tampering.ATTACKS, 0)
    async with database.unscoped().read() as session:
        end = await (await session.connection()).run_sync(audit.latest)
    held = dict.fromkeys(tampering.ATTACKS, 0)
    for _ in range(count):
        name = dice.choice(list(tampering.ATTACKS))
        try:
            async with database.unscoped().write() as session:
                await session.run_sync(tampering.ATTACKS[name], dice, end.number if end else 0)
                unseen[name] += (await check(session, keys=keys, anchor=mark)).holds
                held[name] += 1
                raise _TakenBack  # noqa: TRY301 - ends the transaction
        except _TakenBack:
            continue
    return [none_of(f"unseen: {name}", unseen[name], tamperings=held[name]) for name in tampering.ATTACKS]


async def _kept(settings: WorkspaceSettings, database: Database, other: WorkspaceSettings) -> list[Finding]:
    folder = Path(settings.url.database or "").parent if database.file else Path("var") / "backups"
    first = await keeping.back_up(database, folder / "r6_first.gz")
    across, backs = folder / "r6_across.db", (folder / f"r6_again_{number}.gz" for number in count())
    differing = {}
    lite = Database(WorkspaceSettings(database_url=f"sqlite:///{across}").url)
    same = anchored(Database(other.url), other)
    try:
        for name, target in (("SQLite", lite), ("the same kind of database", same)):
            done = await keeping.restore(target, first.path)
            again = await keeping.back_up(target, next(backs))
            differing[name] = _differing(first.path, again.path)
            if done.aside is not None:
                done.aside.unlink()
        if not database.is_sqlite:
            done = await keeping.restore(same, (await keeping.back_up(lite, next(backs))).path)
            differing["SQLite and back"] = _differing(first.path, (await keeping.back_up(same, next(backs))).path)
        before = first.path
        moved = [await upgrading.bring_to(same, "0001", down=True), await upgrading.bring_to(same, None, down=False)]
        differing["revision 0001 and up again"] = _differing(before, (await keeping.back_up(same, next(backs))).path)
    finally:
        await lite.close()
        await same.close()
        for left in (first.path, across, *folder.glob("r6_again_*.gz")):
            left.unlink(missing_ok=True)
    for one in moved:
        if one is not None:
            one.unlink()
    return [none_of(f"rows that differ after the way to {name}", n, rows=first.rows) for name, n in differing.items()]


def _differing(one: Path, other: Path) -> int:
    first, second = _rows(one), _rows(other)
    unlike = [a for a, b in zip(first, second, strict=False) if a != b]
    return len(unlike) + abs(len(first) - len(second))


def _rows(path: Path) -> list[Any]:
    """(table, values by column) of every row: the way down and up may leave the columns in another order.

    A move between revisions is entered in the chain, and is no difference.
    """
    rows: list[Any] = []
    table, columns = "", list[str]()
    with gzip.open(path) as file:
        for line in [json.loads(line) for line in file][1:-1]:
            if isinstance(line, dict):
                table, columns = line["table"], line["columns"]
                rows.append((table, sorted(columns)))
            elif Deed.MIGRATED not in line:
                rows.append((table, dict(zip(columns, line, strict=True))))
    return rows


TRIAL = Trial(
    "r6", "An audit chain that shows every tampering, and backups that are the workspace",
    "Altering, removing, moving, inserting and cutting off entries is detected; a backup restores to the same rows on "
    "either database.", run,
)  # fmt: skip
