"""Records of a file into the workspace, in one transaction: what is new is made, what differs is changed, the rest is
left alone. The same file again writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from db.access import Actor, Grant, RecordAction
from db.importers.layouts import OWN_SOURCE
from db.importers.records import RecordFile
from db.imports.alone import require_own
from db.imports.batch import Journal, digest_of
from db.imports.following import follow
from db.imports.histories import keep_histories, move_contacts
from db.imports.imported import Imported
from db.imports.matching import Known
from db.imports.naming import CREATABLE, Names
from db.imports.tables import source_of
from db.imports.typed_rows import Reader
from db.imports.writing import Writer
from db.models import Stage
from db.permissions import Permission
from db.repositories import audit
from db.repositories.marks import workspace_mark
from db.session import Database
from db.settings import WorkspaceSettings

BATCH = 10_000
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be imported.

    Attributes:
        name: of the file, for the report.
        source: whose ids the file carries, where that is not told by its layout.
        create_missing: whether accounts, products and campaigns that rows name are made where there are none.
    """

    name: str
    source: str | None = None
    create_missing: bool = False
    dry_run: bool = False


async def import_records(
    database: Database,
    workspace: WorkspaceSettings,
    file: RecordFile,
    wanted: Wanted,
    *,
    actor: Actor,
    progress: Progress = lambda _share: None,
) -> Imported:
    """Everything happens in one transaction, or nothing does; a dry run does it all and takes it back.

    A filled cell changes what is here, an empty one does not (in an export of ours it empties the field). Rows that
    were last changed before the record here was are left alone. What a row names and is not here (owner, account) is
    left out and told. Days and authors of the file are kept: a company brings its history along.

    Raises:
        NotPermitted: the person may not import, or not create or change this kind.
        DemoWorkspace: it would mix with the demo.
    """
    actor.require(Permission.IMPORT)
    for action in (RecordAction.CREATE, RecordAction.UPDATE):
        actor.require(Grant(file.kind.name, action))
    # Which record a row is about, and what it names, is looked for among all of them; only administrators import.
    async with database.unscoped().write() as session:
        connection = await session.connection()
        async with connection.begin_nested() as savepoint:
            done = await connection.run_sync(_write, workspace, file, wanted, actor, progress)
            if wanted.dry_run:
                await savepoint.rollback()
        if not wanted.dry_run:
            told = {
                "kind": file.kind.name, "import": done.import_id, "created": done.created, "updated": done.updated,
                "unchanged": done.unchanged, "rejected": done.rejected,
            }  # fmt: skip
            await audit.record(session, actor, audit.Deed.IMPORTED, details=told)
    return done


def _write(
    connection: Connection, workspace: WorkspaceSettings, file: RecordFile, wanted: Wanted, actor: Actor,
    progress: Progress,
) -> Imported:  # fmt: skip
    require_own(connection)
    source = _source(file, wanted)
    journal = Journal(connection)
    journal.open(
        user_id=actor.user_id or None, kind=file.kind.plural, file_name=wanted.name, source=source,
        layout=file.layout.name if file.layout else None, digest=digest_of(file.frame),
    )  # fmt: skip
    hidden = [one.name for one in file.kind.fields if not actor.sees(file.kind.name, one.name)]
    frame = file.frame.drop(name for name in hidden if name in file.frame.columns)
    creating = frozenset(CREATABLE) if wanted.create_missing else frozenset[str]()
    names = Names(connection, source, workspace_mark(connection), journal, creating)
    reader = Reader(file.kind, names, workspace.currency, _stages(connection))
    writer = Writer(
        connection, file.kind, journal, Known(connection, file.kind, source), source=source, own=file.own,
        now=datetime.now(UTC),
    )  # fmt: skip
    done = 0
    for batch in frame.iter_slices(BATCH):
        writer.write(reader.rows(batch))
        done += batch.height
        progress(done / frame.height)
    keep_histories(connection, file.kind, writer.made_rows, writer.moved_rows)
    move_contacts(connection, file.kind, writer.touching)
    follow(connection, file.kind.name, writer.ids, corrected=writer.corrected, also=names.fresh)
    return _closed(file, wanted, journal, reader, writer)


def _closed(file: RecordFile, wanted: Wanted, journal: Journal, reader: Reader, writer: Writer) -> Imported:
    counts = {
        "created": writer.created, "updated": writer.updated, "unchanged": writer.unchanged,
        "rejected": file.rejected.height + len(writer.refused),
    }  # fmt: skip
    oddities = [oddity.sentence for oddity in file.oddities] + strange_stages(reader)
    journal.close(counts, oddities)
    names = reader.names
    return Imported(
        **counts,
        accounts=len(names.fresh.get("account", ())),
        set_aside=file.set_aside,
        dry_run=wanted.dry_run,
        older=writer.older,
        left_out=tuple(reader.left_out),
        left_out_count=reader.left_out_count,
        refused=tuple(writer.refused),
        unowned=dict(sorted(names.unowned.items(), key=lambda one: -one[1])),
        import_id=None if wanted.dry_run else journal.import_id,
    )


def strange_stages(reader: Reader) -> list[str]:
    """What to tell about stages that the workspace does not have."""
    if not reader.strange_stages:
        return []
    shown = ", ".join(f"“{name[:60]}”" for name in sorted(reader.strange_stages)[:10])
    return [f"This workspace has no stage called {shown}; those records keep the name. Add the stages, or rename them."]


def _source(file: RecordFile, wanted: Wanted) -> str:
    if file.own:
        return OWN_SOURCE
    return wanted.source or (file.layout.source if file.layout else source_of(wanted.name))


def _stages(connection: Connection) -> dict[str, Any]:
    names = connection.execute(select(Stage.name).where(Stage.deleted_at.is_(None)).order_by(Stage.position)).scalars()
    return {name.casefold(): name for name in names}
