"""Addresses, numbers and names as dictated: `jane dot roe at acme dot com`, `oh seven double oh`, `q u i l l`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.local.words import Token

_BRACKETS = re.compile(r"\s*[(\[{]\s*(at|dot|@)\s*[)\]}]\s*", re.IGNORECASE)
_DOTTED = re.compile(r"\s+(?:dot|period|point)\s+", re.IGNORECASE)
_AT = re.compile(r"(?<=\w)(?:\s+at\s+|\s+@\s*|\s*@\s+)(?=[\w-]+\.)", re.IGNORECASE)
_SPOKEN_SIGNS = (
    (re.compile(r"\s+(?:dash|hyphen|minus)\s+", re.IGNORECASE), "-"),
    (re.compile(r"\s+underscore\s+", re.IGNORECASE), "_"),
)
_DIGITS = {
    "oh": "0", "o": "0", "zero": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "plus": "+",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3}
_SHORTEST_NUMBER = 6
_SIGNS = {"dot": ".", ".": ".", "dash": "-", "hyphen": "-", "-": "-", "underscore": "_", "_": "_"}
_SPELLING = frozenset({"that's", "that", "is", "thats", "spelled", "spelt", "as", "in"})
_FEWEST_LETTERS = 3


def dictated_address(text: str) -> str:
    """`jane dot roe at acme dot com` as it is written; other words stay."""
    text = _BRACKETS.sub(lambda sign: f" {sign[1]} ", text)
    for pattern, sign in _SPOKEN_SIGNS:
        text = pattern.sub(sign, text)
    return _AT.sub("@", _DOTTED.sub(".", text))


def dictated_digits(text: str) -> str:
    """`oh seven double oh nine` as digits; runs of fewer than six are no number of a telephone."""
    digits, times, runs = "", 1, [""]
    for word in re.findall(r"[a-z]+|\d+", text.lower()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        digits = _DIGITS.get(word, word if word.isdigit() else "")
        if digits:
            runs[-1] += digits * times
        elif runs[-1]:
            runs.append("")
        times = 1
    longest = max(runs, key=len)
    return longest if len(longest) >= _SHORTEST_NUMBER else ""


def joined_addresses(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The same tokens with every dictated address as the one token that a written one is.

    Its words are no words of the sentence then: "at" names no company and "dot" ends no clause.
    """
    result: list[Token] = []
    place = 0
    while place < len(tokens):
        end, address = _address(tokens, place)
        if not address:
            result.append(tokens[place])
            place += 1
            continue
        raw = " ".join(token.raw for token in tokens[place:end])
        result.append(replace(tokens[place], norm=address, end=tokens[end - 1].end, raw=raw))
        place = end
    return tuple(result)


def _address(tokens: Sequence[Token], place: int) -> tuple[int, str]:
    """The address that begins at a token and where it ends; an empty one where none does."""
    local, end = _chain(tokens, place)
    mark = tokens[end].norm if end < len(tokens) else ""
    if not local or mark not in ("at", "@") or not any(sign.isalpha() for sign in local):
        return place, ""
    host, end = _chain(tokens, end + 1)
    spoken = any(token.norm == "dot" for token in tokens[place:end]) or mark == "@"
    return (end, f"{local}@{host}") if "." in host and spoken else (place, "")


def _chain(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """Words held together by spoken signs: `jane dot roe`. A full stop with a space behind it ends it."""
    said = ""
    while place < len(tokens) and _is_piece(tokens[place]):
        said += tokens[place].norm
        place += 1
        sign = _SIGNS.get(tokens[place].norm) if place + 1 < len(tokens) else None
        glued = place + 1 < len(tokens) and tokens[place].start == tokens[place - 1].end == tokens[place + 1].start - 1
        if sign is None or not _is_piece(tokens[place + 1]) or not (tokens[place].norm.isalpha() or glued):
            break
        said += sign
        place += 1
    return said, place


def _is_piece(token: Token) -> bool:
    return token.norm.replace(".", "").isalnum() and token.norm not in ("at", "dot", "dash", "underscore")


def without_spelling(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The same tokens without letters that only spell the word before them ("Quill, that's q u i l l")."""
    result: list[Token] = []
    place = 0
    while place < len(tokens):
        begins, ends = _letters(tokens, place)
        spelt = "".join(token.norm for token in tokens[begins:ends] if token.norm != "-")
        if len(spelt) >= _FEWEST_LETTERS and spelt in {token.norm for token in result[-2:]}:
            place = ends
        else:
            result.append(tokens[place])
            place += 1
    return tuple(result)


def _letters(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """Where single letters stand behind words like "that's"."""
    begins = place
    while begins < len(tokens) and (tokens[begins].norm in _SPELLING or tokens[begins].norm == ","):
        begins += 1
    ends = begins
    while ends < len(tokens) and (tokens[ends].norm == "-" or (tokens[ends].is_word and len(tokens[ends].norm) == 1)):
        ends += 1
    return begins, ends
