"""The vault of a conversation: which placeholder stands for what.

A vault is a value. `Ledger` is its open form while text is redacted: it only ever adds, so every vault taken from it
extends the one it was opened on, and a placeholder never changes its meaning within a conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.redaction.errors import UnreadableVault
from agent.redaction.kinds import Kind, RecordRef
from agent.redaction.placeholders import Lookalike, issue


@dataclass(frozen=True, slots=True)
class Entry:
    """What one placeholder stands for.

    Attributes:
        number: counts the things of a kind; `variant` counts the spellings of one thing.
        value: the characters as they were written, to be restored exactly; empty once the person was erased.
        key: what makes spellings the same thing (folded address, digits, record); never leaves.
        records: the records the value may stand for; empty when the CRM does not know it.
        numeric: the value was a JSON number and is given back as one.
    """

    kind: Kind
    number: int
    variant: int
    value: str
    key: str
    records: tuple[RecordRef, ...] = ()
    numeric: bool = False

    @property
    def placeholder(self) -> str:
        """The form a model sees."""
        return issue(self.kind, self.number, self.variant)

    @property
    def record(self) -> RecordRef | None:
        """The record it stands for, when there is exactly one."""
        return self.records[0] if len(self.records) == 1 else None

    @property
    def emptied(self) -> Entry:
        """The entry without what it stood for. Its number stays taken, so that it never comes to mean another."""
        return replace(self, value="", key=f"erased {self.number} {self.variant}", records=(), numeric=False)


_Thing = tuple[Kind, str]
_Spelling = tuple[Kind, str, str, bool]


@dataclass(frozen=True, slots=True)
class Vault:
    """Placeholder -> entry, for one conversation."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def entry(self, placeholder: str) -> Entry | None:
        """The entry of a placeholder in its issued form (`<person_1>`), or None."""
        return self.entries.get(placeholder)

    def meant_by(self, seen: Lookalike) -> Entry | None:
        """The entry a returned placeholder means; a lost or invented spelling falls back to the first one."""
        return self.entries.get(seen.placeholder) or self.entries.get(seen.first_spelling)

    def to_dict(self) -> dict[str, Any]:
        """A plain dict for JSON storage. It holds the raw values: store it encrypted."""
        return {"version": 1, "entries": [_stored(entry) for entry in self]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Vault:
        """Read `to_dict` back.

        Raises:
            UnreadableVault: the version is unknown or an entry lacks a field.
        """
        if stored.get("version") != 1:
            raise UnreadableVault("its version is unknown")
        try:
            entries = [_read(row) for row in stored["entries"]]
        except (KeyError, TypeError, ValueError) as fault:
            # Not chained: the text of the fault may quote a stored value.
            raise UnreadableVault(f"an entry is not well formed ({type(fault).__name__})") from None
        return cls({entry.placeholder: entry for entry in entries})


class Ledger:
    """A vault open for adding; one per turn, shared by everything that is redacted in it.

    Not meant for several threads at once. Steps that run side by side on one event loop may share it.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._added: dict[str, Entry] = {}
        self._placeholders: dict[_Spelling, str] = {}
        self._numbers: dict[_Thing, int] = {}
        self._variants: dict[_Thing, int] = {}
        self._highest: dict[Kind, int] = {}
        for entry in vault:
            self._index(entry)

    @property
    def vault(self) -> Vault:
        """What is known so far; the very vault it was opened on when nothing was added."""
        if self._added:
            self._vault = Vault({**self._vault.entries, **self._added})
            self._added = {}
        return self._vault

    def placeholder(
        self, kind: Kind, value: str, *, key: str, records: tuple[RecordRef, ...] = (), numeric: bool = False
    ) -> str:
        """The placeholder of a value: the one it has, or the next free one."""
        known = self._placeholders.get((kind, key, value, numeric))
        if known is not None:
            return known
        thing = (kind, key)
        number = self._numbers.get(thing) or self._highest.get(kind, 0) + 1
        variant = self._variants.get(thing, 0) + 1
        entry = Entry(kind, number, variant, value, key, records, numeric)
        self._added[entry.placeholder] = entry
        self._index(entry)
        return entry.placeholder

    def _index(self, entry: Entry) -> None:
        thing = (entry.kind, entry.key)
        self._placeholders[(entry.kind, entry.key, entry.value, entry.numeric)] = entry.placeholder
        self._numbers[thing] = entry.number
        self._variants[thing] = max(entry.variant, self._variants.get(thing, 0))
        self._highest[entry.kind] = max(entry.number, self._highest.get(entry.kind, 0))


def _stored(entry: Entry) -> dict[str, Any]:
    return {
        "kind": str(entry.kind),
        "number": entry.number,
        "variant": entry.variant,
        "value": entry.value,
        "key": entry.key,
        "records": [[record.kind, record.id] for record in entry.records],
        "numeric": entry.numeric,
    }


def _read(row: Mapping[str, Any]) -> Entry:
    return Entry(
        kind=Kind(row["kind"]),
        number=int(row["number"]),
        variant=int(row["variant"]),
        value=str(row["value"]),
        key=str(row["key"]),
        records=tuple(RecordRef(str(kind), identifier) for kind, identifier in row["records"]),
        numeric=bool(row["numeric"]),
    )
