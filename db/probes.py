"""A sight as the database holds it best.

The program's statements say `account_id IN (every account the person sees)`. In a policy two things are better said
otherwise. What a row hangs on is guarded itself, so its own sight is not written down a second time. And a policy is
also applied to each row that a statement joins for a name beside it: where what it hangs on hangs on nothing else
(leads, deals), `EXISTS` leaves PostgreSQL the choice between a probe for each row and a list made once. Further up it
chooses badly (a probe of a contact that probes its account that probes its deals, 20 times as slow as the lists).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Dialect, FromClause, Select, exists, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression

DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
_Element = Any


def written(condition: ColumnElement[bool], table: FromClause) -> str:
    """A condition on the rows of a table, as it stands in a policy."""
    whole: Select[Any] = select(literal_column("1")).select_from(table).where(condition)
    return str(whole.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True})).split("WHERE ", 1)[1]


def probing(condition: ColumnElement[bool], known: Mapping[FromClause, str]) -> ColumnElement[bool]:
    """The same condition, resting on the policies of the tables it looks into.

    Args:
        known: table -> the sight that its own policy holds for the same person, as it is written.
    """
    probed: ColumnElement[bool] = visitors.replacement_traverse(condition, {}, _replacing(known))
    return probed


def _replacing(known: Mapping[FromClause, str]) -> Callable[..., _Element | None]:
    def replaced(element: _Element, **_: object) -> _Element | None:
        if not isinstance(element, BinaryExpression):
            return None
        if element.operator not in (operators.in_op, operators.not_in_op):
            return None
        listed = _select_of(element.right)
        if listed is None or len(froms := listed.get_final_froms()) != 1 or froms[0] not in known:
            return None
        found = _looked_into(element.left, listed, froms[0], known)
        return ~found if element.operator is operators.not_in_op else found

    return replaced


def _select_of(element: _Element) -> Select[Any] | None:
    inner = getattr(element, "element", element)
    return inner if isinstance(inner, Select) else None


def _looked_into(
    column: ColumnElement[Any], listed: Select[Any], table: FromClause, known: Mapping[FromClause, str]
) -> ColumnElement[bool]:
    (key,) = listed.selected_columns
    kept = [one for one in listed._where_criteria if written(one, table) != known[table]]
    inner = [visitors.replacement_traverse(one, {}, _replacing(known)) for one in kept]
    if any(re.search(rf"FROM {other.description}\b", known[table]) for other in known):
        return column.in_(select(key).where(*inner))
    return exists(literal_column("1")).select_from(table).where(key == column, *inner)
