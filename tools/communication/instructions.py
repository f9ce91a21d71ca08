"""What the person asked for about a draft, in their own words: style, a subject, something to say, ask or leave out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tools.communication.style import LANGUAGES, Tone, language_code
from tools.wording import clean

_FOLD = re.IGNORECASE
_THEM = "(?:her|him|them)"
_SUBJECT = re.compile(r"\bsubject(?: line)?\b(?: should be| to be| to| is|:)?\s*[:=]?\s*(?P<text>.+)$", _FOLD)
_SAY = re.compile(
    rf"\b(?:mention(?:ing)?|add(?:ing)?|includ(?:e|ing)|say(?:ing)?|point out|note|tell(?:ing)? {_THEM}"
    rf"|let(?:ting)? {_THEM} know|inform {_THEM})\b"
    r"(?P<that>(?: a (?:line|sentence|note))?(?: (?:that|saying|about))*)[:,]?\s+(?P<text>.+)$",
    _FOLD,
)
_ASK = re.compile(
    rf"\bask(?:ing)?(?: {_THEM})?\s+(?P<how>for|about|if|whether|when|what|which|who|how|why|where)\s+(?P<text>.+)$",
    _FOLD,
)
_DROP = re.compile(
    r"\b(?:remove|delete|drop|cut|leave out|take out|get rid of|without|do(?:n't| not) mention)\b\s+"
    r"(?:the |any |that )?(?:part |bit |sentence |line |word |mention )?(?:about |on |of |with )?(?P<text>.+)$",
    _FOLD,
)
_ABOUT = re.compile(r"^(?:\w+ ){0,3}(?:about|regarding|concerning)\s+(?P<text>.+)$", _FOLD)
_CUT_SHORT = re.compile(
    r"\b(?:short(?:er|en)?|brief(?:er)?|concise|tighter|trim|crisp(?:er)?|snapp(?:y|ier)|cut it down|condense)\b", _FOLD
)
_LONGER = re.compile(r"\b(?:longer|more detail(?:ed)?|expand|elaborate|full length)\b", _FOLD)
_TONES = {
    Tone.FORMAL: re.compile(r"\b(?:formal(?:ly)?|professional(?:ly)?|businesslike|official)\b", _FOLD),
    Tone.FRIENDLY: re.compile(
        r"\b(?:friendl(?:y|ier)|warm(?:er)?|casual|informal|personal|kind(?:er)?|soft(?:er)?|nicer|relaxed)\b", _FOLD
    ),
    Tone.DIRECT: re.compile(r"\b(?:direct|blunt|straight to the point|firm(?:er)?|assertive|no[- ]nonsense)\b", _FOLD),
}
_LANGUAGE = re.compile(r"\b(?:in|into|auf|en)\s+(?P<name>[A-Za-zäöüéñç]{5,12})\b|\b(?P<alone>[A-Z][a-z]+) version\b")
_BREAK = re.compile(
    r"(?:[,;.]\s*(?:and |then |but )?|\s+(?:and|then|but)\s+)(?:please\s+)?"
    r"(?=(?:make it|keep it|put it|change|translate|remove|drop|mention|add|ask|shorten|tell|say|don't mention)\b)",
    _FOLD,
)
_THIRD_PERSON = (
    (r"\b(?:he|she) is\b|\bthey are\b", "you are"), (r"\b(?:he|she) was\b|\bthey were\b", "you were"),
    (r"\b(?:he|she) has\b|\bthey have\b", "you have"), (r"\b(?:he|she) does\b|\bthey do\b", "you do"),
    (r"\b(?:he|she|they)'(?:s|re)\b", "you are"), (r"\b(?:he|she|they)\b", "you"),
    (r"\b(?:his|their)\b", "your"), (r"\bher(?= \w)", "your"), (r"\b(?:him|her|them)\b", "you"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edits:
    """What was asked for. `left` is what could not be understood."""

    tone: Tone | None = None
    short: bool | None = None
    language: str | None = None
    subject: str | None = None
    say: tuple[str, ...] = ()
    ask: str | None = None
    drop: tuple[str, ...] = ()
    about: str | None = None
    left: str = ""

    @property
    def empty(self) -> bool:
        return self == Edits(left=self.left)

    def then(self, later: Edits) -> Edits:
        """Both wishes; where they differ the later one holds."""
        return Edits(
            tone=later.tone or self.tone,
            short=self.short if later.short is None else later.short,
            language=later.language or self.language,
            subject=later.subject or self.subject,
            say=(*self.say, *(one for one in later.say if one not in self.say)),
            ask=later.ask or self.ask,
            drop=(*self.drop, *(one for one in later.drop if one not in self.drop)),
            about=later.about or self.about,
            left=later.left,
        )

    def plain(self) -> dict[str, Any]:
        """As JSON, to be kept with the draft."""
        return {
            "subject": self.subject,
            "say": list(self.say),
            "ask": self.ask,
            "drop": list(self.drop),
            "about": self.about,
        }


def stored(arguments: Mapping[str, Any]) -> Edits:
    kept = arguments.get("edits") or {}
    return Edits(
        subject=kept.get("subject"),
        say=tuple(kept.get("say") or ()),
        ask=kept.get("ask"),
        drop=tuple(kept.get("drop") or ()),
        about=kept.get("about"),
    )


def read(instruction: str | None) -> Edits:
    """Understand an instruction. Parts are separated by commas, full stops and “and make …”."""
    edits, left = Edits(), []
    for part in _BREAK.split(clean(instruction, most=600)):
        if not part.strip():
            continue
        found = _part(part.strip(" .,;"))
        if found is None:
            left.append(part.strip(" .,;"))
        else:
            edits = edits.then(found)
    return replace(edits, left=", ".join(left))


def _part(part: str) -> Edits | None:
    if match := _SUBJECT.search(part):
        return Edits(subject=clean(match["text"].strip(" \"“”'"), most=120))
    if match := _DROP.search(part):
        return Edits(drop=(clean(match["text"].strip(" \"“”'."), most=80),))
    if match := _SAY.search(part):
        return Edits(say=(_sentence(match["text"], clause="that" in match["that"] or "saying" in match["that"]),))
    if match := _ASK.search(part):
        return Edits(ask=_question(match["how"].lower(), match["text"]))
    if match := _ABOUT.search(part):
        return Edits(about=clean(match["text"].strip(" \"“”'."), most=120))
    return _style(part)


def _style(part: str) -> Edits | None:
    tone = next((tone for tone, pattern in _TONES.items() if pattern.search(part)), None)
    if re.search(r"\bless (?:formal|stiff)\b", part, _FOLD):
        tone = Tone.FRIENDLY
    short = True if _CUT_SHORT.search(part) else False if _LONGER.search(part) else None
    found = Edits(tone=tone, short=short, language=_language(part))
    return None if found.empty else found


def _language(part: str) -> str | None:
    for match in _LANGUAGE.finditer(part):
        try:
            code = language_code(match["name"] or match["alone"])
        except ValueError:
            continue
        if code in LANGUAGES:
            return str(code)
    return None


def _sentence(text: str, *, clause: bool) -> str:
    """What to say, as a sentence to the reader."""
    said = _to_reader(text.strip(" \"“”'."))
    if not clause and not re.match(r"(?:I|we|you|our|your|it|there|this|that)\b.*\s\w+", said, _FOLD):
        said = f"I would also like to mention {said}"
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('?', '!')) else '.'}"


def _question(how: str, text: str) -> str:
    said = _to_reader(text.strip(" \"“”'.?"))
    match how:
        case "for":
            return f"May I ask you for {said}?"
        case "about":
            return f"Could you tell me where you stand on {said}?"
        case _:
            return f"Could you let me know {how} {said}?"


def _to_reader(text: str) -> str:
    for pattern, spoken in _THIRD_PERSON:
        text = re.sub(pattern, spoken, text, flags=_FOLD)
    return text


def without(body: str, unwanted: tuple[str, ...]) -> str:
    """The letter without sentences that hold one of these; greeting and signature stay."""
    if not unwanted:
        return body
    first, *middle, last = body.split("\n\n")
    kept = [" ".join(one for one in _sentences(paragraph) if not _holds(one, unwanted)) for paragraph in middle]
    return "\n\n".join([first, *(paragraph for paragraph in kept if paragraph), last])


def _sentences(paragraph: str) -> list[str]:
    return re.split(r"(?<=[.!?”])\s+(?=[A-ZÄÖÜÉÈÀÇ¿¡“])", paragraph)


def _holds(sentence: str, unwanted: tuple[str, ...]) -> bool:
    words = set(re.findall(r"\w+", sentence.casefold()))
    wanted = [set(re.findall(r"\w+", one.casefold())) for one in unwanted]
    return any(one and one <= words for one in wanted)
