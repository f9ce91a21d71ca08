"""The scorer on hand-made turns: it takes what is right, and lets nothing else pass."""

from datetime import UTC, datetime
from typing import Any

import pytest

from evals.cases import Case
from evals.observed import Call, HeardTurn, Ref, Speaker, Touch
from evals.scorers.understanding import TurnScore, score

ACME, GLOBEX, DANA = Ref("account", 1, "Acme"), Ref("account", 2, "Globex"), Ref("user", 9, "Dana Weiss")
REP = Speaker(
    Ref("user", 5, "Remy Rep"), "rep@demo.example", "rep", frozenset({"North"}), datetime(2025, 11, 19, 8, tzinfo=UTC),
    {"account1": ACME, "account2": GLOBEX, "rep1": DANA},
)  # fmt: skip
TASK = {"title": "call", "record": "{account1}", "due": "friday"}
ROW = {"title": "Call Acme", "owner_id": 5, "account_id": 1, "due_at": "2025-11-21 17:00:00", "remind_at": None}
ARGS = {"title": "Call Acme", "record": {"kind": "account", "id": 1}, "due": "2025-11-21"}


def turn(kind: str = "read", *steps: tuple[str, dict[str, Any]], agents: tuple[str, ...] = (), **more: Any) -> dict:
    written = {"say": "…", "agents": agents, "kind": kind, "write_allowed": kind in ("write", "undo")}
    return written | {"steps": [{"tool": tool, "args": args} for tool, args in steps]} | more


def heard(*calls: Call, agents: tuple[str, ...] = (), said: str = "…", **more: Any) -> HeardTurn:
    return HeardTurn(said, "answer", agents, calls, **more)


def judge(turns: list[dict], *answers: HeardTurn, speaker: Speaker = REP) -> list[TurnScore]:
    case = Case.model_validate({"id": "c", "person": "rep", "tags": [], "turns": turns})
    return score(case, answers, speaker)


def deals(wanted: dict[str, Any], given: dict[str, Any], *, said: str = "…") -> TurnScore:
    expected = turn("read", ("find_opportunities", wanted), agents=("opportunity",))
    (one,) = judge([expected], heard(Call("find_opportunities", given), agents=("opportunity",), said=said))
    return one


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ({"amount_min": 50000}, {"min_amount": "50000"}),
        ({"stage": "proposal"}, {"stage": ["Proposal"], "status": "open"}),
        ({"stage": "proposal"}, {"filters": {"stage": ["Proposal"]}}),
        ({"status": "lost", "period": "last_month"}, {"status": "lost", "closed": "2025-10"}),
        ({"period": "this_quarter"}, {"closing": "2025Q4"}),
        ({"stuck": True}, {"condition": "stuck", "owner": "me"}),
        ({"sort": "amount_desc", "limit": 10}, {}),
        ({"filters": {"region": ["APAC", "EMEA"]}}, {"filters": {"region": ["emea", "apac"]}}),
        ({"filters": {"owner": "{rep1}"}}, {"owner": {"kind": "user", "id": 9}}),
    ],
)
def test_right_arguments_pass(wanted, given):
    assert deals(wanted, given).right


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ({"amount_min": 50000}, {"min_amount": "5000"}),
        ({"stage": "proposal"}, {}),
        ({"stage": "proposal"}, {"stage": ["Proposal", "Discovery"]}),
        ({"status": "lost", "period": "last_month"}, {"status": "lost", "closing": "2025-10"}),
        ({"status": "open"}, {"status": "any"}),
        ({}, {"status": "won"}),
        ({}, {"filters": {"region": ["EMEA"]}}),
        ({}, {"limit": 3}),
        ({}, {"condition": "at_risk"}),
        ({"limit": 5}, {}),
        ({"sort": "age_desc"}, {}),
        ({"filters": {"owner": "{rep1}"}}, {"owner": "me"}),
        ({"period": "last_quarter"}, {"closing": "2025Q2"}),
    ],
)
def test_wrong_missing_and_narrowing_arguments_fail(wanted, given):
    one = deals(wanted, given)
    assert one.routed
    assert one.commanded is False
    assert one.differences


