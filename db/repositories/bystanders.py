"""Which words of a text belong to the name of a person in the workspace, whoever may see that person.

For hiding only. What comes back holds nothing but words that the caller had already, and no record; it must never
reach an answer, because it would tell that a hidden person exists. The cost does not depend on how many people bear
a name.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from db.acting import works_unscoped
from db.session import ReadSession

_PEOPLE = "('contact', 'lead', 'user')"
_THINGS = "('account', 'product', 'campaign')"
_WORDS = f"""
    SELECT asked.word, EXISTS (SELECT 1 FROM name_tokens n WHERE n.token = asked.word AND n.kind IN {_THINGS})
    FROM (%s) AS asked
    WHERE EXISTS (SELECT 1 FROM name_tokens n WHERE n.token = asked.word AND n.kind IN {_PEOPLE})
"""  # noqa: S608 - the lists are ours, values are bound
_PAIRS = f"""
    SELECT asked.one, asked.other FROM (%s) AS asked
    WHERE EXISTS (
        SELECT 1 FROM name_tokens a JOIN name_tokens b ON b.kind = a.kind AND b.record_id = a.record_id
        WHERE a.token = asked.one AND b.token = asked.other AND a.position <> b.position AND a.kind IN {_PEOPLE}
    )
"""  # noqa: S608 - the lists are ours, values are bound
_ASKED: Mapping[str, tuple[str, str]] = {
    "sqlite": (
        "SELECT value AS word FROM json_each(:asked)",
        "SELECT json_extract(value, '$[0]') AS one, json_extract(value, '$[1]') AS other FROM json_each(:asked)",
    ),
    "postgresql": (
        "SELECT value AS word FROM jsonb_array_elements_text(CAST(:asked AS jsonb))",
        "SELECT value ->> 0 AS one, value ->> 1 AS other FROM jsonb_array_elements(CAST(:asked AS jsonb))",
    ),
}


@dataclass(frozen=True, slots=True)
class NameWords:
    """Folded words that stand in names of people; `shared` ones stand in the name of a company or product too."""

    people: frozenset[str]
    shared: frozenset[str]


async def name_words(session: ReadSession, words: Collection[str]) -> NameWords:
    """Which of these folded words stand in the name of a contact, lead or colleague."""
    rows = await _asked(session, _WORDS, 0, sorted(words))
    return NameWords(frozenset(word for word, _ in rows), frozenset(word for word, shared in rows if shared))


async def name_pairs(session: ReadSession, pairs: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Which of these pairs of folded words stand together in the name of one person."""
    return frozenset((one, other) for one, other in await _asked(session, _PAIRS, 1, sorted(pairs)))


@works_unscoped
async def _asked(session: ReadSession, statement: str, form: int, asked: list[Any]) -> list[tuple[Any, ...]]:
    if not asked:
        return []
    system = session.get_bind().dialect.name
    found = await session.execute(text(statement % _ASKED[system][form]), {"asked": json.dumps(asked)})
    return [tuple(row) for row in found]
