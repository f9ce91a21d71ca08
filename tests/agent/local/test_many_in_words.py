"""Orders about many records: the words in any order, what points at the records of before, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from agent.local import Kind, Memory
from agent.local.schema import Frame, Record
from tests.agent.local.test_commands import ask, named
from tests.agent.local.workspace import record

DANA, MARCO = named("Dana Whitfield"), named("Marco Bianchi")
GERMANY, FRANCE = {"field": "country", "value": ["Germany"]}, {"field": "country", "value": ["France"]}
NEW, EVENTS = {"field": "status", "value": ["new"]}, {"field": "source", "value": ["Event"]}
SPAIN = {"field": "account.country", "value": ["Spain"]}
NO_PHONE = {"field": "phone", "test": "empty"}


def after(tool: str, **arguments: Any) -> Memory:
    return Memory(frames=(Frame(tool, arguments),))


ASSIGNED = after("update_leads", where=[NEW, GERMANY, EVENTS], owner=DANA)
CHANNELS = after("update_contacts", where=[SPAIN], preferred_channel="whatsapp")
COUNTED = after("summarise_contacts", where=[SPAIN, NO_PHONE])
DELETED = after("delete_contacts", where=[SPAIN])
THREE = (record("Halberd Rollout"), record("Larkspur Renewal 2026"), Record("opportunity", "42", "Quarry Pilot"))
LISTED = Memory(frames=(Frame("find_opportunities", {"limit": 3}),), listed=THREE)


def only(text: str, memory: Memory | None = None) -> tuple[str, dict[str, Any]]:
    (request,) = ask(text, memory).requests
    return request.tool, dict(request.arguments)


@pytest.mark.parametrize(
    "text",
    [
        "all new leads in Germany from events → Dana", "Dana gets all new leads in Germany from events",
        "new leads in Germany, source Event, go to Dana", "leads in Germany with status new from events: owner = Dana",
        "all new leads in Germany from events: owner Dana",
        "make Dana the owner of all new leads in Germany from events",
    ],
)  # fmt: skip
def test_an_order_is_read_in_whatever_order_its_words_stand(text: str) -> None:
    tool, arguments = only(text)
    where = arguments.pop("where")
    assert (tool, arguments) == ("update_leads", {"owner": DANA})
    assert sorted(map(str, where)) == sorted(map(str, [NEW, GERMANY, EVENTS]))


@pytest.mark.parametrize(
    ("text", "memory", "where", "values"),
    [
        ("and the French ones to Marco", ASSIGNED, [NEW, EVENTS, FRANCE], {"owner": MARCO}),
        ("same for the ones in France", ASSIGNED, [NEW, EVENTS, FRANCE], {"owner": DANA}),
        ("& those with a score above 50 → Marco", ASSIGNED,
         [NEW, GERMANY, EVENTS, {"field": "score", "test": "above", "value": [50]}], {"owner": MARCO}),
        ("the IT people should stay on sms though", CHANNELS,
         [SPAIN, {"field": "department", "value": ["IT"]}], {"preferred_channel": "sms"}),
        ("assign the latter to Dana", COUNTED, [SPAIN, NO_PHONE], {"owner": DANA}),
        ("set the language of all of them to Spanish", COUNTED, [SPAIN, NO_PHONE], {"language": "Spanish"}),
    ],
)  # fmt: skip
def test_words_that_point_mean_the_records_of_before(
    text: str, memory: Memory, where: list[Any], values: dict[str, Any]
) -> None:
    _, arguments = only(text, memory)
    assert sorted(map(str, arguments.pop("where"))) == sorted(map(str, where))
    assert arguments == values


def test_of_what_was_changed_nothing_is_narrowed_that_the_change_has_moved_away() -> None:
    moved = after("update_leads", where=[NEW, GERMANY], status="contacted")
    assert not [one for one in ask("those from events to Marco", moved).requests if one.tool.startswith("update")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [("the first two: next step 'call'", (0, 1)), ("2 and 3: next step 'call'", (1, 2)),
     ("next step 'call' for the last two", (1, 2)), ("set next step of #1 and #3 to call", (0, 2))],
)  # fmt: skip
def test_rows_of_the_last_list_are_meant_by_their_places(text: str, rows: tuple[int, ...]) -> None:
    tool, arguments = only(text, LISTED)
    assert (tool, arguments["next_step"]) == ("update_opportunities", "call")
    assert arguments["records"] == [THREE[at].as_argument() for at in rows]


@pytest.mark.parametrize("text", ["mark both as won", "set close date of the last four to 12 Dec", "both to Dana"])
def test_words_for_several_never_change_a_single_record(text: str) -> None:
    assert not ask(text, Memory(frames=LISTED.frames, listed=THREE, focus=THREE[:1])).requests


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("assign all leads in Germany to Dana except the ones from events", {"test": "is_not", **EVENTS}),
        ("assign all leads in Germany to Dana, but not those from events", {"test": "is_not", **EVENTS}),
        ("assign all leads in Germany to Dana. Leave out Marco's",
         {"field": "owner", "test": "is_not", "value": [MARCO]}),
        ("all leads in Germany → Dana, apart from the ones with a score above 50",
         {"field": "score", "test": "at_most", "value": [50]}),
    ],
)  # fmt: skip
def test_what_is_to_be_left_out_is_left_out(text: str, condition: dict[str, Any]) -> None:
    _, arguments = only(text)
    assert arguments["where"] == [GERMANY, condition]


def test_what_cannot_be_left_out_by_one_condition_is_asked_about() -> None:
    understood = ask("assign all leads in Germany to Dana except the new ones from events")
    assert understood.clarify and "leave out" in understood.clarify.question


@pytest.mark.parametrize(
    "text", ["those you kept may go too, even so", "delete the ones you left out as well, even so"]
)
def test_what_was_kept_goes_when_it_is_said_even_so(text: str) -> None:
    assert only(text, DELETED) == ("delete_contacts", {"where": [SPAIN], "even_so": True})


@pytest.mark.parametrize(
    "text",
    ["any open tasks about Quarry Bank?", "leads in Germany from Dana", "remind me to give all new leads to Dana"],
)
def test_a_question_and_a_reminder_change_no_list(text: str) -> None:
    assert not [one for one in ask(text).requests if one.tool.startswith("update_")]


def test_several_that_are_named_each_get_it() -> None:
    requests = ask("Halberd Rollout and Larkspur Renewal 2026 both to Negotiation").requests
    assert [one.arguments["record"]["name"] for one in requests] == ["Halberd Rollout", "Larkspur Renewal 2026"]


TEMPLATE = Memory(frames=(Frame("create_template", {}),), focus=(Record("template", "1", "No-show"),))
GONE = Memory(
    frames=(Frame("delete_leads", {"records": [named("Priya Nair")]}),), focus=(record("Halberd Rollout"),)
)  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Delete it.", "drop the template, it was wrong", "bin it please", "Hm, that was silly. Nuke the template.",
             "get rid of that template again", "the template can go"],
)  # fmt: skip
def test_what_was_just_made_is_deleted_in_many_words(text: str) -> None:
    assert only(text, TEMPLATE) == ("delete_templates", {"records": [TEMPLATE.focus[0].as_argument()]})


@pytest.mark.parametrize(
    "text", ["bring her back", "Restore it.", "put the lead back", "He is important. Get him back please."]
)
def test_what_was_deleted_last_is_brought_back(text: str) -> None:
    assert only(text, GONE) == ("restore_leads", {"records": [named("Priya Nair")]})


@pytest.mark.parametrize(
    "text", ["don't delete it", "should I delete it?", "delete it if she says no", 'he wrote "delete it"']
)
def test_what_only_speaks_of_a_deletion_deletes_nothing(text: str) -> None:
    assert not [one for one in ask(text, TEMPLATE).requests if one.tool.startswith("delete")]


@pytest.mark.parametrize(
    ("text", "keep"),
    [("Elena Marsh & Tobias Kern = same human, merge pls", "Elena Marsh"),
     ("merge Elena Marsh into Tobias Kern", "Tobias Kern"),
     ("Elena Marsh and Tobias Kern are duplicates, merge them and keep Tobias Kern", "Tobias Kern")],
)  # fmt: skip
def test_two_that_are_one_are_merged_and_the_right_one_stays(text: str, keep: str) -> None:
    tool, arguments = only(text)
    assert (tool, arguments["keep"]["name"], len(arguments["merge"])) == ("merge_contacts", keep, 1)


def test_whether_two_are_one_is_a_question() -> None:
    assert ask("are Elena Marsh and Tobias Kern duplicates?").kind is not Kind.REQUEST
