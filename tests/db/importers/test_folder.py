"""A folder of files around a pipeline, joined by what they share."""

from __future__ import annotations

import pytest

from db.importers import OddityKind, read_deals
from db.importers.errors import NoPipelineInFolder, SeveralPipelinesInFolder

PIPELINE = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Ann,GTXPro,Acme,Won,2024-01-01,2024-02-01,100\n"
    "A2,Bob,MG Special,Beta,Lost,2024-01-02,2024-02-05,0\n"
    "A3,Ann,MG Special,,Engaging,2024-01-03,,\n"
    "A4,Ann,MG Special,Unheard of,Prospecting,,,\n"
)
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
ACCOUNTS = "account,sector,employees\nAcme,technolgy,12\nBeta,retail,30\n"
TEAMS = "sales_agent,manager,regional_office\nAnn,Mia,West\nBob,Leo,East\n"


def folder(write, **files):
    contents = {"p": PIPELINE, "a": ACCOUNTS, "b": PRODUCTS, "c": TEAMS, **files}
    paths = [write(text, f"crm/{name}.csv") for name, text in contents.items() if text]
    return paths[0].parent


def kinds(deals):
    return {oddity.kind: oddity for oddity in deals.oddities}


def test_files_are_told_apart_by_their_headers_and_joined(write):
    deals = read_deals(folder(write))
    assert deals.frame["outcome"].to_list() == [1, 0, -1, -1]
    assert deals.frame["series"].to_list() == ["GTX", "MG", "MG", "MG"]
    assert deals.frame["sector"].to_list() == ["technolgy", "retail", None, None]
    assert deals.frame["manager"].to_list() == ["Mia", "Leo", "Mia", "Mia"]
    assert deals.people == ("sales_agent", "manager")
    assert deals.roles["region"] == "regional_office"
    assert deals.source_names["created_date"] == "engage_date"


def test_a_name_that_differs_in_spelling_is_joined_reported_and_kept(write):
    deals = read_deals(folder(write))
    assert deals.frame["product"].to_list()[0] == "GTXPro"
    broken = [oddity for oddity in deals.oddities if oddity.kind is OddityKind.BROKEN_JOIN]
    assert '"GTXPro"' in broken[1].sentence
    assert '"GTX Pro"' in broken[1].sentence
    assert '"Unheard of"' in broken[0].sentence


def test_a_misspelt_industry_is_reported_as_likely(write):
    assert '"technology"' in kinds(read_deals(folder(write)))[OddityKind.LIKELY_TYPO].sentence


def test_a_file_that_cannot_be_joined_or_read_is_reported_and_left(write):
    path = folder(write, stray="color,shape\nred,round\nblue,flat\n", broken="PK\x03\x04")
    sentences = [oddity.sentence for oddity in read_deals(path).oddities if oddity.kind is OddityKind.UNUSED_FILE]
    assert len(sentences) == 2


def test_a_folder_without_deals_says_what_was_found(write):
    with pytest.raises(NoPipelineInFolder, match=r'"a.csv"'):
        read_deals(folder(write, p=""))


def test_an_empty_folder_has_no_pipeline(tmp_path):
    with pytest.raises(NoPipelineInFolder, match="none"):
        read_deals(tmp_path)


def test_two_pipelines_are_not_mixed(write):
    with pytest.raises(SeveralPipelinesInFolder, match=r'"p2.csv"'):
        read_deals(folder(write, p2=PIPELINE))
