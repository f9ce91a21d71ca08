"""Nothing raw reaches a trace or a log."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.redaction import Alone, KnownName, NameIndex, NameKind, RecordRef, Scrubber, Vault, redact

KNOWN = NameIndex.of([KnownName("Anna Lee", NameKind.PERSON, RecordRef("contact", 1), Alone.EITHER)])
VAULT = redact(
    "Anna Lee, anna@example.com, password: hunter2, phone 555-0134, mark@globex.example", Vault(), KNOWN
).vault
RAW = ("Anna Lee", "anna@example.com", "hunter2", "555-0134")
SCRUBBER = Scrubber(VAULT, (KNOWN,))


def look_up(key: str) -> str:
    return {"a": "b"}[key]


def fail_with(message: str) -> None:
    try:
        look_up("hunter2")
    except KeyError as cause:
        error = ValueError(message)
        error.add_note("told by bob@example.org")
        raise error from cause


def failure_of(message: str) -> Exception:
    with pytest.raises(ValueError, match="deal") as caught:
        fail_with(message)
    return caught.value


def test_an_exception_keeps_its_shape_and_loses_its_values() -> None:
    scrubbed = SCRUBBER.error(failure_of("no deal for Anna Lee <anna@example.com>"))
    assert scrubbed.type == "ValueError"
    assert scrubbed.message == "no deal for <person_1> <<email_1>>"
    assert "fail_with" in scrubbed.stack and "test_traces.py" in scrubbed.stack
    assert not any(raw in scrubbed.stack for raw in (*RAW, "bob@example.org"))


def test_a_value_of_the_vault_is_hidden_without_its_label() -> None:
    assert SCRUBBER.text("got hunter2 and 555-0134") == "got <secret_1> and <phone_1>"


def test_what_the_vault_does_not_hold_loses_its_number() -> None:
    assert SCRUBBER.text("cc bob@example.org") == "cc <email>"


def test_placeholders_and_plain_values_stay() -> None:
    value = {
        "text": "<person_1> owes 5",
        "password": "<secret_1>",
        "n": 7,
        "share": 0.5,
        "on": date(2025, 3, 14),
        "none": None,
    }
    assert SCRUBBER.value(value) == value


def test_keys_sets_and_odd_objects_are_scrubbed() -> None:
    class Odd:
        def __str__(self) -> str:
            raise RuntimeError("anna@example.com")

    out = SCRUBBER.value({"anna@example.com": {"Anna Lee"}, "odd": Odd(), "error": ValueError("hunter2")})
    assert out == {
        "<email_1>": ["<person_1>"],
        "odd": "<Odd that cannot be printed: RuntimeError>",
        "error": "<secret_1>",
    }


def test_a_structure_that_holds_itself_ends() -> None:
    loop: list[object] = ["anna@example.com"]
    loop.append(loop)
    assert "anna@example.com" not in json.dumps(SCRUBBER.value(loop))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(RAW), min_size=1), st.text(max_size=8), st.booleans())
def test_no_value_of_the_vault_is_left_in_any_frame(values: list[str], frame: str, escaped: bool) -> None:
    text = f" {frame} ".join(values)
    out = SCRUBBER.text(json.dumps(text) if escaped else text)
    assert not any(raw.lower() in out.lower() for raw in RAW)


@given(
    st.lists(
        st.recursive(
            st.sampled_from(
                [*RAW, "HUNTER2!", "5550134", "xmark@globex.exampley", "İANNA LEE", 5550134, True, 1.5, None]
            )
            | st.text(max_size=12),
            lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from([*RAW, "phone"]), parts),
            max_leaves=6,
        ),
        max_size=4,
    )
)
@settings(max_examples=150, deadline=None)
def test_values_scrubbed_together_are_those_scrubbed_one_by_one(values: list[object]) -> None:
    assert SCRUBBER.values(values) == [SCRUBBER.value(value) for value in values]
