"""Numbers of a worded sentence become figures; everything else stays as it is."""

from hypothesis import given
from hypothesis import strategies as st

from tools.cited import Known, cited
from tools.evidence import Figures, RowsBehind, rendered


def figures_of(text: str) -> list[str]:
    figures = Figures("a rule")
    cited(text, figures, prefix="s", label="a label", known=())
    return [figure.text for figure in figures.all]


def test_a_rate_with_its_counts_is_one_figure() -> None:
    assert figures_of("Win rate was 43.8 % (279 of 637) in 2024Q1.") == ["43.8 % (279 of 637)"]


def test_a_range_in_brackets_is_one_figure() -> None:
    assert figures_of("About 83 wins fewer (45 to 119), or −10.4 points.") == ["83", "45 to 119", "−10.4 points"]


def test_periods_and_dates_stay_text() -> None:
    assert figures_of("From 2024-03-26 on, in 2024Q2 and in 2023.") == []


def test_a_number_is_what_the_words_around_it_say() -> None:
    rows = RowsBehind("a_list", {"segment": "Pro"})
    known = (
        Known("lost deals of Pro", "307", after=" lost deals of Pro", rows=rows),
        Known("days", before="in "),
    )
    figures = Figures("a rule")
    cited("Read 307 lost deals of Pro, not 307 of Core, in 12 days.", figures, prefix="s", label="?", known=known)
    assert [(one.label, one.rows) for one in figures.all] == [("lost deals of Pro", rows), ("?", None), ("days", None)]


@given(st.text(alphabet="0123456789 ,.%()of+−-$Qabc", max_size=60))
def test_putting_the_figures_back_gives_the_sentence(text: str) -> None:
    figures = Figures("a rule")
    assert rendered(cited(text, figures, prefix="s", label="a label", known=()), figures.all) == text
