"""Web addresses that lead to a person: profiles, personal booking pages, addresses carrying personal parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting

_END = r"[^\s<>\"'`\[\]{}|\\^]"
_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{2,3}\.|www\.|m\.|mobile\.)?(?:"
    r"linkedin\.com/(?:in|pub|profile|sales/(?:lead|people))/"
    r"|xing\.com/profile/|facebook\.com/(?:people/|profile\.php\?id=)?(?=[\w.])|fb\.com/|instagram\.com/"
    r"|(?:twitter|x)\.com/(?=\w)|github\.com/(?=\w)|tiktok\.com/@|youtube\.com/@|medium\.com/@"
    r"|t\.me/(?=\w)|telegram\.me/|wa\.me/\+?\d|api\.whatsapp\.com/send\?phone="
    r"|calendly\.com/(?=\w)|cal\.com/(?=\w)|meetings\.hubspot\.com/|keybase\.io/|about\.me/|behance\.net/"
    r"|snapchat\.com/add/|signal\.me/#p/|gravatar\.com/"
    rf"){_END}+",
    re.IGNORECASE,
)
_SCHEME = re.compile(rf"(?:skype|callto|facetime|whatsapp):{_END}{{3,80}}", re.IGNORECASE)
_PARAMETERS = re.compile(
    rf"https?://{_END}{{1,300}}?[?&\#;](?:e-?mail|mail|user(?:name)?|name|first_?name|last_?name|phone|mobile|contact"
    rf"|recipient|to|login|uid|dob|address)=(?!&|\s){_END}*",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"\b(?:skype|telegram|twitter|instagram|insta|whatsapp|signal|linkedin|x|tiktok)\s?(?:handle|id|user(?:name)?)?"
    r"\s?[:=]\s?(?P<value>@?[\w.][\w.:-]{2,40})|(?<![\w@.])(?P<at>@[a-z]\w{2,30})(?=\s+(?:on|at)\s+"
    r"(?:twitter|x|telegram|instagram|tiktok|slack)\b)",
    re.IGNORECASE,
)


def find_links(text: str) -> Iterator[Sighting]:
    """Profiles, handles and personal web addresses in cleaned text; other web addresses stay."""
    if "/" in text:
        for pattern in (_PROFILE, _PARAMETERS):
            for match in pattern.finditer(text):
                yield _sighting(text, *match.span())
    if ":" in text or "@" in text or "=" in text:
        for match in _SCHEME.finditer(text):
            yield _sighting(text, *match.span())
        for match in _HANDLE.finditer(text):
            yield _sighting(text, *match.span("value" if match["value"] else "at"))


def _sighting(text: str, start: int, end: int) -> Sighting:
    end = start + len(text[start:end].rstrip(".,;:!?)"))
    return Sighting(start, end, Kind.LINK, text[start:end].lower().removeprefix("https://").rstrip("/"))
