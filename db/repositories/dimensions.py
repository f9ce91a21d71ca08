"""The values of a dimension, as far as the actor may know them. Loads no frames: every turn asks for these."""

from __future__ import annotations

from sqlalchemy import select

from db.access import visible_facts
from db.models import DealFact, DimensionValue
from db.repositories.base import Repository

SEGMENTS = ("region", "industry", "product", "lead_source", "deal_type", "competitor", "team", "owner")


class DimensionRepository(Repository):
    async def labels(self, dimension: str) -> tuple[str, ...]:
        """The values of a dimension among the deals the actor sees."""
        code = getattr(DealFact, dimension)
        seen = select(code).where(visible_facts(self.actor)).distinct()
        named = select(DimensionValue.label).where(DimensionValue.dimension == dimension, DimensionValue.code.in_(seen))
        return tuple(sorted((await self.session.execute(named)).scalars()))

    async def vocabulary(self, dimension: str) -> tuple[str, ...]:
        """The values of a dimension in the workspace: words of the company, whoever's deals they stand on."""
        named = select(DimensionValue.label).where(DimensionValue.dimension == dimension)
        return tuple(sorted((await self.session.execute(named)).scalars()))
