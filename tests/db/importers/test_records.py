"""Files of any kind of record, read under the names of its fields."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from db.importers import OddityKind, read_records
from db.importers.errors import NeededColumnMissing, NoKnownColumns, UnknownKind, WrongKind
from db.importers.record_columns import columns_of, importable
from db.records import KINDS

ACCOUNT, CAMPAIGN, CONTACT, LEAD, TASK = (KINDS[name] for name in ("account", "campaign", "contact", "lead", "task"))


def test_contacts_are_recognised_cleaned_and_split(write):
    text = (
        "Full Name;E-Mail;Job Title;Company;Created;Do Not Email;Shoe size\n"
        '"Doe, Jane";Jane@X.com;CEO;Acme;31.01.2024;Yes;38\n'
        "John M. Smith;John <john@x.com>;CTO;Acme;01.02.2024;No;44\n"
    )
    contacts = read_records(write(text), CONTACT)
    assert contacts.frame["first_name"].to_list() == ["Jane", "John M."]
    assert contacts.frame["last_name"].to_list() == ["Doe", "Smith"]
    assert contacts.frame["email"].to_list() == ["jane@x.com", "john@x.com"]
    assert contacts.frame["created_at"].dt.date().to_list() == [date(2024, 1, 31), date(2024, 2, 1)]
    assert contacts.frame["opted_out"].to_list() == [True, False]
    assert contacts.further == ("Shoe size",)


def test_rows_that_name_nobody_and_repeats_are_rejected(write):
    text = "Email,Job Title\na@x.com,CEO\nfoo,CTO\na@x.com,CEO\na@x.com,CFO\n"
    contacts = read_records(write(text), CONTACT)
    assert contacts.set_aside == {"no name or address": 1, "same row twice": 1}
    assert contacts.rejected["row_number"].to_list() == [3, 4]
    assert [oddity.rows for oddity in contacts.oddities if oddity.kind is OddityKind.DUPLICATES] == [2]


def test_an_id_used_twice_keeps_the_first_row(write):
    leads = read_records(write("Lead ID,Company\nL1,Acme\nL1,Beta\n"), LEAD)
    assert leads.frame["company"].to_list() == ["Acme"]
    assert "stands in row 2 as well" in leads.rejected["reason"][0]


def test_accounts_read_amounts_exactly(write):
    accounts = read_records(write("Company,Annual Revenue,Employees\nAcme,$2.5M,1200\n"), ACCOUNT)
    assert accounts.frame["annual_revenue"].to_list() == [Decimal("2500000")]
    assert accounts.frame["employees"].to_list() == [Decimal(1200)]
    assert accounts.frame["currency"].to_list() == ["USD"]


def test_campaigns_that_end_before_they_start_or_cost_less_than_nothing_are_rejected(write):
    text = (
        "Campaign Name,Type,Start Date,End Date,Budget,Spend\n"
        "A,Email,2024-01-01,2024-02-01,1000,900.5\n"
        "B,Email,2024-01-01,2023-02-01,1000,900.5\n"
        "C,Email,2024-01-01,2024-02-01,-1,900.5\n"
    )
    campaigns = read_records(write(text), CAMPAIGN)
    assert campaigns.frame["name"].to_list() == ["A"]
    assert campaigns.frame["cost"].to_list() == [Decimal("900.5")]
    assert campaigns.set_aside == {"ends before it starts": 1, "negative number": 1}


def test_a_mapping_and_what_the_program_keeps_itself(write):
    path = write("wer,wo\nJane Doe,Acme\n")
    with pytest.raises(NoKnownColumns, match="--map"):
        read_records(path, LEAD)
    assert read_records(path, LEAD, mapping={"full_name": "wer"}).frame["last_name"].to_list() == ["Doe"]
    with pytest.raises(UnknownKind, match="campaigns"):
        read_records(path, KINDS["stage_change"])


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if importable(kind)], ids=lambda kind: kind.name)
def test_no_column_of_a_kind_has_two_meanings(kind):
    names = [wanted.name for wanted in columns_of(kind)]
    assert len(set(names)) == len(names)


def test_without_any_column_that_names_a_record_the_mapping_is_told(write):
    with pytest.raises(NeededColumnMissing, match="--map full_name="):
        read_records(write("Country,Owner\nDE,Ann\n"), CONTACT)


def test_times_are_those_of_the_zone_unless_they_say_otherwise(write):
    text = (
        "Subject,Due\nCall,2024-07-01 09:30\nWrite,2024-07-01T09:30:15.25+05:30\nMeet,1719820800\n"
        "Nap,07/31/2024 1:05 PM\n"
    )
    tasks = read_records(write(text), TASK, zone=ZoneInfo("Europe/Berlin"))
    assert tasks.frame["due_at"].to_list() == [
        datetime(2024, 7, 1, 7, 30, tzinfo=UTC), datetime(2024, 7, 1, 4, 0, 15, 250_000, tzinfo=UTC),
        datetime(2024, 7, 1, 8, 0, tzinfo=UTC), datetime(2024, 7, 31, 11, 5, tzinfo=UTC),
    ]  # fmt: skip


def test_json_lines_and_tabs_are_read_like_any_table(write):
    lines = write('{"name": "Acme", "employees": 5}\n{"name": "Beta", "phone": "+1 555 0100"}\n', "a.jsonl")
    assert read_records(lines, ACCOUNT).frame["name"].to_list() == ["Acme", "Beta"]
    assert read_records(write("name\tcity\nAcme\tBerlin\n", "a.tsv"), ACCOUNT).frame["city"].to_list() == ["Berlin"]


def test_a_file_of_another_kind_is_named_as_what_it_is(write):
    with pytest.raises(WrongKind, match="rainmaker import contacts"):
        read_records(write("First name,Last name,E-mail,Job title\nA,B,a@x.com,CEO\n"), CAMPAIGN)
    with pytest.raises(WrongKind, match="companies of HubSpot"):
        read_records(write("Record ID,Company name,Company Domain Name,Company owner\n1,A,a.com,Z\n"), CONTACT)
