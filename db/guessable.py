"""What of a password is guessed first: usual words, a person's own, rows of keys and repetitions.

After NIST SP 800-63B, 5.1.1.2: passwords of earlier breaches, dictionary words, repetitive or sequential characters and
words of the context are refused, with the reason; nothing is asked about kinds of characters. Here the words are taken
out of the password, also where digits and signs stand for letters, and what is left has to be long enough by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = """
access admin administrator angel anything apple arsenal asdf ashley autumn azerty banana baseball basketball batman
battery business buster changeme changethis charlie cheese chelsea chocolate cisco company computer contact
contrasena cookie correct customer daniel database default demo dragon enter family flower football forever freedom
friend friends geheim george ginger google guest hallo hello hockey hola horse hunter iloveyou internet jennifer
jessica jordan killer letmein linux liverpool login lovely loveyou manager master michael microsoft money monkey
motdepasse mustang nothing office oracle passcode passphrase password passwort pepper pokemon princess qwerty qwertz
robert root sales samsung schatz secret security server shadow soccer spring staple starwars summer sunshine
superman superuser system temp temporary test tester testing thomas trustno1 user username welcome whatever
willkommen windows winter work
january february march april june july august september october november december monday tuesday wednesday thursday
friday saturday sunday
"""
USUAL = frozenset(_WORDS.split())
"""Words that lead the lists of passwords from breaches, and those that stand for a purpose or a date."""
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm",
    "zxcvbnm", "yxcvbnm", "wxcvbn", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmik", "!@#$%^&*()_+", "!\"§$%&/()=",
)  # fmt: skip
_SHORTEST_RUN = 4
_SHORTEST_WORD = 3
_LIKE = {"a": "a4@", "e": "e3€", "i": "i1!|", "l": "l1|", "o": "o0", "s": "s5$", "t": "t7+", "b": "b8", "g": "g9"}
_GAPS = re.compile(r"[\s\-_.,]+")
_AGAIN = re.compile(r"(.{1,8}?)\1{2,}|(.{4,})\2")
_ONE_AGAIN = re.compile(r"(.{1,8}?)\1+")
_LEAST, _DIGITS = 5, 8


def of_own_words(password: str, own: Iterable[str]) -> bool:
    """Whether little is left of it without names and addresses."""
    words = words_of(own)
    return bool(words) and _taken_by(password, words)


def of_usual_words(password: str, own: Iterable[str] = ()) -> bool:
    """Whether little is left of it without the words that are tried first and those of the person."""
    return _taken_by(password, words_of(own) | USUAL)


def of_rows(password: str) -> bool:
    """Whether little is left of it without rows of keys or letters, and repetitions."""
    plain = _GAPS.sub("", password.casefold())
    return _ONE_AGAIN.fullmatch(plain) is not None or _short(_without_runs(plain), digits=0)


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of names and addresses."""
    parts = (part for text in texts for part in re.split(r"[\W_]+", text.casefold()))
    return frozenset(part for part in parts if len(part) >= _SHORTEST_WORD)


def _taken_by(password: str, words: frozenset[str]) -> bool:
    plain = _GAPS.sub("", password.casefold())
    left = _pattern(words).sub("", plain)
    return left != plain and _short(_without_runs(left), digits=_DIGITS)


def _short(left: str, *, digits: int) -> bool:
    """Whether what is left is guessed as well: a few characters, or a year, a date or a number."""
    bare = left.strip("!?*#+$&@")
    return len(left) < _LEAST or len(bare) < _LEAST or (len(bare) <= digits and bare.isdecimal())


def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join("".join(_any_of(letter) for letter in word) for word in longest_first))


def _any_of(letter: str) -> str:
    return f"[{re.escape(_LIKE[letter])}]" if letter in _LIKE else re.escape(letter)


def _without_runs(text: str) -> str:
    left, position = [], 0
    while position < len(text):
        run = _run_at(text, position)
        if run < _SHORTEST_RUN:
            left.append(text[position])
            run = 1
        position += run
    return _AGAIN.sub(r"\1\2", "".join(left))


def _run_at(text: str, position: int) -> int:
    """How many characters from here on follow each other in a row, forwards or backwards."""
    longest = 0
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        end = position + 1
        while end <= len(text) and text[position:end] in row:
            end += 1
        longest = max(longest, end - 1 - position)
    return longest
