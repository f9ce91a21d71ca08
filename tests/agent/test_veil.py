"""The vault of a conversation from turn to turn."""

import pytest

from agent.errors import SecretUnreadable
from agent.sealing import Seal
from agent.veil import Vaults, Veil
from db.repositories.base import RecordRef
from tools.contract import Person

SEAL = Seal("a secret for tests only")


def talked(vaults: Vaults, sealed: dict[str, bytes], text: str) -> tuple[str, dict[str, bytes]]:
    """One turn: the text as models see it, and everything stored after it."""
    veil = Veil(vaults.opened("co", sealed))
    hidden = veil.hide(text)
    assert veil.show(hidden) == text
    return hidden, sealed | veil.sealed(SEAL)


def test_a_placeholder_keeps_its_meaning_over_turns_and_processes() -> None:
    here, elsewhere = Vaults(SEAL), Vaults(SEAL)
    first, sealed = talked(here, {}, "write to ann@acme.example")
    second, sealed = talked(elsewhere, sealed, "and to bob@acme.example")
    third, sealed = talked(here, sealed, "bob@acme.example, then ann@acme.example")
    assert len({first, second, third}) == 3
    assert third.split(", then ") == [second.removeprefix("and to "), first.removeprefix("write to ")]
    assert len(sealed) == 2


def test_only_what_a_turn_added_is_sealed() -> None:
    veil = Veil(Vaults(SEAL).opened("co", talked(Vaults(SEAL), {}, "ann@acme.example")[1]))
    veil.hide("ann@acme.example and bob@acme.example")
    assert len(veil.sealed(SEAL)) == 1


def test_what_is_kept_in_memory_follows_the_stored_bytes() -> None:
    vaults = Vaults(SEAL)
    _, before = talked(vaults, {}, "ann@acme.example")
    _, instead = talked(Vaults(SEAL), {}, "bob@acme.example")
    assert [entry.value for entry in vaults.opened("co", before)] == ["ann@acme.example"]
    assert [entry.value for entry in vaults.opened("co", instead)] == ["bob@acme.example"]
    assert len(vaults.opened("co", {})) == 0


def test_a_conversation_that_made_room_opens_again() -> None:
    vaults = Vaults(SEAL, most=1)
    _, sealed = talked(vaults, {}, "ann@acme.example")
    vaults.opened("another", {})
    assert [entry.value for entry in vaults.opened("co", sealed)] == ["ann@acme.example"]


def test_another_key_does_not_open_what_was_kept() -> None:
    _, sealed = talked(Vaults(SEAL), {}, "ann@acme.example")
    with pytest.raises(SecretUnreadable):
        Vaults(Seal("another secret")).opened("co", sealed)


def test_people_a_tool_named_stay_hidden_in_later_turns() -> None:
    vaults, first = Vaults(SEAL), Veil(Vaults(SEAL).opened("co", {}))
    first.learn_people([Person(RecordRef("contact", 7, "Isla Canary"))])
    later = Veil(vaults.opened("co", first.sealed(SEAL)))
    said = "The draft is written to Isla Canary, not to somebody else. (isla canary)"
    assert "canary" not in later.scrubber.value({"rainmaker.error": said})["rainmaker.error"].lower()
    assert "canary" not in later.hide("is isla canary the right one?")


def test_a_single_word_of_an_earlier_turn_does_not_hide_words_of_every_day() -> None:
    first = Veil(Vaults(SEAL).opened("co", {}))
    first.learn_people([Person(RecordRef("contact", 7, "Will"))])
    assert Veil(Vaults(SEAL).opened("co", first.sealed(SEAL))).hide("what will happen") == "what will happen"
