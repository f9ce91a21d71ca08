"""The values of a dimension, as far as the actor may know them. Loads no frames: every turn asks for these."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from db.access import Actor, visible_facts
from db.models import DealFact, DimensionValue
from db.repositories.base import Repository
from db.shown import require_shown

SEGMENTS = ("region", "industry", "product", "lead_source", "deal_type", "competitor", "team", "owner")


SHOWN_BY: dict[str, tuple[tuple[str, str], ...]] = {
    "region": (("opportunity", "region"), ("account", "region")),
    "industry": (("opportunity", "industry"), ("account", "industry")),
    "lead_source": (("opportunity", "source"),),
    **{one: (("opportunity", one),) for one in ("product", "deal_type", "competitor", "team", "owner", "stage")},
}  # fmt: skip
"""Dimension of a deal -> the fields it shows; region and industry may be those of the account."""


def dimension_shown(actor: Actor, dimension: str) -> bool:
    return all(actor.sees(*field) for field in SHOWN_BY[dimension])


def require_dimensions(actor: Actor, dimensions: Iterable[str]) -> None:
    """Before deals are grouped or narrowed by them. Raises `NotShown`."""
    for dimension in dimensions:
        for kind, name in SHOWN_BY.get(dimension, ()):
            require_shown(actor, kind, name)


class DimensionRepository(Repository):
    async def labels(self, dimension: str) -> tuple[str, ...]:
        """The values of a dimension among the deals the actor sees."""
        if not dimension_shown(self.actor, dimension):
            return ()
        code = getattr(DealFact, dimension)
        seen = select(code).where(visible_facts(self.actor)).distinct()
        named = select(DimensionValue.label).where(DimensionValue.dimension == dimension, DimensionValue.code.in_(seen))
        return tuple(sorted((await self.session.execute(named)).scalars()))

    async def vocabulary(self, dimension: str) -> tuple[str, ...]:
        """The values of a dimension in the workspace: words of the company, whoever's deals they stand on."""
        if not dimension_shown(self.actor, dimension):
            return ()
        named = select(DimensionValue.label).where(DimensionValue.dimension == dimension)
        return tuple(sorted((await self.session.execute(named)).scalars()))
