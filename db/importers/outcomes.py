"""Which words mean won, lost, open, or an ending that is neither.

"No decision", "disqualified" and "duplicate" are not losses: counting them as such, or leaving them out without
a word, moves the win rate by filing instead of selling. They come out as an `Ending`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum

import polars as pl

from db.importers.findings import Ending
from db.importers.headers import words_of


class Outcome(IntEnum):
    """The codes a frame of deals carries."""

    WON = 1
    LOST = 0
    OPEN = -1


Meaning = Outcome | Ending | None
"""None: the words say nothing about an outcome."""

_WON = r"\b(?:won|win|closedwon|gewonnen|ganad[oa]|gagnee?|gane|vinto|conclu|sold|successful|erfolgreich)\b"
_LOST = r"\b(?:lost|loss|lose|closedlost|verloren|perdid[oa]|perdue?|perso|unsuccessful|chose competitor)\b"
_NEGATED = r"\b(?:not|nicht|no|non|un|never)\s(?:yet\s|closed\s)?(?:won|lost|gewonnen|verloren)\b"
_OPEN = (
    r"\b(?:open|opened|pending|in progress|active|ongoing|new|working|prospecting|prospect|engaging|qualif\w+|discovery"
    r"|demo|proposal|negotiat\w+|offen|laufend|in arbeit|abiert[oa]|en curso|en cours|ouverte?|on hold|paused"
    r"|stalled)\b"
)
_ENDINGS = (
    (
        Ending.NO_DECISION,
        r"\b(?:no decision|nodecision|undecided|no outcome|keine entscheidung|sin decision|sans decision)\b"
        r"|\b(?:no response|went dark|unresponsive|gone dark|ghosted|timed out|expired|no bid)\b",
    ),
    (Ending.DISQUALIFIED, r"\b(?:disqualified|unqualified|not qualified|disqualifiziert|descalificad[oa]|bad fit)\b"),
    (Ending.DUPLICATE, r"\b(?:duplicate|duplicated|dupe|merged|doublette|duplikat|duplicad[oa]|doublon)\b"),
    (Ending.TEST, r"^test$|\btest (?:deal|record|data)\b"),
    (Ending.ABANDONED, r"\b(?:abandoned|aufgegeben|abandonad[oa]|abandonnee?|dropped)\b"),
    (
        Ending.CANCELLED,
        r"\b(?:cancelled|canceled|withdrawn|deleted|archived|storniert|abgebrochen|cancelad[oa]|annulee?)\b",
    ),
)
_ENDED_SOMEHOW = (
    r"\b(?:closed|declined|rejected|refused|dead|failed|terminated|finished|completed|abgeschlossen|abgelehnt|cerrad[oa]"
    r"|rechazad[oa]|ferme|fermee|refusee?)\b"
)
_YES = frozenset({"1", "1 0", "true", "yes", "y", "t", "ja", "si", "oui"})
_NO = frozenset({"0", "0 0", "false", "no", "n", "f", "nein", "non"})
_MAX_VALUES = 500


def meaning_of(value: str) -> Meaning:
    """What a word in an outcome or stage column says."""
    words = words_of(value)
    for ending, pattern in _ENDINGS:
        if re.search(pattern, words):
            return ending
    if re.search(_NEGATED, words):
        return None
    won, lost = bool(re.search(_WON, words)), bool(re.search(_LOST, words))
    if won != lost:
        return Outcome.WON if won else Outcome.LOST
    return Outcome.OPEN if re.search(_OPEN, words) and not won else None


def ended_somehow(value: str) -> bool:
    """Whether a stage is an end although it does not say which; such a deal must not pass for open."""
    return meaning_of(value) is None and bool(re.search(_ENDED_SOMEHOW, words_of(value)))


def flag_of(value: str) -> bool | None:
    """What a cell of a yes-or-no column says."""
    words = words_of(value)
    if words in _YES or meaning_of(value) is Outcome.WON:
        return True
    return False if words in _NO or meaning_of(value) is Outcome.LOST else None


def meanings(values: Iterable[str], *, coded: bool) -> dict[str, Meaning]:
    """The meaning of each distinct value; with `coded`, 1 and true are won, 0 and false are lost, -1 is open."""
    known: dict[str, Meaning] = {}
    for value in values:
        said = meaning_of(value)
        if said is None and coded:
            flag = flag_of(value)
            said = {True: Outcome.WON, False: Outcome.LOST, None: None}[flag]
            said = Outcome.OPEN if value.strip() in ("-1", "-1.0") else said
        known[value] = said
    return known


def distinct(cells: pl.Series) -> list[str] | None:
    """The distinct filled cells in order, None when there are too many for a column of outcomes or stages."""
    found = cells.drop_nulls().unique()
    return sorted(found.to_list()) if found.len() <= _MAX_VALUES else None


def says_won_and_lost(known: Mapping[str, Meaning]) -> bool:
    """Whether both ends occur among the values."""
    return {Outcome.WON, Outcome.LOST} <= set(known.values())
