"""The trained artefact: small, in step with its phrases, calibrated, and light to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agent.local.errors import UnreadableArtefact
from agent.local.model import ARTEFACT, pack, trained, unpack
from agent.local.phrasebook import examples, fingerprint, lines
from tests.agent.local.cards import CARDS


def test_the_artefact_is_in_step_with_phrases_and_code() -> None:
    assert trained().inputs == fingerprint(), "run: python -m agent.local.train"


def test_the_artefact_is_small() -> None:
    assert ARTEFACT.stat().st_size < 1_000_000


def test_every_tool_has_a_label_and_every_label_has_phrases() -> None:
    labels = {label for label, _, _ in lines()}
    assert labels == set(trained().labels)
    assert {card.name for card in CARDS} <= labels


def test_examples_are_the_same_every_time() -> None:
    assert examples()[:200] == examples()[:200]


def test_probabilities_add_up() -> None:
    guess = trained().guess(("show", "my", "<region>", "deals"))
    assert sum(probability for _, probability in guess.ranked) == pytest.approx(1.0)


def test_packing_round_trips() -> None:
    header = {
        "labels": ["a", "b"],
        "scales": [0.5, 1.0],
        "bias": [0.0, 0.1],
        "temperature": 1.0,
        "words": {},
        "inputs": "x",
    }
    classifier = unpack(pack(header, ["w one", "w two"], bytes([1, 255, 127, 128])))
    assert list(classifier.weights) == [1, -1, 127, -128]


def test_other_bytes_are_refused() -> None:
    with pytest.raises(UnreadableArtefact):
        unpack(b"something else")


def test_understanding_needs_no_heavy_library() -> None:
    heavy = "{'sklearn', 'scipy', 'pandas', 'polars', 'numpy', 'sqlalchemy', 'langchain', 'langgraph', 'yaml'}"
    program = f"import sys, agent.local; agent.local.model.trained(); sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603  our own program
