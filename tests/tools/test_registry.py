import pytest

from db.access import Permission
from tools.contract import Area, Effect, IncompleteTool
from tools.contract import tool as declare
from tools.errors import BadArgument
from tools.lead import find_leads
from tools.registry import TOOLS, by_name, of_area

BY_HAND = [one for one in TOOLS if one.on is None]


def test_every_tool_is_found_by_its_name_and_area():
    for one in TOOLS:
        assert by_name(one.name) is one
        assert one in of_area(one.area)


def test_an_unknown_tool_is_refused():
    with pytest.raises(BadArgument, match="no tool"):
        by_name("drop_tables")


@pytest.mark.parametrize("one", BY_HAND, ids=lambda one: one.name)
def test_every_tool_teaches_itself(one):
    assert len(set(one.examples)) >= 6
    assert len({example.lower() for example in one.examples}) == len(one.examples)
    schema = one.ask.model_json_schema()
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("one", TOOLS, ids=lambda one: one.name)
def test_every_tool_says_what_it_is_doing(one):
    first = one.doing.split()[0]
    assert first.endswith("ing")
    assert one.doing[0].islower() and one.doing[-1] not in ".…"


def test_a_tool_without_words_for_what_it_is_doing_is_refused():
    with pytest.raises(IncompleteTool, match="what it is doing"):
        declare(area=Area.LEAD, effect=Effect.READ, requires=Permission.LEADS_READ, doing=" ", examples=("a", "b"))(
            find_leads.run
        )


def test_examples_belong_to_one_tool_only():
    said = [example.lower() for one in TOOLS for example in one.examples]
    assert len(said) == len(set(said))


def test_only_named_tools_have_effects():
    effects = {one.name: one.effect for one in BY_HAND if one.effect is not Effect.READ}
    assert effects == {
        "create_task": Effect.WRITE, "send_email": Effect.OUTWARD, "set_rule": Effect.POLICY,
        "set_permission": Effect.POLICY,
        "set_field_shown": Effect.POLICY, "set_custom_field": Effect.POLICY,
        "set_exchange_rate": Effect.POLICY, "remember": Effect.WRITE, "forget": Effect.DELETE,
        "gather_memories": Effect.BULK, "undo_changes": Effect.BULK, "merge_duplicates": Effect.MERGE,
        "enrich_record": Effect.WRITE, "enrich_leads": Effect.BULK, "ask_provider": Effect.OUTWARD,
        "assign_lead": Effect.WRITE, "assign_leads": Effect.BULK, "set_qualification": Effect.WRITE,
        "convert_lead": Effect.WRITE,
    }  # fmt: skip
    assert {one.area for one in TOOLS} <= set(Area)
