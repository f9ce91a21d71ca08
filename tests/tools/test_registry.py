import pytest

from tools.contract import Area, Effect
from tools.errors import BadArgument
from tools.registry import TOOLS, by_name, of_area


def test_every_tool_is_found_by_its_name_and_area():
    for one in TOOLS:
        assert by_name(one.name) is one
        assert one in of_area(one.area)


def test_an_unknown_tool_is_refused():
    with pytest.raises(BadArgument, match="no tool"):
        by_name("drop_tables")


@pytest.mark.parametrize("one", TOOLS, ids=lambda one: one.name)
def test_every_tool_teaches_itself(one):
    assert len(set(one.examples)) >= 6
    assert len({example.lower() for example in one.examples}) == len(one.examples)
    schema = one.ask.model_json_schema()
    assert schema["additionalProperties"] is False


def test_examples_belong_to_one_tool_only():
    said = [example.lower() for one in TOOLS for example in one.examples]
    assert len(said) == len(set(said))


def test_only_named_tools_have_effects():
    effects = {one.name: one.effect for one in TOOLS if one.effect is not Effect.READ}
    assert effects == {"create_task": Effect.WRITE, "send_email": Effect.OUTWARD}
    assert {one.area for one in TOOLS} <= set(Area)
