"""Which records are one and the same person or company.

`like` compares a record at entry with a few candidates, `pairs` looks through a list, `bulk` through a million.
Weights of agreement are summed per pair (Fellegi & Sunter 1969) and each is told in words.
"""

from __future__ import annotations

from tools.science.duplicates.errors import DuplicatesError, RecordsWithoutIds
from tools.science.duplicates.finding import Duplicates, bulk, like, pairs
from tools.science.duplicates.frequencies import Frequencies
from tools.science.duplicates.record import Kind, Pair, Reason, Record, Verdict
from tools.science.duplicates.weights import DEFAULT, Level, Weights

__all__ = [
    "DEFAULT",
    "Duplicates",
    "DuplicatesError",
    "Frequencies",
    "Kind",
    "Level",
    "Pair",
    "Reason",
    "Record",
    "RecordsWithoutIds",
    "Verdict",
    "Weights",
    "bulk",
    "like",
    "pairs",
]
