"""Deals as columns: one scan of the narrow fact table, decoded into a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from sqlalchemy import func, or_, select

from db.access import visible_facts
from db.models import DealFact, DimensionValue
from db.repositories.base import Repository

SEGMENTS = ("region", "industry", "product", "lead_source", "deal_type", "competitor", "team", "owner")
_EPOCH = date(1970, 1, 1)


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


class FactRepository(Repository):
    async def columns(
        self, *, filters: dict[str, Sequence[str]] | None = None, since: date | None = None, deal_types: bool = True
    ) -> DealColumns:
        """Every deal the actor sees: closed on or after `since`, and all open ones.

        Args:
            filters: dimension -> labels; only deals with one of them.
            deal_types: keep the dimension `deal_type`; False when only one type is looked at.
        """
        labels = await self._labels()
        where = [visible_facts(self.actor)]
        for dimension, wanted in (filters or {}).items():
            codes = [code for code, label in labels.get(dimension, {}).items() if label in wanted]
            where.append(getattr(DealFact, dimension).in_(codes))
        if since is not None:
            where.append(or_(DealFact.closed_day.is_(None), DealFact.closed_day >= (since - _EPOCH).days))
        names = ["outcome", "created_day", "closed_day", "amount_minor", "currency", "account_id", *SEGMENTS]
        statement = select(*(getattr(DealFact, name) for name in names)).where(*where)
        rows = (await self.session.execute(statement)).all()
        schema = dict.fromkeys(names, pl.Int64)
        raw = pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
        return _decode(raw, labels, tuple(s for s in SEGMENTS if deal_types or s != "deal_type"))

    async def count(self) -> int:
        return int(
            await self.session.scalar(select(func.count()).select_from(DealFact).where(visible_facts(self.actor))) or 0
        )

    async def labels(self, dimension: str) -> tuple[str, ...]:
        """The values of a dimension among the deals the actor sees."""
        code = getattr(DealFact, dimension)
        seen = select(code).where(visible_facts(self.actor)).distinct()
        statement = (
            select(DimensionValue.label)
            .where(DimensionValue.dimension == dimension, DimensionValue.code.in_(seen))
            .order_by(DimensionValue.label)
        )
        return tuple((await self.session.execute(statement)).scalars())

    async def _labels(self) -> dict[str, dict[int, str]]:
        statement = select(DimensionValue.dimension, DimensionValue.code, DimensionValue.label)
        labels: dict[str, dict[int, str]] = {}
        for dimension, code, label in await self.session.execute(statement):
            labels.setdefault(dimension, {})[code] = label
        return labels


def _decode(raw: pl.DataFrame, labels: dict[str, dict[int, str]], segments: tuple[str, ...]) -> DealColumns:
    currencies = labels.get("currency", {})
    used = raw.filter(pl.col("currency") > 0)["currency"].unique().to_list()
    # Amounts of several currencies are never added up; the commonest one keeps its amounts.
    main = raw.filter(pl.col("currency") > 0)["currency"].mode().sort().head(1).to_list() if used else []
    frame = raw.select(
        pl.col("outcome").cast(pl.Int8),
        (pl.lit(0) + pl.col("closed_day")).cast(pl.Int32).cast(pl.Date).alias("close_date"),
        pl.col("created_day").cast(pl.Int32).cast(pl.Date).alias("created_date"),
        pl.when(pl.col("currency").is_in(main) | pl.lit(not main)).then(pl.col("amount_minor") / 100).alias("amount"),
        pl.col("account_id").rank("dense").cast(pl.UInt32).alias("account"),
        *(_enum(raw[name], labels.get(name, {})) for name in segments),
    )
    undated = frame.filter((pl.col("outcome") >= 0) & pl.col("close_date").is_null()).height
    other = frame.height - raw.filter(pl.col("currency").is_in([*main, 0])).height if main else 0
    set_aside = {"closed without a closing date": undated, "amount in another currency": other}
    return DealColumns(
        frame, segments, currencies.get(main[0]) if main else None, {reason: n for reason, n in set_aside.items() if n}
    )


def _enum(codes: pl.Series, labels: dict[int, str]) -> pl.Series:
    """Codes to a dense enum of the labels that occur."""
    present = [code for code in codes.unique().sort().to_list() if code in labels]
    names = list(dict.fromkeys(labels[code] for code in present))
    if not present:
        return pl.Series(codes.name, [None] * len(codes), dtype=pl.Enum(names))
    spoken = {code: labels[code] for code in present}
    return codes.replace_strict(spoken, default=None, return_dtype=pl.Enum(names))
