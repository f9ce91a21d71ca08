"""Deals from one delimited file: which column is what, under which name it comes out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from db.importers import OddityKind, read_deals
from db.importers.errors import ColumnMappedTwice, NeededColumnMissing, OutcomeUnclear, UnknownCanonical, UnknownColumn

PLAIN = (
    "deal_id,created_date,closed_date,sales_rep_id,region,deal_stage,deal_amount,sales_cycle_days,outcome\n"
    "D1,2024-01-02,2024-02-01,rep_1,EMEA,Closed,1000.10,30,Won\n"
    "D2,2024-01-03,2024-02-02,rep_2,APAC,Demo,2000,30,Lost\n"
)


def test_fixed_columns_carry_fixed_names_and_everything_else_its_own(write):
    deals = read_deals(write(PLAIN))
    assert deals.frame["outcome"].to_list() == [1, 0]
    assert deals.frame["close_date"].to_list() == [date(2024, 2, 1), date(2024, 2, 2)]
    assert deals.frame["amount_exact"].to_list() == [Decimal("1000.10"), Decimal(2000)]
    assert deals.dimensions == ("sales_rep_id", "region", "deal_stage")
    assert deals.measures == ("sales_cycle_days",)
    assert deals.people == ("sales_rep_id",)
    assert deals.roles["owner"] == "sales_rep_id"
    assert deals.source_names == {"close_date": "closed_date", "amount": "deal_amount"}


def test_segments_are_enums_of_exactly_the_values_that_occur(write):
    deals = read_deals(write(PLAIN))
    assert deals.frame.schema["region"] == pl.Enum(["APAC", "EMEA"])


def test_a_region_called_na_is_a_region(write):
    deals = read_deals(write(PLAIN.replace("EMEA", "NA")))
    assert deals.frame["region"].to_list() == ["NA", "APAC"]


def test_cells_left_at_select_are_not_filled_in(write):
    deals = read_deals(write(PLAIN.replace("EMEA", "Select")))
    assert deals.frame["region"].to_list() == [None, "APAC"]


def test_salesforce_export_tells_open_deals_by_stage_and_keeps_their_date_as_expected(write):
    text = (
        "Opportunity ID,Opportunity Name,Stage,Close Date,Created Date,Amount,Amount Currency,Account Name,Owner\n"
        "006A,One,Closed Won,2024-03-01,2024-01-01,100,EUR,Acme,Ann\n"
        "006B,Two,Closed Lost,2024-03-02,2024-01-01,200,EUR,Beta,Ann\n"
        "006C,Three,Negotiation/Review,2024-09-02,2024-01-01,300,EUR,Beta,Ann\n"
    )
    deals = read_deals(write(text))
    assert deals.frame["outcome"].to_list() == [1, 0, -1]
    assert deals.frame["close_date"].to_list() == [date(2024, 3, 1), date(2024, 3, 2), None]
    assert deals.frame["expected_close_date"].to_list()[2] == date(2024, 9, 2)
    assert deals.with_open
    assert deals.currency == "EUR"
    assert "Stage" not in deals.dimensions
    assert deals.frame["stage"].to_list()[2] == "Negotiation/Review"


def test_pipedrive_export_takes_the_day_of_the_outcome_from_won_and_lost_time(write):
    text = (
        "Deal - ID;Deal - Title;Deal - Status;Deal - Value;Deal - Currency of Value;Deal - Won time;Deal - Lost time;"
        "Deal - Owner;Deal - Organization;Deal - Lost reason\n"
        "1;A;Won;1.000,50;EUR;2024-03-01 10:00:00;;Ann;Acme;\n"
        "2;B;Lost;2.000,00;EUR;;2024-03-05 11:00:00;Bob;Beta;Price\n"
        "3;C;Open;3.000,00;EUR;;;Bob;Beta;\n"
    )
    deals = read_deals(write(text))
    assert deals.frame["close_date"].to_list() == [date(2024, 3, 1), date(2024, 3, 5), None]
    assert deals.frame["amount"].to_list() == [1000.5, 2000.0, 3000.0]
    assert deals.frame["loss_reason"].to_list() == [None, "Price", None]
    assert deals.people == ("Deal - Owner",)


def test_hubspot_flags_tell_won_lost_and_open(write):
    text = (
        "Record ID,Deal Name,Close Date,Create Date,Is Closed Won,Is Deal Closed?,Amount\n"
        "1,A,2024-03-01 10:00,2024-01-01 09:00,true,true,10\n"
        "2,B,2024-03-02 10:00,2024-01-01 09:00,false,true,20\n"
        "3,C,2024-09-02 10:00,2024-01-01 09:00,false,false,30\n"
    )
    deals = read_deals(write(text))
    assert deals.frame["outcome"].to_list() == [1, 0, -1]
    assert deals.frame["close_date"][2] is None


def test_german_headers_and_values_are_understood(write):
    text = (
        "Angebotsnummer;Ergebnis;Abschlussdatum;Erstellt am;Auftragswert;Branche;Verantwortlicher\n"
        "1;Gewonnen;31.01.2024;01.12.2023;1.250,00 €;Handel;Anna\n"
        "2;Verloren;15.02.2024;01.12.2023;900,00 €;Industrie;Bernd\n"
    )
    deals = read_deals(write(text, encoding="cp1252"))
    assert deals.frame["close_date"][0] == date(2024, 1, 31)
    assert deals.frame["amount"].to_list() == [1250.0, 900.0]
    assert deals.currency == "EUR"
    assert deals.roles["industry"] == "Branche"
    assert any(oddity.kind is OddityKind.ENCODING for oddity in deals.oddities)


def test_a_mapping_names_columns_no_header_would(write):
    text = "a,b,c\nYes,2024-01-05,5\nNo,2024-01-06,6\n"
    deals = read_deals(write(text), mapping={"outcome": "a", "close_date": "B", "Amount": "c"})
    assert deals.frame["outcome"].to_list() == [1, 0]
    assert deals.frame["amount"].to_list() == [5.0, 6.0]
    assert deals.source_names == {"outcome": "a", "close_date": "b", "amount": "c"}


@pytest.mark.parametrize(
    ("mapping", "error"),
    [
        ({"outcome": "nothing"}, UnknownColumn),
        ({"verdict": "outcome"}, UnknownCanonical),
        ({"outcome": "region", "region": "region"}, ColumnMappedTwice),
        ({"outcome": "region"}, OutcomeUnclear),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_what_there_is(write, mapping, error):
    with pytest.raises(error, match="region"):
        read_deals(write(PLAIN), mapping=mapping)


def test_without_an_outcome_the_sentence_names_the_columns_and_the_mapping_to_write(write):
    with pytest.raises(NeededColumnMissing, match=r'"color".*--map outcome='):
        read_deals(write("deal_id,color\n1,red\n2,blue\n"))


def test_the_only_column_that_says_won_and_lost_is_taken_and_said(write):
    deals = read_deals(write("deal_id,Verdict of the board\n1,Won\n2,Lost\n"))
    assert deals.frame["outcome"].to_list() == [1, 0]
    assert [oddity.kind for oddity in deals.oddities if oddity.kind is OddityKind.OUTCOME_SOURCE]


def test_a_stage_that_repeats_the_outcome_is_no_segment(write):
    text = "id,status,deal_stage,region\n1,won,Closed Won,EMEA\n2,lost,Closed Lost,APAC\n3,open,Demo,APAC\n"
    deals = read_deals(write(text.replace("3,open,Demo,APAC\n", "")))
    assert deals.dimensions == ("region",)
    assert deals.frame["stage"].to_list() == ["Closed Won", "Closed Lost"]


def test_a_stage_that_closed_without_saying_how_is_not_taken_for_open(write):
    text = "id,Stage,close_date\n1,Closed Won,2024-01-05\n2,Closed Lost,2024-01-05\n3,Closed,2024-01-05\n4,Legal,\n"
    deals = read_deals(write(text))
    assert deals.frame["outcome"].to_list() == [1, 0, -1]
    assert deals.set_aside == {"unknown outcome": 1}


def test_a_status_that_is_not_the_outcome_is_any_column(write):
    text = "id,Status,Stage\n1,Active,Closed Won\n2,Active,Closed Lost\n3,Dormant,Demo\n"
    deals = read_deals(write(text))
    assert deals.frame["outcome"].to_list() == [1, 0, -1]
    assert deals.dimensions == ("Status",)
    assert "outcome" not in deals.roles


def test_a_mapped_stage_counts_its_other_stages_as_open(write):
    text = "id,Sales phase of deal,n\n" + "1,Won,1\n2,Lost,2\n" * 1 + "3,Legal review,3\n"
    deals = read_deals(write(text), mapping={"outcome": "Sales phase of deal"})
    assert deals.frame["outcome"].to_list() == [1, 0, -1]


def test_without_a_close_date_the_columns_and_the_mapping_are_named(write):
    deals = read_deals(write("id,outcome,region\n1,Won,A\n2,Lost,B\n"))
    sentence = next(oddity.sentence for oddity in deals.oddities if oddity.kind is OddityKind.NO_CLOSE_DATE)
    assert '"region"' in sentence
    assert "--map close_date=" in sentence


def test_a_close_date_without_a_single_date_rejects_its_rows_instead_of_passing_unseen(write):
    deals = read_deals(write("id,outcome,Close Date\n1,Won,soon\n2,Lost,later\n"))
    assert deals.set_aside == {"unreadable date": 2}


def test_a_column_called_like_a_field_that_does_not_look_like_it_is_told(write):
    deals = read_deals(write("id,outcome,closed on,deal value\n1,Won,soon,big\n2,Lost,later,small\n"))
    named = {oddity.column for oddity in deals.oddities if oddity.kind is OddityKind.COLUMN_NAMES}
    assert named == {"closed on", "deal value"}
    assert deals.dimensions == ("closed on", "deal value")


def test_endings_without_a_verdict_are_left_out_and_counted(write):
    text = "id,outcome,region\n1,Won,A\n2,Lost,A\n3,No decision,A\n4,Closed Lost - Duplicate,B\n5,Disqualified,B\n"
    deals = read_deals(write(text))
    assert deals.frame.height == 2
    assert deals.set_aside == {"no decision": 1, "duplicate": 1, "disqualified": 1}
    assert deals.rejected.is_empty()


def test_mixed_currencies_are_kept_exactly_but_not_added_up(write):
    deals = read_deals(write("id,outcome,amount\n1,Won,€100\n2,Lost,$200\n"))
    assert deals.currency is None
    assert deals.frame["amount"].to_list() == [None, None]
    assert deals.frame["amount_exact"].to_list() == [Decimal(100), Decimal(200)]
    assert deals.frame["currency"].to_list() == ["EUR", "USD"]


def test_ids_free_text_and_contact_data_are_no_segments(write):
    talk = "They asked again about delivery and then about the price"
    rows = [
        f"{i}|{'Won' if i % 2 else 'Lost'}|{i:032x}|{talk} {i % 7}|p{i % 5}@example.com|{'x' if i % 3 else 'y'}"
        for i in range(60)
    ]
    deals = read_deals(write("\n".join(["id|outcome|token|summary|written to|kind", *rows])))
    assert deals.dimensions == ("kind",)
    assert deals.measures == ()


def test_contacts_in_columns_come_out_as_people(write):
    deals = read_deals(write("id,outcome,Contact Name,Contact Email\n1,Won,Jane Doe,jane@example.com\n2,Lost,,\n"))
    assert deals.contacts.select("deal_id", "name", "email").rows() == [("1", "Jane Doe", "jane@example.com")]
    assert deals.dimensions == ()


def test_progress_runs_from_nothing_to_all(write):
    seen: list[float] = []
    read_deals(write(PLAIN), progress=lambda _what, share: seen.append(share))
    assert seen[0] == 0.0
    assert seen[-1] == 1.0
    assert seen == sorted(seen)


def test_times_with_an_offset_move_to_the_companys_calendar(write):
    from zoneinfo import ZoneInfo

    path = write("id,outcome,close_date\n1,Won,2024-07-01T02:00:00Z\n2,Lost,2024-07-01T12:00:00Z\n")
    deals = read_deals(path, zone=ZoneInfo("America/Los_Angeles"))
    assert deals.frame["close_date"].to_list() == [date(2024, 6, 30), date(2024, 7, 1)]
