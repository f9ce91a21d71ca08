"""A person's right to be forgotten: record, texts, memory, vault and traces of one contact, lead or colleague.

The audit chain stays as it is and still verifies, because it never held more than placeholders. Once the vault is
emptied, nothing resolves them. Traces at OTLP receivers and Langfuse held placeholders only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent import memory
from agent.redaction import Entry, RecordRef, Vault
from agent.redaction.forgetting import Forgetting, Forgotten
from agent.sealing import Seal
from agent.tracing.names import MACHINE
from db.access import Actor
from db.deeds import Deed, Kind, about
from db.errors import NotPermitted
from db.repositories import audit
from db.repositories.erasure import Erasable, ErasureRepository, Identity, SealedEntry
from db.session import Database

_WORDS = {Erasable.CONTACT: "a contact", Erasable.LEAD: "a lead"}


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was removed. Counts of rows.

    Attributes:
        others: people who bear the same name, address or number and were left as they are (`contact 18`).
        compacted: nothing is left in free pages of the database either; False when others were at work.
    """

    kind: str
    id: int
    texts: int
    conversations: int
    vault: int
    spans: int
    proposals: int
    others: tuple[str, ...]
    compacted: bool


async def erase(database: Database, actor: Actor, seal: Seal, kind: Erasable, record_id: int) -> Erasure:
    """Remove a person in one transaction, then write the database anew.

    Raises:
        NotPermitted: the actor is no administrator, or asks for the own removal.
        NotFound: there is no such person, or the person was erased before.
        SecretUnreadable: a vault was sealed with a key that is not configured.
    """
    async with database.write() as session:
        rows = ErasureRepository(session, actor)
        await rows.wipe_what_is_freed()
        person = await rows.identity(kind, record_id)
        if kind is Erasable.USER and record_id == actor.user_id:
            raise NotPermitted("erase oneself", actor.role)
        done = await _Removal(rows, person, seal).run()
        details = {"texts": done.texts, "vault": done.vault, "spans": done.spans, "conversations": done.conversations}
        await audit.record(session, actor, Deed.ERASED, subject=about(Kind(kind), record_id), details=details)
    return replace(done, compacted=await database.compact())


class _Removal:
    """The steps of one erasure."""

    def __init__(self, rows: ErasureRepository, person: Identity, seal: Seal) -> None:
        self._rows, self._person, self._seal = rows, person, seal
        word = _WORDS.get(person.kind, f"former colleague {person.id}")
        everywhere = Forgotten(person.name, person.email, person.phone, word, named=not person.same_name)
        self._everywhere = Forgetting(everywhere)
        self._closely = Forgetting(replace(everywhere, alone=True, named=True))

    async def run(self) -> Erasure:
        placeholders, emptied = self._vault(await self._rows.vault())
        memories = await self._rows.memories()
        texts, conversations = await self._rows.everywhere(self._person, self._everywhere.value)
        about = {conversation for conversation, held in memories.items() if self._mentions(held)}
        conversations |= about | placeholders.keys()
        for conversation in about:
            held = memory.without(memories[conversation], self._person.kind, self._person.id)
            await self._rows.remember(conversation, held)
        proposals = await self._rows.withdraw(self._mentions)
        texts += await self._rows.closely(self._person, conversations, self._closely.value)
        spans = await self._rows.blank_spans(
            conversations, lambda conversation, held: self._speaks(held, placeholders.get(conversation, ())), MACHINE
        )
        await self._rows.reseal(emptied)
        await self._rows.clear(self._person)
        return Erasure(
            self._person.kind, self._person.id, texts, len(conversations), len(emptied), spans, proposals,
            self._person.others, compacted=False,
        )  # fmt: skip

    def _vault(self, sealed: Sequence[SealedEntry]) -> tuple[dict[str, list[str]], list[SealedEntry]]:
        """Conversation -> placeholders that stand for the person, and those entries emptied."""
        placeholders: dict[str, list[str]] = {}
        emptied = []
        for one in sealed:
            (entry,) = Vault.from_dict({"version": 1, "entries": [json.loads(self._seal.open(one.sealed))]})
            if entry.value and self._is_of(entry):
                placeholders.setdefault(one.conversation_id, []).append(one.placeholder)
                (empty,) = Vault({one.placeholder: entry.emptied}).to_dict()["entries"]
                emptied.append(replace(one, sealed=self._seal.close(json.dumps(empty))))
        return placeholders, emptied

    def _is_of(self, entry: Entry) -> bool:
        """Bound to the record, or holding its name, address or number."""
        if RecordRef(self._person.kind, str(self._person.id)) in entry.records:
            return True
        return self._everywhere.text(entry.value) != entry.value

    def _mentions(self, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        return memory.mentions(value, self._person.kind, str(self._person.id))

    def _speaks(self, attributes: Mapping[str, Any], placeholders: Sequence[str]) -> bool:
        """Whether the attributes of a span name the person by placeholder or as a record."""
        said = json.dumps(attributes, ensure_ascii=False, default=str).replace('\\"', '"')
        record = rf'"kind": "{self._person.kind}", "id": "?{self._person.id}(?!\d)'
        return any(one in said for one in placeholders) or re.search(record, said) is not None
