"""The workspace as the local model needs it: closed vocabularies and the records a text may name."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.local.lexicon import concepts, everyday
from agent.local.schema import Record, Vocabulary
from db.access import Actor
from db.names import fold, words
from db.repositories.dimensions import DimensionRepository
from db.repositories.leads import LeadRepository
from db.repositories.opportunities import OpportunityRepository
from db.repositories.people import PeopleRepository
from db.repositories.search import NamedRecord, SearchRepository
from db.session import ReadSession

_WORD = re.compile(r"[^\W_]+")
_QUANTITY = re.compile(r"\d+(?:[kmb]|mn|am|pm|st|nd|rd|th)?", re.IGNORECASE)
_MONTHS_AND_NAMES = frozenset({"april", "may", "june", "august"})
_CALENDAR = (
    frozenset(name.lower() for name in (*calendar.day_name, *calendar.day_abbr, *calendar.month_name))
    - _MONTHS_AND_NAMES
)
_DIMENSIONS = ("region", "industry", "product", "lead_source", "deal_type", "competitor")


@dataclass(frozen=True, slots=True)
class Prefetched:
    """Candidates fetched for one text, handed to the local model without further queries."""

    records: tuple[Record, ...]

    @classmethod
    def of(cls, found: Sequence[NamedRecord]) -> Prefetched:
        return cls(tuple(as_record(one) for one in found))

    def lookup(self, words: Sequence[str]) -> Sequence[Record]:
        return self.records


def as_record(found: NamedRecord) -> Record:
    return Record(found.kind.value, str(found.id), found.name, context=found.detail or "")


async def candidates(
    session: ReadSession, actor: Actor, text: str, *, known: Vocabulary | None = None
) -> list[NamedRecord]:
    """Records the text may name. Everyday words ask for nothing, unless they are written like a name ("Will").

    Args:
        known: closed lists; a word that is a value of one ("Pro", "EMEA") stands in thousands of names and finds none.
    """
    values = {word for list_ in known.values.values() for value in list_ for word in words(value)} if known else set()
    telling = [word for word in telling_words(text) if word not in values]
    return await SearchRepository(session, actor).candidates(telling) if telling else []


def telling_words(text: str) -> list[str]:
    """The words of a text that may belong to a name."""
    plain = everyday() | concepts().keys() | _MONTHS_AND_NAMES
    found: dict[str, None] = {}
    for position, raw in enumerate(_WORD.findall(text)):
        named = raw[:1].isupper() and not raw.isupper() and position > 0
        if (named or fold(raw) not in plain) and fold(raw) not in _CALENDAR and not _QUANTITY.fullmatch(raw):
            found.update(dict.fromkeys(words(raw)))
    return list(found)


def _parts(team: str) -> tuple[str, ...]:
    """`Nordics & Benelux` is also called by either half; a half of one word with a dot or a digit is none."""
    halves = [half.strip() for half in re.split(r"&| and |/", team)]
    return tuple(half for half in halves if len(halves) > 1 and len(half) > 1)


async def vocabulary(session: ReadSession, actor: Actor) -> Vocabulary:
    """The closed lists of what the actor sees. Costs a few small queries; the runtime keeps it for a minute."""
    facts = DimensionRepository(session, actor)
    values: dict[str, Mapping[str, tuple[str, ...]]] = {
        dimension: dict.fromkeys(await facts.vocabulary(dimension), ()) for dimension in _DIMENSIONS
    }
    stages = await OpportunityRepository(session, actor).stages()
    values["stage"] = {name: () for name, outcome, _ in stages if outcome == "open"}
    values["lead_status"] = dict.fromkeys(LeadRepository.STATUSES, ())
    people = await PeopleRepository(session, actor).visible()
    values["team"] = {name: _parts(name) for name in await PeopleRepository(session, actor).teams()}
    return Vocabulary(values, tuple(Record("user", str(one.id), one.name) for one in people))
