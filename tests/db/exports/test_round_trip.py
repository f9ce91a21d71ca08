"""What is exported and imported again is the same, for every kind and whatever stands in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from db import exports
from db.access import Actor
from db.chain import Chain
from db.importers import read_records
from db.importers.record_columns import LEFT_OUT, importable, taken_over
from db.imports import import_records
from db.imports.importing import Wanted as Importing
from db.models import Base, Role, Team, User
from db.records import KINDS, Field, FieldType, RecordKind
from db.repositories.records import RecordLine, RecordRepository, Wanted
from db.session import Database
from db.settings import WorkspaceSettings
from tests.db.exports.strategies import rows

NOW = datetime(2025, 6, 1, 9, 30, 15, 250_000, tzinfo=UTC)
OWN = (
    Field("region_code", custom=True), Field("own_count", FieldType.WHOLE, custom=True),
    Field("rate", FieldType.NUMBER, custom=True), Field("renews", FieldType.FLAG, custom=True),
    Field("care", FieldType.CHOICE, choices=("gold", "silver"), custom=True),
)  # fmt: skip
BOSS = Actor(1, "admin@localhost", "Administrator", Role.ADMIN, None)
NEEDS_OTHERS = ("stage", "quota", "enrolment", "campaign_member", "objection_use")
"""What cannot be without records that an empty workspace has not, or is there already."""
TRIED = [kind.name for kind in KINDS.values() if importable(kind) and kind.name not in NEEDS_OTHERS]


@pytest.fixture(scope="module")
def template(sqlite_template: Path) -> Iterator[Path]:
    """A workspace with a team and a colleague, and an account with the number 1."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        shutil.copy(sqlite_template, path)
        anyio.run(_settle, path)
        yield path


def opened(path: Path) -> Database:
    return Chain(b"key").carried_by(Database(make_url(f"sqlite+aiosqlite:///{path}")))


async def _settle(path: Path) -> None:
    database = opened(path)
    async with database.write() as session:
        session.add_all([Team(name="North"), User(email="ann@x.example", name="Ann", role=Role.REP)])
    await database.close()


async def carried(kind: RecordKind, found: list[dict[str, Any]], template: Path, form: exports.Format) -> None:
    with TemporaryDirectory() as folder:
        here, there = (Path(folder) / name for name in ("here.db", "there.db"))
        for copy in (here, there):
            shutil.copy(template, copy)
        source, target = opened(here), opened(there)
        try:
            async with source.write() as session:
                table = Base.metadata.tables[kind.table.__tablename__]
                stamps = {"created_at": NOW, "updated_at": NOW}
                await session.execute(table.insert(), [stamps | row for row in found])
            path = Path(folder) / f"file.{form}"
            begun = await exports.start(source, BOSS, kind, Wanted(), form)
            path.write_text("".join([part async for part in exports.written(source, begun)]), "utf-8", newline="")
            done = await import_records(
                target, WorkspaceSettings(), read_records(path, kind), Importing(path.name), actor=BOSS
            )
            assert (done.created, done.rejected, done.left_out) == (len(found), 0, ())
            assert differing(await lines(target, kind), await lines(source, kind)) == []
            again = await import_records(
                source, WorkspaceSettings(), read_records(path, kind), Importing(path.name), actor=BOSS
            )
            assert (again.unchanged, again.updated, again.created) == (len(found), 0, 0)
        finally:
            await source.close()
            await target.close()


async def lines(database: Database, kind: RecordKind) -> list[dict[str, Any]]:
    async with database.read() as session:
        return [
            told(kind, line) for line in await RecordRepository(session, BOSS, kind).page(Wanted(), after=0, limit=50)
        ]


def differing(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    pairs = zip(found, wanted, strict=True)
    return [(name, one[name], other[name]) for one, other in pairs for name in other if one[name] != other[name]]


def told(kind: RecordKind, line: RecordLine) -> dict[str, Any]:
    """What comes from files; a number of a workspace's own field by its value, however it is written."""
    values = {one.name: line.values[one.name] for one in kind.fields if taken_over(one)}
    return {name: Decimal(value) if name == "rate" and value else value for name, value in values.items()}


@settings(phases=[Phase.generate], max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(TRIED), form=st.sampled_from(exports.Format))
def test_records_come_back_as_they_were(data: st.DataObject, name: str, form: exports.Format, template: Path) -> None:
    kind = KINDS[name]
    whole = kind.with_fields(OWN) if kind.customised else kind
    found = data.draw(st.lists(rows(whole, {"user": 2, "team": 1}), min_size=1, max_size=3, unique_by=str))
    if name == "product":
        found = [row | {"name": f"{row['name'][:90]}{place}"} for place, row in enumerate(found)]
    anyio.run(carried, whole, found, template, form)


def test_what_is_left_out_is_what_is_worked_out_here() -> None:
    assert {"score", "grade", "sentiment"} == LEFT_OUT
