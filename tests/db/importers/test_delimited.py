"""Text cells of delimited files: encodings, delimiters, quotation, and rows that do not fit."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.importers.delimited import _read_by_line, _read_careful, _read_fast, read_delimited
from db.importers.table import ROW
from db.importers.text import to_utf8


def cells_of(text: str, *, encoding: str = "utf-8"):
    return read_delimited(to_utf8(text.encode(encoding), name="f.csv"), name="f.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_delimiter_and_encoding_are_found(delimiter, encoding):
    text = delimiter.join(("name", "city")) + "\r\n" + delimiter.join(("Zoë", "Köln")) + "\r\n"
    assert cells_of(text, encoding=encoding).cells.rows() == [(2, "Zoë", "Köln")]


def test_old_mac_line_ends_are_line_ends():
    assert cells_of("a,b\r1,2\r3,4\r").cells.rows() == [(2, "1", "2"), (3, "3", "4")]


def test_excels_declared_delimiter_is_obeyed():
    assert cells_of("sep=;\na;b,c\n1;2,3\n").cells.rows() == [(3, "1", "2,3")]


def test_an_inch_mark_in_a_cell_does_not_glue_rows_together():
    table = cells_of('size,n\n5" pipe,1\n7" pipe,2\n')
    assert table.cells.rows() == [(2, '5" pipe', "1"), (3, '7" pipe', "2")]


def test_rows_of_another_length_are_kept_apart_whole():
    table = cells_of("a,b\n1,2\n3\n4,5,6\n7,8\n")
    assert table.cells[ROW].to_list() == [2, 5]
    assert table.malformed.rows()[1] == (4, "The row has 3 cells where the header has 2.", "4", "5", "6")


def test_empty_cells_to_the_right_are_no_content():
    table = cells_of("a,b\n1,2,,\n3,4\n")
    assert table.cells.height == 2
    assert table.malformed.is_empty()


def test_headers_are_made_distinct():
    assert cells_of("a,a,,row_number\n1,2,3,4\n").columns == ("a", "a (2)", "column 3", "row_number (2)")


def test_a_column_without_name_or_content_is_dropped():
    assert cells_of("a,b,\n1,2,\n").columns == ("a", "b")


def test_damaged_utf8_is_read_with_the_damage_counted():
    data = "a,b\nzürich,köln\nmünchen,x".encode() + b"\xff\n"
    table = read_delimited(to_utf8(data, name="f"), name="f")
    assert table.cells["a"].to_list() == ["zürich", "münchen"]
    assert table.oddities[0].rows == 1


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters='\n",;'), max_size=6)


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), crlf=st.booleans())
def test_all_readers_give_what_the_standard_library_gives(rows, crlf):
    body = io.StringIO(newline="")
    writer = csv.writer(body, lineterminator="\r\n" if crlf else "\n")
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    data = body.getvalue().encode()
    careful = _read_careful(data, delimiter=",", name="f", header_row=1)
    for read in (_read_fast, _read_by_line):
        table = read(data, delimiter=",", name="f", header_row=1)
        if table is not None:
            assert table.cells.rows() == careful.cells.rows()
    wanted = [tuple(cell or None for cell in row) for row in rows if any(cell.strip() for cell in row)]
    assert [row[1:] for row in careful.cells.rows()] == wanted
