"""Writes a letter from facts: greeting, one reference to the last exchange, one purpose, one ask, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from tools.communication.facts import Facts
from tools.communication.instructions import Edits
from tools.communication.style import Kind, Tone
from tools.communication.words import Words, words

_QUESTION = re.compile(r"\b(?:question|frage|pregunta)")
_WITH_QUESTION = frozenset({Kind.FOLLOW_UP, Kind.PROPOSAL, Kind.OBJECTION, Kind.MEETING_REQUEST})
_WITH_PROMISE = frozenset({Kind.FOLLOW_UP, Kind.MEETING_REQUEST, Kind.PROPOSAL})
_WITH_PAIN = frozenset({Kind.FIRST_TOUCH, Kind.MEETING_REQUEST})


@dataclass(frozen=True, slots=True)
class Style:
    kind: Kind
    tone: Tone = Tone.NEUTRAL
    short: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


def write(facts: Facts, style: Style, edits: Edits) -> Letter:
    """The whole letter. It says nothing that is not in the facts or in the person's own words (`edits`)."""
    said, facts = words(style.language), _kept(facts, edits)
    brief = style.short or style.tone is Tone.DIRECT
    opening = [*_warmth(said, style), *_reference(facts, style, said), *_middle(facts, style, said, brief=brief)]
    purpose = [] if brief and opening and style.kind is not Kind.OBJECTION else [_purpose(facts, style, said)]
    paragraphs = [
        _greeting(facts, style, said),
        _joined(opening, said),
        *([] if not purpose else [" ".join(purpose)]),
        *_topic(facts, style, edits, said),
        *edits.say,
        edits.ask or _ask(facts, style, said),
        f"{said.must('closing', _tone_key(style))}{',' if said.code == 'en' else ''}\n{facts.sender}",
    ]
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return Letter(edits.subject or _subject(facts, style, said), body)


def _kept(facts: Facts, edits: Edits) -> Facts:
    """Without the question or the promise where the person wants it out."""
    unwanted = " ".join(edits.drop).casefold()
    return replace(
        facts,
        question=None if _QUESTION.search(unwanted) else facts.question,
        promise=None if "promise" in unwanted else facts.promise,
    )


def _topic(facts: Facts, style: Style, edits: Edits, said: Words) -> list[str]:
    """What the person said the letter is about; a concern is answered instead of named."""
    if edits.about is None or (style.kind is Kind.OBJECTION and facts.concern is not None):
        return []
    return [said.must("about").format(about=edits.about)]


def _tone_key(style: Style) -> str:
    return style.tone if style.tone in (Tone.FORMAL, Tone.FRIENDLY) else Tone.NEUTRAL


def _fields(facts: Facts, said: Words) -> dict[str, str]:
    company = facts.company or said.must("your_company")
    topic = facts.product or facts.company or said.must("our_conversation")
    if facts.product and facts.company:
        topic = said.must("topic").format(product=facts.product, company=facts.company)
    return {"first": facts.first or "", "full": facts.full or "", "company": company, "topic": topic}


def _greeting(facts: Facts, style: Style, said: Words) -> str:
    pattern = said.must("greeting", _tone_key(style))
    name = facts.first if "{first}" in pattern else facts.full
    return pattern.format(**_fields(facts, said)) if name else said.must("greeting", "nameless")


def _warmth(said: Words, style: Style) -> list[str]:
    return [said.must("warmth")] if style.tone is Tone.FRIENDLY and not style.short else []


def _reference(facts: Facts, style: Style, said: Words) -> list[str]:
    """One sentence about what was last between us, with its date."""
    occasion = _occasion(facts, style)
    if occasion is None:
        return [said.must("owner").format(**_fields(facts, said))] if facts.looks_after else []
    what, when = occasion
    pattern = (style.kind is Kind.THANK_YOU and said.at("thanks", what)) or said.must("reference", what)
    if facts.colleague and occasion == facts.reference:
        pattern = said.at("colleague", what) or pattern
    fields = _fields(facts, said) | {"colleague": facts.colleague or ""}
    return [pattern.format(date=said.day(when, facts.today), **fields)]


def _occasion(facts: Facts, style: Style) -> tuple[str, date] | None:
    won = facts.ended is not None and facts.ended[0] == "won"
    lost = facts.ended is not None and facts.ended[0] == "lost"
    if (style.kind is Kind.WIN_BACK and lost) or (style.kind in (Kind.RENEWAL, Kind.THANK_YOU) and won):
        return facts.ended
    return facts.reference


def _middle(facts: Facts, style: Style, said: Words, *, brief: bool) -> list[str]:
    if facts.question and style.kind in _WITH_QUESTION:
        return [said.must("question").format(question=said.quoted(facts.question))]
    promise, pain = said.at("promise"), said.at("pain")
    if promise and facts.promise and style.kind in _WITH_PROMISE:
        return [promise.format(promise=facts.promise)]
    if pain and facts.pain and style.kind in _WITH_PAIN and not brief:
        return [pain.format(pain=facts.pain)]
    return []


def _purpose(facts: Facts, style: Style, said: Words) -> str:
    if style.kind is Kind.OBJECTION and facts.concern is not None:
        return said.must("concern", facts.concern)
    return said.must(style.kind, "purpose").format(**_fields(facts, said))


def _ask(facts: Facts, style: Style, said: Words) -> str:
    formal = "_formal" if style.tone is Tone.FORMAL else ""
    if facts.question and style.kind in (Kind.FOLLOW_UP, Kind.MEETING_REQUEST):
        return said.must(f"question_ask{formal}")
    return said.must(style.kind, f"ask{formal}")


def _subject(facts: Facts, style: Style, said: Words) -> str:
    if facts.subject and style.kind in (Kind.FOLLOW_UP, Kind.OBJECTION, Kind.PROPOSAL):
        return said.must("reply").format(subject=facts.subject)
    return said.must(style.kind, "subject").format(**_fields(facts, said))


def _joined(sentences: list[str], said: Words) -> str:
    """One paragraph. A German letter goes on in lower case after its greeting; every later sentence begins anew."""
    if said.code != "de":
        return " ".join(sentences)
    return " ".join(one if index == 0 else one[:1].upper() + one[1:] for index, one in enumerate(sentences))