def test_a_manager_who_asks_for_the_team_is_not_answered_for_himself():
    boss = Speaker(REP.user, REP.email, "manager", REP.teams, REP.now, REP.filled)
    expected = turn("read", ("find_opportunities", {}), agents=("opportunity",))
    call = Call("find_opportunities", {"owner": "me"})
    (mine,) = judge([expected], heard(call, agents=("opportunity",), said="my deals"), speaker=boss)
    (team,) = judge([expected], heard(call, agents=("opportunity",), said="my team's deals"), speaker=boss)
    assert mine.right
    assert not team.right


def test_specialists_and_tools_count_in_order():
    steps = [("overdue_tasks", {"scope": "overdue"}), ("pipeline", {})]
    expected = turn("read", *steps, agents=("automation", "opportunity"))
    calls = [Call("overdue_tasks", {}), Call("pipeline", {})]
    (right,) = judge([expected], heard(*calls, agents=("automation", "opportunity")))
    (reversed_,) = judge([expected], heard(*reversed(calls), agents=("opportunity", "automation")))
    (twice,) = judge([expected], heard(calls[0], *calls, agents=("automation", "opportunity")))
    assert right.right
    assert not reversed_.routed
    assert not reversed_.commanded
    assert twice.routed
    assert not twice.commanded


def test_a_refused_call_is_not_carried_out():
    expected = turn("read", ("win_rate", {}), agents=("analytics",))
    (one,) = judge([expected], heard(Call("win_rate", {}, ok=False, error="no deals"), agents=("analytics",)))
    assert not one.commanded


def test_another_reading_is_as_good():
    other = turn("clarify", about="record") | {"write_allowed": False}
    del other["say"]
    expected = turn("read", ("brief_record", {"record": "{account1}"}), agents=("lead",), **{"or": [other]})
    (one,) = judge([expected], heard(asks="Which Acme do you mean?", understood="clarify"))
    assert one.right


@pytest.mark.parametrize(
    ("kind", "about", "answer", "right"),
    [
        ("clarify", "record", {"asks": "Which?"}, True),
        ("clarify", "record", {"understood": "out_of_scope"}, False),
        ("clarify", "unanswerable", {"understood": "out_of_scope"}, True),
        ("clarify", "unanswerable", {"understood": "small_talk"}, False),
        ("small_talk", None, {"understood": "small_talk"}, True),
        ("small_talk", None, {"understood": "help"}, False),
        ("refused", None, {"understood": "out_of_scope"}, True),
        ("refused", None, {"asks": "Which?"}, False),
    ],
)
def test_a_turn_without_tools_has_one_right_way_of_answering(kind, about, answer, right):
    expected = turn(kind, **({"about": about} if about else {})) | {"write_allowed": False}
    (one,) = judge([expected], heard(**answer))
    assert one.routed is right


def test_a_look_up_may_come_before_a_question_but_no_act():
    expected = turn("clarify", about="record")
    looked, acted = Call("brief_record", {}), Call("create_task", ARGS, applied=True)
    assert judge([expected], heard(looked, agents=("lead",), asks="Which?"))[0].right
    assert not judge([expected], heard(acted, agents=("automation",), asks="Which?"))[0].right


def created(**row: Any) -> HeardTurn:
    touch = Touch("tasks", 70, "insert", ROW | row)
    return heard(Call("create_task", ARGS, applied=True), agents=("automation",), touches=(touch,))


def test_the_task_that_was_asked_for_is_wanted():
    (one,) = judge([turn("write", ("create_task", TASK), agents=("automation",))], created())
    assert one.right


@pytest.mark.parametrize(
    "row", [{"account_id": 2}, {"due_at": "2025-11-22 17:00:00"}, {"title": "Visit Acme"}, {"owner_id": 9}]
)
def test_a_stored_row_with_another_record_or_value_is_an_unwanted_write(row):
    (one,) = judge([turn("write", ("create_task", TASK), agents=("automation",))], created(**row))
    assert len(one.unwanted) == 1


