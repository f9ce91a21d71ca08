"""Requests that are read by rules, because they change what is kept: remember, forget, take back everything.

A write is never guessed by the classifier. Only a whole message that is such an order counts, in the person's own
words; quoted or pasted text is none.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from agent.local.schema import Clarify, Frame, Kind, Memory, Pending, Record, Request, Understanding
from agent.local.when import Clock
from db.names import fold
from tools.memories.about import ABOUT

_POLITE = r"(?:(?:please|pls|ok|okay|hey|and|also|so|now|wait|oops|sorry|actually|can you|could you|would you|let'?s|i want you to|you can) ?,? ?)*"
_REMEMBER = re.compile(
    rf"^{_POLITE}(?:(?:rem+e?m?ber|keep in mind|bear in mind|memori[sz]e|don'?t forget|for the record|make a (?:mental )?note|note to self)(?: for me| privately)?(?: that| this| ?[:,-])|rem+e?m?ber (?=(?:he|she|they|his|her|their)\b))\s*(?P<what>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_REMIND = re.compile(r"^\s*(?:to|about)\b", re.IGNORECASE)
_CORRECTED = re.compile(
    r"^(?:no|nope|actually|sorry|correction)[,:;. ]+(?:(?:he|she|they|it|his|her|their)\b|.*\b(?:prefers|likes|wants|is|are|has|plays|hates)\b).{3,200}$",
    re.IGNORECASE | re.DOTALL,
)
_FORGET = re.compile(
    rf"^{_POLITE}(?:forget|erase|delete|remove|drop)(?: about)? (?:(?P<all>everything|all|anything)(?: (?:that )?(?:you|we) (?:know|remember|have|kept))?(?: (?:about|of|on) (?P<whom>.+))?|(?:what|the things?) (?:you|we) (?:know|remember|noted|stored|kept) (?:about|of|on) (?P<what>.+)|(?:your|the) memor(?:y|ies) (?:about|of|on) (?P<memory>.+))[.! ]*$",
    re.IGNORECASE,
)
_FORGET_THAT = re.compile(rf"^{_POLITE}forget that (?P<what>\S+ .+)$", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:he|she|they|him|her|them|his|hers|their|it|its)\b", re.IGNORECASE)
_PEOPLE = ("contact", "lead")
_UNDO = rf"^{_POLITE}(?:undo|revert|reverse|roll ?back|take back|put back)\b"
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNT = rf"(?:last|latest|previous|past) (?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}|couple(?: of)?|few)(?: \w+)?"
_EVERYTHING = r"everything|all (?:of )?(?:the |your |my |these |those )?(?:changes|updates|edits|things|work|tasks)|all (?:that )?(?:you|we|i) (?:did|changed|made)|(?:what|whatever|the changes|the stuff|anything|things) (?:that )?(?:you|we|i)(?:'ve| have)? (?:did|changed|made|done|updated|edited|set)|(?:the |your |my |these |those |today'?s |yesterday'?s )(?:changes|edits|updates)|all"
_WIDE = re.compile(
    rf"{_UNDO} (?:the |my |your |all )*(?:{_COUNT}|{_EVERYTHING})(?!\w)(?! (?:of )?(?:that|this|it)\b)", re.IGNORECASE
)
_HERE = re.compile(
    r"\b(?:(?:in|of|from|during) (?:this|our|the) (?:conversation|chat|thread|session)|in here|so far)\b", re.IGNORECASE
)
_DAYTIME = re.compile(r"\bthis (morning|afternoon|evening)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”„»«\n>]")
_SURE = 0.95


def spoken(
    text: str, understood: Understanding, memory: Memory, now: datetime, *, week_start: int = 0
) -> Understanding:
    """The understanding with the request that the words spell out in its place; as it was where they spell none.

    Args:
        week_start: the weekday on which a week begins; 0 is Monday.
    """
    if _QUOTED.search(text.strip()):
        return understood
    said = " ".join(text.split())
    return (
        _undo_everything(said, understood, Clock(now.date(), week_start=week_start))
        or _remember(said, understood, memory)
        or _forget(said, understood, memory)
        or understood
    )


def _undo_everything(said: str, understood: Understanding, clock: Clock) -> Understanding | None:
    match = _WIDE.match(said)
    if match is None or "?" in said:
        return None
    records = [one for one in understood.named if one.kind != "user"]
    arguments: dict[str, Any] = {}
    if match["count"]:
        arguments["limit"] = _number(match["count"])
    if len(records) == 1:
        arguments["record"] = records[0].as_argument()
    elif records:
        frame = Frame("undo_changes", arguments | _when(said, clock))
        return _which(understood, frame, records)
    arguments |= _when(said, clock)
    return _request(understood, "undo_changes", "automation", arguments)


def _when(said: str, clock: Clock) -> dict[str, Any]:
    """The day, the part of it, or the conversation that words name."""
    lower, today = said.lower(), clock.today
    if _HERE.search(said):
        return {"within": "conversation"}
    if daytime := _DAYTIME.search(said):
        return {"daytime": daytime[1].lower()}
    yesterday = today - timedelta(days=1)
    for words, first, last in (
        ("since yesterday", yesterday, today), ("yesterday", yesterday, yesterday), ("today", today, today),
        ("this week", clock.week, today),
    ):  # fmt: skip
        if re.search(rf"\b{words}\b", lower):
            return {"period": _days(first, last)}
    return {}


def _days(first: date, last: date) -> str:
    return f"{first.isoformat()}/{last.isoformat()}"


def _number(said: str) -> int:
    if said.isdigit():
        return max(int(said), 1)
    word = said.lower().split()[0]
    return _NUMBERS.get(word, 2 if word == "couple" else 3)


def _remember(said: str, understood: Understanding, memory: Memory) -> Understanding | None:
    if match := _REMEMBER.match(said):
        # "Don't forget to call" is a reminder.
        if _REMIND.match(match["what"]) or "?" in said:
            return None
        return _about(understood, memory, "remember", {"instruction": said}, words=match["what"])
    last = memory.frames[-1] if memory.frames else None
    if last is not None and last.tool == "remember" and _CORRECTED.match(said) and "?" not in said:
        named = [one for one in understood.named if one.kind in ABOUT]
        record = named[0].as_argument() if len(named) == 1 else last.arguments["record"]
        return _request(understood, "remember", "communication", {"record": record, "instruction": said})
    return None


def _forget(said: str, understood: Understanding, memory: Memory) -> Understanding | None:
    if "?" in said:
        return None
    if match := _FORGET.match(said):
        whom = match["whom"] or match["what"] or match["memory"]
        if whom is None:
            return _request(understood, "forget", "communication", {}) if match["all"] == "everything" else None
        which = _besides_names(whom, understood.named)
        arguments = {"instruction": which} if which else {}
        return _about(understood, memory, "forget", arguments, words=whom)
    if (match := _FORGET_THAT.match(said)) and understood.named:
        return _about(understood, memory, "forget", {"instruction": match["what"]}, words=match["what"])
    return None


def _besides_names(words: str, named: Sequence[Record]) -> str:
    """What is said beside who it is about: `Jane's family` leaves `family`, `her` leaves nothing."""
    names = {part for one in named for part in re.findall(r"[^\W_]+", one.name.lower())}
    kept = [
        word for word in re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", words))
        if word.lower() not in names and not _PRONOUN.fullmatch(word)
    ]  # fmt: skip
    return " ".join(kept)


def _about(
    understood: Understanding, memory: Memory, tool: str, arguments: dict[str, Any], *, words: str
) -> Understanding | None:
    """The request about the record that the words name first, or that a pronoun means."""
    named = [one for one in understood.named if one.kind in ABOUT]
    together = _called_alike(named)
    if len(together) > 1:
        return _which(understood, Frame(tool, arguments), together)
    record = together[0] if together else _meant(words, memory)
    if record is None:
        return replace(
            understood, requests=(), kind=Kind.CLARIFY,
            clarify=Clarify("Who or what is this about? Name the person, the company or the deal."),
        )  # fmt: skip
    return _request(understood, tool, "communication", {"record": record.as_argument(), **arguments})


def _called_alike(named: Sequence[Record]) -> list[Record]:
    """The first record that is named, with those that the same words may mean as well."""
    if not named:
        return []
    people = [one for one in named if one.kind in _PEOPLE]
    of = people or list(named)
    first = of[0]
    words = set(first.name.lower().split())
    return [first, *(one for one in of[1:] if one.kind == first.kind and words & set(one.name.lower().split()))]


def _meant(words: str, memory: Memory) -> Record | None:
    """Whom the conversation was about last, where a pronoun points at somebody."""
    if not _PRONOUN.search(words):
        return None
    person = re.search(r"\b(?:he|she|him|her|hers|his)\b", words, re.IGNORECASE)
    kinds = _PEOPLE if person else ABOUT
    return next((one for one in memory.focus if one.kind in kinds), None)


def _which(understood: Understanding, frame: Frame, records: Sequence[Record]) -> Understanding:
    choices = tuple(f"{one.name} ({one.context})" if one.context else one.name for one in records[:6])
    pending = Pending(frame, "record", choices, tuple(records[:6]))
    return replace(
        understood, requests=(), kind=Kind.CLARIFY, clarify=Clarify("Which one do you mean?", choices, pending)
    )


def _request(understood: Understanding, tool: str, area: str, arguments: Mapping[str, Any]) -> Understanding:
    span = (0, len(understood.corrected_text))
    own = _spelt_out(arguments.get("record"), understood.corrected_text)
    request = Request(tool, area, arguments, _SURE, span, asked_by_own_words=own)
    return replace(
        understood, requests=(request,), kind=Kind.REQUEST, clarify=None, confidence=_SURE, left_out=(), undoing=None
    )  # fmt: skip


def _spelt_out(record: Mapping[str, Any] | None, text: str) -> bool:
    """Whether the words name the record as it is spelt, or name none: a guess at a typing error is shown first."""
    if record is None or _PRONOUN.search(text):
        return True
    said = set(re.findall(r"[^\W_]+", fold(text)))
    return bool(said & set(re.findall(r"[^\W_]{2,}", fold(str(record["name"])))))
