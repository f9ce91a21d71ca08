"""Deals: the open pipeline as totals, and lists by condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, SQLColumnExpression, and_, case, func, literal, or_, select

from db.access import visible_opportunities
from db.errors import NotFound
from db.exchange import Conversion, Dated, Rate, in_minor_of, money_of, planned
from db.facts import day_number
from db.models import Account, Opportunity, Outcome, Product, Stage, Team, User
from db.money import ODD_DIGITS, USUAL_DIGITS, Money, digits_of, in_minor, stored
from db.rates import rate_in_force, worth_in
from db.records.conditions import Conditions, Scope
from db.repositories.base import Repository
from db.repositories.dimensions import require_dimensions
from db.repositories.exchange import RateRepository
from db.repositories.lost import lost_for
from db.shown import as_shown, require_shown

USUAL_ROTTING_DAYS = 60
"""For stages that name no limit of their own."""


class Condition(StrEnum):
    """`stuck`: longer in its stage than the stage's rotting days. `at_risk`: stuck, overdue, or silent for 30 days."""

    STUCK = "stuck"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"


class Order(StrEnum):
    """`close_date`: the next to close, or for closed deals the latest closed. `age`: the oldest.

    `any`: by number, for whoever does not see what deals are ordered by otherwise.
    """

    AMOUNT = "amount"
    SMALLEST = "smallest"
    CLOSE_DATE = "close_date"
    LAST_TO_CLOSE = "last_to_close"
    AGE = "age"
    NEWEST = "newest"
    ANY = "any"


class GroupBy(StrEnum):
    STAGE = "stage"
    OWNER = "owner"
    TEAM = "team"
    REGION = "region"
    PRODUCT = "product"
    INDUSTRY = "industry"
    LEAD_SOURCE = "lead_source"
    DEAL_TYPE = "deal_type"
    COMPETITOR = "competitor"


@dataclass(frozen=True, slots=True)
class OpportunityFilter:
    """Conditions that all hold. Names are compared exactly: the caller resolves what a person wrote."""

    outcomes: tuple[str, ...] = (Outcome.OPEN,)
    owners: tuple[int, ...] = ()
    min_amount: Decimal | None = None
    """In major units of each deal's own currency."""
    max_amount: Decimal | None = None
    closing: tuple[date, date] | None = None
    closed: tuple[date, date] | None = None
    created: tuple[date, date] | None = None
    condition: Condition | None = None
    in_stage_over: int | None = None
    """Days: longer than this in its stage."""
    silent_over: int | None = None
    """Days: no activity for longer than this, or none ever."""
    no_next_step: bool = False
    without_reasons: tuple[str, ...] = ()
    """Reasons of loss; deals lost for one of them are left out."""
    segments: dict[GroupBy, tuple[str, ...]] = field(default_factory=dict)
    further: Conditions | None = None
    """On any fields of a deal."""


@dataclass(frozen=True, slots=True)
class OpportunityLine:
    id: int
    name: str
    account_id: int | None
    account: str | None
    contact_id: int | None
    owner_id: int | None
    owner: str | None
    stage: str
    outcome: str
    value: Money | None
    created_on: date | None
    expected_close_on: date | None
    closed_on: date | None
    days_in_stage: int | None
    last_activity_at: datetime | None
    next_step: str | None
    region: str | None
    product: str | None
    lead_source: str | None
    competitor: str | None
    loss_reason: str | None
    version: int


@dataclass(frozen=True, slots=True)
class PipelineLine:
    """Open deals of one group in one currency; one name for each dimension asked for. Ages are days since creation.

    `dated` is how many of the deals say when they were created.
    """

    groups: tuple[str | None, ...]
    deals: int
    value: Money
    weighted: Money
    mean_age_days: float | None
    overdue: int
    dated: int = 0


@dataclass(frozen=True, slots=True)
class PipelineFound:
    """In one currency where all of it could be brought into one; `conversion` is None where it is in one anyway."""

    lines: list[PipelineLine]
    conversion: Conversion | None


