"""Reads a delimited text file into text cells: the delimiter is found, every row is accounted for.

Well-formed files go through polars' parallel reader. Where only some lines have another length, those alone go
through the standard library's reader; a file with stray quotation marks goes through it as a whole. All three
give the same cells for a file they can read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PolarsError

from db.importers.errors import EmptyFile, HeaderOnly, LineTooLong, NoRowFitsHeader, UnclosedQuote
from db.importers.findings import Findings, OddityKind, counted
from db.importers.quoting import survey
from db.importers.table import REASON, ROW, Table, no_malformed, unique_names
from db.importers.text import Text

DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_CHARACTERS = 65536
_SNIFFED_ROWS = 60
_BATCH = 50_000
_MAX_CELL_CHARACTERS = 131_072
_DECLARED = re.compile(r'^"?sep=(?P<delimiter>[,;|\t])"?\r?$')
_NAMELESS = re.compile(r"^column \d+(?: \(\d+\))?$")
_END = "\ue000end of file\ue000"


def read_delimited(text: Text, *, name: str) -> Table:
    """The cells of a delimited file.

    Raises `EmptyFile`, `HeaderOnly`, `NoRowFitsHeader`, `UnclosedQuote`, and `LineTooLong` for a cell beyond the size
    of any field.
    """
    body, skipped = _without_blank_start(text.content)
    first = body.split(b"\n", 1)[0].decode("utf-8", errors="replace")
    declared = _DECLARED.match(first)
    if declared:
        body, more = _without_blank_start(body.split(b"\n", 1)[-1] if b"\n" in body else b"")
        skipped += more + 1
    if not body:
        raise EmptyFile(name)
    delimiter = declared["delimiter"] if declared else sniff_delimiter(body)
    header_row = skipped + 1
    table = (
        _read_fast(body, delimiter=delimiter, name=name, header_row=header_row)
        or _read_by_line(body, delimiter=delimiter, name=name, header_row=header_row)
        or _read_careful(body, delimiter=delimiter, name=name, header_row=header_row)
    )
    if table.cells.is_empty() and table.malformed.is_empty():
        raise HeaderOnly(name)
    if table.cells.is_empty():
        raise NoRowFitsHeader(name, reason=table.malformed[REASON][0])
    return table.with_cells(_without_nameless_blanks(table.cells), oddities=_about_encoding(text).oddities)


def _without_nameless_blanks(cells: pl.DataFrame) -> pl.DataFrame:
    """A delimiter at the end of every line makes a column with neither name nor content."""
    blank = [name for name in cells.columns if _NAMELESS.match(name) and cells[name].null_count() == cells.height]
    return cells.drop(blank)


def sniff_delimiter(body: bytes) -> str:
    """The delimiter under which most of the first rows have as many cells as the header, and more than one."""
    head = body[:_SNIFFED_CHARACTERS].decode("utf-8", errors="ignore")
    if len(body) > _SNIFFED_CHARACTERS:
        head = head[: head.rfind("\n") + 1] or head
    return max(DELIMITERS, key=lambda delimiter: _fit(head, delimiter))


def _fit(head: str, delimiter: str) -> tuple[float, int]:
    widths = []
    try:
        for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if cells:
                widths.append(len(cells))
            if len(widths) >= _SNIFFED_ROWS:
                break
    except csv.Error:
        return (0.0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (round(sum(width == widths[0] for width in widths) / len(widths), 1), widths[0])


def _without_blank_start(content: bytes) -> tuple[bytes, int]:
    body = content.lstrip(b" \t\r\n")
    start = content.rfind(b"\n", 0, len(content) - len(body)) + 1
    return (content[start:] if body else b""), content.count(b"\n", 0, start)


def _read_fast(body: bytes, *, delimiter: str, name: str, header_row: int) -> Table | None:
    """The cells by polars, or None when the file is not well formed throughout."""
    structure = survey(body, delimiter=delimiter)
    if not structure.well_quoted:
        return None
    header = next(csv.reader(io.StringIO(_head_text(body), newline=""), delimiter=delimiter))
    names = unique_names(header)
    try:
        cells = pl.read_csv(
            body,
            has_header=False,
            separator=delimiter,
            schema=dict.fromkeys(names, pl.String),
            row_index_name=ROW,
            row_index_offset=header_row,
        ).slice(1)
    except PolarsError:
        return None
    cells = cells.with_columns(pl.col(ROW).cast(pl.UInt32))
    filled = _filled(cells)
    if structure.delimiters != (len(names) - 1) * (filled.height + 1):
        return None
    return Table(name=name, cells=filled, malformed=no_malformed(), decimal_comma=delimiter == ";")


def _head_text(body: bytes) -> str:
    return body[: 2**20].decode("utf-8", errors="ignore")


def _filled(cells: pl.DataFrame) -> pl.DataFrame:
    names = [column for column in cells.columns if column != ROW]
    return cells.filter(pl.any_horizontal(pl.col(names).is_not_null()))


def _read_by_line(body: bytes, *, delimiter: str, name: str, header_row: int) -> Table | None:
    """The cells where every row is one line; None when quoted cells run over lines or marks do not pair up."""
    if not survey(body, delimiter=delimiter).well_quoted:
        return None
    lines = _lines(body)
    outside = lines["line"].str.replace_all('"[^"]*"', "")
    if outside.str.contains('["\r]').any() or lines["line"].str.contains("\r", literal=True).any():
        return None
    names = unique_names(next(csv.reader([lines["line"][0]], delimiter=delimiter)))
    fits = outside.str.count_matches(delimiter, literal=True) == len(names) - 1
    rows = lines.with_columns((pl.col(ROW) + header_row).cast(pl.UInt32), fits=fits).slice(1)
    regular, others = rows.filter("fits"), rows.filter(~pl.col("fits"))
    cells = pl.DataFrame({name: pl.Series([], dtype=pl.String) for name in names})
    if regular.height:
        text = regular["line"].str.join("\n").item()
        cells = pl.read_csv(
            text.encode("utf-8"), has_header=False, separator=delimiter, schema=dict.fromkeys(names, pl.String)
        )
        if cells.height != regular.height:
            return None
    sorted_out = _sort_out(
        names, zip(others[ROW].to_list(), csv.reader(others["line"].to_list(), delimiter=delimiter), strict=True)
    )
    merged = pl.concat([cells.insert_column(0, regular[ROW]), *sorted_out.batches]).sort(ROW)
    return Table(
        name=name, cells=_filled(merged), malformed=sorted_out.malformed(names), decimal_comma=delimiter == ";"
    )


def _lines(body: bytes) -> pl.DataFrame:
    text = pl.Series([body.decode("utf-8")], dtype=pl.String).str.split("\n").explode().str.strip_chars_end("\r")
    return text.alias("line").to_frame().with_row_index(ROW)


def _read_careful(body: bytes, *, delimiter: str, name: str, header_row: int) -> Table:
    """The cells by the standard library, rows of another length kept apart with their reason."""
    rows = _rows(body.decode("utf-8"), delimiter=delimiter, name=name)
    names = unique_names(next(rows)[1])
    sorted_out = _sort_out(names, ((number + header_row - 1, cells) for number, cells in rows))
    return Table(
        name=name,
        cells=pl.concat(sorted_out.batches),
        malformed=sorted_out.malformed(names),
        decimal_comma=delimiter == ";",
    )


@dataclass(frozen=True, slots=True)
class _SortedOut:
    """Attributes: batches: frames of the rows that fit the header; wrong: the others with their number."""

    batches: list[pl.DataFrame]
    wrong: list[tuple[int, list[str]]]

    def malformed(self, names: list[str]) -> pl.DataFrame:
        return _malformed(names, self.wrong) if self.wrong else no_malformed()


def _sort_out(names: list[str], rows: Iterable[tuple[int, list[str]]]) -> _SortedOut:
    result = _SortedOut([], [])
    good: list[list[str]] = []
    numbers: list[int] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        trimmed = _without_empty_tail(cells, len(names))
        if len(trimmed) != len(names):
            result.wrong.append((number, trimmed))
            continue
        numbers.append(number)
        good.append(trimmed)
        if len(good) >= _BATCH:
            result.batches.append(_batch(names, numbers, good))
            good, numbers = [], []
    result.batches.append(_batch(names, numbers, good))
    return result


def _rows(text: str, *, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their number; a last line of our own shows whether a quotation mark is still open."""
    lines = io.StringIO(text + ("" if text.endswith("\n") else "\n") + _END + "\n", newline="")
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if cells == [_END]:
                return
            if cells and _END in cells[-1]:
                raise UnclosedQuote(name, row=number)
            yield number, cells
    except csv.Error as error:
        if "field limit" in str(error):
            raise LineTooLong(name, line=number + 1, limit=_MAX_CELL_CHARACTERS) from error
        raise UnclosedQuote(name, row=number + 1) from error


