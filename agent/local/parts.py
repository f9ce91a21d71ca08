"""A turn as a list of parts, each one request: pieces that only dress a neighbour are joined to it."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.local import guard
from agent.local.context import leaning
from agent.local.followup import follow_up, names_a_subject
from agent.local.model import Classifier, Guess
from agent.local.reading import Reading
from agent.local.schema import Effect, Frame, ToolCard, Vocabulary
from agent.local.split import Chunk, chunks, starts_request
from agent.local.task_order import changes_task, orders_task

TALK = frozenset({"small_talk", "help"})
_WEAK = 0.45
_OWN_KINDS = frozenset({"undo", "refuse"})
_THE_DRAFT = re.compile(r"(?<!\w)(?:it|that|this|them|draft|email|mail|message|note)(?!\w)")
_REFUSED = re.compile(
    r"(?<!\w)(?:delete|wipe|erase|remove|get rid|ignore|disregard|forget|instructions?|rules?|prompt|password|passwords|key|"
    r"credentials|secrets?|bypass|disable|turn off|skip the|approval|approve|pretend|act as|you are now|admin|without restrictions|"
    r"unrestricted|not allowed|hidden|private|everyone|everybody|all (?:our |my |the )?(?:customers|contacts|leads|clients|deals)|"
    r"whole (?:database|list)|entire|fake|cook|backdate|numbers look|look better|wire|transfer|discount|export|salary|permissions?|"
    r"restrictions|audit|mark all|set all|every)(?!\w)"
)
_UNDOES = re.compile(
    r"(?<!\w)(?:undo|undone|revert|reverse|roll(?:ed)? ?back|rollback|take|took|put|back|cancel|scrap|delete|remove|scratch|forget|never ?mind|restore|withdraw|drop|kill|void|nix|bin|call off|mistake|before|previous)(?!\w)"
)
_STYLE = re.compile(
    r"^(?:and |but |please |just |then )*(?:keep it|make it|make them|be|sound|tone|in \w+$|nice and|nothing|no (?:more|longer)|max|maximum|two|three|short|brief|friendly|formal|mention|include|do mention|do include|leave out|say|add|don't|not too|use|with|ask|propose|offer|suggest|tell (?:her|him|them)|the|under|it is|it should|should be)(?!\w)"
)


_DELEGATES = re.compile(
    r"^(?:please |can you |could you |and |then |also |pls )*(?:tell|ask|get|have|remind|instruct|make|let|nudge|ping) <(?:user|record)> (?:know )?(?:to|that|about|<when>|<period>|call|update|send|email|visit|chase|check|<)"
)
_OTHERWISE = re.compile(
    r"(?:otherwise|else|if not|or else)(?!\w).*(?:leave|nothing|skip|ignore|forget|do not|never ?mind)"
)
_NOTES_DOWN = re.compile(
    r"^(?:please |pls |and |another |a |new )*(?:task|todo|reminder) ?(?:[:,-]|for (?:me|tomorrow|today)|to (?!do))"
)
_CREATES = re.compile(r"^(?:(?:please|and|then|also|now|pls) )*(?:create|enrol|enroll|register) (?!it |that |this )")
_RETRACTS = re.compile(
    r"(?:actually|no|wait|sorry|hmm|or)?(?: ,)? ?(?:skip|forget|leave out|drop|scrap|ignore|never ?mind|leave|cancel|not) (?:about )?(?:the|that) (?P<which>second|last|first|other|latter|third)(?: part| one| bit| thing| request| question)?"
)


def _measures(inside: Reading) -> bool:
    return bool(inside.amounts or inside.moments or inside.percents or inside.unsettled)


@dataclass(frozen=True, slots=True)
class Part:
    """One request of the turn, with the classifier's guess of its tool."""

    chunk: Chunk
    reading: Reading
    guess: Guess
    banned: bool = False
    order: Reading | None = None

    @property
    def main(self) -> Reading:
        """The words of the order itself, without an "if" before it."""
        return self.order or self.reading

    @property
    def label(self) -> str:
        return self.guess.label


