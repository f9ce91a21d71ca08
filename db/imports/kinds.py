"""What a file is said to hold, as the kind of record it becomes."""

from __future__ import annotations

from db.access import Actor
from db.importers.errors import UnknownKind
from db.importers.record_columns import importable
from db.records import KINDS, PLURALS, RecordKind
from db.repositories.custom_fields import CustomFieldRepository
from db.session import ReadSession

_ALSO = {
    "deals": "opportunities", "companies": "accounts", "organizations": "accounts", "organisations": "accounts",
    "people": "contacts", "persons": "contacts", "activities": "interactions",
}  # fmt: skip


def kind_of_file(said: str) -> RecordKind:
    """The kind by its plural, or by what people call it: `deals`, `companies`.

    Raises:
        UnknownKind: nothing of that name comes from files.
    """
    kind = _named(said)
    if kind is None or not importable(kind):
        raise UnknownKind(said, known=["deals", *(one.plural for one in KINDS.values() if importable(one))])
    return kind


def exportable_kind(said: str) -> RecordKind:
    """The same for files that go out: what the program keeps itself too."""
    kind = _named(said)
    if kind is None:
        raise UnknownKind(said, known=["deals", *PLURALS])
    return kind


def _named(said: str) -> RecordKind | None:
    plural = said.strip().lower().replace("-", "_").replace(" ", "_")
    return PLURALS.get(_ALSO.get(plural, plural)) or KINDS.get(plural)


async def with_own_fields(session: ReadSession, actor: Actor, kind: RecordKind) -> RecordKind:
    """The kind with the workspace's own fields."""
    if not kind.customised:
        return kind
    return kind.with_fields(await CustomFieldRepository(session, actor).fields(kind.name))
