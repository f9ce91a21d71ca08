"""Rejected rows are written so that a spreadsheet runs none of them."""

from __future__ import annotations

import csv

import polars as pl
import pytest

from db.importers import read_deals, spreadsheet_safe, write_rejected


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1"])
def test_cells_a_spreadsheet_would_run_get_an_apostrophe(cell):
    safe = spreadsheet_safe(pl.DataFrame({"n": [1], cell: [cell]}))
    assert safe.columns == ["n", f"'{cell}"]
    assert safe.row(0) == (1, f"'{cell}")


def test_rejected_rows_are_written_with_number_reason_and_cells(write, tmp_path):
    deals = read_deals(write('id,outcome,note\n1,Won,x\n2,Lost,x\n3,,"=HYPERLINK(""http://x"")"\n'))
    target = tmp_path / "deals.rejected.csv"
    write_rejected(deals.rejected, target)
    with target.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows == [
        ["row_number", "reason", "id", "outcome", "note"],
        ["4", "The row has no outcome.", "3", "", '\'=HYPERLINK("http://x")'],
    ]
