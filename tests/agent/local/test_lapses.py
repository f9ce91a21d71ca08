"""How long nothing happened, said as a condition."""

import pytest

from agent.local.lapses import Kind, find_lapses
from tests.agent.local.workspace import ask


@pytest.mark.parametrize(
    ("text", "kind", "days"),
    [
        ("deals with no activity for three weeks", Kind.SILENT, 21),
        ("stuck more than 60 days", Kind.STAYING, 60),
        ("which deals has nobody touched in 14 days", Kind.SILENT, 14),
        ("sitting in the same stage for longer than a month", Kind.STAYING, 30),
        ("leads untouched for a fortnight", Kind.SILENT, 14),
    ],
)
def test_a_lapse_is_read_with_what_it_is_said_of(text: str, kind: Kind, days: int) -> None:
    assert [(lapse.kind, lapse.days) for lapse in find_lapses(text)] == [(kind, days)]


@pytest.mark.parametrize("text", ["closing in 3 weeks", "call her in two weeks", "won in the last 30 days"])
def test_a_time_to_come_or_a_period_is_no_lapse(text: str) -> None:
    assert find_lapses(text) == []


def test_a_lapse_is_neither_a_period_nor_a_second_condition() -> None:
    (request,) = ask("deals stuck for more than 60 days").requests
    assert request.arguments["stage_days"] == 60
    assert not {"condition", "closing", "closed"} & set(request.arguments)


def test_deals_without_a_next_step_are_asked_for_by_name() -> None:
    (request,) = ask("which open deals have no next step").requests
    assert request.arguments["no_next_step"] is True
