"""Rows by any number of ids: one bound value instead of a list that drivers limit and parse slowly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, SQLColumnExpression, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(column: SQLColumnExpression[Any], ids: Sequence[int], dialect: Dialect) -> ColumnElement[bool]:
    """`column IN (ids)`."""
    if dialect.name == "postgresql":
        return column == any_(literal(list(ids), ARRAY(BigInteger)))
    return column.in_(select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value))


def chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The ids in pieces of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
