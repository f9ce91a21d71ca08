"""Web addresses that lead to a person: profiles, personal booking pages, addresses carrying personal parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule

_END = r"[^\s<>\"'`\[\]{}|\\^]"
_PROFILE = Rule(
    r"(?:https?://)?(?:[a-z]{2,3}\.|www\.|m\.|mobile\.)?(?:"
    r"linkedin\.com/(?:in|pub|profile|sales/(?:lead|people))/"
    r"|xing\.com/profile/|facebook\.com/(?:people/|profile\.php\?id=)?(?=[\w.])|fb\.com/|instagram\.com/"
    r"|(?:twitter|x)\.com/(?=\w)|github\.com/(?=\w)|tiktok\.com/@|youtube\.com/@|medium\.com/@"
    r"|t\.me/(?=\w)|telegram\.me/|wa\.me/\+?\d|api\.whatsapp\.com/send\?phone="
    r"|calendly\.com/(?=\w)|cal\.com/(?=\w)|meetings\.hubspot\.com/|keybase\.io/|about\.me/|behance\.net/"
    r"|snapchat\.com/add/|signal\.me/#p/|gravatar\.com/"
    rf"){_END}+",
    re.IGNORECASE,
    needs=(
        "linkedin. xing. facebook. fb.com instagram. twitter. x.com github. tiktok. youtube. medium. t.me "
        "telegram.me wa.me whatsapp. calendly. cal.com meetings.hubspot keybase. about.me behance. snapchat. "
        "signal.me gravatar."
    ),
)
_SCHEME = Rule(
    rf"(?:skype|callto|facetime|whatsapp):{_END}{{3,80}}",
    re.IGNORECASE,
    needs="skype: callto: facetime: whatsapp:",
)
_PARAMETERS = Rule(
    rf"https?://{_END}{{1,300}}?[?&\#;](?:e-?mail|mail|user(?:name)?|name|first_?name|last_?name|phone|mobile|contact"
    rf"|recipient|to|login|uid|dob|address)=(?!&|\s){_END}*",
    re.IGNORECASE,
    needs="?",
)
_HANDLE = Rule(
    r"\b(?:skype|telegram|twitter|instagram|insta|whatsapp|signal|linkedin|x|tiktok)\s?(?:handle|id|user(?:name)?)?"
    r"\s?[:=]\s?(?P<value>@?[\w.][\w.:-]{2,40})|(?<![\w@.])(?P<at>@[a-z]\w{2,30})(?=\s+(?:on|at)\s+"
    r"(?:twitter|x|telegram|instagram|tiktok|slack)\b)",
    re.IGNORECASE,
    needs="skype telegram twitter insta whatsapp signal linkedin tiktok slack x: x= x_ handle",
)


def find_links(text: str, lowered: str) -> Iterator[Sighting]:
    """Profiles, handles and personal web addresses in cleaned text; other web addresses stay."""
    if "/" in text:
        for rule in (_PROFILE, _PARAMETERS):
            for match in rule.matches(text, lowered):
                yield _sighting(text, *match.span())
    if ":" in text or "@" in text or "=" in text:
        for match in _SCHEME.matches(text, lowered):
            yield _sighting(text, *match.span())
        for match in _HANDLE.matches(text, lowered):
            yield _sighting(text, *match.span("value" if match["value"] else "at"))


def _sighting(text: str, start: int, end: int) -> Sighting:
    end = start + len(text[start:end].rstrip(".,;:!?)"))
    return Sighting(start, end, Kind.LINK, text[start:end].lower().removeprefix("https://").rstrip("/"))
