"""Finds out how a file says that a deal was won or lost, and reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from db.importers.errors import NeededColumnMissing, OutcomeUnclear
from db.importers.findings import Ending, Findings, OddityKind
from db.importers.headers import Recognition, words_of
from db.importers.outcomes import Meaning, Outcome, distinct, ended_somehow, flag_of, meanings, says_won_and_lost
from db.importers.table import Table

_UNCLEAR_SHARE = 0.5
_SHOWN_STAGES = 12
_STAGE_NAME = re.compile(r"\b(?:stage|phase|fase|etapa|etape|pipeline)\b|stage$")


@dataclass(frozen=True, slots=True)
class OutcomeColumn:
    """The outcome of every row and where it was found.

    Attributes:
        outcome: Int8 of `Outcome`; null where the row has another ending, none, or an unknown one.
        ending: String of `Ending`, null for the rest.
        unknown: String, the words that say nothing; null where they do, or where the cell is empty.
        source: the column it was read from.
        also: further columns that were used with it (is closed beside is won).
    """

    outcome: pl.Series
    ending: pl.Series
    unknown: pl.Series
    source: str
    also: tuple[str, ...] = ()


def read_outcome(table: Table, found: Recognition, findings: Findings) -> OutcomeColumn:
    """The outcome by its own column, by flags, by a stage that holds won and lost, or by the only column that does.

    Raises `OutcomeUnclear` when the column the person named does not say it, `NeededColumnMissing` when none does.
    """
    told = found.get("outcome")
    if told is not None and "outcome" in found.mapped:
        return _told(table, told)
    if told is not None and (known := _known(table, told, coded=True)) and _clear(table, told, known):
        return _by_words(table, told, known)
    if (flags := _by_flags(table, found)) is not None:
        return flags
    stage = found.get("stage")
    if stage is not None and (known := _known(table, stage, coded=False)):
        ends = set(known.values()) & {Outcome.WON, Outcome.LOST}
        if len(ends) == 2 or (ends and "stage" in found.mapped):
            _report_stages(findings, stage, known)
            return _by_words(table, stage, known, stage=True)
    return _only_candidate(table, findings)


def _told(table: Table, column: str) -> OutcomeColumn:
    known = _known(table, column, coded=True)
    if not known or not {Outcome.WON, Outcome.LOST} & set(known.values()):
        shown = distinct(table.cells[column].head(1000)) or []
        raise OutcomeUnclear(table.name, column=column, values=shown[:12])
    as_stage = bool(_STAGE_NAME.search(words_of(column))) or _mostly_unknown(table, column, known)
    return _by_words(table, column, known, stage=as_stage)


def _report_stages(findings: Findings, column: str, known: Mapping[str, Meaning]) -> None:
    stages = [value for value, said in known.items() if said in (None, Outcome.OPEN) and not ended_somehow(value)]
    shown = ", ".join(f'"{value}"' for value in stages[:_SHOWN_STAGES]) or "none"
    sentence = f'"{column}" says won and lost; its stages that count as open: {shown}.'
    findings.add(OddityKind.OUTCOME_SOURCE, sentence, column=column)


def _known(table: Table, column: str, *, coded: bool) -> dict[str, Meaning]:
    values = distinct(table.text(column))
    return meanings(values, coded=coded) if values else {}


def _clear(table: Table, column: str, known: Mapping[str, Meaning]) -> bool:
    ends = {Outcome.WON, Outcome.LOST} & set(known.values())
    return bool(ends) and not _mostly_unknown(table, column, known)


def _mostly_unknown(table: Table, column: str, known: Mapping[str, Meaning]) -> bool:
    unclear = [value for value, meaning in known.items() if meaning is None]
    cells = table.text(column).drop_nulls()
    return cells.is_in(unclear).sum() > _UNCLEAR_SHARE * cells.len()


def _by_words(table: Table, column: str, known: Mapping[str, Meaning], *, stage: bool = False) -> OutcomeColumn:
    """`stage`: a value that names no ending is a stage of an open deal, not an unknown word."""
    cells = table.text(column)
    outcome = {value: int(said) for value, said in known.items() if isinstance(said, Outcome)}
    ending = {value: said.value for value, said in known.items() if isinstance(said, Ending)}
    unclear = [value for value, said in known.items() if said is None]
    if stage:
        outcome |= {value: int(Outcome.OPEN) for value in unclear if not ended_somehow(value)}
        unclear = [value for value in unclear if ended_somehow(value)]
    return OutcomeColumn(
        outcome=_replaced(cells, outcome, pl.Int8),
        ending=_replaced(cells, ending, pl.String),
        unknown=_replaced(cells, {value: value for value in unclear}, pl.String),
        source=column,
    )


def _replaced(cells: pl.Series, known: Mapping[str, int] | Mapping[str, str], dtype: type[pl.DataType]) -> pl.Series:
    if not known:
        return pl.Series(cells.name, [None], dtype=dtype).new_from_index(0, cells.len())
    return cells.replace_strict(list(known.keys()), list(known.values()), default=None, return_dtype=dtype)


def _by_flags(table: Table, found: Recognition) -> OutcomeColumn | None:
    """Salesforce's pair of flags; without "is closed" a stage, or else a close date, tells lost from open."""
    column = found.get("is_won")
    if column is None:
        return None
    won = _flag(table, column)
    closed_column, stage, closed_on = found.get("is_closed"), found.get("stage"), found.get("close_date")
    known = _known(table, stage, coded=False) if stage else {}
    base = _by_words(table, stage, known, stage=True) if stage and known else None
    if closed_column is not None:
        open_ = ~_flag(table, closed_column).fill_null(value=False)
    elif base is not None and says_won_and_lost(known):
        open_ = (base.outcome == int(Outcome.OPEN)).fill_null(value=False)
    elif closed_on is not None:
        open_ = table.text(closed_on).is_null()
    else:
        open_ = pl.Series([False]).new_from_index(0, len(won))
    ending = base.ending if base is not None else pl.Series([None], dtype=pl.String).new_from_index(0, len(won))
    frame = pl.DataFrame({"won": won, "open": open_, "ending": ending})
    outcome = frame.select(
        pl.when(pl.col("ending").is_not_null() & ~pl.col("won").fill_null(value=False))
        .then(None)
        .when("won")
        .then(int(Outcome.WON))
        .when("open")
        .then(int(Outcome.OPEN))
        .when(pl.col("won").not_())
        .then(int(Outcome.LOST))
        .cast(pl.Int8)
        .alias("outcome")
    )["outcome"]
    keep = pl.DataFrame({"e": ending, "o": outcome}).select(pl.when(pl.col("o").is_null()).then("e").alias("e"))["e"]
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(won))
    return OutcomeColumn(outcome, keep, nothing, source=column, also=(closed_column,) if closed_column else ())


def _flag(table: Table, column: str) -> pl.Series:
    cells = table.text(column)
    known = {value: flag_of(value) for value in distinct(cells) or []}
    said = {value: flag for value, flag in known.items() if flag is not None}
    return _replaced(cells, said, pl.Boolean)


def _only_candidate(table: Table, findings: Findings) -> OutcomeColumn:
    """A column of any name whose values are won and lost, if there is exactly one."""
    candidates = {
        column: known
        for column in table.columns
        if (known := _known(table, column, coded=False)) and says_won_and_lost(known) and None not in known.values()
    }
    if len(candidates) != 1:
        raise NeededColumnMissing(
            table.name, needed="the outcome (won or lost) of a deal", field="outcome", found=table.columns
        )
    column, known = next(iter(candidates.items()))
    findings.add(
        OddityKind.OUTCOME_SOURCE,
        f'"{column}" was taken as the outcome because its values say won and lost.',
        column=column,
    )
    return _by_words(table, column, known)
