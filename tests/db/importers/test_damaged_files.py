"""Whatever is done to a file, the answer is its records or one of our own sentences."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.importers import ImporterError, read_deals, read_records
from db.records import KINDS

DEALS = (
    "id,outcome,close_date,created_date,amount,owner,region,email\n"
    + "".join(f'D{i},Won,31/01/2024,2023-01-01,"1,250.00",Ann,EMEA,a{i}@x.com\n' for i in range(3))
    + 'E1,Lost,2024-02-05,2023-01-01,€5,Bob,"A ""b"" c",\n'
)
JSON = '[{"deal_id": "1", "outcome": "won", "account": {"name": "A"}, "deal_value": 1.5, "contacts": [{"name": "x"}]}]'
PIECES = ['"', ",", "\n", "\r", ";", "\t", "\x00", "é", "-", "=1", "9" * 40, "Won", "{", "[", "NaN", "\ufeff", "२", "²"]
EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), st.sampled_from(PIECES)), max_size=8)


@settings(max_examples=120, deadline=None)
@given(
    text=st.sampled_from([DEALS, JSON]),
    edits=EDITS,
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-le"]),
    kind=st.sampled_from(["deals", "lead", "contact", "account", "campaign", "task"]),
)
def test_a_damaged_file_is_read_or_refused_never_a_crash(text, edits, encoding, kind):
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    with TemporaryDirectory() as folder, suppress(ImporterError):
        path = Path(folder) / "export.csv"
        path.write_bytes(text.encode(encoding))
        read_deals(path) if kind == "deals" else read_records(path, KINDS[kind])


@pytest.mark.parametrize(
    "row",
    ["9,Won,२/1/2024,,1,x,y,", "9,Won,2024-13-45T00:00:00+99:99,,1,x,y,", "9,Won,31/31/2024,,1,x,y,", "9\r,Won,,,,,,"],
)
def test_rows_no_format_allows_hurt_only_themselves(write, row):
    deals = read_deals(write(DEALS + row + "\n"))
    assert deals.frame["deal_id"].to_list()[:4] == ["D0", "D1", "D2", "E1"]