@dataclass(frozen=True, slots=True)
class Splitter:
    """What cutting a turn into parts needs to know."""

    classifier: Classifier
    cards: Mapping[str, ToolCard]
    vocabulary: Vocabulary
    has_draft: bool = False
    before: Frame | None = None
    """The last request of the conversation."""

    def parts(self, reading: Reading) -> list[Part]:
        """The parts of a turn, in the order said. A ban is kept as a part, so that it can hold others back."""
        found: list[Part] = []
        waiting: Part | None = None
        for chunk in chunks(reading):
            drafts = any(part.label == "draft_email" for part in found)
            part = (replace(self, has_draft=True) if drafts else self)._part(reading, chunk)
            if not part.reading.typed:
                continue
            if waiting is not None:
                joined = self._joined(reading, waiting, part, keep=part.guess)
                sure = part.guess.probability >= _WEAK and (part.label in self.cards or part.label in _OWN_KINDS)
                part = joined if sure else replace(joined, guess=self._guess(joined.reading))
                waiting = None
            if found and _OTHERWISE.match(part.reading.norm):
                continue
            if found and (retracted := _RETRACTS.search(part.reading.norm)):
                _retract(found, retracted["which"])
                continue
            if part.banned or (found and found[-1].label in TALK and part.chunk.hard):
                found.append(part)
            elif found and not found[-1].banned and self._dresses(part, found[-1]):
                found[-1] = self._joined(reading, found[-1], part, keep=found[-1].guess)
            elif self._is_context(part):
                waiting = part
            else:
                found.append(part)
        if waiting is not None:
            found.append(waiting)
        return self._without_talk(found)

    def with_its_condition(self, reading: Reading, part: Part) -> list[Part]:
        """A part whose "if" asks for a list ("if anything is stuck, …") needs that list first."""
        if not part.chunk.condition:
            return [part]
        asked = self._part(reading, Chunk(part.chunk.first, part.chunk.main, part.chunk.hard))
        if asked.label in {"find_opportunities", "find_leads", "overdue_tasks"} and asked.guess.probability > 0.5:
            order = reading.part(part.chunk.main, part.chunk.last)
            return [asked, replace(part, reading=order, order=order)]
        return [part]

    def _part(self, reading: Reading, chunk: Chunk) -> Part:
        inside = reading.part(chunk.first, chunk.last)
        order = reading.part(chunk.start, chunk.last) if chunk.condition else None
        main = order or inside
        banned = guard.is_ban(main) and not self._is_request(main)
        return Part(chunk, inside, self._guess(main), banned, order)

    def _guess(self, inside: Reading) -> Guess:
        """The classifier's guess, but an order handed to a colleague is a task whatever the colleague is to do."""
        guess = leaning(self.classifier.guess(inside.typed), inside, self.before)
        if guess.label == "refuse" and not _REFUSED.search(inside.norm):
            guess = guess.scaled({"refuse": 0.0})
        if guess.label == "undo" and (_measures(inside) or inside.mentions) and not _UNDOES.search(inside.norm):
            guess = guess.scaled({"undo": 0.0})  # "no wait, it was 58k" corrects a value and takes nothing back
        if not self.has_draft:
            guess = guess.scaled({"revise_draft": 0.1, "send_email": 0.5})
        if "create_task" not in self.cards:
            return guess
        if changes_task(inside):
            return guess.scaled({"create_task": 0.0})
        if _NOTES_DOWN.match(inside.norm) or orders_task(inside):
            return guess.leaning_to("create_task", at_least=0.85)
        if not _DELEGATES.match(" ".join(inside.typed)):
            return guess
        if (
            inside.mentions
            and inside.mentions[0].records
            and any(one.kind == "user" for one in inside.mentions[0].records)
        ):
            return guess.leaning_to("create_task", at_least=0.85)
        return guess

    def _is_request(self, inside: Reading) -> bool:
        """A ban inside a request for a text ("write that we do not send …") bans nothing."""
        return bool(
            re.match(
                r"(?:please |can you |just )*(?:draft|write|tell|show|email|remind|brief|compose|prepare)(?!\w)",
                inside.norm,
            )
        )

    def _joined(self, reading: Reading, first: Part, second: Part, *, keep: Guess) -> Part:
        chunk = Chunk(
            first.chunk.first,
            second.chunk.last,
            first.chunk.hard,
            first.chunk.condition or second.chunk.condition,
            first.chunk.main if first.chunk.condition else second.chunk.main,
        )
        order = reading.part(first.chunk.start, chunk.last) if first.chunk.condition else second.order
        return Part(chunk, reading.part(chunk.first, chunk.last), keep, first.banned and second.banned, order)

    def _dresses(self, part: Part, before: Part) -> bool:
        """Whether a piece only adds to the request before it."""
        norm = part.reading.norm
        if part.chunk.hard and _CREATES.match(norm):
            return False
        styles = part.label == "revise_draft" or (part.label != "send_email" and bool(_STYLE.match(norm)))
        if before.label == "draft_email" and (styles or _only_styles(part)):
            return True
        if _only_narrows(part) and before.label in self.cards and not part.guess.label.startswith("undo"):
            return True
        if (
            before.label == "create_task"
            and part.label in {"send_email", "revise_draft"}
            and not _THE_DRAFT.search(norm)
        ):
            return True
        if part.label not in self.cards and part.label not in _OWN_KINDS | TALK and not starts_request(part.reading):
            return True
        card = self.cards.get(before.label)
        own = starts_request(part.reading) and part.guess.probability > 0.6 and part.label in self.cards
        if own and part.label != before.label:
            return False
        if card is not None and follow_up(part.reading, Frame(card.name), card, self.vocabulary) is not None:
            return True
        return part.guess.probability < _WEAK and (part.label not in TALK or not part.chunk.hard)

    def _is_context(self, part: Part) -> bool:
        """A sentence that tells or quotes something and asks nothing, with a request to come."""
        if part.label in TALK and part.reading.mentions:
            return True
        if not starts_request(part.reading) and not names_a_subject(part.reading) and not part.reading.content:
            return part.guess.label not in _OWN_KINDS | TALK | {
                "out_of_scope",
                "send_email",
                "revise_draft",
                "next_best_action",
            }
        told = part.label in self.cards and self.cards[part.label].effect is not Effect.READ
        if told and not guard.is_order(part.main, self.cards[part.label].effect) and not guard.is_question(part.main):
            return True
        if len(part.reading.content) > 0.5 * len(part.reading.text.tokens) and part.guess.probability < 0.8:
            return True
        return part.guess.probability < _WEAK and part.label not in self.cards

    def _without_talk(self, parts: list[Part]) -> list[Part]:
        """Greetings and thanks around a request are left out."""
        serious = [part for part in parts if part.banned or part.label not in TALK]
        asked = [part for part in serious if not part.banned]
        return serious if asked else parts


