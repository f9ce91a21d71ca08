"""Keeps the narrow fact table in step with the opportunities, in SQL, for one deal or for a million."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)  # fmt: skip
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from db.locks import Lock, held
from db.many_ids import among
from db.models import Account, DealFact, DimensionValue, Opportunity, Outcome, Product, Team, User

OUTCOME_CODES = {Outcome.OPEN: -1, Outcome.LOST: 0, Outcome.WON: 1}


class day_number(FunctionElement[int]):  # noqa: N801 - an SQL function
    """Days from 1970-01-01 to a date."""

    type = Integer()
    inherit_cache = True


@compiles(day_number, "sqlite")
def _sqlite_day(element: day_number, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    return f"CAST(julianday({compiler.process(element.clauses, **kw)}) - 2440587.5 AS INTEGER)"


@compiles(day_number, "postgresql")
def _postgres_day(element: day_number, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    return f"({compiler.process(element.clauses, **kw)} - DATE '1970-01-01')"


_LABELS: dict[str, SQLColumnExpression[Any]] = {
    "currency": Opportunity.currency,
    "owner": User.name,
    "team": Team.name,
    "region": func.coalesce(Opportunity.region, Account.region),
    "industry": func.coalesce(Opportunity.industry, Account.industry),
    "product": Product.name,
    "lead_source": Opportunity.lead_source,
    "deal_type": Opportunity.deal_type,
    "competitor": Opportunity.competitor,
}
_FOLLOWING = ("owner_id", "team_id", "account_id", "amount_minor")


def refresh(connection: Connection, ids: Sequence[int] | None = None, *, anew: bool = False) -> None:
    """Bring the facts of these opportunities (None: of all) in step.

    A deal that was closed before keeps its segments; what says nothing about the outcome (owner, team, account, amount,
    currency, day of creation) follows the record.

    Args:
        anew: read the segments of closed deals again too, for a corrected source.
    """
    if ids is None:
        _refresh(connection, literal(value=True), literal(value=True), anew=anew)
        return
    if ids:
        dialect = connection.dialect
        deals, stored = among(Opportunity.id, ids, dialect), among(DealFact.opportunity_id, ids, dialect)
        _refresh(connection, deals, stored, anew=anew)


def _refresh(connection: Connection, chosen: ColumnElement[bool], facts: ColumnElement[bool], *, anew: bool) -> None:
    if anew:
        connection.execute(delete(DealFact).where(facts))
    else:
        _drop_stale(connection, facts)
    for dimension, label in _LABELS.items():
        _add_labels(connection, dimension, label, chosen)
    _insert_missing(connection, chosen)
    if not anew:
        _follow_record(connection, facts)


def _joined() -> Any:  # noqa: ANN401 - SQLAlchemy's join type has no public name
    opportunity, account, user = Opportunity.__table__, Account.__table__, User.__table__
    return (
        opportunity.outerjoin(account, Opportunity.account_id == Account.id)
        .outerjoin(user, Opportunity.owner_id == User.id)
        .outerjoin(Team.__table__, Team.id == func.coalesce(User.team_id, Opportunity.team_id))
        .outerjoin(Product.__table__, Opportunity.product_id == Product.id)
    )


def _drop_stale(connection: Connection, facts: ColumnElement[bool]) -> None:
    settled = (
        select(Opportunity.id)
        .where(
            Opportunity.deleted_at.is_(None),
            Opportunity.outcome != Outcome.OPEN,
            DealFact.outcome == _outcome_code(),
            day_number(Opportunity.closed_on).is_not_distinct_from(DealFact.closed_day),
        )
        .where(Opportunity.id == DealFact.opportunity_id)
    )
    connection.execute(delete(DealFact).where(facts, ~settled.exists()))


def _outcome_code() -> ColumnElement[int]:
    return case(
        *((Opportunity.outcome == outcome, literal(code)) for outcome, code in OUTCOME_CODES.items()), else_=literal(-1)
    )


def _add_labels(
    connection: Connection, dimension: str, label: SQLColumnExpression[Any], chosen: ColumnElement[bool]
) -> None:
    """Number the labels that occur for the first time, after those that are there."""
    known = select(DimensionValue.label).where(DimensionValue.dimension == dimension)
    new: Select[Any] = (
        select(label.label("label"))
        .select_from(_joined())
        .where(chosen, label.is_not(None), label.not_in(known))
        .distinct()
    )
    if connection.execute(new.limit(1)).first() is None:
        return
    if connection.dialect.name == "postgresql":
        # Two writers must not give one number to two labels; the statement below sees what the first one added.
        connection.execute(held(Lock.LABELS))
    top = select(func.coalesce(func.max(DimensionValue.code), 0)).where(DimensionValue.dimension == dimension)
    rows = new.subquery()
    code = top.scalar_subquery() + func.row_number().over(order_by=rows.c.label)
    connection.execute(
        insert(DimensionValue).from_select(
            ["dimension", "code", "label"], select(literal(dimension), code, rows.c.label)
        )
    )


def _insert_missing(connection: Connection, chosen: ColumnElement[bool]) -> None:
    source = _joined()
    codes: dict[str, SQLColumnExpression[Any]] = {}
    for dimension, label in _LABELS.items():
        value = DimensionValue.__table__.alias(f"v_{dimension}")
        source = source.outerjoin(value, and_(value.c.dimension == dimension, value.c.label == label))
        codes[dimension] = func.coalesce(value.c.code, 0)
    columns: dict[str, SQLColumnExpression[Any]] = {
        "opportunity_id": Opportunity.id,
        "outcome": _outcome_code(),
        "created_day": day_number(Opportunity.created_on),
        "closed_day": case((Opportunity.outcome != Outcome.OPEN, day_number(Opportunity.closed_on))),
        "amount_minor": Opportunity.amount_minor,
        "account_id": Opportunity.account_id,
        "owner_id": Opportunity.owner_id,
        "team_id": Opportunity.team_id,
        **codes,
    }
    present = select(DealFact.opportunity_id).where(DealFact.opportunity_id == Opportunity.id)
    rows = (
        select(*columns.values()).select_from(source).where(chosen, Opportunity.deleted_at.is_(None), ~present.exists())
    )
    connection.execute(insert(DealFact).from_select(list(columns), rows))


def _follow_record(connection: Connection, facts: ColumnElement[bool]) -> None:
    """Facts whose record has another owner, account, amount ... now; in one scan, writing only those that differ."""
    record = {name: getattr(Opportunity, name) for name in _FOLLOWING}
    record["created_day"] = day_number(Opportunity.created_on)
    record["currency"] = func.coalesce(
        select(DimensionValue.code)
        .where(DimensionValue.dimension == "currency", DimensionValue.label == Opportunity.currency)
        .correlate(Opportunity)
        .scalar_subquery(),
        0,
    )
    differs = or_(*(value.is_distinct_from(getattr(DealFact, name)) for name, value in record.items()))
    moved = (
        select(DealFact.opportunity_id)
        .join(Opportunity, Opportunity.id == DealFact.opportunity_id)
        .where(facts, differs)
    )
    values = {
        name: select(value).where(Opportunity.id == DealFact.opportunity_id).scalar_subquery()
        for name, value in record.items()
    }
    connection.execute(
        update(DealFact)
        .where(DealFact.opportunity_id.in_(moved))
        .values(values)
        .execution_options(synchronize_session=False)
    )
