from datetime import timedelta

import numpy as np
import polars as pl

from tests.tools.science.winrate.companies import Q1, Q2, company, counted, random_company
from tools.science.periods import Period
from tools.science.winrate import Question, TopKind, Verdict, diagnose

ASK = Question(at=Q2, versus=Q1)


def owners(fallen: tuple[int, int]) -> pl.DataFrame:
    cells: dict[tuple[Period, str], tuple[int, int]] = {}
    for period in (Q1, Q2):
        cells |= {(period, f"rep {i}"): (180, 400) for i in range(4)}
    cells |= {(Q1, "Ann"): (360, 800), (Q2, "Ann"): fallen}
    return counted(cells, dimension="owner")


def test_a_person_is_named_when_the_own_test_stands_among_the_peers() -> None:
    top = diagnose(company(owners((160, 800)), people=["owner"]), ASK).top
    assert top is not None
    assert (top.dimension, top.segment, top.kind) == ("owner", "Ann", TopKind.RATE)
    assert top.closed == (800, 800)


def test_a_person_is_not_named_where_that_is_not_wanted() -> None:
    question = Question(at=Q2, versus=Q1, name_people=False)
    diagnosis = diagnose(company(owners((160, 800)), people=["owner"]), question)
    assert diagnosis.top is not None
    assert diagnosis.top.segment is None
    assert "Ann" not in diagnosis.statement
    assert not any("Ann" in line for line in diagnosis.secondary)


def test_a_fall_where_two_segments_meet_is_named_as_their_cell() -> None:
    generator = np.random.default_rng(7)
    n = 12_000
    region, product = generator.choice(["A", "B"], n), generator.choice(["X", "Y"], n)
    late = np.arange(n) % 2 == 1
    chance = np.where(late & (region == "A") & (product == "X"), 0.15, 0.5)
    frame = pl.DataFrame(
        {
            "outcome": (generator.random(n) < chance).astype(int),
            "close_date": [(Q2 if now else Q1).first + timedelta(days=i % 90) for i, now in enumerate(late)],
            "region": pl.Series(region),
            "product": pl.Series(product),
        }
    )
    top = diagnose(company(frame), ASK).top
    assert top is not None
    assert (top.dimension, top.segment) == ("product × region", "X × A")


def test_a_segment_beside_a_fall_everywhere_is_only_leaned_to() -> None:
    diagnosis = diagnose(random_company(61, deals=16_000, fall={("", ""): 0.10, ("region", "APAC"): 0.03}), ASK)
    assert diagnosis.verdict is Verdict.RATE_CHANGE
    assert diagnosis.top is not None
    assert diagnosis.top.kind is TopKind.BROAD


def test_a_wave_of_new_hires_is_a_mix_of_tenure() -> None:
    generator = np.random.default_rng(8)
    first, n = Period.parse("2022Q1").first, 20_000
    days = np.sort(generator.integers(0, 900, n))
    wave = (days >= 815) & (generator.random(n) < 0.8)
    owner = np.where(wave, generator.choice([f"new {i}" for i in range(8)], n), generator.choice(list("abcdefgh"), n))
    won = generator.random(n) < np.where(wave, 0.30, 0.48)
    created = [first + timedelta(days=int(day)) for day in days]
    frame = pl.DataFrame(
        {
            "outcome": won.astype(int),
            "created_date": created,
            "close_date": [day + timedelta(days=10) for day in created],
            "owner": pl.Series(owner),
            "region": pl.Series(generator.choice(["A", "B", "C"], n)),
        }
    )
    diagnosis = diagnose(company(frame, people=["owner"]), ASK)
    assert diagnosis.verdict is Verdict.MIX_SHIFT
    assert diagnosis.top is not None
    assert diagnosis.top.dimension == "tenure of owner"
