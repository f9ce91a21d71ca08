"""Trains the classifier of the local model: `python -m agent.local.train [--check]`.

Multinomial logistic regression (ridge penalty) over the features of `features.py`, on the examples of the phrase files.
The temperature is fitted on held-out folds that never share a line of a phrase file with their training part
(Guo et al. 2017, "On Calibration of Modern Neural Networks"). Needs scikit-learn; using the result does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from agent.local.cleanup import Speller
from agent.local.directory import MemoryDirectory
from agent.local.features import features_of
from agent.local.model import ARTEFACT, pack, unpack
from agent.local.phrasebook import PRACTICE, Example, classes, examples, fingerprint, practice_records
from agent.local.reading import read
from agent.local.words import tokenise

_NOW = datetime(2025, 5, 14, 10, 0, tzinfo=UTC)
_PENALTY = 30.0
_FOLDS = 4
_RARE = 2


def typed_examples(rows: Sequence[Example], speller: Speller) -> list[tuple[str, ...]]:
    """Every example read by the same code that reads a turn."""
    directory = MemoryDirectory(practice_records())
    return [
        read(row.text, speller=speller, vocabulary=PRACTICE, directory=directory, focus=(), now=_NOW).typed
        for row in rows
    ]


def word_counts(rows: Sequence[Example]) -> dict[str, int]:
    """How many lines use each word. A word of one line only may be a slip of the finger and is no word to know."""
    seen: dict[str, set[str]] = {}
    for row in rows:
        for token in tokenise(row.text).tokens:
            if token.norm.isalpha():
                seen.setdefault(token.norm, set()).add(row.line)
    written = Counter(token for line in {row.line for row in rows} for token in _words_of(line.partition(":")[2]))
    chosen = {word for values in classes().values() for value in values for word in _words_of(value)}
    names = {token.norm for record in (*practice_records(), *PRACTICE.people) for token in tokenise(record.name).tokens}
    counts = {word: len(lines) for word, lines in seen.items()}
    return {
        word: count
        for word, count in sorted(counts.items())
        if word not in names and (written[word] > 1 or word in chosen)
    }


def _words_of(text: str) -> set[str]:
    return {token.norm for token in tokenise(text).tokens if token.norm.isalpha()}


def _matrix(bags: Sequence[Mapping[str, float]], names: Sequence[str]) -> csr_matrix:
    rows = {name: place for place, name in enumerate(names)}
    indices, values, ends = [], [], [0]
    for bag in bags:
        for name, value in sorted(bag.items()):
            if name in rows:
                indices.append(rows[name])
                values.append(value)
        ends.append(len(indices))
    return csr_matrix((values, indices, ends), shape=(len(bags), len(names)))


def _fit(matrix: csr_matrix, labels: Sequence[str]) -> LogisticRegression:
    sizes = Counter(labels)
    weights = [(len(labels) / len(sizes) / sizes[label]) ** 0.5 for label in labels]
    return LogisticRegression(C=_PENALTY, max_iter=300, tol=1e-4).fit(matrix, labels, sample_weight=weights)


def _temperature(matrix: csr_matrix, labels: Sequence[str], lines: Sequence[str]) -> tuple[float, float]:
    """The temperature with the least held-out log loss, and the held-out accuracy."""
    order = sorted(set(labels))
    truth = np.array([order.index(label) for label in labels])
    scores = np.zeros((len(labels), len(order)))
    for train, test in GroupKFold(_FOLDS).split(matrix, truth, groups=lines):
        model = _fit(matrix[train], [labels[place] for place in train])
        columns = [order.index(label) for label in model.classes_]
        scores[np.ix_(test, columns)] = model.decision_function(matrix[test])
    grid = np.arange(0.4, 2.5, 0.05)

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(truth)), truth]))

    best = min(grid, key=loss)
    return float(best), float(np.mean(scores.argmax(axis=1) == truth))


def build(extra: Mapping[str, Sequence[str]] | None = None) -> tuple[bytes, dict[str, float]]:
    """The bytes of the artefact and what is worth knowing about it.

    Args:
        extra: label -> phrases, as declared by the tools beside the phrase files.
    """
    rows = examples(extra)
    counts = word_counts(rows)
    bags = [features_of(typed) for typed in typed_examples(rows, Speller(counts))]
    labels = [row.label for row in rows]
    seen: dict[str, set[str]] = {}
    for bag, row in zip(bags, rows, strict=True):
        for name in bag:
            seen.setdefault(name, set()).add(row.line)
    names = sorted(name for name, lines in seen.items() if len(lines) >= _RARE)
    matrix = _matrix(bags, names)
    temperature, accuracy = _temperature(matrix, labels, [row.line for row in rows])
    model = _fit(matrix, labels)
    scales = np.abs(model.coef_).max(axis=1) / 127
    weights = np.rint(model.coef_ / scales[:, None]).astype(np.int8).T
    header = {
        "labels": list(model.classes_),
        "scales": [round(float(scale), 9) for scale in scales],
        "bias": [round(float(bias), 6) for bias in model.intercept_],
        "temperature": round(temperature, 3),
        "words": counts,
        "inputs": fingerprint(extra),
    }
    data = pack(header, names, np.ascontiguousarray(weights).tobytes())
    return data, {"examples": len(rows), "features": len(names), "held_out_accuracy": accuracy, "bytes": len(data)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the artefact, or with `--check` only says whether the shipped one is in step with its inputs."""
    parser = argparse.ArgumentParser(prog="python -m agent.local.train", description=__doc__)
    parser.add_argument("--check", action="store_true", help="do not train; exit 1 when the artefact is out of step")
    parser.add_argument("--out", type=Path, default=ARTEFACT)
    options = parser.parse_args(arguments)
    if options.check:
        return 0 if unpack(options.out.read_bytes()).inputs == fingerprint() else 1
    data, facts = build()
    options.out.write_bytes(data)
    sys.stderr.write(json.dumps(facts) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
