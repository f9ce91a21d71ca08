"""Deals as columns: one scan of the narrow fact table, decoded into a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl
from sqlalchemy import func, or_, select

from db.access import Grant, RecordAction, visible_facts
from db.exchange import Conversion, spans
from db.models import DealFact, DimensionValue
from db.money import digits_of
from db.repositories.base import Repository
from db.repositories.dimensions import SEGMENTS, dimension_shown, require_dimensions
from db.repositories.exchange import RateRepository
from db.repositories.fact_amounts import Exchanged, in_home
from db.repositories.fact_columns import EPOCH, packed, statement, unpacked
from db.repositories.lost import lost_for
from db.shown import require_shown

DISQUALIFIED = "disqualified"
"""Why deals were set aside that were lost for a reason that is no decision."""


_DEFINING = frozenset({"deal_type"})
"""What says which deals count at all, for everybody; whoever breaks figures down by it asks whether it is shown."""


@dataclass(frozen=True, slots=True)
class DealColumns:
    """Deals in one actor's scope.

    `frame` has `outcome` (Int8: 1 won, 0 lost, -1 open), `close_date`, `created_date` (Date), `amount` (Float64,
    major units; null where another currency than `currency`), `account` (UInt32 code), and one `pl.Enum` column per
    dimension (null = not filled in). `set_aside` counts closed deals without a closing date.
    """

    frame: pl.DataFrame
    dimensions: tuple[str, ...]
    currency: str | None
    set_aside: dict[str, int] = field(default_factory=dict)
    conversion: Conversion | None = None


class FactRepository(Repository):
    async def columns(
        self, *, filters: Mapping[str, Sequence[str]] | None = None, since: date | None = None,
        without: Sequence[str] = (), today: date | None = None,
    ) -> DealColumns:  # fmt: skip
        """Every deal the actor sees: closed on or after `since`, and all open ones.

        Args:
            filters: dimension -> labels; only deals with one of them.
            without: reasons of loss; deals lost for one of them are left out and counted.
            today: brings amounts of several currencies into the workspace's, at the rate of the day each deal closed,
                of open ones of today; without it, and where a rate is missing, only the commonest currency keeps its
                amounts.
        """
        self.actor.require(Grant("opportunity", RecordAction.READ))
        require_shown(self.actor, "opportunity", "closed_on")
        require_dimensions(self.actor, (one for one in filters or {} if one not in _DEFINING))
        labels = await self._labels()
        where = [visible_facts(self.actor)]
        for dimension, wanted in (filters or {}).items():
            codes = [code for code, label in labels.get(dimension, {}).items() if label in wanted]
            where.append(getattr(DealFact, dimension).in_(codes))
        if since is not None:
            where.append(or_(DealFact.closed_day.is_(None), DealFact.closed_day >= (since - EPOCH).days))
        set_aside = {}
        if without:
            out = DealFact.opportunity_id.in_(lost_for(without))
            left = await self.session.scalar(select(func.count()).select_from(DealFact).where(*where, out))
            set_aside = {DISQUALIFIED: int(left)} if left else {}
            where += [~out] if left else []
        numbers = packed({name: max(labels.get(name, {}), default=0) for name in ("currency", *SEGMENTS)})
        texts = (await self.session.execute(statement(numbers, where))).one()
        raw = unpacked(numbers, tuple(texts))
        exchanged = None if today is None else await self._exchanged(raw, labels.get("currency", {}), today)
        found = _decode(raw, labels, self.session.currency, exchanged)
        return self._shown(replace(found, set_aside=set_aside | found.set_aside))

    def _shown(self, found: DealColumns) -> DealColumns:
        """Without what is hidden from the person: as if it were not filled in on any deal."""
        if not self.actor.hidden:
            return found
        hidden = [one for one in SEGMENTS if one not in _DEFINING and not dimension_shown(self.actor, one)]
        hidden += [
            column
            for column, name in (("amount", "amount"), ("created_date", "created_on"), ("account", "account"))
            if not self.actor.sees("opportunity", name)
        ]
        frame = found.frame.with_columns(pl.lit(None, found.frame.schema[one]).alias(one) for one in hidden)
        if "amount" not in hidden:
            return replace(found, frame=frame)
        aside = {reason: count for reason, count in found.set_aside.items() if not reason.startswith("amount")}
        return replace(found, frame=frame, set_aside=aside, currency=None, conversion=None)

    async def _exchanged(self, raw: pl.DataFrame, labels: Mapping[int, str], today: date) -> Exchanged | None:
        """The amounts in the workspace's currency; None where they are of one currency."""
        home = self.session.currency
        with_amount = raw.filter(pl.col("amount_minor").is_not_null())
        used = {int(code): labels.get(int(code), home) for code in with_amount["currency"].unique()}
        if len(set(used.values())) < 2:
            return None
        history = await RateRepository(self.session, self.actor).history(set(used.values()) - {home})
        return in_home(raw, used, spans(history), home, today)

    async def _labels(self) -> dict[str, dict[int, str]]:
        named = select(DimensionValue.dimension, DimensionValue.code, DimensionValue.label)
        labels: dict[str, dict[int, str]] = {}
        for dimension, code, label in await self.session.execute(named):
            labels.setdefault(dimension, {})[code] = label
        return labels


