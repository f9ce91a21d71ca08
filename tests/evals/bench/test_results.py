"""Measurements are stored under stable keys and shown as they are, also where a side is missing."""

import json
from datetime import date

import pytest

from evals.bench import __main__ as door
from evals.bench import machine, results
from evals.bench.errors import UnknownBenchmark
from evals.bench.measurement import Benchmark, compare
from evals.bench.roster import BENCHMARKS, chosen

MACHINE = {"cores": 2, "memory_gib": 8.0, "system": "Linux x86_64", "python": "3.11.7", "packages": {"numpy": "2.4.6"}}


def measured(ours=2.0, theirs=9.0):
    return compare(
        "a turn", "median", unit="ms", baseline="bare", baseline_value=theirs, ours=ours, conditions={"turns": 50}
    )


def stored(*measurements):
    benchmark = Benchmark("p0_turn", "A turn", "≤ 5 ms", lambda _: measurements)
    return results.document(benchmark, benchmark.run(False), on=date(2025, 11, 20), machine=MACHINE)


@pytest.mark.parametrize(
    ("ours", "theirs", "ratio"), [(2.0, 9.0, 4.5), (None, 9.0, None), (2.0, None, None), (3.0, 1.0, 0.3333)]
)
def test_the_ratio_says_how_many_times_better_ours_is(ours, theirs, ratio):
    assert measured(ours, theirs).ratio == ratio


def test_the_table_shows_both_sides_and_the_ratio():
    assert "| a turn | median | 2 ms | bare | 9 ms | 4.5 × | turns: 50 |" in results.section(stored(measured()))


def test_a_missing_side_is_a_dash_and_not_a_figure():
    assert "| – | bare | 9 ms | – |" in results.section(stored(measured(ours=None)))


def test_what_is_stored_is_what_is_loaded(tmp_path):
    kept = stored(measured())
    results.save(kept, tmp_path / "new")
    assert results.load(tmp_path / "new", order=["p9_other", "p0_turn"]) == [kept]


def test_the_facts_name_neither_machine_nor_person():
    assert set(machine.facts()) == {"cores", "memory_gib", "system", "python", "packages"}
    assert machine.facts()["packages"]["numpy"]


def test_a_benchmark_is_found_by_its_name_and_by_its_number():
    assert chosen("p2_diagnose") == chosen("P2") != chosen("p1")
    assert chosen(None) == BENCHMARKS
    with pytest.raises(UnknownBenchmark, match="p9_cold_start"):
        chosen("p77")


@pytest.fixture
def one_benchmark(monkeypatch):
    benchmark = Benchmark("p0_turn", "A turn", "≤ 5 ms", lambda quick: [measured(ours=1.0 if quick else 2.0)])
    monkeypatch.setattr(door, "chosen", lambda _: (benchmark,))
    monkeypatch.setattr(door, "BENCHMARKS", (benchmark,))


@pytest.mark.usefixtures("one_benchmark")
def test_a_full_run_stores_its_figures_and_writes_the_page(tmp_path, capsys):
    page = tmp_path / "docs" / "page.md"
    assert door.main(["--date", "2025-11-20", "--results", str(tmp_path), "--page", str(page)]) == 0
    kept = json.loads((tmp_path / "p0_turn.json").read_text())
    assert (kept["date"], kept["measurements"][0]["ratio"]) == ("2025-11-20", 4.5)
    assert capsys.readouterr().out.strip() in page.read_text()


@pytest.mark.usefixtures("one_benchmark")
def test_a_quick_run_stores_nothing(tmp_path, capsys):
    page = tmp_path / "page.md"
    assert door.main(["--quick", "--json", "--results", str(tmp_path), "--page", str(page)]) == 0
    assert list(tmp_path.iterdir()) == []
    assert json.loads(capsys.readouterr().out)["measurements"][0]["value"] == 1.0


def test_an_unknown_name_is_an_error_with_the_names_there_are(capsys):
    assert door.main(["--only", "p77"]) == 1
    assert "p1_turn" in capsys.readouterr().err
