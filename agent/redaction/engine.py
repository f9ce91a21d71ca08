"""From sightings to replacements: recognise, settle overlaps, map back to the original characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agent.redaction.addresses import find_addresses
from agent.redaction.emails import find_emails
from agent.redaction.financial import find_financial
from agent.redaction.identity import find_identity
from agent.redaction.introductions import find_introduced
from agent.redaction.kinds import PRECEDENCE, Kind, Sighting
from agent.redaction.links import find_links
from agent.redaction.names import NameIndex
from agent.redaction.naming import find_names
from agent.redaction.network import find_network
from agent.redaction.normalise import CleanText, clean
from agent.redaction.phones import find_phones
from agent.redaction.placeholders import find_lookalikes
from agent.redaction.secrets import find_secrets


def recognise(text: str, regions: tuple[str, ...]) -> Iterator[Sighting]:
    """Structured personal data in cleaned text."""
    lowered = text.lower()
    for find in (find_emails, find_links, find_secrets, find_introduced):
        yield from find(text, lowered)
    if not any(map(str.isdigit, text)):
        return
    yield from find_phones(text, lowered, regions)
    for find in (find_financial, find_identity, find_network, find_addresses):
        yield from find(text, lowered)


def sightings_in(
    cleaned: CleanText, known: Sequence[NameIndex], *, hide_accounts: bool, regions: tuple[str, ...]
) -> list[Sighting]:
    """Everything found, in positions of the original text, overlaps not yet settled."""
    found = [*recognise(cleaned.text, regions), *find_names(cleaned.text, known, hide_accounts=hide_accounts)]
    return [in_original(sighting, cleaned) for sighting in found]


def forgeries_in(original: str) -> list[Sighting]:
    """What restoring would take for a placeholder, in the original or in the cleaned text."""
    cleaned = clean(original)
    found = [
        Sighting(seen.start, seen.end, Kind.TEXT, original[seen.start : seen.end]) for seen in find_lookalikes(original)
    ]
    if cleaned.starts is not None:
        for seen in find_lookalikes(cleaned.text):
            start, end = cleaned.original(seen.start, seen.end)
            found.append(Sighting(start, end, Kind.TEXT, original[start:end]))
    return found


def shifted(sighting: Sighting, by: int) -> Sighting:
    """The sighting in a text that begins elsewhere; what reaches over its beginning is cut there."""
    return replace(sighting, start=max(0, sighting.start + by), end=sighting.end + by)


def in_original(sighting: Sighting, cleaned: CleanText) -> Sighting:
    """The sighting with its positions in the original text."""
    start, end = cleaned.original(sighting.start, sighting.end)
    return replace(sighting, start=start, end=end)


def settle(found: Iterable[Sighting]) -> list[Sighting]:
    """Sightings without overlap, from left to right, that cover every character any of them covered.

    One that holds another whole stands for both; where two cross, the kind of higher precedence keeps the shared
    characters and the rest of the other stays hidden too.
    """
    hidden = [sighting for sighting in found if sighting.kind is not None and sighting.end > sighting.start]
    settled: list[Sighting] = []
    for sighting in sorted(hidden, key=lambda s: (s.start, -s.end, PRECEDENCE[s.kind or Kind.TEXT], not s.records)):
        _place(settled, sighting)
    return settled


def _place(settled: list[Sighting], sighting: Sighting) -> None:
    if not settled or settled[-1].end <= sighting.start:
        settled.append(sighting)
        return
    last = settled[-1]
    if sighting.end <= last.end:
        return
    if PRECEDENCE[last.kind or Kind.TEXT] <= PRECEDENCE[sighting.kind or Kind.TEXT]:
        settled.append(_rest_of(sighting, start=last.end))
        return
    settled[-1] = _rest_of(last, end=sighting.start)
    settled.append(sighting)


def _rest_of(sighting: Sighting, *, start: int | None = None, end: int | None = None) -> Sighting:
    first, last = sighting.start if start is None else start, sighting.end if end is None else end
    # The rest of a value is no longer that value: its key says so, and it is bound to no record.
    return replace(
        sighting,
        start=first,
        end=last,
        key=f"{sighting.key}[{first - sighting.start}:{last - sighting.start}]",
        records=(),
    )
