"""Days, times, amounts, shares, numbers, addresses and phones as people say, mistype and dictate them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agent.local.directory import MemoryDirectory
from agent.local.field_values import Spoken, value_of
from agent.local.model import speller
from agent.local.reading import Reading, read
from agent.local.schema import FieldCard, Vocabulary

ZONES = ("Europe/Berlin", "America/New_York")


def heard(text: str, zone: str = ZONES[0]) -> Reading:
    now = datetime(2025, 11, 19, 8, 0, tzinfo=ZoneInfo(zone))  # a Wednesday
    return read(text, speller=speller(), vocabulary=Vocabulary(), directory=MemoryDirectory(()), focus=(), now=now)


def when(text: str, zone: str = ZONES[0]) -> str:
    """The day or moment of a reminder, in the person's zone and without its offset."""
    reading = heard(f"remind me {text} to ring them", zone)
    assert not reading.unsettled
    timed = [one for one in reading.moments if one.day or one.exact] or list(reading.moments)
    return timed[-1].iso(reading.now)[:16] if timed else ""


def value(kind: str, text: str) -> object:
    reading = heard(f"set x to {text}")
    said = reading.norm.removeprefix("set x to ")
    return value_of(FieldCard("x", kind, ("x",)), Spoken(reading, said, text))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("on the first Monday of January", "2026-01-05"),
        ("on the last friday of the month", "2025-11-28"),
        ("on the last working day of the month", "2025-11-28"),
        ("on the last day of february", "2026-02-28"),
        ("for the 20 of december", "2025-12-20"),
        ("on the twenty first of january", "2026-01-21"),
        ("on december first", "2025-12-01"),
        ("on the 28.11.", "2025-11-28"),
        ("on 05.01.2026 at 10", "2026-01-05T10:00"),
        ("on 15-Jan-2026", "2026-01-15"),
        ("12/31", "2025-12-31"),
        ("31/12/2025", "2025-12-31"),
        ("mon dec 15", "2025-12-15"),
        ("thursday 27th", "2025-11-27"),
        ("next wed", "2025-11-26"),
        ("wed", "2025-11-26"),
        ("end of q1", "2026-03-31"),
        ("mid January", "2026-01-16"),
        ("a week tomorrow", "2025-11-27"),
        ("two weeks from monday", "2025-12-08"),
        ("in two weeks on thursday", "2025-12-04"),
        ("the week after next", "2025-12-01"),
        ("in an hour and a half", "2025-11-19T09:30"),
        ("in forty five minutes", "2025-11-19T08:45"),
        ("tmrw 10", "2025-11-20T10:00"),
        ("2moro 9", "2025-11-20T09:00"),
        ("on the 3rd of febuary", "2026-02-03"),
        ("today before 5", "2025-11-19T17:00"),
        ("by Friday noon", "2025-11-21T12:00"),
        ("at noon tomorrow", "2025-11-20T12:00"),
        ("tonight", "2025-11-19T19:00"),
        ("at 8 tonight", "2025-11-19T20:00"),
        ("tomorrow at 8 in the evening", "2025-11-20T20:00"),
        ("on the first of december at quarter to nine", "2025-12-01T08:45"),
        ("at ten past nine", "2025-11-19T09:10"),
        ("at twenty to five", "2025-11-19T16:40"),
        ("three pm tomorrow", "2025-11-20T15:00"),
        ("friday two p m", "2025-11-21T14:00"),
        ("at 14h30", "2025-11-19T14:30"),
        ("at 9.30", "2025-11-19T09:30"),
        ("at 1430", "2025-11-19T14:30"),
        ("tomorrow from 2 to 3pm", "2025-11-20T14:00"),
    ],
)
def test_a_day_or_a_time_is_read_as_it_was_meant(text: str, due: str, zone: str) -> None:
    assert when(text, zone) == due