class OpportunityRepository(Repository):
    async def find(
        self, where: OpportunityFilter, *, today: date, order: Order = Order.AMOUNT, limit: int = 20
    ) -> tuple[int, list[OpportunityLine]]:
        """How many match, and the first `limit` of them."""
        require_shown(self.actor, "opportunity", *_ORDERED_BY[order])
        conditions = self._conditions(where, today)
        total = await self.session.scalar(self._from(select(func.count(Opportunity.id))).where(*conditions))
        statement = self._lines().where(*conditions).order_by(*_ORDER[order], Opportunity.id).limit(limit)
        rows = (await self.session.execute(statement)).all()
        return int(total or 0), [self._line(row, today) for row in rows]

    async def find_compared(
        self, where: OpportunityFilter, *, today: date, order: Order = Order.AMOUNT, limit: int = 20
    ) -> tuple[int, list[OpportunityLine], Conversion | None]:
        """The same, with amounts of several currencies compared in the workspace's, at the rate of each deal's day.

        Where a rate is missing each is held against the limits, and ordered, by the number in its own currency.
        """
        require_shown(self.actor, "opportunity", *_ORDERED_BY[order])
        by_amount = order in _BY_WORTH or where.min_amount is not None or where.max_amount is not None
        conversion = await self._comparable(where, today) if by_amount else None
        if conversion is None or not conversion.done:
            total, lines = await self.find(where, today=today, order=order, limit=limit)
            return total, lines, conversion
        worth = worth_in(conversion.into, Opportunity.amount_minor, self._currency, self._valued_on(today))
        conditions = [*self._conditions(replace(where, min_amount=None, max_amount=None), today)]
        digits = digits_of(conversion.into)
        if where.min_amount is not None:
            conditions.append(worth >= in_minor(where.min_amount, digits))
        if where.max_amount is not None:
            conditions.append(worth <= in_minor(where.max_amount, digits))
        ordered = _BY_WORTH[order](worth) if order in _BY_WORTH else _ORDER[order]
        counted = await self.session.scalar(self._from(select(func.count(Opportunity.id))).where(*conditions))
        statement = self._lines().where(*conditions).order_by(*ordered, Opportunity.id).limit(limit)
        rows = (await self.session.execute(statement)).all()
        return int(counted or 0), [self._line(row, today) for row in rows], conversion

    def _line(self, row: Any, today: date) -> OpportunityLine:  # noqa: ANN401 - a result row has no static type
        line = as_shown(_line(row, today, self.session.currency), self.actor, "opportunity", _KEPT_IN)
        return line if self.actor.sees("account", "region") else replace(line, region=None)

    async def _comparable(self, where: OpportunityFilter, today: date) -> Conversion | None:
        """Whether the amounts of these deals, whatever their size, can be brought into one currency."""
        day = self._valued_on(today)
        each = (
            self._from(
                select(
                    self._currency.label("currency"),
                    rate_in_force(self._currency, day, self.session.currency).label("rate"), day.label("day"),
                )
            )
            .where(*self._conditions(replace(where, min_amount=None, max_amount=None), today))
            .where(Opportunity.amount_minor.is_not(None))
            .subquery()
        )  # fmt: skip
        grouped = select(each.c.currency, each.c.rate, func.min(each.c.day)).group_by(each.c.currency, each.c.rate)
        rows = (await self.session.execute(grouped)).all()
        rates = await RateRepository(self.session, self.actor).of({rate for _, rate, _ in rows if rate is not None})
        needs = (Dated(currency, rates.get(rate or 0), _as_date(first)) for currency, rate, first in rows)
        return planned(needs, self.session.currency)

    @staticmethod
    def _valued_on(today: date) -> SQLColumnExpression[date]:
        """The day whose rate counts for a deal: that of its close, of open ones today."""
        return func.coalesce(Opportunity.closed_on, literal(today, Date))

    async def get(self, opportunity_id: int, *, today: date) -> OpportunityLine:
        statement = self._lines().where(*self._base(), Opportunity.id == opportunity_id)
        row = (await self.session.execute(statement)).first()
        if row is None:
            raise NotFound("opportunity", opportunity_id)
        return self._line(row, today)

    async def of_account(self, account_id: int, *, today: date, limit: int = 20) -> list[OpportunityLine]:
        """Open deals first, then the latest closed."""
        if not self.actor.sees("opportunity", "account"):
            return []
        dated = (Opportunity.closed_on.is_(None), Opportunity.closed_on.desc())
        by_close = dated if self.actor.sees("opportunity", "closed_on") else ()
        by_amount = _ORDER[Order.AMOUNT] if self.actor.sees("opportunity", "amount") else ()
        statement = (
            self._lines()
            .where(*self._base(), Opportunity.account_id == account_id)
            .order_by(
                Opportunity.outcome != Outcome.OPEN,
                *by_close,
                *by_amount,
                Opportunity.id,
            )
            .limit(limit)
        )
        return [self._line(row, today) for row in (await self.session.execute(statement)).all()]

    async def pipeline_in_one(self, where: OpportunityFilter, *, by: Sequence[GroupBy], today: date) -> PipelineFound:
        """The open pipeline with amounts of several currencies converted into the workspace's, at today's rates.

        Where a rate is missing each amount stays in its currency.
        """
        lines = await self.pipeline(where, by=by, today=today)
        rates = RateRepository(self.session, self.actor)
        of_today = await rates.on(today) if len({line.value.currency for line in lines}) > 1 else {}
        needs = (Dated(line.value.currency, of_today.get(line.value.currency), today) for line in lines)
        conversion = planned(needs, rates.home)
        if conversion is None or not conversion.done:
            return PipelineFound(lines, conversion)
        together = _together(lines, of_today, rates.home)
        if by[0] is not GroupBy.STAGE:
            together.sort(key=lambda line: -line.value.minor)
        return PipelineFound(together, conversion)

    async def pipeline(self, where: OpportunityFilter, *, by: Sequence[GroupBy], today: date) -> list[PipelineLine]:
        """Open value per group and currency; for stages in pipeline order, otherwise by value."""
        require_shown(self.actor, "opportunity", "amount", "stage")
        require_shown(self.actor, "stage", "probability")
        require_dimensions(self.actor, by)
        groups = [_GROUPS[one] for one in by]
        value = func.coalesce(func.sum(Opportunity.amount_minor), 0)
        age = (
            func.avg(day_number(today.isoformat()) - day_number(Opportunity.created_on))
            if self._lite
            else func.avg(today - Opportunity.created_on)
        )
        statement = (
            self._from(
                select(
                    *groups,
                    self._currency,
                    func.count(Opportunity.id),
                    value,
                    func.coalesce(func.sum(Opportunity.amount_minor * Stage.probability), 0),
                    age,
                    func.count(Opportunity.id).filter(Opportunity.expected_close_on < today),
                    func.count(Opportunity.created_on),
                )
            )
            .where(*self._conditions(where, today))
            .group_by(*groups, self._currency)
            .order_by(*([func.min(Stage.position)] if by[0] is GroupBy.STAGE else []), value.desc(), *groups)
        )
        rows = await self.session.execute(statement)
        aged, due = (self.actor.sees("opportunity", one) for one in ("created_on", "expected_close"))
        return [
            PipelineLine(
                tuple(names), deals, Money(int(total), currency), Money(round(weighted), currency),
                None if mean_age is None or not aged else float(mean_age), overdue if due else 0,
                dated if aged else 0,
            )
            for *names, currency, deals, total, weighted, mean_age, overdue, dated in rows
        ]  # fmt: skip

    async def loss_reasons(self, where: OpportunityFilter, *, today: date) -> list[tuple[str | None, int]]:
        """Loss reason (None: not filled in) and number of lost deals, the commonest first."""
        require_shown(self.actor, "opportunity", "loss_reason")
        conditions = self._conditions(replace(where, outcomes=(Outcome.LOST,)), today)
        reason = func.nullif(Opportunity.loss_reason, "")
        statement = self._from(select(reason, func.count(Opportunity.id))).where(*conditions).group_by(reason)
        found = [(said, int(deals)) for said, deals in (await self.session.execute(statement)).all()]
        return sorted(found, key=lambda line: (-line[1], line[0] is None, line[0] or ""))

    async def stages(self) -> list[tuple[str, str, float]]:
        """(name, outcome, probability) in pipeline order."""
        statement = select(Stage.name, Stage.outcome, Stage.probability).where(Stage.deleted_at.is_(None))
        statement = statement.order_by(Stage.position, Stage.id)
        return [(name, outcome, float(p)) for name, outcome, p in (await self.session.execute(statement)).all()]

    async def rotting_days(self) -> dict[str, int]:
        """Stage -> days after which a deal in it counts as stuck."""
        statement = select(Stage.name, func.coalesce(Stage.rotting_days, USUAL_ROTTING_DAYS))
        return {str(name): int(days) for name, days in (await self.session.execute(statement)).all()}

    @property
    def _lite(self) -> bool:
        return bool(self.session.bind and self.session.bind.dialect.name == "sqlite")

    @property
    def _currency(self) -> SQLColumnExpression[str]:
        # Written into the statement: PostgreSQL takes a parameter in SELECT and GROUP BY for two expressions.
        return func.coalesce(Opportunity.currency, literal(self.session.currency, literal_execute=True))

    def _minor(self, amount: Decimal) -> ColumnElement[int]:
        """Major units as minor ones of the deal's own currency."""
        odd = [(self._currency.in_(sorted(codes)), in_minor(amount, digits)) for digits, codes in ODD_DIGITS.items()]
        return case(*odd, else_=in_minor(amount, USUAL_DIGITS))

    def _base(self) -> tuple[ColumnElement[bool], ...]:
        return visible_opportunities(self.actor), Opportunity.deleted_at.is_(None)

    def _from(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return (
            statement.select_from(Opportunity)
            .outerjoin(Account, Opportunity.account_id == Account.id)
            .outerjoin(User, Opportunity.owner_id == User.id)
            .outerjoin(Team, Team.id == func.coalesce(User.team_id, Opportunity.team_id))
            .outerjoin(Product, Opportunity.product_id == Product.id)
            .outerjoin(Stage, Opportunity.stage == Stage.name)
        )

    def _lines(self) -> Select[*tuple[Any, ...]]:
        region = func.coalesce(Opportunity.region, Account.region)
        return self._from(select(Opportunity, Account.name, User.name, Product.name, region))

    def _conditions(self, where: OpportunityFilter, today: date) -> list[ColumnElement[bool]]:
        require_shown(self.actor, "opportunity", *_rests_on(where))
        require_dimensions(self.actor, where.segments)
        wanted = [*self._base(), *_said(where)]
        if where.min_amount is not None:
            wanted.append(Opportunity.amount_minor >= self._minor(where.min_amount))
        if where.max_amount is not None:
            wanted.append(Opportunity.amount_minor <= self._minor(where.max_amount))
        wanted += [_GROUPS[group].in_(values) for group, values in where.segments.items()]
        if where.condition:
            wanted.append(self._condition(where.condition, today))
        if where.in_stage_over is not None:
            wanted.append(Opportunity.stage_entered_on < today - timedelta(days=where.in_stage_over))
        if where.silent_over is not None:
            wanted.append(_silent_for(where.silent_over, today))
        if where.further:
            wanted += where.further.as_sql(Scope(self.actor, self.session.currency))
        return wanted

    def _condition(self, condition: Condition, today: date) -> ColumnElement[bool]:
        days = (
            day_number(today.isoformat()) - day_number(Opportunity.stage_entered_on)
            if self._lite
            else today - Opportunity.stage_entered_on
        )
        stuck = and_(
            Opportunity.stage_entered_on.is_not(None), days > func.coalesce(Stage.rotting_days, USUAL_ROTTING_DAYS)
        )
        if condition is Condition.STUCK:
            return stuck
        if condition is Condition.OVERDUE:
            return Opportunity.expected_close_on < today
        silent = Opportunity.last_activity_at < _midnight(today - timedelta(days=30))
        return or_(stuck, Opportunity.expected_close_on < today, silent)


_STUCK, _OVERDUE = ("stage", "stage_entered_on"), ("expected_close",)
RESTS_ON: dict[Condition, tuple[str, ...]] = {
    Condition.STUCK: _STUCK,
    Condition.OVERDUE: _OVERDUE,
    Condition.AT_RISK: (*_STUCK, *_OVERDUE, "last_activity_at"),
}
"""The fields of a deal that a condition looks at."""
_ORDERED_BY: dict[Order, tuple[str, ...]] = {
    Order.AMOUNT: ("amount",),
    Order.SMALLEST: ("amount",),
    Order.CLOSE_DATE: ("closed_on", "expected_close"),
    Order.LAST_TO_CLOSE: ("closed_on", "expected_close"),
    Order.AGE: ("created_on",),
    Order.NEWEST: ("created_on",),
    Order.ANY: (),
}
_KEPT_IN = {
    "account_id": "account", "account": "account", "contact_id": "contact", "owner_id": "owner", "owner": "owner",
    "stage": "stage", "value": "amount", "created_on": "created_on", "expected_close_on": "expected_close",
    "closed_on": "closed_on", "days_in_stage": "stage_entered_on", "last_activity_at": "last_activity_at",
    "next_step": "next_step", "region": "region", "product": "product", "lead_source": "source",
    "competitor": "competitor", "loss_reason": "loss_reason",
}  # fmt: skip
"""Attribute of a line -> the field it shows."""


def _rests_on(where: OpportunityFilter) -> Iterator[str]:
    """The fields that a filter narrows by. Whose deals they are is asked for by who resolves the names."""
    for used, names in (
        (where.min_amount is not None or where.max_amount is not None, ("amount",)),
        (where.closing, ("expected_close",)),
        (where.closed, ("closed_on",)),
        (where.created, ("created_on",)),
        (where.condition, RESTS_ON[where.condition] if where.condition else ()),
        (where.in_stage_over is not None, _STUCK),
        (where.silent_over is not None, ("last_activity_at", "created_on")),
        (where.no_next_step, ("next_step",)),
        (where.without_reasons, ("loss_reason",)),
    ):
        if used:
            yield from names


def _together(lines: Sequence[PipelineLine], rates: Mapping[str, Rate], home: str) -> list[PipelineLine]:
    """The lines of a group as one in the home currency, in the order in which the groups came."""
    groups: dict[tuple[str | None, ...], list[PipelineLine]] = {}
    for line in lines:
        groups.setdefault(line.groups, []).append(line)
    return [_added(groups_of, group, rates, home) for groups_of, group in groups.items()]


def _added(
    names: tuple[str | None, ...], lines: Sequence[PipelineLine], rates: Mapping[str, Rate], home: str
) -> PipelineLine:
    def total(amounts: Iterator[Money]) -> Money:
        # Rounded once, after adding up.
        return money_of(
            sum((in_minor_of(Decimal(one.minor), rates.get(one.currency)) for one in amounts), Decimal()), home
        )

    dated = sum(line.dated for line in lines)
    ages = sum((line.mean_age_days or 0.0) * line.dated for line in lines)
    return PipelineLine(
        names, sum(line.deals for line in lines), total(line.value for line in lines),
        total(line.weighted for line in lines), ages / dated if dated else None,
        sum(line.overdue for line in lines), dated,
    )  # fmt: skip


def _said(where: OpportunityFilter) -> Iterator[ColumnElement[bool]]:
    """Conditions on the columns of a deal that hold whatever the day."""
    if where.outcomes:
        yield Opportunity.outcome.in_(where.outcomes)
    if where.owners:
        yield Opportunity.owner_id.in_(where.owners)
    for column, days in (
        (Opportunity.expected_close_on, where.closing),
        (Opportunity.closed_on, where.closed),
        (Opportunity.created_on, where.created),
    ):
        if days:
            yield column.between(*days)
    if where.without_reasons:
        yield Opportunity.id.not_in(lost_for(where.without_reasons))
    if where.no_next_step:
        yield func.coalesce(func.trim(Opportunity.next_step), "") == ""


def _silent_for(days: int, today: date) -> ColumnElement[bool]:
    """No activity since then; a deal without any has been silent since it was created."""
    since = today - timedelta(days=days)
    never = and_(Opportunity.last_activity_at.is_(None), Opportunity.created_on < since)
    return or_(Opportunity.last_activity_at < _midnight(since), never)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


_GROUPS: dict[GroupBy, SQLColumnExpression[Any]] = {
    GroupBy.STAGE: Opportunity.stage,
    GroupBy.OWNER: User.name,
    GroupBy.TEAM: Team.name,
    GroupBy.REGION: func.coalesce(Opportunity.region, Account.region),
    GroupBy.PRODUCT: Product.name,
    GroupBy.INDUSTRY: func.coalesce(Opportunity.industry, Account.industry),
    GroupBy.LEAD_SOURCE: Opportunity.lead_source,
    GroupBy.DEAL_TYPE: Opportunity.deal_type,
    GroupBy.COMPETITOR: Opportunity.competitor,
}
_EXPECTED = Opportunity.expected_close_on
_OPEN_FIRST = Opportunity.closed_on.is_not(None)
_ORDER: dict[Order, tuple[SQLColumnExpression[Any], ...]] = {
    Order.ANY: (Opportunity.id.desc(),),
    Order.AMOUNT: (Opportunity.amount_minor.is_(None), Opportunity.amount_minor.desc()),
    Order.SMALLEST: (Opportunity.amount_minor.is_(None), Opportunity.amount_minor),
    Order.CLOSE_DATE: (_OPEN_FIRST, Opportunity.closed_on.desc(), _EXPECTED.is_(None), _EXPECTED),
    Order.LAST_TO_CLOSE: (_OPEN_FIRST, Opportunity.closed_on, _EXPECTED.is_(None), _EXPECTED.desc()),
    Order.AGE: (Opportunity.created_on.is_(None), Opportunity.created_on),
    Order.NEWEST: (Opportunity.created_on.is_(None), Opportunity.created_on.desc()),
}


_BY_WORTH: dict[Order, Callable[[ColumnElement[Any]], tuple[ColumnElement[Any], ...]]] = {
    Order.AMOUNT: lambda worth: (worth.is_(None), worth.desc()),
    Order.SMALLEST: lambda worth: (worth.is_(None), worth),
}


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _line(row: Any, today: date, usual: str) -> OpportunityLine:  # noqa: ANN401 - a result row has no static type
    deal: Opportunity
    deal, account, owner, product, region = row
    entered = deal.stage_entered_on
    return OpportunityLine(
        id=deal.id,
        name=deal.name,
        account_id=deal.account_id,
        account=account,
        contact_id=deal.contact_id,
        owner_id=deal.owner_id,
        owner=owner,
        stage=deal.stage,
        outcome=deal.outcome,
        value=stored(deal.amount_minor, deal.currency, usual=usual),
        created_on=deal.created_on,
        expected_close_on=deal.expected_close_on,
        closed_on=deal.closed_on,
        days_in_stage=(today - entered).days if entered and deal.outcome == Outcome.OPEN else None,
        last_activity_at=deal.last_activity_at,
        next_step=deal.next_step,
        region=region,
        product=product,
        lead_source=deal.lead_source,
        competitor=deal.competitor,
        loss_reason=deal.loss_reason,
        version=deal.version,
    )
