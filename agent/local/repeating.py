"""What was just made or changed once more for somebody or something else: "same for Jutta", "the same note on Acme"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.local.consent import spoken_exactly
from agent.local.made import LINKED, fitting, stripped
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Frame, Record, Request

_SURE = 0.9
_SAME = re.compile(
    r"^(?:(?:do |make |set |create |add |give |log |put |and |with )*(?:the |an? )?(?:exact |very )?(?:same|ditto|likewise|identical one|another(?: one)?|one)(?: (?:thing|one|again|too|also|task|reminder|todo|quota|note|call|meeting|deal|lead|contact|with the same \w+))*|again) (?:for|to|on|with|in|at|about) (?P<who>.+?)(?: too| also| as well| please| pls| then)*$"
)
_ELSEWHERE = re.compile(
    r"^(?:put|write|add|attach|file|log|save|make|move|leave) (?:it|that|this|the note|the same(?: note)?) (?:in|on|to|into|under|at|onto|for) (?:the )?(?P<who>.+?)(?: instead| rather| please)*$"
)
_PEOPLE = ("assignee", "user", "owner")


def take_again(turn: TurnSoFar, part: Part) -> bool:
    """Adds the last new record once more with another colleague or record, where a part asks for that.

    Returns:
        whether it was added.
    """
    norm, begins = stripped(part.reading)
    match = _SAME.match(norm)
    frame = _made_last(turn)
    if match is None and (match := _ELSEWHERE.match(norm)) is not None:
        frame = _deleted_note(turn)
    if match is None or frame is None or part.reading.moments or part.reading.amounts:
        return False
    who = part.reading.part(
        *part.reading.text.token_range(begins + match.start("who"), begins + match.end("who"))
    ).mentions_of(Named.RECORD)
    changed = _exchanged(frame.arguments, who[0].records, fitting(who[0])) if len(who) == 1 else None
    if changed is not None and _tells_another(frame, match):
        changed = {name: value for name, value in changed.items() if name not in _TOLD}
    card = turn.cards.get(frame.tool)
    kind = turn.kinds.get(frame.tool.partition("_")[2])
    area = card.area if card else kind.area if kind else ""
    if changed is None or not area:
        return False
    made = frame.tool.startswith("create_")
    own = made and spoken_exactly(turn.reading, part) and who[0].exact
    turn.requests.append(Request(frame.tool, area, changed, _SURE, span_of(part), asked_by_own_words=own))
    return True


_EXCHANGES = ("create_call", "create_email", "create_sms", "create_whatsapp", "create_meeting", "create_interaction")
_TOLD = frozenset({"body", "outcome", "subject"})


def _tells_another(frame: Frame, match: re.Match[str]) -> bool:
    """Whether another call or meeting is meant, of which what was told of the one before is not so."""
    same = re.search(r"(?<!\w)(?:same|ditto|likewise|identical|again)(?!\w)", match[0])
    return frame.tool in _EXCHANGES and match.re is _SAME and same is None


def _frames(turn: TurnSoFar) -> list[Frame]:
    return [*turn.memory.frames, *(Frame(one.tool, one.arguments) for one in turn.requests)]


def _made_last(turn: TurnSoFar) -> Frame | None:
    frames = _frames(turn)
    return frames[-1] if frames and frames[-1].tool.startswith(("create_", "update_")) else None


def _deleted_note(turn: TurnSoFar) -> Frame | None:
    """The note that was made and then deleted, so that "put it in Acme" means its text."""
    frames = _frames(turn)
    if len(frames) < 2 or not frames[-1].tool.startswith("delete_note"):
        return None
    return next((one for one in reversed(frames) if one.tool == "create_note"), None)


def _exchanged(
    arguments: Mapping[str, Any], options: Sequence[Record], records: Sequence[Record]
) -> dict[str, Any] | None:
    """The arguments with the colleague or the record in the place of the one before."""
    people = [one for one in options if one.kind == "user"]
    if len(people) == 1:
        name = next((one for one in _PEOPLE if one in arguments), "assignee" if "title" in arguments else "")
        return {**arguments, name: people[0].as_argument()} if name else None
    if len(records) != 1:
        return None
    if "record" in arguments:
        return {**arguments, "record": records[0].as_argument()}
    linked = [one for one in LINKED if one in arguments]
    rest = {name: value for name, value in arguments.items() if name not in linked}
    return {**rest, records[0].kind: records[0].as_argument()} if linked else None
