"""Recall, over-redaction, speed and exactness on the corpus."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from agent.redaction import NameIndex, Vault, redact, restore
from evals.redaction.corpus import Planted

Known = NameIndex | tuple[()]


def recall(cases: Sequence[Planted], known: Known = ()) -> float:
    """Share of planted values of which no letter or digit is left."""
    return sum(_is_hidden(planted, known) for planted in cases) / len(cases)


def missed(cases: Sequence[Planted], known: Known = ()) -> dict[str, int]:
    """Kind -> how many planted values of it were left readable in part."""
    counts: dict[str, int] = {}
    for planted in cases:
        if not _is_hidden(planted, known):
            counts[planted.kind] = counts.get(planted.kind, 0) + 1
    return counts


def over_redacted(texts: Sequence[str], known: Known = ()) -> float:
    """Share of characters hidden in texts that hold nothing personal."""
    hidden = sum(span.end - span.start for text in texts for span in redact(text, Vault(), known).spans)
    return hidden / sum(map(len, texts))


def not_restored(texts: Iterable[str], known: Known = ()) -> int:
    """How many texts come back from redaction other than they went in."""
    return sum(restore(done.text, done.vault) != text for text in texts for done in [redact(text, Vault(), known)])


def milliseconds_per_kilobyte(texts: Sequence[str], known: Known = ()) -> float:
    """Processor time, so that a machine busy with other work tells the same."""
    begun = time.process_time()
    for text in texts:
        redact(text, Vault(), known)
    return (time.process_time() - begun) * 1000 / (sum(len(text.encode()) for text in texts) / 1000)


def _is_hidden(planted: Planted, known: Known) -> bool:
    hidden: set[int] = set()
    for span in redact(planted.text, Vault(), known).spans:
        hidden.update(range(span.start, span.end))
    return all(i in hidden for i in range(planted.start, planted.end) if planted.text[i].isalnum())
