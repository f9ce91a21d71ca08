"""The columns of a deal beside the fixed ones: segments, measures and dates, under the names people know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import polars as pl

from db.importers.columns import Sorted, Use, fixed_or_free, segment_type, sort_column
from db.importers.dates import decide_order, parse_dates
from db.importers.deal_fields import DEAL_FIELDS, PEOPLE, RENAMED, RENAMED_TOO, SEGMENT_FIELDS
from db.importers.deal_values import Values, report_numbers
from db.importers.findings import Findings, OddityKind
from db.importers.headers import Content, Recognition, words_of
from db.importers.lexicon import WORDS
from db.importers.near_names import lexicon_slips, rare_slips, spelling_pairs
from db.importers.numbers import parse_numbers
from db.importers.outcomes import Outcome, distinct, meanings
from db.importers.table import ROW, Table

_FLAGS = ("is_won", "is_closed")
_PRIVATE = tuple(f"contact_{detail}" for detail in ("name", "title", "email", "phone"))
_RESERVED = frozenset({*RENAMED, *RENAMED_TOO, ROW, "amount_exact", "ending", "stage"})
_CONTENT = {wanted.name: wanted.content for wanted in DEAL_FIELDS}
_PERSON = re.compile(
    r"\b(?:owner|rep|reps|representative|salesperson|seller|agent|manager|sdr|bdr|csm|assignee|assigned to|created by"
    r"|modified by|closer|setter|presales|account executive)(?: id| name)?$"
)
_SHOWN_PAIRS = 20


@dataclass(slots=True)
class Others:
    """The further columns, typed, and what each is for.

    Attributes:
        columns: name in the frame -> cells; segments are still String.
        stage: the stage where it says the outcome and is therefore no segment.
        dimensions, measures, dates, people: names of columns, as in `DealFile`.
        roles, source_names: as in `DealFile`.
    """

    columns: dict[str, pl.Series] = field(default_factory=dict)
    stage: pl.Series | None = None
    dimensions: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    source_names: dict[str, str] = field(default_factory=dict)

    def as_enums(self, frame: pl.DataFrame) -> list[pl.Series]:
        """The segments of a frame as `Enum` of the values that occur in it."""
        return [frame[name].cast(segment_type(frame[name])) for name in self.dimensions]

    def report_spelling(self, findings: Findings, frame: pl.DataFrame) -> None:
        """Values of one column that are probably the same, and values that are probably misspelt words."""
        words = {self.roles[role]: lexicon for role, lexicon in WORDS.items() if role in self.roles}
        for name in self.dimensions:
            if name not in self.people:
                counts = dict(frame[name].cast(pl.String).drop_nulls().value_counts().iter_rows())
                _report_pairs(findings, self.source_names.get(name, name), counts, words.get(name))


def other_columns(
    table: Table, found: Recognition, values: Values, findings: Findings, *, zone: ZoneInfo | None
) -> Others:
    """Sorts every column that no fixed field has used."""
    placing = _Placing(table, values.columns["outcome"], findings, zone)
    stage = found.get("stage")
    if stage is not None and stage in values.used:
        placing.keep_stage(stage)
    role_of = {column: role for role, column in found.columns.items()}
    for column in table.columns:
        role = role_of.get(column)
        role = None if role in RENAMED else role  # a status that turned out not to be the outcome is any column
        if column not in values.used and role not in _FLAGS and role not in _PRIVATE:
            placing.place(column, role)
    return placing.result


@dataclass(slots=True)
class _Placing:
    table: Table
    outcome: pl.Series
    findings: Findings
    zone: ZoneInfo | None
    result: Others = field(default_factory=Others)

    def keep_stage(self, column: str) -> None:
        self.result.stage = self.table.text(column)
        self.result.roles["stage"] = "stage"

    def place(self, column: str, role: str | None) -> None:
        looks = sort_column(self.table.text(column), column, expected_segment=role in SEGMENT_FIELDS)
        use = _use_by_role(looks.use, role)
        if use is Use.SEGMENT:
            self._segment(column, role)
        elif use is Use.MEASURE:
            read = parse_numbers(self.table.text(column), comma_likely=self.table.decimal_comma)
            report_numbers(self.findings, self.table, column, read)
            self.result.measures.append(self._keep(column, role, read.values))
        elif use is Use.DATE:
            order = decide_order({column: self.table.text(column)})[column].order
            dates = parse_dates(self.table.text(column), order=order, zone=self.zone)
            self.result.dates.append(self._keep(column, role, dates.values))
        else:
            _report_left_out(self.findings, column, looks)

    def _segment(self, column: str, role: str | None) -> None:
        cells = self.table.text(column)
        if _echoes(cells, self.outcome):
            sentence = f'"{column}" says the outcome once more and is not used as a segment.'
            self.findings.add(OddityKind.OUTCOME_ECHO, sentence, column=column)
            if role == "stage":
                self.keep_stage(column)
            return
        name = self._keep(column, role, cells)
        self.result.dimensions.append(name)
        if role in PEOPLE or (role is None and _PERSON.search(words_of(column))):
            self.result.people.append(name)

    def _keep(self, column: str, role: str | None, cells: pl.Series) -> str:
        """Stores the cells under the name the frame has for the column, and returns it."""
        name = role if role in RENAMED_TOO and role is not None else fixed_or_free(column, taken=_RESERVED)
        self.result.columns[name] = cells.alias(name)
        if name != column:
            self.result.source_names[name] = column
        if role is not None:
            self.result.roles[role] = name
        return name


def _use_by_role(use: Use, role: str | None) -> Use:
    """A recognised seller is a segment however many there are; a recognised number is a measure however few."""
    if use is Use.EMPTY or role is None:
        return use
    if role in PEOPLE:
        return Use.SEGMENT
    return Use.MEASURE if _CONTENT[role] in (Content.NUMBER, Content.MONEY) else use


def _echoes(cells: pl.Series, outcome: pl.Series) -> bool:
    """Whether the column is the outcome in other words: every closed deal agrees, and both ends occur."""
    known = meanings(distinct(cells) or [], coded=True)
    said = {value: int(meaning) for value, meaning in known.items() if isinstance(meaning, Outcome)}
    if not {int(Outcome.WON), int(Outcome.LOST)} <= set(said.values()):
        return False
    closed = pl.DataFrame({"cell": cells, "outcome": outcome}).filter(
        pl.col("outcome").is_in([int(Outcome.WON), int(Outcome.LOST)]) & pl.col("cell").is_not_null()
    )
    told = closed["cell"].replace_strict(list(said), list(said.values()), default=None, return_dtype=pl.Int8)
    return closed["outcome"].n_unique() == 2 and bool((told == closed["outcome"]).fill_null(value=False).all())


def _report_left_out(findings: Findings, column: str, looks: Sorted) -> None:
    if looks.use is Use.EMPTY:
        findings.add(OddityKind.MISSING, f'"{column}" is empty.', column=column)
        return
    if looks.use is Use.CONTACT:
        sentence = f'"{column}" holds addresses or numbers of persons and is not used as a segment.'
        findings.add(OddityKind.CONTACT_DATA, sentence, column=column)
        return
    count = f"{looks.distinct:,} different values in {looks.filled:,} rows"
    what = "goes by numbers or codes" if looks.use is Use.IDENTIFIER else "is free text or has too many values"
    findings.add(OddityKind.NEAR_UNIQUE, f'"{column}" {what} ({count}) and is not used as a segment.', column=column)


def _report_pairs(findings: Findings, name: str, counts: Mapping[str, int], words: frozenset[str] | None) -> None:
    for rarer, commoner in spelling_pairs(counts)[:_SHOWN_PAIRS]:
        both = f'"{rarer}" ({counts[rarer]:,}) and "{commoner}" ({counts[commoner]:,})'
        findings.add(OddityKind.NEAR_NAME, f"{both} in {name} look like one value.", column=name, rows=counts[rarer])
    slips = dict(rare_slips(counts))
    if words is not None:
        slips |= dict(lexicon_slips(counts, words))
    for value, meant in list(slips.items())[:_SHOWN_PAIRS]:
        sentence = f'"{value}" in {name} is probably a misspelling of "{meant}".'
        findings.add(OddityKind.LIKELY_TYPO, sentence, column=name, rows=counts[value])
