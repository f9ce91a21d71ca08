"""Any frame of valid deals, written in any dialect, is read back equal."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from db.importers import read_deals

DIALECTS = st.tuples(
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d %b %Y", "%Y-%m-%dT08:00:00Z"]),
    st.sampled_from(["plain", "thousands", "comma"]),
)
# The first deal settles which number of a date is the day and which mark the decimal one, as any real file does.
TELLING = (date(2023, 1, 31), date(2023, 12, 31), Decimal("1234567.89"), "Won", "Nordwest", "Mø & Søn")
ROWS = st.lists(
    st.tuples(
        st.dates(date(2000, 1, 1), date(2035, 12, 31)),
        st.integers(0, 900),
        st.one_of(st.none(), st.decimals(0, 10**9, places=2)),
        st.sampled_from(["Won", "Lost"]),
        st.one_of(st.none(), st.sampled_from(["Süd", "Région, Est", 'the "core"', "a;b|c", "two\nlines"])),
        st.one_of(st.none(), st.sampled_from(["Acme", "Beta\tInc", "Ünal"])),
    ),
    max_size=15,
)


def amount_text(amount: Decimal | None, style: str) -> str:
    if amount is None:
        return ""
    text = f"{amount:.2f}" if style == "plain" else f"{amount:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if style == "comma" else text


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, dialect=DIALECTS)
def test_deals_in_any_dialect_are_read_back_equal(rows, dialect):
    delimiter, encoding, pattern, style = dialect
    deals = [TELLING, *((made, made + timedelta(days=days), *rest) for made, days, *rest in rows)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["Deal ID", "Created", "Closed", "Amount", "Outcome", "Region", "Account"])
    for number, (made, closed, amount, outcome, region, account) in enumerate(deals):
        days = [made.strftime(pattern), closed.strftime(pattern)]
        writer.writerow([f"D{number}", *days, amount_text(amount, style), outcome, region, account])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        read = read_deals(path)
    columns = ("created_date", "close_date", "amount_exact", "outcome", "Region", "account")
    wanted = [(*deal[:3], int(deal[3] == "Won"), *deal[4:]) for deal in deals]
    assert read.frame.select(columns).rows() == wanted
    assert read.rejected.is_empty()
