"""E-mail addresses, also as people spell them out to dodge filters.

Recognition starts at the sign (`@`, `[at]`, ` at `) and reads outwards in bounded windows, so hostile text costs no
more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule
from agent.redaction.words import listed

_SIGN = Rule(r"\s{0,2}(?:@|%40|[\[({<]\s?(?:at|@)\s?[\])}>])\s{0,3}|(?<=\w)\s{1,3}at\s{1,3}(?=\w)", re.IGNORECASE)
_LOCAL_REACH, _HOST_REACH = 100, 260

_DOT_WORD = r"\s{0,2}[\[({<]\s?(?:dot|\.)\s?[\])}>]\s{0,2}|\s{1,2}(?:dot|punto|punkt)\s{1,2}"
_LOCAL = Rule(rf"(?:\"[^\"\n]{{1,60}}\"|[^\W_](?:[\w.%+'&*=~!#$-]|{_DOT_WORD})*|[\w+%-]+)$", re.IGNORECASE)
_SPACED_LOCAL = Rule(r"(?:(?<=\s)|^)(?:[\w.+-][ \t]){2,}[\w.+-]$")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = Rule(rf"{_LABEL}(?:\.{_LABEL})*")
_SPACED_HOST = Rule(r"(?:\w[ \t]){2,}(?:[.\w-][ \t]){0,60}?\.[ \t](?:\w[ \t]){1,5}\w(?!\w)")
_HOST_LITERAL = Rule(r"\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:]+)\]", re.IGNORECASE)
_MORE_WORD = Rule(rf"(?:{_DOT_WORD})(?P<label>{_LABEL})", re.IGNORECASE)
_MORE_SPACED = Rule(r"(?:\s{1,3}\.\s{0,3}|\.\s{1,3})(?P<label>[a-z]{2,6}|[A-Z]{2,6})(?![\w])")

# Endings that may follow a dot and a space; elsewhere "acme.com. In May" would run into the next sentence.
_ENDINGS = listed(
    "com org net edu gov mil int info biz io ai co app dev uk de fr es it nl be at ch eu us ca au nz in jp cn br mx se "
    "no dk fi pl pt ie cz ru kr sg hk za ae tech cloud online store agency group company solutions xyz me tv"
)
# "at" is also a plain word: these do not name a person before it.
_NOT_LOCAL = listed(
    "a about aimed am an and are arrive arrived arriving at available be been call came close closed deal deals demo "
    "each good here hosted i in is it join live look looked looking looks meet meeting met now of office on one or "
    "priced pricing sold start starts stay that the them there they this today tomorrow us visit was we were work "
    "worked working works you"
)
_CUE = Rule(r"(?:e-?mail|mail|reach(?:able)?|write|contact|address)\b[^.\n]{0,30}$", re.IGNORECASE)


def find_emails(text: str, lowered: str) -> Iterator[Sighting]:
    """E-mail addresses in cleaned text: plain, spelled out, spaced out or split over lines."""
    if "@" not in text and "at" not in lowered and "%40" not in text:
        return
    taken = 0
    for sign in _SIGN.matches(text, lowered):
        if sign.start() < taken:
            continue
        span = _around(text, sign)
        if span is not None:
            taken = span[1]
            yield Sighting(*span, Kind.EMAIL, _key(text[span[0] : span[1]]))


def _around(text: str, sign: re.Match[str]) -> tuple[int, int] | None:
    is_word = sign.group().strip().lower() == "at"
    start = _local_start(text, sign.start())
    if start is None:
        return None
    end, spelled = _host_end(text, sign.end())
    if end is None:
        return None
    if is_word and not _is_address(text, start, sign, end, spelled=spelled):
        return None
    if not is_word and not _is_plausible(text, start, sign, end):
        return None
    return start, end


def _local_start(text: str, end: int) -> int | None:
    begin = max(0, end - _LOCAL_REACH)
    window = text[begin:end]
    spaced = _SPACED_LOCAL.search(window)
    if spaced:
        return begin + spaced.start()
    local = _LOCAL.search(window)
    if local is None:
        return None
    # A sentence dot or a quote before the address does not belong to it.
    offset = len(local.group()) - len(local.group().lstrip(".'*!#$&=~"))
    return begin + local.start() + offset if offset < len(local.group()) else None


def _host_end(text: str, start: int) -> tuple[int | None, bool]:
    """Where the host ends, and whether any of its dots was spelled out."""
    window = text[start : start + _HOST_REACH]
    literal = _HOST_LITERAL.match(window) or _SPACED_HOST.match(window)
    if literal:
        return start + literal.end(), False
    host = _HOST.match(window)
    if host is None:
        return None, False
    end, spelled = host.end(), False
    while more := _MORE_WORD.match(window, end):
        end, spelled = more.end(), True
    tail = _MORE_SPACED.match(window, end)
    if tail and not _has_ending(window[:end]) and tail["label"].lower() in _ENDINGS:
        end = tail.end()
        second = _MORE_SPACED.match(window, end)
        if second and second["label"].lower() in _ENDINGS and len(second["label"]) == 2:
            end = second.end()
    return start + end, spelled


def _has_ending(host: str) -> bool:
    name, dot, ending = host.rpartition(".")
    return bool(dot) and bool(name) and ending.isalpha() and len(ending) >= 2


def _is_address(text: str, start: int, sign: re.Match[str], end: int, *, spelled: bool) -> bool:
    """Whether "x at y" is an address: a dot is spelled out, or the parts can be nothing else."""
    local, host = text[start : sign.start()], text[sign.end() : end]
    if local.lower() in _NOT_LOCAL:
        return False
    if spelled:
        return True
    known_ending = host.lower().rpartition(".")[2] in _ENDINGS and "." in host
    return known_ending and (bool(re.search(r"[._\d]", local)) or _CUE.search(text[:start][-60:]) is not None)


def _is_plausible(text: str, start: int, sign: re.Match[str], end: int) -> bool:
    """Whether what stands around the sign is no price, time or mention ("5 @ 4.50", "demo @ 3pm")."""
    host = text[sign.end() : end]
    if "." in host or "[" in sign.group() or "(" in sign.group() or "{" in sign.group():
        return not re.fullmatch(r"[\d.,]+\w{0,3}", host)
    if re.search(r"\s(?:dot|punto|punkt)\s|[\[({<]", host, re.IGNORECASE):
        return True
    # Without an ending: a cut-off or internal address, never with spaces around the sign.
    return sign.group() in {"@", "%40"} and host[0].isalpha() and end - start >= 5


def _key(address: str) -> str:
    """The address as it would be dialled, so that all spellings of it are one thing."""
    plain = re.sub(r"[\[({<]\s*(at|dot|@|\.)\s*[\])}>]|\s(at|dot|punto|punkt)\s", r" \1\2 ", address.lower())
    plain = re.sub(r"\s+(?:at|@)\s+|%40", "@", plain)
    return re.sub(r"\s+(?:dot|punto|punkt)\s+|\s+\.\s*|\.\s+", ".", plain).replace(" ", "").replace("\n", "")
