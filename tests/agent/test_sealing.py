"""The secret key: changed without losing what was sealed, and a wrong one is said in a sentence."""

import pytest

from agent.errors import SecretUnreadable
from agent.runtime import Runtime
from agent.sealing import Seal
from db.doors import Door
from db.settings import WorkspaceSettings
from tests.agent.conftest import SECRET, opened, person

pytestmark = pytest.mark.anyio


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, both, new = Seal("old"), Seal("new", ("old",)), Seal("new")
    assert both.open(old.close("value")) == "value"
    assert new.open(both.close("value")) == "value"
    with pytest.raises(SecretUnreadable):
        old.open(both.close("value"))


async def follow_up(runtime: Runtime, conversation: str | None, text: str) -> tuple[str, str]:
    actor = await person(runtime, "rep")
    turn = await runtime.ask(actor, text, door=Door.HTTP, conversation=conversation)
    answer = await runtime.answer(actor, turn.id)
    return turn.conversation_id, answer.answer


async def test_a_wrong_key_ends_a_turn_in_a_sentence_and_the_right_one_goes_on(settings: WorkspaceSettings) -> None:
    async with opened(settings) as runtime:
        conversation, _ = await follow_up(runtime, None, "write to orla@brightmoor.example")
    async with opened(settings.model_copy(update={"secret_key": "another"})) as runtime:
        _, said = await follow_up(runtime, conversation, "what are my top deals")
    assert said == "RAINMAKER_SECRET_KEY is not the key this workspace was sealed with."
    changed = settings.model_copy(update={"secret_key": "another", "previous_secret_keys": SECRET})
    async with opened(changed) as runtime:
        _, said = await follow_up(runtime, conversation, "what are my top deals")
    assert "RAINMAKER_SECRET_KEY" not in said
