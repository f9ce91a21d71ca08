"""A workspace in one file, and back: the same format for SQLite and PostgreSQL, so that it is also the way between.

The file is gzip over lines of JSON: a header (format, revision, engine, tables), for each table its columns and then a
line per row, and a last line with the number of rows and a SHA-256 over everything before it. It is written beside its
place and renamed when it is whole, so a half one never bears the name. Rows are read in one read transaction: writers
go on, and the file shows one moment. Tables of other programs stay out, and so does the secret key, without which
neither hidden names can be shown nor the audit chain checked.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select, text

from db.errors import BackupFailed, BackupUnreadable
from db.models import Base

FORMAT, VERSION = "rainmaker-backup", 1
_BATCH = 2_000
_COMPRESSION = 5
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Header:
    revision: str
    engine: str
    made_at: datetime
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    revision: str
    rows: int
    bytes: int


def tables_of(connection: Connection) -> list[Table]:
    """Our tables as they are in the database, those that others point at first. Of another revision they may differ
    from the models."""
    found = MetaData()
    ours = set(Base.metadata.tables)
    found.reflect(connection, only=lambda name, _: name in ours)
    return list(found.sorted_tables)


def write(connection: Connection, path: Path, progress: Progress) -> Written:
    """Write everything this connection's transaction sees.

    Raises:
        BackupFailed: the file cannot be written; nothing is left of it.
    """
    if path.exists():
        # It may be anything: an older backup, the secret key, the workspace itself.
        raise BackupFailed(path, "there is a file of that name already")
    tables = tables_of(connection)
    revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    header = {
        "format": FORMAT, "version": VERSION, "revision": revision, "engine": connection.dialect.name,
        "made_at": datetime.now(UTC).isoformat(), "tables": [table.name for table in tables],
    }  # fmt: skip
    with _whole(path) as lines:
        lines.put(header)
        rows = 0
        for position, table in enumerate(tables):
            progress("writing", position / len(tables))
            rows += _write_table(connection, table, lines)
        lines.end(rows)
    progress("writing", 1.0)
    return Written(path, revision, rows, path.stat().st_size)


def _write_table(connection: Connection, table: Table, lines: _Lines) -> int:
    lines.put({"table": table.name, "columns": [column.name for column in table.columns]})
    rows = 0
    with connection.execution_options(yield_per=_BATCH).execute(
        select(table).order_by(*table.primary_key.columns)
    ) as result:
        for row in result:
            lines.put([_plain(value) for value in row])
            rows += 1
    return rows


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    match value:
        case datetime():
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case _:
            return value


class _Lines:
    """Lines of JSON into a file, with their checksum."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file, self._sum = file, hashlib.sha256()

    def put(self, value: object) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
        self._sum.update(line)
        self._file.write(line)

    def end(self, rows: int) -> None:
        self.put({"rows": rows, "sha256": self._sum.hexdigest()})


@contextmanager
def _whole(path: Path) -> Iterator[_Lines]:
    """A file that is there under its name when it is complete and on the disk, and not at all otherwise."""
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # It holds everybody's data: for its owner only.
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=_COMPRESSION, filename="", mtime=0) as packed:
                yield _Lines(packed)
            raw.flush()
            os.fsync(raw.fileno())
        half.replace(path)
    except OSError as error:
        raise BackupFailed(path, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


def verify(path: Path, progress: Progress) -> Header:
    """Read a file through before anything rests on it.

    Raises:
        BackupUnreadable: it is none of ours, damaged, or ends too early.
    """
    with _reading(path) as lines:
        first = next(lines, b"")
        header = _header(first, path)
        summed, held, rows = hashlib.sha256(), first, 0
        for line in lines:
            summed.update(held)
            rows += held.startswith(b"[")
            held = line
        last = _parsed(held, path)
    if not isinstance(last, Mapping) or last.get("sha256") != summed.hexdigest() or last.get("rows") != rows:
        raise BackupUnreadable(path, "it is not complete, or was altered")
    progress("checking", 1.0)
    return header


def load(connection: Connection, path: Path, progress: Progress) -> int:
    """Fill empty tables of the file's revision; the number of rows."""
    tables = {table.name: table for table in tables_of(connection)}
    with _reading(path) as lines:
        header = _header(next(lines, b""), path)
        if missing := [name for name in header.tables if name not in tables]:
            raise BackupUnreadable(path, f"it has a table {missing[0]} that revision {header.revision} does not know")
        rows, begun = 0, 0
        table, columns, batch = tables[header.tables[0]], [""], []
        for line in lines:
            value = _parsed(line, path)
            if isinstance(value, list):
                batch.append(value)
            if not isinstance(value, list) or len(batch) >= _BATCH:
                rows += _insert(connection, table, columns, batch)
                batch = []
            if isinstance(value, Mapping) and "table" in value:
                table, columns = tables[value["table"]], value["columns"]
                begun += 1
                progress("restoring", (begun - 1) / len(header.tables))
    progress("restoring", 1.0)
    return rows


def _insert(connection: Connection, table: Table, columns: list[str], rows: list[list[Any]]) -> int:
    if not rows:
        return 0
    readers = [_reader(table, name, connection.dialect.name) for name in columns]
    values = [
        {name: None if value is None else read(value) for name, read, value in zip(columns, readers, row, strict=True)}
        for row in rows
    ]
    connection.execute(table.insert(), values)
    return len(rows)


def _reader(table: Table, name: str, engine: str) -> Callable[[Any], Any]:
    kind = str(table.c[name].type.__visit_name__).upper()
    match kind:
        case "DATETIME" | "TIMESTAMP":
            return lambda value: _moment(value, aware=engine != "sqlite")
        case "DATE":
            return date.fromisoformat
        case "NUMERIC" | "DECIMAL":
            return Decimal
        case "BLOB" | "BYTEA" | "LARGE_BINARY":
            return base64.b64decode
        case "BOOLEAN":
            return bool
        case _:
            return lambda value: value


def _moment(value: str, *, aware: bool) -> datetime:
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment if aware else moment.replace(tzinfo=None)


@contextmanager
def _reading(path: Path) -> Iterator[Iterator[bytes]]:
    try:
        with gzip.open(path, "rb") as file:
            yield iter(file)
    except FileNotFoundError as error:
        raise BackupUnreadable(path, "there is no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise BackupUnreadable(path, "it is cut off or was altered") from error


def _header(line: bytes, path: Path) -> Header:
    read = _parsed(line, path)
    if not isinstance(read, Mapping) or read.get("format") != FORMAT:
        raise BackupUnreadable(path, "it is something else")
    if read.get("version") != VERSION:
        raise BackupUnreadable(path, f"its format {read.get('version')} is newer than this program")
    try:
        made = datetime.fromisoformat(read["made_at"])
        return Header(str(read["revision"]), str(read["engine"]), made, tuple(read["tables"]))
    except (KeyError, ValueError, TypeError) as error:
        raise BackupUnreadable(path, "its header is damaged") from error


def _parsed(line: bytes, path: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise BackupUnreadable(path, "it is not complete, or was altered") from error