@pytest.mark.parametrize(
    "text",
    [
        "note that the price is 28.11.", "raise it by 10.5", "we are open 24/7", "3/4 of the deals are new",
        "on the second call we spoke", "the 50th customer signed", "five to ten people came", "from 5 to 10 percent",
        "the day after the demo", "sold at 1500", "lower the price by 5", "that is a saturday", "12 y media",
    ],
)  # fmt: skip
def test_a_number_that_is_no_date_and_no_time_is_none(text: str) -> None:
    reading = heard(text)
    assert not reading.moments and not reading.unsettled


@pytest.mark.parametrize(
    "text",
    [
        "on the 31. February", "on 30 Feb", "on february 30th", "on 29 february", "on the 32nd", "on 31.11.",
        "on 30.02.2026", "on 2026-02-30", "on the thirty first of june", "tomorrow at 25:00", "at 9:75", "on 3/4",
        "by 11/12", "on 3/4/2026", "on Friday the 22nd", "on monday 16 december",
    ],
)  # fmt: skip
def test_a_day_that_there_is_not_or_that_may_be_two_is_never_bent(text: str) -> None:
    reading = heard(f"remind me {text} to ring them")
    assert len(reading.unsettled) == 1
    assert not any(one.day for one in reading.moments if one.start >= reading.unsettled[0].start)


def test_a_day_beside_another_is_reckoned_from_it() -> None:
    reading = heard("closing for the 20 of december, and a task for the day before")
    assert [one.iso(reading.now) for one in reading.moments] == ["2025-12-20", "2025-12-19"]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("fifty eight thousand", "58000", None),
        ("forty-two thousand five hundred", "42500", None),
        ("one point two million", "1200000", None),
        ("two and a half million", "2500000", None),
        ("one million two hundred thousand", "1200000", None),
        ("fifteen hundred", "1500", None),
        ("FIFTY. THOUSAND.", "50000", None),
        ("45 K", "45000", None),
        ("54.000", "54000", None),
        ("60.000 Euro", "60000", "EUR"),
        ("€900,000", "900000", "EUR"),
        ("12.500,50 €", "12500.5", "EUR"),
        ("25 000 euros", "25000", "EUR"),
        ("1,2 Mio €", "1200000", "EUR"),
        ("CHF 12'000", "12000", "CHF"),
        ("20k SEK", "20000", "SEK"),
        ("800 bucks", "800", "USD"),
    ],
)
def test_an_amount_is_read_in_words_and_in_every_notation(text: str, amount: str, currency: str | None) -> None:
    said = {"amount": amount} | ({"currency": currency} if currency else {})
    assert value("money", text) == said


@pytest.mark.parametrize("text", ["minus fifty thousand", "-50,000", "k70", "a lot", "1.2.3"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert value("money", text) is None


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("share", "five per cent", "5%"),
        ("share", "twelve and a half percent", "12.5%"),
        ("share", "7,5%", "7.5%"),
        ("whole", "twenty five", 25),
        ("whole", "1.250", 1250),
        ("whole", "a dozen", 12),
        ("email", "harriet dot quill at quillworks dot example", "harriet.quill@quillworks.example"),
        ("email", "jane (at) acme (dot) com", "jane@acme.com"),
        ("email", "o underscore brien at mail dot acme dot com", "o_brien@mail.acme.com"),
        ("email", "jane at acme", None),
        ("phone", "oh seven double oh nine one two three", "07009123"),
        ("phone", "+34 600 555 018", "+34 600 555 018"),
        ("phone", "(030) 555-0142", "(030) 555-0142"),
        ("phone", "call-me-maybe", None),
    ],
)
def test_a_value_is_read_as_it_is_dictated(kind: str, text: str, said: object) -> None:
    assert value(kind, text) == said


def test_letters_that_spell_the_word_before_them_say_nothing_more() -> None:
    assert heard("harriet quill that's q u i l l runs it").norm == "harriet quill runs it"


def test_a_dictated_address_is_one_word_as_a_written_one_is() -> None:
    assert "jane.roe@acme.example" in heard("mail jane dot roe at acme dot example").norm.split()


def test_a_part_of_no_words_has_no_day_before_it() -> None:
    reading = heard("average by product on friday")
    assert reading.part(len(reading.text.tokens), len(reading.text.tokens)).moments == ()
