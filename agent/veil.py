"""What models and traces see of one turn: text with people replaced by placeholders, and the way back."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from agent.redaction import (
    Alone,
    Entry,
    Kind,
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

_HERE: ContextVar[Veil | None] = ContextVar("veil", default=None)
_MET: deque[NameIndex] = deque(maxlen=64)
"""Names this process met last, for what is logged outside a turn. They are kept in memory only."""
_PEOPLE = (NamedKind.CONTACT, NamedKind.LEAD, NamedKind.USER)


class Veil:
    """Hides the people of one conversation. It only ever adds, so a placeholder keeps its meaning."""

    def __init__(self, vault: Vault) -> None:
        self._before = set(vault.entries)
        self._ledger = Ledger(vault)
        self._known: list[NameIndex] = [names] if (names := _people_in(vault)) else []

    def learn(self, records: Iterable[NamedRecord]) -> None:
        """Names that may stand in the texts of this turn."""
        self.learn_index(names_of(records))

    def learn_index(self, names: NameIndex) -> None:
        """The same, for names that were compiled before."""
        if names:
            self._known.append(names)
            if not any(names is one for one in _MET):
                _MET.append(names)

    def worn(self) -> Veil:
        """From here on, whatever this task logs goes through this veil."""
        _HERE.set(self)
        return self

    def learn_people(self, people: Iterable[Person]) -> None:
        """People a tool has come across. They stay hidden in later turns, which may name them in a refusal."""
        named = {p.ref.name: p.ref for p in people if p.ref.name}
        self.learn_index(
            NameIndex.of(
                KnownName(name, NameKind.PERSON, _ref(ref.kind, ref.id), Alone.EITHER) for name, ref in named.items()
            )
        )
        self.hide("\n".join(named))

    def hide(self, text: str) -> str:
        return Redactor(self._known).into(self._ledger, text)[0]

    def hide_json(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        return redact_json_into(self._ledger, value, Redactor(self._known))

    def show(self, text: str) -> str:
        """The text for the person whose conversation this is."""
        return restore(text, self.vault)

    def show_json(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        return restore_json(value, self.vault)

    def hide_again(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        """What a model said, as it may be sent back to it: placeholders keep their meaning, all else is hidden."""
        return self.hide_json(self.show_json(value))

    @property
    def vault(self) -> Vault:
        return self._ledger.vault

    @property
    def scrubber(self) -> Scrubber:
        return Scrubber(self.vault, self._known)

    def sealed(self, seal: Seal) -> dict[str, bytes]:
        """The entries this turn added, encrypted for keeping."""
        added = Vault({key: entry for key, entry in self.vault.entries.items() if key not in self._before})
        return {
            key: seal.close(json.dumps(row)) for key, row in zip(added.entries, added.to_dict()["entries"], strict=True)
        }


def scrubber_here() -> Scrubber:
    """What logs go through: that of the running turn, or else one that knows the names this process met last."""
    veil = _HERE.get()
    return veil.scrubber if veil is not None else Scrubber(Vault(), list(_MET))


class Vaults:
    """Opens vaults, and keeps the entries of the conversations at work, so that each is decrypted once.

    What is kept is used only for the very bytes it was opened from: it follows whatever the database holds.
    """

    def __init__(self, seal: Seal, *, most: int = 64) -> None:
        self._seal, self._most = seal, most
        self._opened: dict[str, dict[bytes, Entry]] = {}

    def opened(self, conversation: str, sealed: Mapping[str, bytes]) -> Vault:
        """The vault of a conversation from its stored entries."""
        before = self._opened.pop(conversation, {})
        fresh = [row for row in sealed.values() if row not in before]
        stored = {"version": 1, "entries": [json.loads(self._seal.open(row)) for row in fresh]}
        read = dict(zip(fresh, Vault.from_dict(stored), strict=True))
        entries = {row: before.get(row) or read[row] for row in sealed.values()}
        # The conversation just used stands last; the one that was used longest ago makes room.
        self._opened[conversation] = entries
        if len(self._opened) > self._most:
            del self._opened[next(iter(self._opened))]
        return Vault({entry.placeholder: entry for entry in entries.values()})


def names_of(records: Iterable[NamedRecord]) -> NameIndex:
    """The people among records, compiled."""
    return NameIndex.of(
        KnownName(r.name, NameKind.PERSON, _ref(r.kind, r.id), Alone.EITHER) for r in records if r.kind in _PEOPLE
    )


def _people_in(vault: Vault) -> NameIndex:
    """The people of earlier turns. A single word is no sure name: "Will" and "May" are words of every day too."""
    return NameIndex.of(
        KnownName(entry.value, NameKind.PERSON, entry.record, Alone.EITHER)
        for entry in vault
        if entry.kind is Kind.PERSON and entry.record is not None and len(entry.value.split()) > 1
    )


def _ref(kind: str, record_id: int) -> RecordRef:
    return RecordRef(kind, str(record_id))
