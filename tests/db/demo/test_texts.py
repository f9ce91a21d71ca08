from __future__ import annotations

import polars as pl
import pytest

from db.demo import Company
from db.demo.words import LANGUAGES, words


def _mails(company: Company) -> pl.DataFrame:
    contacts = company.tables["contacts"].select("language", contact_id="id")
    return company.tables["interactions"].filter(pl.col("channel") == "email").join(contacts, on="contact_id")


@pytest.mark.parametrize(("language", "sign"), [("de", "Grüße|Grüßen"), ("fr", "Bonjour"), ("es", "Hola")])
def test_customers_are_written_to_in_their_language(company: Company, language: str, sign: str) -> None:
    outgoing = _mails(company).filter((pl.col("language") == language) & (pl.col("direction") == "out"))
    assert outgoing.height > 200
    assert outgoing["body"].str.contains(sign).all()


def test_every_language_has_every_kind_of_text() -> None:
    for language in LANGUAGES[1:]:
        assert set(words(language)) == set(words("en"))
        for name in ("pains", "objections", "questions", "answers", "promises"):
            assert (
                len(words(language)[name])
                == len(words("en")[name])
                == len(words("internal").get(name, words("en")[name]))
            )


def test_a_lost_deal_is_declined_for_the_reason_recorded(company: Company) -> None:
    lost = company.tables["opportunities"].select("loss_reason", "competitor", opportunity_id="id")
    ended = company.tables["interactions"].join(lost, on="opportunity_id").filter(pl.col("loss_reason") == "Competitor")
    last = ended.filter(
        pl.col("subject").is_in(["Our decision", "Unsere Entscheidung", "Notre décision", "Nuestra decisión"])
    )
    assert last.height > 50
    assert last.select(pl.col("body").str.contains(pl.col("competitor"), literal=True)).to_series().all()


def test_a_summary_names_the_person_and_the_product_of_its_deal(company: Company) -> None:
    names = company.tables["contacts"].select("first_name", contact_id="id")
    products = (
        company.tables["opportunities"]
        .join(company.tables["products"].select("name", product_id="id"), on="product_id")
        .select(opportunity_id="id", product="name_right")
    )
    calls = (
        company.tables["interactions"]
        .filter(pl.col("subject").str.starts_with("Demo for"))
        .join(names, on="contact_id")
    )
    told = calls.join(products, on="opportunity_id")
    assert told.height > 50
    assert told.select(pl.col("body").str.contains(pl.col("first_name"), literal=True)).to_series().all()


def test_hardly_anything_is_written_on_a_sunday(company: Company) -> None:
    weekdays = company.tables["interactions"]["at"].dt.weekday().value_counts()
    assert weekdays.filter(pl.col("at") == 7)["count"].sum() < 0.02 * company.tables["interactions"].height


def test_two_notes_try_to_give_orders(company: Company) -> None:
    notes = company.tables["notes"].filter(pl.col("id").is_in(company.hostile_notes))
    assert notes.height == 2
    assert notes["body"].str.contains("ignore all earlier rules|New instruction").all()
    rep = company.tables["users"].filter(pl.col("email") == "rep@demo.example")["id"][0]
    assert rep in notes["author_id"].to_list()
