"""The shared lexicon: words that mean the same, ways of writing, and everyday words; read from plain text files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent / "lexicon"


def lines_of(name: str) -> list[str]:
    """The lines of a lexicon file without comments and blanks."""
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@cache
def forms() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Runs of tokens as written -> tokens as read (`win`, `ratio` -> `win`, `rate`)."""
    pairs = (line.split(" = ") for line in lines_of("forms.txt"))
    return {tuple(left.split()): tuple(right.split()) for left, right in pairs}


@cache
def concepts() -> dict[str, tuple[str, ...]]:
    """Word -> the concepts it belongs to."""
    found: dict[str, list[str]] = {}
    for line in lines_of("concepts.txt"):
        concept, words = line.split(":")
        for word in words.split():
            kept = found.setdefault(word, [])
            if concept not in kept:
                kept.append(concept)
    return {word: tuple(kept) for word, kept in found.items()}


@cache
def everyday() -> frozenset[str]:
    """Words that are neither typing errors nor names."""
    words = {word for line in lines_of("common.txt") for word in line.split()}
    return frozenset(words | {word for target in forms().values() for word in target})


@cache
def words_of(role: str) -> frozenset[str]:
    """The words that play a role in a sentence (`starters`, `function`, ...)."""
    found: set[str] = set()
    section = ""
    for line in lines_of("roles.txt"):
        if line.startswith("["):
            section = line.strip("[]")
        elif section == role:
            found.update(line.split())
    return frozenset(found)


@cache
def cues() -> dict[str, dict[str, tuple[str, ...]]]:
    """Section -> value -> phrases that mean it, for arguments that take one of a few choices."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    section = ""
    for line in lines_of("cues.txt"):
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = {}
        else:
            value, phrases = line.split(" = ", 1)
            found[section][value.strip()] = tuple(phrase.strip() for phrase in phrases.split("|"))
    return found


@cache
def countries() -> dict[str, str]:
    """Country name or adjective -> country name in English."""
    found: dict[str, str] = {}
    for line in lines_of("countries.txt"):
        name, *others = (part.strip() for part in line.split("|"))
        for word in (name.lower(), *others):
            found[word] = name
    return found


@cache
def cue_words() -> frozenset[str]:
    """Every word that a cue is made of."""
    values = (phrases for table in cues().values() for phrases in table.values())
    return frozenset(word for phrases in values for phrase in phrases for word in phrase.split() if word.isalpha())
