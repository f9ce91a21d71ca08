"""What a letter can be: its kinds, its tone, its length, its language. People's words for them are understood too."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator

from db.names import fold
from tools.languages import LANGUAGES


class Kind(StrEnum):
    FIRST_TOUCH = "first_touch"
    FOLLOW_UP = "follow_up"
    PROPOSAL = "proposal"
    RENEWAL = "renewal"
    OBJECTION = "objection"
    THANK_YOU = "thank_you"
    MEETING_REQUEST = "meeting_request"
    WIN_BACK = "win_back"

    @property
    def said(self) -> str:
        return {
            Kind.FIRST_TOUCH: "a first e-mail",
            Kind.FOLLOW_UP: "a follow-up",
            Kind.PROPOSAL: "an e-mail about the proposal",
            Kind.RENEWAL: "an e-mail about the renewal",
            Kind.OBJECTION: "an answer to the objection",
            Kind.THANK_YOU: "a thank-you",
            Kind.MEETING_REQUEST: "a meeting request",
            Kind.WIN_BACK: "an e-mail to win them back",
        }[self]


class Tone(StrEnum):
    NEUTRAL = "neutral"
    FORMAL = "formal"
    FRIENDLY = "friendly"
    DIRECT = "direct"


_OTHER_NAMES = {
    "englisch": "en", "ingles": "en", "anglais": "en", "deutsch": "de", "aleman": "de", "allemand": "de",
    "espanol": "es", "spanisch": "es", "espagnol": "es", "francais": "fr", "franzosisch": "fr", "frances": "fr",
}  # fmt: skip
_TONES = {
    "casual": "friendly", "warm": "friendly", "warmer": "friendly", "informal": "friendly", "personal": "friendly",
    "relaxed": "friendly", "friendlier": "friendly", "softer": "friendly", "kinder": "friendly",
    "professional": "formal", "businesslike": "formal", "polite": "formal", "official": "formal", "serious": "formal",
    "blunt": "direct", "firm": "direct", "firmer": "direct", "assertive": "direct", "plain": "direct",
}  # fmt: skip


def language_code(value: object) -> object:
    """`German`, `Deutsch` and `de-AT` are `de`. Languages we do not write are refused by name."""
    if not isinstance(value, str):
        return value
    name = fold(value.strip())
    known = {fold(spoken): code for code, spoken in LANGUAGES.items()} | _OTHER_NAMES
    code = known.get(name, name.split("-")[0].split("_")[0])
    if code not in LANGUAGES:
        raise ValueError(f"I write English, German, Spanish and French, not {value}")
    return code


def _tone(value: object) -> object:
    return _TONES.get(fold(value.strip()), fold(value.strip())) if isinstance(value, str) else value


def _length(value: object) -> object:
    return "normal" if isinstance(value, str) and fold(value.strip()) in ("long", "longer", "detailed") else value


ToneArgument = Annotated[Literal["formal", "friendly", "direct"] | None, BeforeValidator(_tone)]
LengthArgument = Annotated[Literal["short", "normal"], BeforeValidator(_length)]
LanguageArgument = Annotated[str | None, BeforeValidator(language_code)]
