"""What every reader of a file delivers: text cells as written, one column per source column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from db.importers import missing
from db.importers.findings import Oddity

ROW = "row_number"
REASON = "reason"
_OURS = (ROW, REASON)


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of one file as text; nothing is interpreted yet.

    Attributes:
        name: the file's name, for sentences.
        cells: all columns String (null = nothing between the delimiters) beside `row_number` (UInt32, the row as a
            spreadsheet counts it: the header is row 1; for JSON the number of the record from 1).
        malformed: rows that do not fit the header: `row_number`, `reason` and the cells that were there.
        oddities: what was noticed while reading.
        decimal_comma: the delimiter or the notation suggests numbers with a decimal comma.
        escaped: an apostrophe before what a spreadsheet would run is none of the text; not so in JSON.
        contacts: people named inside the records (`row_number` and one column per detail), None when there are none.
    """

    name: str
    cells: pl.DataFrame
    malformed: pl.DataFrame
    oddities: tuple[Oddity, ...] = ()
    decimal_comma: bool = False
    escaped: bool = True
    contacts: pl.DataFrame | None = None
    _cleaned: dict[str, pl.Series] = field(default_factory=dict, repr=False, compare=False)

    def text(self, column: str) -> pl.Series:
        """The cells of a column without surrounding space, null where nothing is filled in; worked out once."""
        if column not in self._cleaned:
            self._cleaned[column] = self.cells.select(missing.text(column))[column]
        return self._cleaned[column]

    @property
    def columns(self) -> tuple[str, ...]:
        """The source's columns, in order."""
        return tuple(name for name in self.cells.columns if name != ROW)

    def with_cells(self, cells: pl.DataFrame, *, oddities: Sequence[Oddity] = ()) -> Table:
        """The same table with other cells and further oddities."""
        return replace(self, cells=cells, oddities=(*self.oddities, *oddities), _cleaned={})


def unique_names(names: Sequence[str]) -> list[str]:
    """Header names trimmed and made distinct: an empty one becomes "column 3", a repeated one "Region (2)"."""
    taken: set[str] = {*_OURS}
    result = []
    for position, name in enumerate(names, start=1):
        wanted = " ".join(name.split()) or f"column {position}"
        chosen, copy = wanted, 2
        while chosen in taken:
            chosen, copy = f"{wanted} ({copy})", copy + 1
        taken.add(chosen)
        result.append(chosen)
    return result


def no_malformed() -> pl.DataFrame:
    """An empty frame of malformed rows."""
    return pl.DataFrame(schema={ROW: pl.UInt32, REASON: pl.String})
