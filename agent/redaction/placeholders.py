"""The form of a placeholder, and the forms it comes back in.

A placeholder is `<person_1>`; a second spelling of the same thing is `<person_1_2>`, so that a model sees that both
are one person and the reader still gets back exactly what was written. Models return placeholders in other cases,
without brackets, with Markdown or HTML escapes and with spaces; `find_lookalikes` finds all of these. Text of a
person or a record that looks like one is hidden as `<text_1>` itself, which is why no text can forge a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.redaction.kinds import Kind
from agent.redaction.rules import Rule


def _kinds(joint: str) -> str:
    # Longest first: `account_number` before `account`.
    names = sorted((str(kind) for kind in Kind), key=len, reverse=True)
    return "|".join(name.replace("_", joint) for name in names)


_LOOSE = r"(?:\s?\\?[_\-\s]\s?)"
_JOINT = r"\\?_"


def _inner(n: int) -> str:
    return (
        rf"\s{{0,2}}/?\s?(?P<kind{n}>{_kinds(_LOOSE)}){_LOOSE}?(?P<number{n}>[0-9]{{1,6}})"
        rf"(?:{_LOOSE}(?P<variant{n}>[0-9]{{1,4}}))?\s?/?\s{{0,2}}"
    )


_BARE = (
    rf"<?(?<!\w)(?P<kind4>{_kinds(_JOINT)}){_JOINT}(?P<number4>[0-9]{{1,6}})"
    rf"(?:{_JOINT}(?P<variant4>[0-9]{{1,4}}))?(?:(?=s\b)|(?!\w))>?"
)
_LOOKALIKE = Rule(rf"<{_inner(1)}>|&lt;{_inner(2)}&gt;|\\<{_inner(3)}\\>|{_BARE}", re.IGNORECASE)
EXACT = Rule(rf"<(?:{_kinds('_')})_[1-9][0-9]{{0,5}}(?:_[1-9][0-9]{{0,3}})?>")
"""Placeholders exactly as they are issued."""

LONGEST = max(len(kind) for kind in Kind) * 2 + 40
"""No look-alike is longer than this many characters."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A placeholder in any of its forms, at `text[start:end]`; `variant` 1 is the first spelling."""

    start: int
    end: int
    kind: Kind
    number: int
    variant: int
    bracketed: bool

    @property
    def placeholder(self) -> str:
        """The form in which it was issued."""
        return issue(self.kind, self.number, self.variant)

    @property
    def first_spelling(self) -> str:
        """The placeholder of the thing itself, whatever its spelling."""
        return issue(self.kind, self.number, 1)


def issue(kind: Kind, number: int, variant: int) -> str:
    """The placeholder of the `variant`-th spelling of the `number`-th thing of a kind."""
    return f"<{kind}_{number}>" if variant == 1 else f"<{kind}_{number}_{variant}>"


def find_lookalikes(text: str, start: int = 0) -> Iterator[Lookalike]:
    """Everything in `text[start:]` that restoring would take for a placeholder, from left to right."""
    if "_" not in text and "<" not in text and "&lt;" not in text:
        return
    for match in _LOOKALIKE.within(text, start):
        n = next(n for n in "1234" if match[f"kind{n}"])
        yield Lookalike(
            start=match.start(),
            end=match.end(),
            kind=Kind(re.sub(r"[\s\\_\-]+", "_", match[f"kind{n}"].lower())),
            number=int(match[f"number{n}"]),
            variant=int(match[f"variant{n}"] or 1),
            bracketed=n != "4",
        )
