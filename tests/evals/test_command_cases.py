"""Cases of commands are read strictly: what nobody declared is refused."""

import re
from pathlib import Path

import pytest

from evals.cases import Half
from evals.commands.cases import CHANGING, Effect, halves, load, read
from evals.errors import UnreadableCases

GOOD = """
- id: one
  person: rep
  tags: [update]
  turns:
    - say: "move {opportunity1:Proposal} on"
      agents: [opportunity]
      effect: write
      changes: [{update: "{opportunity1:Proposal}", set: {stage: Negotiation}}]
      or: [{agents: [lead]}, {effect: none, changes: []}, {effect: clarify, clarify: which}]
    - say: "how many are there"
      agents: [opportunity]
      effect: read
      answer: {count: opportunity, where: [{stage: Won}]}
    - {say: "undo that", agents: [], effect: undo, changes: [{taken_back: 1}]}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("half", halves())
def test_every_case_is_readable_and_no_sentence_of_both_halves_tells_the_other(half):
    cases = load(half)
    assert len({case.id for case in cases}) == len(cases) > 100
    assert all(turn.readings for case in cases for turn in case.turns)
    other = {case.id for one in halves() if one is not half for case in load(one)}
    assert not other & {case.id for case in cases}


def test_the_head_of_the_file_names_every_effect_there_is():
    path = Path(load.__code__.co_filename).parents[1] / "cases" / "commands" / "dev.yaml"
    head = path.read_text(encoding="utf-8").split("\n- id:")[0]
    assert {effect for effect in Effect if not re.search(rf"\b{effect}\b", head)} == set()


def test_other_readings_take_over_what_they_do_not_say(tmp_path):
    (case,) = read(written(tmp_path, GOOD))
    first, none, asks, *by_lead = case.turns[0].readings
    assert (first.agents, first.effect) == (("opportunity",), Effect.WRITE)
    assert (none.agents, none.changes) == (None, ())
    assert (asks.effect, asks.changes) == (Effect.CLARIFY, ())
    assert by_lead[0].agents == ("lead",)
    assert by_lead[0].changes == first.changes
    assert case.placeholders == {"opportunity1:Proposal"}
    assert Effect.READ not in CHANGING


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("stage: Negotiation", "mood: sunny"),
        ("stage: Negotiation", "amount: {pounds: 3}"),
        ('update: "{opportunity1:Proposal}"', 'update: "{somebody1}"'),
        ('update: "{opportunity1:Proposal}"', "update: {row: first}"),
        ("{stage: Won}", "{stage: {resembles: Won}}"),
        ("{stage: Won}", "{mood: sunny}"),
        ("{stage: Won}", "{stage.name: Won}"),
        ("count: opportunity", "count: wishes"),
        ("count: opportunity", "guess: opportunity"),
        ("taken_back: 1", "taken_back: 3"),
        ("agents: [opportunity]", "agents: [magic]"),
        ("effect: write", "effect: refused"),
        ("effect: write", "effect: read"),
        ("person: rep", "person: ceo"),
        ("how many are there", "how many {lead1:new} {lead1:contacted}"),
    ],
)
def test_what_nobody_declared_is_refused(tmp_path, good, bad):
    with pytest.raises(UnreadableCases, match="case one"):
        read(written(tmp_path, GOOD.replace(good, bad)))


def test_an_id_used_twice_is_refused(tmp_path):
    with pytest.raises(UnreadableCases, match="twice"):
        read(written(tmp_path, GOOD + GOOD))


def test_a_half_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableCases, match="no such file"):
        read(tmp_path / Half.HELD_BACK.path.name)
