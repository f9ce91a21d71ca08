"""Cases are read strictly: what nobody declared is refused."""

from pathlib import Path

import pytest

from evals.cases import Half, load, read
from evals.errors import UnreadableCases
from tools.registry import TOOLS

GOOD = """
- id: one
  person: rep
  turns:
    - say: "deals of {account1}"
      agents: [opportunity]
      steps:
        - {tool: find_opportunities, args: {stage: proposal, period: last_quarter}}
      kind: read
      write_allowed: false
  tags: []
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("half", list(Half))
def test_every_case_is_readable(half):
    cases = load(half)
    assert len(cases) > 300
    assert {step.tool for case in cases for turn in case.turns for step in turn.steps} <= {one.name for one in TOOLS}


def test_the_halves_share_no_sentence_and_no_id():
    dev, held_back = load(Half.DEV), load(Half.HELD_BACK)
    assert not {case.id for case in dev} & {case.id for case in held_back}
    said = [{turn.say.casefold() for case in half for turn in case.turns} for half in (dev, held_back)]
    assert len(said[0] & said[1]) <= 5  # greetings and one-word answers may meet


def test_a_case_in_the_declared_shape_is_read(tmp_path):
    (case,) = read(written(tmp_path, GOOD))
    assert case.placeholders == {"account1"}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("tool: find_opportunities", "tool: find_everything"),
        ("stage: proposal", "colour: red"),
        ("last_quarter", "some_quarter"),
        ("{account1}", "{somebody1}"),
        ("person: rep", "person: ceo"),
        ("kind: read", "kind: clarify"),
        ("write_allowed: false", "write_allowed: false\n      mood: sunny"),
    ],
)
def test_what_nobody_declared_is_refused(tmp_path, good, bad):
    with pytest.raises(UnreadableCases, match="case one"):
        read(written(tmp_path, GOOD.replace(good, bad)))


def test_an_id_used_twice_is_refused(tmp_path):
    with pytest.raises(UnreadableCases, match="twice"):
        read(written(tmp_path, GOOD + GOOD))
