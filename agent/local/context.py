"""What the turn before says about this one: short turns lean to it, "of those" narrows it, "scratch that" undoes it."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re

from agent.local.model import Guess
from agent.local.reading import Reading
from agent.local.schema import Frame, Memory

_OF_THOSE = re.compile(
    r"(?<!\w)(?:(?:of|from|among|amongst|out of|in|within|for|between) (?:all )?(?:those|these|them|that list|this list|that lot|the list|that|there)(?: ones)?"
    r"|which ones|(?:just|only|and) (?:the )?(?:ones|those)|the (?:ones|rest) |those ones|these ones|any of (?:them|those|these)|same (?:query|list|but|for|again|question|thing)|that list|them ones)"
)
_TAKES_BACK = re.compile(
    r"(?<!\w)(?:scratch|forget|withdraw|erase|bin|scrap|drop|cancel|kill|lose|remove|delete|ditch|void|nix|undo|revert|reverse|bin off|take back|get rid of|do away with|call off|take out)"
    r" (?:about )?(?:it|that|this|them|(?:the|that|this)(?: last)? (?:one|task|reminder|todo|change|draft|email|mail|note|message))(?: one)?(?: again| altogether| please| pls| then| instead| ,.*| off.*| i .*| we .*)?[.!]*$"
)
_DEED = r"(?:it|that|this|them|(?:the|that|this|my|your)(?: last)? (?:one|task|reminder|todo|change|action|step)|what (?:you|i|we) (?:just )?(?:undid|took back|removed|reverted|cancell?ed))"
_BRINGS_BACK = re.compile(
    r"^(?:(?:no|oh|oops|ok|okay|sorry|please|pls|wait|actually|hmm|and|now|can you|could you|would you|i want to|let ?'?s) ?,? ?)*"
    rf"(?:(?:redo|re-do|reinstate|reapply|re-apply)(?: {_DEED})?"
    r"|(?:undo|revert|reverse|cancel|take back) (?:the|that|this|your|my)(?: last)? (?:undo|undoing|reversal|rollback|revert))"
    r"(?:,? (?:again|please|pls|then|now|after all))* ?[.!?]*$"
)
_DRAFTING = frozenset({"draft_email", "revise_draft", "call_script"})
_WRITING = frozenset({"create_task", "draft_email", "revise_draft"})
_SHORT = 6
_SURE = 0.75
_CLOSE = 3.0
_FAR = 0.35
"""How much likelier the tool of the turn before is for a short turn or one that points back, and what no tool does."""


def last_frame(memory: Memory) -> Frame | None:
    """The last request of the conversation."""
    return memory.frames[-1] if memory.frames else None


def takes_back(reading: Reading) -> bool:
    """Whether the words call off what was written last ("scratch that")."""
    return bool(_TAKES_BACK.search(reading.norm))


def brings_back(reading: Reading, memory: Memory) -> bool:
    """Whether the words ask for what was taken back ("redo", "undo the undo"); after a draft they ask for another."""
    frame = last_frame(memory)
    drafted = frame is not None and frame.tool in _DRAFTING
    return not drafted and bool(_BRINGS_BACK.match(_last_words(reading)))


def _last_words(reading: Reading) -> str:
    """What is said behind a few words of reaction that name nothing ("No, leave it in. Redo.")."""
    sentences = [one.strip() for one in re.split(r"[.!?;]", reading.norm) if one.strip()]
    reactions = all(len(one.split()) <= _REACTION for one in sentences[:-1]) and not reading.mentions
    return sentences[-1] if reactions and sentences else reading.norm.strip()


_REACTION = 8


def narrows(reading: Reading) -> bool:
    """Whether the words point at the rows or the question of the turn before ("of those", "the ones in ...")."""
    return bool(_OF_THOSE.search(reading.norm))


def leaning(guess: Guess, reading: Reading, frame: Frame | None) -> Guess:
    """The guess of the words alone, weighed with what the conversation was about."""
    if frame is None:
        return guess
    if frame.tool in _WRITING and takes_back(reading):
        return guess.leaning_to("undo", at_least=0.8)
    back = narrows(reading)
    if not back and (len(reading.typed) > _SHORT or guess.probability > _SURE):
        return guess
    far = {
        label: _FAR for label, _ in guess.ranked if label.startswith("later.") or label in {"unclear", "unanswerable"}
    }
    return guess.scaled(far | ({frame.tool: _CLOSE} if guess.of(frame.tool) else {}))
