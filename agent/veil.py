"""What models and traces see of one turn: text with people replaced by placeholders, and the way back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from agent.redaction import (
    Alone,
    KnownName,
    NameIndex,
    NameKind,
    RecordRef,
    Redactor,
    Scrubber,
    Vault,
    redact_json_into,
    restore,
    restore_json,
)  # fmt: skip
from agent.redaction.vault import Ledger
from agent.sealing import Seal
from db.names import NamedKind
from db.repositories.search import NamedRecord
from tools.contract import Person

_PEOPLE = (NamedKind.CONTACT, NamedKind.LEAD, NamedKind.USER)


class Veil:
    """Hides the people of one conversation. It only ever adds, so a placeholder keeps its meaning."""

    def __init__(self, vault: Vault) -> None:
        self._before = set(vault.entries)
        self._ledger = Ledger(vault)
        self._known: list[NameIndex] = []

    def learn(self, records: Iterable[NamedRecord]) -> None:
        """Names that may stand in the texts of this turn."""
        self._add(
            KnownName(r.name, NameKind.PERSON, _ref(r.kind, r.id), Alone.EITHER) for r in records if r.kind in _PEOPLE
        )

    def learn_people(self, people: Iterable[Person]) -> None:
        self._add(
            KnownName(p.ref.name, NameKind.PERSON, _ref(p.ref.kind, p.ref.id), Alone.EITHER)
            for p in people
            if p.ref.name
        )

    def _add(self, names: Iterable[KnownName]) -> None:
        chosen = list(names)
        if chosen:
            self._known.append(NameIndex.of(chosen))

    def hide(self, text: str) -> str:
        return Redactor(self._known).into(self._ledger, text)[0]

    def hide_json(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        return redact_json_into(self._ledger, value, Redactor(self._known))

    def show(self, text: str) -> str:
        """The text for the person whose conversation this is."""
        return restore(text, self.vault)

    def show_json(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        return restore_json(value, self.vault)

    @property
    def vault(self) -> Vault:
        return self._ledger.vault

    @property
    def scrubber(self) -> Scrubber:
        return Scrubber(self.vault, self._known)

    def sealed(self, seal: Seal) -> dict[str, bytes]:
        """The entries this turn added, encrypted for keeping."""
        stored = self.vault.to_dict()
        entries = {entry.placeholder: row for entry, row in zip(self.vault, stored["entries"], strict=True)}
        return {key: seal.close(json.dumps(row)) for key, row in entries.items() if key not in self._before}


def opened(sealed: dict[str, bytes], seal: Seal) -> Vault:
    """The vault of a conversation from its stored entries."""
    return Vault.from_dict({"version": 1, "entries": [json.loads(seal.open(row)) for row in sealed.values()]})


def _ref(kind: str, record_id: int) -> RecordRef:
    return RecordRef(kind, str(record_id))
