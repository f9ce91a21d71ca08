"""What a provider outside answered before, as suggestions; asking it is an outward act of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db.repositories.enrichment import EnrichmentRepository
from tools.contract import ToolContext
from tools.lead.enrichment.provider import Facts, Suggestion
from tools.wording import clean, day


class StoredAnswers:
    def __init__(self, at: ToolContext) -> None:
        self._at = at

    async def suggest(self, several: Sequence[Facts]) -> Mapping[int, Sequence[Suggestion]]:
        kinds = {one.kind for one in several}
        found: dict[int, Sequence[Suggestion]] = {}
        for kind in kinds:
            ids = [one.id for one in several if one.kind == kind]
            for key, answer in (
                await EnrichmentRepository(self._at.session, self._at.actor).answers(kind, ids)
            ).items():
                when = day(answer.at.astimezone(self._at.now.tzinfo).date())
                source = f"the provider {clean(answer.provider, most=80)}, asked on {when}"
                found[key] = [
                    Suggestion(field, told["value"], source, float(told["confidence"]), clean(told["reason"], most=120))
                    for field, told in answer.values.items()
                ]
        return found
