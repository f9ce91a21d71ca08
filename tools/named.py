"""A record that was linked in the conversation, looked up again in what the person may see."""

from __future__ import annotations

from db.errors import NotFound
from db.names import NamedKind
from db.repositories.base import RecordRef
from db.repositories.search import SearchRepository
from tools.contract import ToolContext
from tools.errors import BadArgument

_TELLABLE = frozenset({NamedKind.ACCOUNT, NamedKind.CONTACT, NamedKind.LEAD, NamedKind.OPPORTUNITY})


async def found_record(ref: RecordRef, at: ToolContext) -> RecordRef:
    """The account, contact, lead or deal under its present name. Raises `NotFound` where the person sees none."""
    if ref.kind not in _TELLABLE:
        raise BadArgument("record", f"it can be about an account, a contact, a lead or a deal, not a {ref.kind}")
    found = await SearchRepository(at.session, at.actor).by_id(NamedKind(ref.kind), [ref.id])
    if not found:
        raise NotFound(ref.kind, ref.name or ref.id)
    return RecordRef(ref.kind, found[0].id, found[0].name)
