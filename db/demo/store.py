"""Writes a demo company through one connection, whole tables at a time."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, Table, delete, exists, func, select

from db.demo.company import Company
from db.errors import WorkspaceInUse
from db.models import Base, Stage, User
from db.workspace import LOCAL_ADMIN

BATCH = 10_000
_ARRAYS = {
    pl.Int64: "bigint", pl.Int32: "integer", pl.Float64: "double precision", pl.String: "text", pl.Boolean: "boolean",
    pl.Date: "date", pl.Datetime: "timestamptz", pl.Null: "text",
}  # fmt: skip
"""Element types of the arrays in which a batch goes to PostgreSQL."""
_NOBODYS = frozenset({"users", "stages", "settings", "audit", "invitations", "sign_in_attempts", "workers"})
"""Tables that hold something before anybody has done anything: what a workspace is made with, a server that waits to be
set up and its worker."""


def require_empty(connection: Connection) -> None:
    """Refuse a workspace that holds anything of its own: a person besides the terminal's administrator, a record, or
    something that was asked. The demo's people need no password, so they never come where somebody else works.

    Raises:
        WorkspaceInUse: with what there is.
    """
    people = Base.metadata.tables[User.__tablename__]
    if connection.execute(select(exists().where(people.c.email != LOCAL_ADMIN))).scalar():
        raise WorkspaceInUse("people")
    for table in Base.metadata.sorted_tables:
        if table.name not in _NOBODYS and connection.execute(select(exists(select(table)))).scalar():
            raise WorkspaceInUse(table.name.replace("_", " "))


def insert_company(connection: Connection, company: Company) -> dict[str, int]:
    """Insert every table of the company and return the number of rows per table.

    The caller owns the transaction. Users, teams and settings that are there already stay: the company's ids
    continue after the highest id of each table, and references follow. The stages of the company replace
    those of the workspace. Facts and name look-ups are left to their own modules.

    Raises:
        WorkspaceInUse: the workspace holds something of its own.
    """
    require_empty(connection)
    connection.execute(delete(Stage))
    tables = {name: Base.metadata.tables[name] for name in company.tables}
    behind = {
        name: connection.execute(select(func.coalesce(func.max(t.c.id), 0))).scalar_one() for name, t in tables.items()
    }
    for name, table in tables.items():
        _insert(connection, table, _moved(table, company.tables[name], behind))
    return {name: frame.height for name, frame in company.tables.items()}


def _moved(table: Table, frame: pl.DataFrame, behind: dict[str, int]) -> pl.DataFrame:
    """Ids and references shifted behind what is there."""
    moves = {"id": behind[table.name]}
    for column in table.columns:
        for key in column.foreign_keys:
            moves[column.name] = behind[key.column.table.name]
    return frame.with_columns(pl.col(name) + by for name, by in moves.items() if by and name in frame.columns)


def _insert(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """Values go to the driver as it stores them: conversion one by one would take several times as long."""
    if connection.dialect.name == "sqlite":
        _insert_rows(connection, table, frame)
    else:
        _insert_arrays(connection, table, frame)


def _insert_rows(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """One prepared statement, run for each row. Days and moments are kept as text, as SQLAlchemy reads them back."""
    quote = connection.dialect.identifier_preparer.quote
    forms: dict[pl.DataType, str] = {pl.Date(): "%Y-%m-%d", pl.Datetime("us", "UTC"): "%Y-%m-%d %H:%M:%S%.6f"}
    stored = frame.with_columns(pl.col(kind).dt.strftime(form) for kind, form in forms.items() if kind in frame.dtypes)
    names, marks = ", ".join(quote(name) for name in frame.columns), ", ".join(["?"] * frame.width)
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables, values are bound
    for batch in stored.iter_slices(BATCH):
        connection.exec_driver_sql(statement, batch.rows())


def _insert_arrays(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """PostgreSQL takes a batch as one array per column; its sequence is then moved behind the ids given."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in frame.columns)
    kinds = [table.columns[name].type.compile(connection.dialect) for name in frame.columns]
    values = ", ".join(f"CAST(u.c{k} AS {kind})" for k, kind in enumerate(kinds))
    arrays = ", ".join(f"CAST(%s AS {_ARRAYS[kind.base_type()]}[])" for kind in frame.dtypes)
    aliases = ", ".join(f"c{k}" for k in range(frame.width))
    statement = f"INSERT INTO {quote(table.name)} ({names}) SELECT {values} FROM unnest({arrays}) AS u ({aliases})"  # noqa: S608 - names of our own tables, values are bound
    for batch in frame.iter_slices(BATCH):
        connection.exec_driver_sql(statement, tuple(column.to_list() for column in batch.get_columns()))
    if frame.height:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
