"""What may be written to somebody outside: a sieve for names and sentences that come from records.

Text in records is content. A sentence goes into a letter only when it is short, plain, free of addresses, links,
figures and amounts, and does not read like an order to a machine; a name only when it looks like a name. What does not
pass is left out, never repaired. The sieve is deliberately too narrow: a lost sentence costs little.
"""

from __future__ import annotations

import re

from tools.wording import clean

_MARKS = re.compile(r"[<>{}\[\]`|\\^~=#*_@]|https?:|www\.|//|--")
_FIGURES = re.compile(r"[\d%€$£¥]")
_ORDERS = re.compile(
    r"\b(?:ignor\w*|disregard\w*|overrid\w*|bypass\w*|system\s+(?:notice|prompt|message)\w*|assistant\w*|asistente|prompt\w*"
    r"|instruct\w*|instruccion\w*|anweisung\w*|consigne\w*|administrator\w*|developer\s+mode|jailbreak\w*|chatbot\w*"
    r"|ki|ai|llm|gpt\w*|bot|passwor\w*|passwort|contrasena|iban|swift|wire|transfer\w*|forward\s+(?:this|all|the|it|every)"
    r"|bcc|cc|delete\w*|drop\s+table|execut\w*|free\s+of\s+charge|discount\w*|refund\w*|click\w*|login|log\s+in|verify"
    r"|do\s+not\s+(?:tell|mention)|end\s+of\s+record|new\s+rule\w*)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b[0-3]?\d(?:st|nd|rd|th)? "
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_NAME_WORDS = 6


def sentence(text: str | None, *, most: int = 130, dated: bool = False) -> str | None:
    """The sentence, or None when it must not leave the house. `dated`: days of the year may stand in it."""
    line = clean(text, most=most + 1)
    figures = _FIGURES.search(_DATE.sub("", line) if dated else line)
    if not 8 <= len(line) <= most or figures or _MARKS.search(line) or _ORDERS.search(line):
        return None
    return line


def name(text: str | None, *, most: int = 80) -> str | None:
    """A person's, company's or product's name, or None when it is something else."""
    line = clean(text, most=most + 1)
    if not line or len(line) > most or len(line.split()) > _NAME_WORDS or _MARKS.search(line) or _ORDERS.search(line):
        return None
    return None if re.search(r"[!?:;\"“”]", line) else line
