"""Restoring gives back exactly what was written, whatever was written."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.redaction import (
    Alone,
    KnownName,
    Ledger,
    NameIndex,
    NameKind,
    RecordRef,
    Redactor,
    RestoringStream,
    Vault,
    redact,
    redact_json_into,
    restore,
    restore_json,
)

KNOWN = NameIndex.of(
    [
        KnownName("Anna Lee", NameKind.PERSON, RecordRef("contact", 1), Alone.EITHER),
        KnownName("Zoë O'Brien", NameKind.PERSON, RecordRef("contact", 2), Alone.EITHER),
        KnownName("Globex", NameKind.ACCOUNT, RecordRef("account", 1)),
    ]
)
PIECES = st.sampled_from(
    [
        "<person_1>",
        "person_2",
        "\\<email_1\\>",
        "&lt;phone_1&gt;",
        "< person 1 >",
        "<",
        ">",
        "\\",
        "/",
        "_1",
        "&lt;",
        "<person",
        "＜person_1＞",
        "per\u200bson_1",
        "Anna Lee",
        "anna",
        "O'Brien's",
        "a.b@c.de",
        "a at b dot com",
        "+1 415 555 2671",
        "4111 1111 1111 1111",
        "password: x9",
        "Globex",
        " ",
        "\n",
        "s",
        "1",
        ".",
        "\u200b",
        "e\u0301",
        "\\u0041",
        "ﬁ",
        "<text_1>",
        "_",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["phone", "note", "password", "x"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.booleans())
@example("<<a.b@c.de>>", False)
@example("\\a.b@c.de\\>", False)
@example("person_1Anna Lee_1>", False)
def test_restoring_redacted_text_gives_the_text_back(text: str, hide_accounts: bool) -> None:
    redacted = redact(text, Vault(), KNOWN, hide_accounts=hide_accounts)
    assert restore(redacted.text, redacted.vault) == text


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_restoring_redacted_json_gives_the_value_back(value: object) -> None:
    ledger = Ledger(Vault())
    redacted = redact_json_into(ledger, value, Redactor((KNOWN,)))
    assert restore_json(redacted, ledger.vault) == value


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_a_second_text_does_not_change_what_the_first_restores_to(first: str, second: str) -> None:
    one = redact(first, Vault(), KNOWN)
    two = redact(second, one.vault, KNOWN)
    assert restore(one.text, two.vault) == first
    assert restore(two.text, two.vault) == second


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_vault_survives_storage_as_json(text: str) -> None:
    redacted = redact(text, Vault(), KNOWN)
    assert Vault.from_dict(json.loads(json.dumps(redacted.vault.to_dict()))) == redacted.vault


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(st.integers(1, 9), max_size=30))
def test_an_answer_restored_in_chunks_is_the_answer_restored_whole(text: str, cuts: list[int]) -> None:
    redacted = redact("Anna Lee, Zoë O'Brien, a.b@c.de", Vault(), KNOWN)
    stream, out, at = RestoringStream(redacted.vault), "", 0
    for size in [*cuts, len(text)]:
        out += stream.feed(text[at : at + size])
        at += size
    assert out + stream.finish() == restore(text, redacted.vault)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_spans_say_what_was_replaced_by_what(text: str) -> None:
    redacted = redact(text, Vault(), KNOWN)
    for span in redacted.spans:
        entry = redacted.vault.entry(span.placeholder)
        assert entry is not None and entry.value == text[span.start : span.end]
        assert redacted.text[span.at : span.at + len(span.placeholder)] == span.placeholder
