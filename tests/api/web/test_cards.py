"""The approval card, the source of a figure, and the words around them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.runtime import Opened
from api.web.evidence_view import columns, figure_first, opened_html, rows_html, verified_html
from api.web.proposal_card import Difference, card, card_html, folded, outcome_html, rest_html
from api.web.recency import grouped, when
from api.web.steps import doing, summary
from api.web.suggestions import suggestions
from api.web.values import computed, label, shown
from db.access import Actor, Role
from db.repositories.conversations import ConversationLine
from db.repositories.evidence import EvidenceLine
from tools.contract import Effect, Tool
from tools.registry import TOOLS

NOW = datetime(2025, 6, 11, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def proposal(before: dict[str, Any], after: dict[str, Any], **more: Any) -> dict[str, Any]:
    expires = (NOW + timedelta(days=7)).isoformat()
    return {
        "id": "pr_1", "tool": "move_stage", "effect": "BULK", "args": {}, "expires_at": expires,
        "preview": {"before": before, "after": after, "records": 1},
    } | more  # fmt: skip


def test_the_card_shows_what_changes_and_leaves_out_what_stays() -> None:
    before = {"opportunity.stage": "Proposal", "opportunity.name": "Acme", "opportunity.owner_id": 1}
    after = {"opportunity.stage": "Negotiation", "opportunity.name": "Acme", "opportunity.owner_id": 2}
    assert card(proposal(before, after), now=NOW).differences == (Difference("Stage", "Proposal", "Negotiation"),)


def test_a_message_names_its_recipient_and_shows_its_whole_text_escaped() -> None:
    message = {"to": {"kind": "contact", "id": 1, "name": "Jane Miller"}, "address": "jane@acme.example"}
    after = {"to": "jane@acme.example", "subject": "Next <steps>", "body": "Hi\nJane"}
    html = card_html(card(proposal({}, after, effect="OUTWARD", args={"message": message}), now=NOW))
    assert 'Jane Miller <span class="address">&lt;jane<wbr>@acme.example&gt;</span>' in html
    assert "Next &lt;steps&gt;" in html


def test_a_card_says_until_when_it_is_open() -> None:
    assert "Open until 18 June 2025, 09:00" in rest_html(card(proposal({}, {}), now=NOW))


@pytest.mark.parametrize("lines", [1, 12, 60, 61])
def test_a_message_of_a_usual_length_is_shown_whole(lines: int) -> None:
    body = "\n".join(f"line {n}" for n in range(lines))
    assert folded(body) == (body, 0)


def test_a_very_long_message_says_how_many_lines_are_left_out() -> None:
    lines = [f"line {n}" for n in range(100)]
    assert folded("\n".join(lines)) == ("\n".join(lines[:60]), 40)
    assert folded("\n".join(["word " * 320] * 10))[1] == 7


def test_a_card_knows_that_it_has_expired() -> None:
    late = proposal({}, {}, expires_at=(NOW - timedelta(seconds=1)).isoformat())
    assert card(late, now=NOW).expired


@pytest.mark.parametrize(
    ("status", "outcome", "said"),
    [
        ("applied", "done", "Done."),
        ("applied", "sent to jane@acme.example", "Done: sent to jane@acme.example."),
        ("declined", None, "Declined. Nothing was changed."),
        ("approved", "in doubt: no receipt", "Approved, but in doubt: no receipt."),
        ("failed", "The server said no.", "It could not be carried out. The server said no."),
    ],
)
def test_what_became_of_it_is_one_sentence(status: str, outcome: str | None, said: str) -> None:
    assert f"<span>{said}</span>" in outcome_html(status, outcome)


def line(rows: dict[str, Any] | None = None) -> EvidenceLine:
    value = {"unit": "rate", "value": 0.412}
    return EvidenceLine("win_rate", {"by": ["region"], "period": None}, "rate", "win rate", "won / closed", value, rows)


def test_a_source_shows_rule_parameters_and_rows_without_markup() -> None:
    opened = Opened(line({"tool": "x", "arguments": {}}), ({"id": 1, "name": "<b>A</b>", "empty": None},), "your team")
    html = opened_html(opened, {"n": 3, "figure": "41.2 %", "label": "win rate"}, None)
    assert "won / closed" in html
    assert "<dt>By</dt><dd>region</dd>" in html
    assert "<td>&lt;b&gt;A&lt;/b&gt;</td>" in html
    assert "1 row behind it, your team" in html


def test_the_column_of_the_figure_stands_right_after_the_name() -> None:
    rows = ({"name": "A", "account": "B", "amount": {"amount": "5.00", "currency": "EUR"}, "days_in_stage": 3},)
    assert figure_first(columns(rows), rows, {"amount": "5.00", "currency": "EUR"})[:2] == ["name", "amount"]
    assert figure_first(columns(rows), rows, {"unit": "days", "value": 3})[:2] == ["name", "days_in_stage"]
    assert figure_first(columns(rows), rows, {"unit": "rate", "value": 0.4}) == columns(rows)


def test_columns_without_a_value_are_left_out() -> None:
    assert columns([{"id": 1, "a": None, "b": 1}, {"b": 2, "c": 0}]) == ["b", "c"]


def test_a_list_that_reached_its_limit_is_called_the_first_rows() -> None:
    rows = ({"name": "A"}, {"name": "B"})
    assert "The first 2 rows behind it" in rows_html(Opened(line({"tool": "x", "arguments": {"limit": 2}}), rows), None)
    assert "<h3>2 rows behind it" in rows_html(Opened(line({"tool": "x", "arguments": {"limit": 3}}), rows), None)


def test_a_figure_without_rows_says_so() -> None:
    assert "has no list of its own" in rows_html(Opened(line()), None)


def test_computing_again_says_whether_it_holds_and_what_it_is_now() -> None:
    assert "It still holds: 41.2 %." in verified_html(Opened(line(), holds=True))
    assert "the records now give 40.0 %" in verified_html(
        Opened(line(), now={"unit": "rate", "value": 0.4}, holds=False)
    )
    assert "no longer give this figure" in verified_html(Opened(line(), holds=False))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"amount": "1250.00", "currency": "EUR"}, "€1,250"),
        ({"kind": "account", "id": 1, "name": "Acme"}, "Acme"),
        ("2025-06-04", "4 June 2025"),
        ("2025-06-04T12:00:00+00:00", "4 June 2025, 14:00"),
        ("2025-99-99", "2025-99-99"),
        (["EMEA", "APAC"], "EMEA, APAC"),
        ({}, "–"), (None, "–"), (True, "yes"), (0, "0"), (-1234.5, "−1,234.5"),
    ],
)  # fmt: skip
def test_values_read_as_a_person_writes_them(value: Any, text: str) -> None:
    assert shown(value, NOW.tzinfo) == text


def test_a_stored_figure_reads_as_it_was_shown() -> None:
    assert computed({"unit": "money", "amount": "1250.00", "currency": "USD"}) == "$1,250"
    assert computed({"unit": "date", "value": "2025-06-04"}) == "4 June 2025"
    assert label("opportunity.expected_close_on") == "Expected close on"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_step_is_said_in_the_words_of_its_tool(tool: Tool) -> None:
    assert doing(tool.name) == tool.doing


def test_a_tool_that_is_gone_is_said_by_its_name() -> None:
    assert doing("set_quota") == "using set quota"


def test_the_steps_are_summed_up() -> None:
    assert summary([{}, {}], "local") == "2 steps, local model"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_questions_that_can_be_asked_out_of_the_blue(role: Role) -> None:
    chosen = suggestions(TOOLS, Actor(1, "a@b.example", "A", role, 1), about="Orion Foods")
    assert len(chosen) == 6
    assert len({one.text for one in chosen}) == 6
    assert len({one.area for one in chosen}) >= 4
    assert all(word not in one.text for one in chosen for word in ("Acme", "Globex", " it", " them"))


def test_questions_to_begin_with_change_nothing() -> None:
    writing = {text for tool in TOOLS if tool.effect is not Effect.READ for text in tool.examples}
    for role in Role:
        shown_first = suggestions(TOOLS, Actor(1, "a@b.example", "A", role, 1), about="Orion Foods", most=40)
        assert writing.isdisjoint(one.text[:1].lower() + one.text[1:] for one in shown_first)


def test_conversations_are_grouped_by_the_days_of_the_reader() -> None:
    def touched(hours: float) -> ConversationLine:
        return ConversationLine(f"co_{hours}", None, "web", (NOW - timedelta(hours=hours)).astimezone(UTC), {})

    groups = grouped([touched(1), touched(9.5), touched(40), touched(24 * 30)], NOW)
    assert [name for name, _ in groups] == ["Today", "Yesterday", "Last 7 days", "Earlier"]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2025, 6, 11, 6, 5, tzinfo=UTC), "08:05"),
        (datetime(2025, 6, 10, 6, 5, tzinfo=UTC), "08:05"),
        (datetime(2025, 6, 6, 6, 5, tzinfo=UTC), "Fri"),
        (datetime(2025, 5, 21, 6, 5, tzinfo=UTC), "21 May"),
        (datetime(2024, 5, 21, 6, 5, tzinfo=UTC), "21 May 2024"),
    ],
)
def test_a_conversation_says_when_it_was_touched(at: datetime, said: str) -> None:
    assert when(at, NOW) == said
