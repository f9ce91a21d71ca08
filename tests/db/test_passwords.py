"""Which passwords are taken: those that are guessed first are not, and the reason is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import passwords
from db.errors import PasswordRefused
from db.guessable import USUAL

ABOUT = ("anna.berg@northwind.example", "Anna Berg-Olsen")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password1234", "tried first"), ("Password2026!", "tried first"), ("P@ssw0rd2026", "tried first"),
        ("Welcome-2026-!", "tried first"), ("letmein letmein", "tried first"), ("admin12345678", "tried first"),
        ("correct horse battery staple", "tried first"), ("Summer2026Summer", "tried first"),
        ("annaberg2026", "a name"), ("Northwind#2026", "a name"), ("4nn4-B3rg-123", "a name"),
        ("rainmaker123", "a name"),
        ("anna.berg@northwind.example", "a name"), ("BergAnna19870412", "a name"),
        ("northwind password 1", "tried first"), ("qwertyuiop[]", "tried first"), ("abcdefghijklm", "a row of keys"),
        ("123456789012", "a row of keys"), ("1q2w3e4r5t6y", "a row of keys"), ("xy9xy9xy9xy9", "few characters"),
        ("tulip7tulip7tulip7", "a row of keys or a repetition"), ("aaaaaaaaaaaa", "few characters"),
        ("short", "at least"),
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefused, match=reason):
        passwords.check(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    ["seven green umbrellas", "anna likes wet gravel", "k7#Vq2!mZx9p", "password gravel umbrella", "91827305648271",
     "Überfüllte Straßenbahn", "サクラは冬にも咲いている庭"],
)  # fmt: skip
def test_what_is_not_is_taken(password: str) -> None:
    passwords.check(password, about=ABOUT)


@given(word=st.sampled_from(sorted(USUAL)), digits=st.integers(0, 99_999_999), mark=st.sampled_from(["", "!", "-"]))
def test_no_usual_word_with_a_number_is_taken(word: str, digits: int, mark: str) -> None:
    with pytest.raises(PasswordRefused):
        passwords.check(f"{word.capitalize()}{mark}{digits}")