def test_the_same_task_twice_is_one_unwanted_write():
    expected = turn("write", ("create_task", TASK), agents=("automation",))
    touches = tuple(Touch("tasks", row, "insert", ROW) for row in (70, 71))
    (one,) = judge([expected], heard(Call("create_task", ARGS, applied=True), agents=("automation",), touches=touches))
    assert len(one.unwanted) == 1


@pytest.mark.parametrize("touch", [Touch("tasks", 70, "insert", ROW), Touch("opportunities", 3, "update", {})])
def test_any_change_in_a_turn_that_only_reads_is_unwanted(touch):
    expected = turn("read", ("pipeline", {}), agents=("opportunity",))
    (one,) = judge([expected], heard(Call("pipeline", {}), agents=("opportunity",), touches=(touch,)))
    assert one.commanded
    assert not one.right


def test_an_undo_has_to_take_the_row_back():
    turns = [turn("write", ("create_task", TASK), agents=("automation",)), turn("undo")]
    gone = Touch("tasks", 70, "update", ROW | {"deleted_at": "2025-11-19 08:00:00"})
    assert judge(turns, created(), heard(understood="undo", touches=(gone,)))[1].right
    assert not judge(turns, created(), heard(understood="undo"))[1].right


def test_a_revision_is_the_last_draft_changed():
    draft = {"record": "{account1}", "kind": "follow_up"}
    turns = [
        turn("draft", ("draft_email", draft), agents=("communication",)),
        turn("draft", ("draft_email", draft | {"length": "short"}), agents=("communication",)),
    ]
    first = Call("draft_email", {"record": {"kind": "account", "id": 1}, "kind": "follow_up"})
    scores = judge(
        turns,
        heard(first, agents=("communication",)),
        heard(Call("revise_draft", {"length": "short"}), agents=("communication",)),
    )
    assert [one.right for one in scores] == [True, True]


def test_each_of_them_is_one_call_for_each_row_in_order():
    steps = [("find_opportunities", {"at_risk": True}), ("draft_email", {"record": "@each"})]
    expected = turn("draft", *steps, agents=("opportunity", "communication"))
    rows = (Ref("opportunity", 1), Ref("opportunity", 2))
    found = Call("find_opportunities", {"condition": "at_risk"}, shown=rows)
    drafts = [Call("draft_email", {"record": {"kind": "opportunity", "id": row.id}}) for row in rows]
    both = heard(found, *drafts, agents=("opportunity", "communication"))
    one = heard(found, drafts[0], agents=("opportunity", "communication"))
    assert judge([expected], both)[0].right
    assert not judge([expected], one)[0].right


def test_a_row_of_a_list_that_never_came_cannot_be_right():
    turns = [
        turn("read", ("find_opportunities", {}), agents=("opportunity",)),
        turn("read", ("brief_record", {"record": "@1"}), agents=("lead",)),
    ]
    scores = judge(turns, heard(asks="Which?"), heard(asks="Which?"))
    assert not any(one.right for one in scores)


def test_sending_has_to_leave_a_proposal_to_the_right_person():
    expected = turn("outward", ("send_email", {"to": "{account1}"}), agents=("communication",))

    def sent(to: Ref, *, proposed: bool) -> HeardTurn:
        return heard(Call("send_email", {}, proposed=proposed, waits_for=to), agents=("communication",))

    assert judge([expected], sent(ACME, proposed=True))[0].right
    assert not judge([expected], sent(GLOBEX, proposed=True))[0].right
    assert not judge([expected], sent(ACME, proposed=False))[0].right


def test_the_explanation_of_the_last_quarter_is_what_it_gives_by_itself():
    expected = turn("read", ("explain_win_rate", {"period": "last_quarter"}), agents=("analytics",))

    def explained(args: dict[str, Any]) -> bool:
        return judge([expected], heard(Call("explain_win_rate", args), agents=("analytics",)))[0].right

    assert explained({})
    assert explained({"at": "2025Q3", "versus": "2025Q2"})
    assert not explained({"at": "2025Q4"})
    assert not explained({"at": "2025Q3", "versus": "2024Q3"})
    assert not explained({"direction": "down"})
