"""Redact text for a model, and give the reader back what was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.redaction.engine import forgeries_in, settle, shifted, sightings_in
from agent.redaction.kinds import NEUTRAL_WORDS, Kind, RecordRef, RedactedText, Sighting
from agent.redaction.names import NameIndex
from agent.redaction.normalise import clean
from agent.redaction.phones import REGIONS
from agent.redaction.placeholders import Lookalike, find_lookalikes
from agent.redaction.vault import Entry, Ledger, Vault


@dataclass(frozen=True, slots=True)
class Span:
    """What was replaced: `original[start:end]` became `text[at:at + len(placeholder)]`."""

    start: int
    end: int
    at: int
    kind: Kind
    placeholder: str
    records: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A name left readable: `original[start:end]`, and the records it may mean."""

    start: int
    end: int
    records: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text a model may see, the vault that restores it, what was hidden and what was linked."""

    text: RedactedText
    vault: Vault
    spans: tuple[Span, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Redactor:
    """What is known and wanted about a conversation, so that texts and nested values are redacted alike.

    Attributes:
        known: compiled names; several indexes are searched together.
        hide_accounts: also hide the names of companies, not only link them.
        regions: regions (ISO 3166) whose national telephone numbers are read, the likeliest first.
    """

    known: Sequence[NameIndex] = ()
    hide_accounts: bool = False
    regions: tuple[str, ...] = REGIONS

    def sightings(self, text: str, *, label: str = "") -> list[Sighting]:
        """What is found in a text that stands behind a label (`"phone: "`), overlaps not yet settled."""
        cleaned = clean(label + text)
        found = sightings_in(cleaned, self.known, hide_accounts=self.hide_accounts, regions=self.regions)
        return [shifted(seen, -len(label)) for seen in found if seen.end > len(label)] if label else found

    def into(
        self, ledger: Ledger, text: str, *, label: str = "", hint: Sighting | None = None
    ) -> tuple[RedactedText, tuple[Span, ...], tuple[Link, ...]]:
        """Redact one text, entering what is new into the ledger.

        Args:
            ledger: the open vault of the turn.
            text: what is redacted.
            label: what the text stands behind, for recognisers that need a label.
            hint: what the whole text is already known to be; yields to anything found in all of it.
        """
        found = self.sightings(text, label=label)
        parts: list[str] = []
        spans: list[Span] = []
        at = length = 0
        for seen in settle([*found, *forgeries_in(text), *([hint] if hint else [])]):
            kind = seen.kind or Kind.TEXT
            placeholder = ledger.placeholder(kind, text[seen.start : seen.end], key=seen.key, records=seen.records)
            parts += [text[at : seen.start], placeholder]
            length += seen.start - at
            spans.append(Span(seen.start, seen.end, length, kind, placeholder, seen.records))
            length += len(placeholder)
            at = seen.end
        return RedactedText("".join([*parts, text[at:]])), tuple(spans), _visible(found, spans)


def _visible(found: list[Sighting], spans: list[Span]) -> tuple[Link, ...]:
    """The names to link that were not hidden inside something else (the company in an e-mail address)."""
    readable = [s for s in found if s.kind is None and not any(a.start < s.end and s.start < a.end for a in spans)]
    return tuple(Link(s.start, s.end, s.records) for s in readable)


def redact(
    text: str,
    vault: Vault,
    known: NameIndex | Sequence[NameIndex] = (),
    *,
    hide_accounts: bool = False,
    regions: tuple[str, ...] = REGIONS,
) -> Redacted:
    """Hide personal data in a text and link the names it mentions.

    Never redact twice: placeholders in redacted text count as forged and are hidden again.

    Args:
        text: what a person wrote or a record holds.
        vault: the vault of the conversation so far.
        known: names the workspace knows, compiled.
        hide_accounts: hide company names too.
        regions: regions whose national telephone numbers are read.
    """
    indexes = (known,) if isinstance(known, NameIndex) else tuple(known)
    ledger = Ledger(vault)
    redacted, spans, links = Redactor(indexes, hide_accounts, regions).into(ledger, text)
    return Redacted(redacted, ledger.vault, spans, links)


def warm_up() -> None:
    """Compile the rules and load the number metadata (some 50 ms) ahead of the first turn, when serving starts."""
    numbers = "phone +44 20 7946 0958, 0171 2345678, (415) 555-2671, 4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32"
    labels = (
        "Dear Ann, account number 12345678, born 1 May 1980, password: x, 1 Main Street, 10.0.0.1, ::1, a@b.example"
    )
    redact(f"{numbers}\n{labels}", Vault())


def everyone(_: Entry) -> bool:
    """The reader who may see all."""
    return True


def restore(text: str, vault: Vault, *, allowed: Callable[[Entry], bool] = everyone) -> str:
    """Put back what the reader may see; the rest becomes a neutral word.

    Accepts placeholders as models return them: other case, lost brackets, escapes, spaces, plural or possessive.
    A placeholder the vault does not know becomes a neutral word when bracketed and stays as it is otherwise.
    """
    parts: list[str] = []
    at = 0
    for seen in find_lookalikes(text):
        parts += [text[at : seen.start], restored(text, seen, vault, allowed)]
        at = seen.end
    return "".join([*parts, text[at:]])


def restored(text: str, seen: Lookalike, vault: Vault, allowed: Callable[[Entry], bool]) -> str:
    """What stands in the place of one returned placeholder."""
    entry = vault.meant_by(seen)
    if entry is not None and entry.value and (entry.kind is Kind.TEXT or allowed(entry)):
        return entry.value
    if entry is None and not seen.bracketed:
        return text[seen.start : seen.end]
    word = NEUTRAL_WORDS[seen.kind]
    before = text[: seen.start].rstrip(" \t*_\"'([")
    return word[0].upper() + word[1:] if not before or before[-1] in ".!?\n" else word
