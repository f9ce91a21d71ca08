"""From the text of an answer to blocks and HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.answer_html import answer_html, citations_by_mark
from api.web.blocks import Bullets, Code, Draft, Heading, Numbered, Paragraph, Table, blocks, without_choices

CITED = citations_by_mark([{"n": 1, "figure": "41.2 %", "label": "win rate, 2025Q2", "evidence": "ev_1"}])
ALLOWED = {
    "p": {"class"}, "br": set(), "h3": set(), "ol": {"class", "start"}, "ul": {"class"}, "li": set(),
    "span": {"class"}, "sup": set(),
    "button": {"type", "class", "data-cite", "data-copy", "title", "aria-label", "aria-haspopup"},
    "div": {"class", "tabindex", "role", "aria-label"}, "table": set(), "thead": set(), "tbody": set(), "tr": set(),
    "th": {"scope"}, "td": set(), "pre": set(), "code": set(), "strong": set(), "em": set(), "a": {"href"},
    "article": {"class", "aria-label"}, "header": set(),
    "svg": {"class", "viewbox", "width", "height", "fill", "stroke", "stroke-width", "stroke-linecap", "aria-hidden"}
    | {"stroke-linejoin"},
    "path": {"d"}, "rect": {"x", "y", "width", "height", "rx"},
}  # fmt: skip
MARKUP = st.text(alphabet=st.sampled_from("<>&\"'`*_#|-[]()!/ \nab1.:"), max_size=120)
DANGEROUS = st.sampled_from(
    [
        "<script>x</script>",
        "![a](http://evil.example/p.png)",
        "[a](javascript:x)",
        '"><img src=x onerror=x>',
        "[1]",
        "Subject: ",
    ]
)


class Tags(HTMLParser):
    """Every tag with its attributes, and whether they close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("br", "path", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("path", "rect"):
            assert self.open.pop() == tag


@given(st.lists(st.one_of(MARKUP, DANGEROUS), max_size=6).map("".join), st.booleans())
def test_no_text_brings_in_a_tag_an_attribute_or_an_address(text: str, rich: bool) -> None:
    tags = Tags(answer_html(blocks(text, rich=rich), CITED, rich=rich))
    assert not tags.open
    for tag, attributes in tags.seen:
        assert set(attributes) <= ALLOWED[tag]
        assert (attributes.get("href") or "/c/").startswith(("/c/", "/traces/", "/evidence/"))


@given(st.text(alphabet=st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=80))
def test_composed_text_is_shown_to_the_letter(text: str) -> None:
    from html import unescape

    shown = answer_html((Paragraph((text,)),), {})
    assert unescape(shown.partition(">")[2].removesuffix("</p>")) == text


def test_lists_follow_their_heading_and_end_before_the_next_sentence() -> None:
    found = blocks("2 open deals:\n1. Acme (Sam): Proposal\n2. Globex (Sam): Discovery\n3 more are overdue.")
    assert found == (
        Paragraph(("2 open deals:",)),
        Numbered(((1, "Acme (Sam): Proposal"), (2, "Globex (Sam): Discovery"))),
        Paragraph(("3 more are overdue.",)),
    )


def test_a_subject_after_an_empty_line_begins_a_draft() -> None:
    found = blocks("Here is a draft.\n\nSubject: Next steps\n\nHi Jane,\n\n- see [1]\n\nSam")
    assert found[-1] == Draft("Next steps", "Hi Jane,\n\n- see [1]\n\nSam")
    assert isinstance(blocks("They wrote\nSubject: Next steps")[0], Paragraph)


def test_a_draft_is_paper_with_the_whole_text_to_copy() -> None:
    html = answer_html((Draft("A & B", "Hi <you>\n\n[1] *x*"),), CITED)
    assert 'data-copy="Subject: A &amp; B\n\nHi &lt;you&gt;\n\n[1] *x*"' in html
    assert "data-cite" not in html


def test_a_known_mark_becomes_a_button_that_stays_with_its_figure() -> None:
    html = answer_html(blocks("Win rate is 41.2 % [1] now [2]."), CITED)
    assert '<span class="figure">41.2 %<sup><button type="button" class="cite" data-cite="1"' in html
    assert 'aria-label="Open source 1, win rate, 2025Q2: 41.2 %"' in html
    assert "now [2]." in html


def test_a_record_line_is_split_into_name_owner_and_facts() -> None:
    html = answer_html(blocks("1. Acme: phase two (Sam Carter): Proposal, $1,250, due 4 June"), {})
    assert '<span class="name">Acme: phase two</span> <span class="owner">Sam Carter</span>' in html
    assert '<span>Proposal</span><span class="number">$1,250</span><span>due 4 June</span>' in html


def test_records_with_the_same_facts_stand_in_columns() -> None:
    html = answer_html(blocks("1. Acme: Proposal, $1,250, due 4 June\n2. Globex: Discovery, $90, due 5 June"), {})
    assert '<ol class="records columns of-3">' in html
    assert html.count('<span class="number">') == 2


def test_records_whose_facts_differ_are_not_forced_into_columns() -> None:
    html = answer_html(blocks("1. Acme: Proposal, $1,250, due 4 June\n2. Globex: Discovery, $90"), {})
    assert '<ol class="records">' in html


def test_the_first_sentence_of_a_longer_answer_stands_out() -> None:
    html = answer_html(blocks("Win rate was 41.2 % [1] in 2025Q2. It fell since.\n\nNext step: ask."), CITED)
    first, _, rest = html.partition("</p>")
    assert first.startswith('<p class="first">Win rate')
    assert first.endswith("in 2025Q2.")
    assert rest.startswith("<p>It fell since.</p>")


def test_rows_of_name_and_value_stand_in_two_columns() -> None:
    html = answer_html(blocks("- EMEA: 12 of 30\n- APAC: 8 of 20"), {})
    assert html.count('<span class="rest">') == 2
    assert "<ul><li>one thing</li></ul>" in answer_html(blocks("- one thing"), {})


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("## What changed ##", Heading("What changed")),
        ("a | b\n--|--\n1 | 2\n3", Table(("a", "b"), (("1", "2"),))),
        ("```\nx < y\n```", Code("x < y")),
        ("* one\n* two", Bullets(("one", "two"))),
    ],
)
def test_a_models_markdown_is_read(text: str, block: object) -> None:
    assert blocks(text, rich=True)[0] == block


def test_a_models_emphasis_is_kept_and_its_links_and_pictures_become_text() -> None:
    text = "**Best** *first* `x*y*z` [terms](https://evil.example/a) ![chart](https://evil.example/p.png) [it](/c/co_1)"
    html = answer_html(blocks(text, rich=True), {}, rich=True)
    assert "<strong>Best</strong> <em>first</em> <code>x*y*z</code> terms (https://evil.example/a) chart" in html
    assert html.count("<a ") == 1


def test_text_composed_by_code_keeps_its_asterisks() -> None:
    assert "Deal *A* **B**" in answer_html(blocks("Deal *A* **B**"), {})


def test_choices_shown_as_buttons_leave_the_text() -> None:
    assert without_choices("Which Acme?\n- Acme Foods\n- Acme Steel\n- see below", ["Acme Foods", "Acme Steel"]) == (
        "Which Acme?\n- see below"
    )
