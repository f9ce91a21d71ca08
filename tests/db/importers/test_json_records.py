"""Deals as JSON with accounts and contacts inside."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from db.importers import OddityKind, read_deals, read_records
from db.records import KINDS

DEALS = [
    {
        "deal_id": "D1",
        "outcome": "won",
        "account": {"name": "Acme Corp", "industry": "Technology", "revenue": 25000000},
        "deal_value": 100000.10,
        "sales_cycle_days": 45,
        "qualification_score": 0.85,
        "close_date": "2024-03-01",
        "contacts": [
            {"name": "John Doe", "title": "VP Sales", "department": "Sales", "role": "champion", "seniority": "VP"},
            {"name": "Jane Smith", "title": "CFO", "department": "Finance", "role": "decision_maker"},
        ],
    },
    {
        "deal_id": "D2",
        "outcome": "lost",
        "account": {"name": "Beta", "industry": "Manufacturing", "revenue": 50000000},
        "deal_value": 75000,
        "qualification_score": 0.5,
        "loss_reason": "price",
        "currency": "EUR",
    },
]


@pytest.mark.parametrize("wrap", [lambda deals: deals, lambda deals: {"deals": deals}])
def test_a_list_of_deals_is_laid_out_in_columns(write, wrap):
    deals = read_deals(write(json.dumps(wrap(DEALS)), "deals.json"))
    frame = deals.frame
    assert frame["deal_id"].to_list() == ["D1", "D2"]
    assert frame["outcome"].to_list() == [1, 0]
    assert frame["amount_exact"].to_list() == [Decimal("100000.10"), Decimal(75000)]
    assert frame["account"].to_list() == ["Acme Corp", "Beta"]
    assert frame["industry"].to_list() == ["Technology", "Manufacturing"]
    assert frame[deals.roles["account_revenue"]].to_list() == [25e6, 50e6]
    assert frame["qualification_score"].to_list() == [0.85, 0.5]
    assert frame["loss_reason"].to_list() == [None, "price"]
    assert frame["close_date"].to_list() == [date(2024, 3, 1), None]


def test_contacts_come_out_one_row_each_with_their_deal(write):
    contacts = read_deals(write(json.dumps(DEALS), "deals.json")).contacts
    assert contacts["deal_id"].to_list() == ["D1", "D1"]
    assert contacts["title"].to_list() == ["VP Sales", "CFO"]
    assert contacts["seniority"].to_list() == ["VP", None]


def test_undated_deals_stay_with_a_warning(write):
    deals = read_deals(write(json.dumps(DEALS), "deals.json"))
    assert OddityKind.UNDATED in [oddity.kind for oddity in deals.oddities]


def test_entries_that_are_no_deals_are_rejected_by_number(write):
    deals = read_deals(write(json.dumps([DEALS[0], "surprise", DEALS[1]]), "deals.json"))
    assert deals.frame["row_number"].to_list() == [1, 3]
    assert deals.rejected.rows() == [(2, "The entry is not a record with named fields.", *deals.rejected.row(0)[2:])]


def test_json_is_told_by_content_whatever_the_suffix(write):
    assert read_deals(write(json.dumps(DEALS), "export.txt")).frame.height == 2


def test_leads_may_be_json_too(write):
    leads = read_records(
        write(json.dumps([{"name": "Jane Doe", "email": "j@example.com"}]), "leads.json"), KINDS["lead"]
    )
    assert leads.frame["email"].to_list() == ["j@example.com"]
