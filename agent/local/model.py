"""The classifier: which tool a part of a turn asks for, with a calibrated probability.

Plain Python, loaded in milliseconds.

The artefact is one file: a JSON header (labels, scales, temperature, word counts, hash of its inputs) and, compressed
behind it, the feature names and one row of 8-bit weights for each.
"""

from __future__ import annotations

import json
import math
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agent.local.cleanup import Speller
from agent.local.errors import UnreadableArtefact
from agent.local.features import features_of

ARTEFACT = Path(__file__).parent / "model.bin"
_MAGIC = b"RMLM1\n"


@dataclass(frozen=True, slots=True)
class Guess:
    """Labels with their probabilities, the most probable first."""

    ranked: tuple[tuple[str, float], ...]

    @property
    def label(self) -> str:
        return self.ranked[0][0]

    @property
    def probability(self) -> float:
        return self.ranked[0][1]

    def leaning_to(self, label: str, *, at_least: float) -> Guess:
        """The same guess with a label that a rule speaks for put first."""
        others = tuple(pair for pair in self.ranked if pair[0] != label)
        return Guess(((label, max(self.of(label), at_least)), *others))

    def scaled(self, factors: Mapping[str, float]) -> Guess:
        """The same guess where some labels are less likely for a reason the words do not show."""
        odds = [(label, probability * factors.get(label, 1.0)) for label, probability in self.ranked]
        whole = sum(probability for _, probability in odds)
        return Guess(
            tuple(sorted(((label, probability / whole) for label, probability in odds), key=lambda pair: -pair[1]))
        )

    def of(self, label: str) -> float:
        return next((probability for name, probability in self.ranked if name == label), 0.0)


@dataclass(frozen=True)
class Classifier:
    """Multinomial logistic regression with 8-bit weights.

    Attributes:
        rows: feature -> position of its row in `weights`.
        weights: rows of one signed byte for each label.
        scales: what one step of the byte is worth, for each label.
        temperature: divides the scores; fitted on held-out folds.
    """

    labels: tuple[str, ...]
    rows: Mapping[str, int]
    weights: array[int]
    scales: tuple[float, ...]
    bias: tuple[float, ...]
    temperature: float
    word_counts: Mapping[str, int]
    inputs: str

    def guess(self, typed: Sequence[str]) -> Guess:
        """Probabilities of all labels for a typed text."""
        width = len(self.labels)
        sums = [0.0] * width
        for feature, value in features_of(typed).items():
            row = self.rows.get(feature)
            if row is not None:
                for place, weight in enumerate(self.weights[row * width : (row + 1) * width]):
                    sums[place] += value * weight
        scores = [
            (total * scale + bias) / self.temperature
            for total, scale, bias in zip(sums, self.scales, self.bias, strict=True)
        ]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        whole = sum(powers)
        ranked = sorted(zip(self.labels, (power / whole for power in powers), strict=True), key=lambda pair: -pair[1])
        return Guess(tuple(ranked))


def pack(header: Mapping[str, object], names: Sequence[str], weights: bytes) -> bytes:
    """The bytes of an artefact; the same inputs give the same bytes."""
    head = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    body = zlib.compress("\n".join(names).encode() + b"\0" + weights, 9)
    return _MAGIC + len(head).to_bytes(4, "big") + head + body


def unpack(data: bytes) -> Classifier:
    """A classifier from the bytes of its artefact.

    Raises:
        UnreadableArtefact: the bytes are not an artefact of this version.
    """
    if not data.startswith(_MAGIC):
        raise UnreadableArtefact(len(data))
    start = len(_MAGIC) + 4
    end = start + int.from_bytes(data[len(_MAGIC) : start], "big")
    header = json.loads(data[start:end])
    names, _, weights = zlib.decompress(data[end:]).partition(b"\0")
    rows = {name: place for place, name in enumerate(names.decode().split("\n"))}
    return Classifier(
        labels=tuple(header["labels"]),
        rows=rows,
        weights=array("b", weights),
        scales=tuple(header["scales"]),
        bias=tuple(header["bias"]),
        temperature=header["temperature"],
        word_counts=header["words"],
        inputs=header["inputs"],
    )


@cache
def trained() -> Classifier:
    """The classifier that ships with the package."""
    return unpack(ARTEFACT.read_bytes())


@cache
def speller() -> Speller:
    """Mends words against the phrases the shipped classifier was trained on."""
    return Speller(dict(trained().word_counts))