def _decode(
    raw: pl.DataFrame, labels: dict[str, dict[int, str]], usual: str, exchanged: Exchanged | None = None
) -> DealColumns:
    main = _commonest(raw["currency"], labels.get("currency", {}))
    currency = None if main is None else labels["currency"][main]
    comparable = pl.lit(value=True) if main is None else pl.col("currency") == main
    conversion = exchanged.conversion if exchanged is not None else None
    if exchanged is not None and exchanged.amounts is not None:
        raw = raw.with_columns(exchanged.amounts.alias("amount_minor"))
        currency, comparable = usual, pl.lit(value=True)
    frame = raw.select(
        pl.col("outcome").cast(pl.Int8),
        pl.col("closed_day").cast(pl.Date).alias("close_date"),
        pl.col("created_day").cast(pl.Date).alias("created_date"),
        pl.when(comparable).then(pl.col("amount_minor") / 10 ** digits_of(currency or usual)).alias("amount"),
        pl.col("account_id").rank("dense").cast(pl.UInt32).alias("account"),
        *(_enum(raw[name], labels.get(name, {})) for name in SEGMENTS),
    )
    undated = (pl.col("outcome") >= 0) & pl.col("closed_day").is_null()
    other = ~comparable & pl.col("amount_minor").is_not_null()
    counts = raw.select(
        undated.sum().alias("closed without a closing date"),
        (other & (pl.col("currency") > 0)).sum().alias("amount in another currency"),
        (other & (pl.col("currency") == 0)).sum().alias("amount without a currency"),
    )
    set_aside = {reason: int(n) for reason, n in counts.row(0, named=True).items() if n}
    return DealColumns(frame, SEGMENTS, currency, set_aside, conversion)


def _commonest(codes: pl.Series, labels: dict[int, str]) -> int | None:
    """Amounts of several currencies are never added up; the commonest one keeps its amounts."""
    counts = np.bincount(codes.to_numpy())
    used = [code for code in labels if code < len(counts) and counts[code]]
    return min(used, key=lambda code: (-int(counts[code]), labels[code]), default=None)


def _enum(codes: pl.Series, labels: dict[int, str]) -> pl.Series:
    """Codes as an enum of the labels that occur, in the order of the alphabet: the same on every database."""
    counts = np.bincount(codes.to_numpy(), minlength=1)
    spoken = [labels.get(code) if count else None for code, count in enumerate(counts)]
    names = pl.Enum(sorted(label for label in spoken if label is not None))
    return pl.Series(codes.name, spoken, dtype=names).gather(codes)