def _without_empty_tail(cells: list[str], width: int) -> list[str]:
    """Spreadsheets write empty cells to the right of a table; they are no content."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells


def _batch(names: list[str], numbers: list[int], rows: list[list[str]]) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    frame = pl.DataFrame({ROW: pl.Series(numbers, dtype=pl.UInt32)}).with_columns(
        *(pl.Series(name, values, dtype=pl.String) for name, values in zip(names, columns, strict=True))
    )
    return frame.with_columns(pl.col(name).replace("", None) for name in names)


def _malformed(names: list[str], wrong: list[tuple[int, list[str]]]) -> pl.DataFrame:
    width = max(len(cells) for _, cells in wrong)
    headed = unique_names([*names, *([""] * max(0, width - len(names)))])
    padded = [[*cells, *([None] * (len(headed) - len(cells)))] for _, cells in wrong]
    reasons = [_why_malformed(cells, len(names)) for _, cells in wrong]
    return pl.DataFrame(
        {ROW: pl.Series([number for number, _ in wrong], dtype=pl.UInt32), REASON: pl.Series(reasons, dtype=pl.String)}
    ).with_columns(
        pl.Series(name, values, dtype=pl.String) for name, values in zip(headed, zip(*padded, strict=True), strict=True)
    )


def _why_malformed(cells: list[str], width: int) -> str:
    lines = max(cell.count("\n") for cell in cells)
    glued = f"; a quotation mark in it runs over {lines + 1:,} lines" if lines else ""
    return f"The row has {len(cells):,} cells where the header has {width:,}{glued}."


def _about_encoding(text: Text) -> Findings:
    findings = Findings()
    if text.damaged:
        findings.add(
            OddityKind.ENCODING,
            f"Not valid UTF-8: {counted(text.damaged, 'character')}, replaced by a question mark sign.",
            rows=text.damaged,
        )
    elif text.encoding == "Windows-1252":
        findings.add(OddityKind.ENCODING, "The file is not UTF-8; it was read as Windows-1252 (Western European).")
    return findings
