"""Personal names: folding across scripts, nicknames, generations, and a skeleton that sounds alike."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from tools.science.duplicates.nicknames import GROUPS

_LETTERS = """
а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ=
ы=y ь= э=e ю=yu я=ya і=i ї=i є=e ґ=g
α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o
ß=ss ø=o ł=l đ=d æ=a œ=o ı=i
"""
_SCRIPTS = str.maketrans(dict(each.split("=") for each in _LETTERS.split()))
_TITLES_WRITTEN = """
mr mrs ms miss mx dr prof herr frau mme sir dame ing dipl phd md mba
"""
_TITLES = frozenset(_TITLES_WRITTEN.split())
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "jr", "iii": "iii", "iv": "iv"}
_SOUNDS = (
    (re.compile("sch|sh|ch|tz|ts|cz|zh|tsch"), "s"),
    (re.compile("ph|w"), "f"),
    (re.compile("ck|c|q|kh|x|g"), "k"),
    (re.compile("v"), "f"),
    (re.compile("z"), "s"),
    (re.compile("dt|th|d"), "t"),
    (re.compile("b"), "p"),
    (re.compile("h"), ""),
)


def fold(text: str | None) -> str:
    """Lower-case Latin words without accents and titles, apart by one space: "Dr. Zoë  O'Brien" is "zoe obrien".

    Cyrillic and Greek are transliterated; ae, oe and ue count as a, o and u, so that Mueller is Müller.
    """
    if not text:
        return ""
    lowered = unicodedata.normalize("NFC", text).lower().translate(_SCRIPTS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    plain = re.sub(r"['’`´.]", lambda m: " " if m.group() == "." else "", plain.translate(_SCRIPTS))
    words = "".join(c if c.isalpha() else " " for c in plain).split()
    kept = [word for word in words if word not in _TITLES] or words
    return re.sub("([aou])e", r"\1", " ".join(kept))


def without_generation(folded: str) -> tuple[str, str]:
    """The name and its generation ("jr", "sr", "iii", "iv" or ""); a name that is nothing else stays."""
    words = folded.split()
    if len(words) > 1 and words[-1] in _GENERATIONS:
        return " ".join(words[:-1]), _GENERATIONS[words[-1]]
    return folded, ""


def skeleton(folded: str) -> str:
    """First sound and consonants: names that sound alike across spellings have the same one."""
    sounds = folded.replace(" ", "")
    for pattern, sound in _SOUNDS:
        sounds = pattern.sub(sound, sounds)
    if not sounds:
        return folded.replace(" ", "")
    head = "a" if sounds[0] in "aeiouyj" else sounds[0]
    return re.sub(r"(.)\1+", r"\1", head + re.sub("[aeiouyj]", "", sounds[1:]))


@cache
def groups() -> dict[str, tuple[int, ...]]:
    """For each known given name the groups of forms it belongs to."""
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(GROUPS.split("\n")):
        for name in line.split():
            found[fold(name)] = (*found.get(fold(name), ()), number)
    return found


def same_person_calls(one: str, other: str) -> bool:
    """Whether both may be forms of one given name: Bob and Robert, but neither Alexander and Alexandra."""
    table = groups()
    return not set(table.get(one, ())).isdisjoint(table.get(other, ()))
