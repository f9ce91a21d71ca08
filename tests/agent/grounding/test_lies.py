"""Nothing false gets past the judge."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grounding import Verdict
from evals.doubles.openai import LIES, ChatRequest
from evals.doubles.openai.request import received
from tests.agent.grounding.lies import LIES as BY_HAND
from tests.agent.grounding.outputs import OUTPUTS
from tools.evidence import REFERENCE


def request(text: str, number: int) -> ChatRequest:
    body = {"model": "m", "messages": [{"role": "user", "content": f"is it 45 % of 12?\n{text}"}]}
    return received(number=number, method="POST", path="/", headers={}, body=json.dumps(body).encode(), authorised=True)


@pytest.mark.parametrize(("name", "text"), BY_HAND)
def test_a_falsified_sentence_is_refused(name: str, text: str) -> None:
    assert OUTPUTS[name].judged(text).verdict is not Verdict.GROUNDED


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_every_kind_of_lie_over_every_output_is_refused(lie) -> None:  # type: ignore[no-untyped-def]
    for name, output in OUTPUTS.items():
        for number in range(1, 9):
            said = lie(output.recited, request(output.recited, number))
            assert said == output.recited or output.judged(said).verdict is not Verdict.GROUNDED, (name, said)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(name for name, one in OUTPUTS.items() if one.labels)), st.randoms(use_true_random=False))
def test_figures_in_another_order_are_refused(name: str, chance: random.Random) -> None:
    text = OUTPUTS[name].recited
    keys = REFERENCE.findall(text)
    shuffled = chance.sample(keys, len(keys))
    said = REFERENCE.sub(lambda _: f"[[{shuffled.pop()}]]", text)
    assert said == text or OUTPUTS[name].judged(said).verdict is not Verdict.GROUNDED


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(OUTPUTS)), st.randoms(use_true_random=False))
def test_a_word_of_another_answer_in_a_sentence_is_refused(name: str, chance: random.Random) -> None:
    words = OUTPUTS[name].recited.split(" ")
    foreign = chance.choice(("unlikely", "doubled", "Globex", "never", "forecast", "grew", "won't", "guaranteed", "17"))
    words.insert(chance.randrange(len(words)), foreign)
    assert OUTPUTS[name].judged(" ".join(words)).verdict is not Verdict.GROUNDED


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("  ", Verdict.EMPTY),
        ("The win rate is [[0.gone]].", Verdict.UNKNOWN_REFERENCE),
        ("The win rate is 93 %.", Verdict.BARE_FIGURE),
        ("The win rate is [[0.won]].", Verdict.WRONG_FIGURE),
        ("I have sent the mail.", Verdict.UNSUPPORTED),
        ("Die Quote liegt etwa hier.", Verdict.UNREADABLE),
        ("It is <b>high</b>.", Verdict.HIDDEN_TEXT),
    ],
)
def test_the_verdict_says_what_was_wrong(text: str, verdict: Verdict) -> None:
    assert OUTPUTS["rate"].judged(text).verdict is verdict


def test_the_failed_sentence_is_named_by_its_number() -> None:
    assert OUTPUTS["rate"].judged("Here is what I found. It stands at [[0.rate]]. It doubled.").sentence == 3
