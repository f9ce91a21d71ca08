"""Leads, contacts, accounts and campaigns under canonical names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from db.importers import OddityKind, RecordKind, read_table
from db.importers.errors import NeededColumnMissing, NoKnownColumns, UnknownKind
from db.importers.record_fields import RECORDS


def test_contacts_are_recognised_cleaned_and_split(write):
    text = (
        "Full Name;E-Mail;Job Title;Company;Created;Do Not Email;Shoe size\n"
        '"Doe, Jane";Jane@X.com;CEO;Acme;31.01.2024;Yes;38\n'
        "John M. Smith;John <john@x.com>;CTO;Acme;01.02.2024;No;44\n"
    )
    contacts = read_table(write(text), "contacts")
    assert contacts.frame["first_name"].to_list() == ["Jane", "John M."]
    assert contacts.frame["last_name"].to_list() == ["Doe", "Smith"]
    assert contacts.frame["email"].to_list() == ["jane@x.com", "john@x.com"]
    assert contacts.frame["created_date"].to_list() == [date(2024, 1, 31), date(2024, 2, 1)]
    assert contacts.frame["do_not_contact"].to_list() == [True, False]
    assert contacts.further == ("Shoe size",)


def test_rows_that_name_nobody_and_repeats_are_rejected(write):
    text = "Email,Job Title\na@x.com,CEO\nfoo,CTO\na@x.com,CEO\na@x.com,CFO\n"
    contacts = read_table(write(text), "contacts")
    assert contacts.set_aside == {"no name or address": 1, "same row twice": 1}
    assert contacts.rejected["row_number"].to_list() == [3, 4]
    assert [oddity.rows for oddity in contacts.oddities if oddity.kind is OddityKind.DUPLICATES] == [2]


def test_an_id_used_twice_keeps_the_first_row(write):
    leads = read_table(write("Lead ID,Company\nL1,Acme\nL1,Beta\n"), "leads")
    assert leads.frame["company"].to_list() == ["Acme"]
    assert "stands in row 2 as well" in leads.rejected["reason"][0]


def test_accounts_read_amounts_exactly(write):
    accounts = read_table(write("Company,Annual Revenue,Employees\nAcme,$2.5M,1200\n"), "accounts")
    assert accounts.frame["revenue"].to_list() == [Decimal("2500000")]
    assert accounts.frame["employees"].to_list() == [1200.0]


def test_campaigns_that_end_before_they_start_or_cost_less_than_nothing_are_rejected(write):
    text = (
        "Campaign Name,Type,Start Date,End Date,Budget,Spend\n"
        "A,Email,2024-01-01,2024-02-01,1000,900.5\n"
        "B,Email,2024-01-01,2023-02-01,1000,900.5\n"
        "C,Email,2024-01-01,2024-02-01,-1,900.5\n"
    )
    campaigns = read_table(write(text), "campaigns")
    assert campaigns.frame["name"].to_list() == ["A"]
    assert campaigns.frame["cost"].to_list() == [Decimal("900.5")]
    assert campaigns.set_aside == {"ends before it starts": 1, "negative number": 1}


def test_a_mapping_and_an_unknown_kind(write):
    path = write("wer,wo\nJane Doe,Acme\n")
    with pytest.raises(NoKnownColumns, match="--map"):
        read_table(path, "leads")
    assert read_table(path, "leads", mapping={"full_name": "wer"}).frame["last_name"].to_list() == ["Doe"]
    with pytest.raises(UnknownKind, match="campaigns"):
        read_table(path, "deals")


@pytest.mark.parametrize("kind", list(RecordKind))
def test_every_declaration_is_whole(kind):
    declared = RECORDS[kind]
    names = [wanted.name for wanted in declared.fields]
    assert len(set(names)) == len(names)
    assert {*declared.identity, declared.id_field, *declared.never_negative, *(declared.interval or ())} <= set(names)


def test_without_any_column_that_names_a_record_the_mapping_is_told(write):
    with pytest.raises(NeededColumnMissing, match="--map full_name="):
        read_table(write("Country,Owner\nDE,Ann\n"), "contacts")