_STYLES = re.compile(
    r"(?<!\w)(?:warm|friendly|formal|casual|short|brief|polite|direct|firm|gentle|crisp|light|honest|human|nice|kind|grovelling|pushy|stiff|salesy|professional|apologetic|upbeat)(?!\w)"
)


def _only_styles(part: Part) -> bool:
    """A few words on how a text should sound, which ask for nothing else ("Warm, not grovelling")."""
    short = len(part.reading.typed) <= 6 and not part.reading.mentions and "?" not in part.reading.typed
    return short and bool(_STYLES.search(part.reading.norm)) and not starts_request(part.reading)


def _only_narrows(part: Part) -> bool:
    """An amount, a time or a value alone, behind a question ("Why are we losing small deals? Under 20k.")."""
    typed = [
        word
        for word in part.reading.typed
        if word not in {"only", "just", "please", "and", "for", "in", "over", "under"}
    ]
    return 0 < len(typed) <= 2 and all(
        word.startswith("<") and word not in {"<unk>", "<record>", "<user>"} for word in typed
    )


def _retract(parts: list[Part], which: str) -> None:
    """Takes back a part ("actually, skip the second")."""
    place = {"first": 0, "second": 1, "third": 2}.get(which, len(parts) - 1)
    if place < len(parts) and len(parts) > 1:
        del parts[place]


def order_effects(parts: list[Part], cards: Mapping[str, ToolCard]) -> list[Part]:
    """Parts without those that a ban of the same turn forbids."""
    banned = [part for part in parts if part.banned]
    if not banned:
        return parts
    return [
        part
        for part in parts
        if not part.banned and not (part.label in cards and cards[part.label].effect is Effect.OUTWARD)
    ]
