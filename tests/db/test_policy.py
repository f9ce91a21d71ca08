from __future__ import annotations

import pytest

from db.policy import GOVERNED, Approver, Policies, Rule, Ruling, default, stricter


def test_without_rows_only_one_record_may_be_changed_at_once() -> None:
    rules = {effect: Policies().ruling(effect, "any").rule for effect in GOVERNED}
    assert {effect for effect, rule in rules.items() if rule is Rule.APPLY_OWN_WORDS} == {"WRITE"}
    assert set(rules.values()) == {Rule.APPLY_OWN_WORDS, Rule.PROPOSE}


@pytest.mark.parametrize("effect", [one for one in GOVERNED if one != "WRITE"])
def test_a_row_that_would_do_without_approval_counts_as_a_proposal(effect: str) -> None:
    written = Policies({(effect, ""): ("apply_own_words", "manager")})
    assert written.ruling(effect, "send_email").rule is Rule.PROPOSE


def test_the_rule_of_a_tool_comes_before_that_of_its_effect() -> None:
    rows = {("WRITE", ""): ("forbid", "manager"), ("WRITE", "create_task"): ("propose", "executive")}
    assert Policies(rows).ruling("WRITE", "create_task") == Ruling(Rule.PROPOSE, Approver.EXECUTIVE)
    assert Policies(rows).ruling("WRITE", "another").rule is Rule.FORBID


@pytest.mark.parametrize("row", [("whatever", "manager"), ("propose", "nobody"), ("", "")])
def test_a_row_that_cannot_be_read_forbids(row: tuple[str, str]) -> None:
    assert Policies({("OUTWARD", ""): row}).ruling("OUTWARD", "send_email").rule is Rule.FORBID


def test_the_stricter_of_two_rules_counts() -> None:
    assert stricter(Rule.FOUR_EYES, Rule.PROPOSE) is Rule.FOUR_EYES
    assert default("POLICY").but_no_less_than(Rule.FORBID).rule is Rule.FORBID
