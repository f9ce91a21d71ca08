"""Recall and over-redaction on the generated corpus."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from agent.redaction import NameIndex, Vault, redact
from tests.agent.redaction import corpus


def recall(cases: Iterable[corpus.Planted], known: NameIndex | tuple[()] = ()) -> float:
    """Share of planted values of which no letter or digit is left."""
    hits = [_is_hidden(planted, known) for planted in cases]
    return sum(hits) / len(hits)


def _is_hidden(planted: corpus.Planted, known: NameIndex | tuple[()]) -> bool:
    hidden: set[int] = set()
    for span in redact(planted.text, Vault(), known).spans:
        hidden.update(range(span.start, span.end))
    return all(i in hidden for i in range(planted.start, planted.end) if planted.text[i].isalnum())


@pytest.mark.parametrize("seed", [1, 20])
def test_structured_values_are_hidden(seed: int) -> None:
    assert recall(corpus.structured(seed, 800)) >= 0.995


def test_structured_values_are_hidden_under_unicode_tricks() -> None:
    assert recall(corpus.disguised(3, 800)) >= 0.99


def test_known_names_are_hidden_in_every_form() -> None:
    known = corpus.people(4, 300)
    assert recall(corpus.named(4, 800, known), NameIndex.of(known)) >= 0.99


def test_clean_business_text_stays_readable() -> None:
    known = NameIndex.of(corpus.people(5, 300))
    texts = list(corpus.clean_business_text(5, 800))
    hidden = sum(span.end - span.start for text in texts for span in redact(text, Vault(), known).spans)
    assert hidden <= 0.01 * sum(map(len, texts))
