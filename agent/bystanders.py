"""People of the workspace who are named in a text, whoever may see them: for hiding, never for linking or answers.

A person may write the name of a colleague whose records they do not see. It stays theirs to read, but it must not
reach a model, a trace or a log. So names are looked up without scope here, and what is found knows no record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agent.directory import telling_words
from agent.redaction import UNLINKED, Alone, KnownName, NameIndex, NameKind, RecordRef
from agent.redaction.normalise import clean
from agent.veil import Veil
from db.names import words
from db.repositories.bystanders import NameWords, name_pairs, name_words
from db.session import Database, ReadSession

_MOST_TEXT = 60_000


async def named_in(session: ReadSession, values: Any) -> NameIndex:  # noqa: ANN401 - anything that is sent or recorded
    """The names of people that stand in the texts of a value, as they are written there."""
    texts = list(_texts(values))
    read = [words(text) for text in texts]
    found = await name_words(session, {word for some in read for word in some if len(word) > 1})
    pairs = await name_pairs(session, {pair for some in read for pair in _neighbours(some, found)})
    return NameIndex.of(_known(texts, found, pairs))


async def meet(database: Database, veil: Veil, value: Any) -> None:  # noqa: ANN401 - anything that is sent or recorded
    """Let a veil hide everybody in the workspace whom a value names."""
    async with database.read() as session:
        veil.learn_index(await named_in(session, value))


def _known(texts: Sequence[str], found: NameWords, pairs: Iterable[tuple[str, str]]) -> Iterator[KnownName]:
    for pair in sorted(pairs):
        yield _called(" ".join(pair))
    # A single word is a name where it is no word of every day and belongs to no company.
    telling = {word for text in texts for word in telling_words(text)} if found.people else set()
    for word in sorted((found.people - found.shared) & telling):
        yield _called(word)


def _called(name: str) -> KnownName:
    return KnownName(name, NameKind.PERSON, RecordRef(UNLINKED, name), Alone.NEITHER)


def _neighbours(read: Sequence[str], found: NameWords) -> Iterator[tuple[str, str]]:
    """Words of names that stand side by side, or with one word between them ("Anna M. Lee")."""
    for apart in (1, 2):
        for one, other in zip(read, read[apart:], strict=False):
            if one in found.people and other in found.people and one != other:
                yield one, other


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - anything that is sent or recorded
    if isinstance(value, str):
        yield clean(value[:_MOST_TEXT]).text
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(key)
            yield from _texts(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, BaseException):
        yield from _texts(str(value))
