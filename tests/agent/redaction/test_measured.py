"""Recall and over-redaction on the generated corpus."""

from __future__ import annotations

import pytest

from agent.redaction import NameIndex
from evals.redaction import corpus
from evals.redaction.measures import not_restored, over_redacted, recall


@pytest.mark.parametrize("seed", [1, 20])
def test_structured_values_are_hidden(seed: int) -> None:
    assert recall(list(corpus.structured(seed, 800))) >= 0.995


def test_structured_values_are_hidden_under_unicode_tricks() -> None:
    assert recall(list(corpus.disguised(3, 800))) >= 0.99


def test_known_names_are_hidden_in_every_form() -> None:
    known = corpus.people(4, 300)
    assert recall(list(corpus.named(4, 800, known)), NameIndex.of(known)) >= 0.99


def test_clean_business_text_stays_readable() -> None:
    known = NameIndex.of(corpus.people(5, 300))
    assert over_redacted(list(corpus.clean_business_text(5, 800)), known) <= 0.01


def test_what_was_redacted_comes_back_exactly() -> None:
    texts = [one.text for one in (*corpus.structured(6, 200), *corpus.disguised(6, 200))]
    assert not_restored(texts) == 0
