"""Keys, tokens and passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule
from agent.redaction.words import listed

# Published prefixes of the issuers; the lengths are lower bounds, since issuers lengthen their tokens.
_KEY = Rule(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-(?:ant-|proj-|lf-|or-|svcacct-)?[A-Za-z0-9_-]{12,}|pk-lf-[A-Za-z0-9-]{12,}|xox[abeoprs]-[A-Za-z0-9-]{8,}"
    r"|xapp-[A-Za-z0-9-]{8,}|gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|gl(?:pat|dt|rt|cbt|ptt)-[\w-]{16,}"
    r"|(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[A-Z0-9]{12,20}|AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}"
    r"|[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}|SG\.[\w-]{16,}\.[\w-]{16,}|hf_[A-Za-z0-9]{20,}"
    r"|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}|do[opr]_v1_[a-f0-9]{32,}|shp(?:at|ss|ca|pa)_[a-fA-F0-9]{16,}"
    r"|lin_api_[A-Za-z0-9]{20,}|ntn_[A-Za-z0-9]{20,}|secret_[A-Za-z0-9]{30,}|pat-(?:na|eu)\d-[a-f0-9-]{30,}"
    r"|key-[a-f0-9]{32}|(?:AC|SK)[a-f0-9]{32}|dapi[a-f0-9]{32}|gsk_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}"
    r"|\d{8,10}:AA[\w-]{30,}|EAA[A-Za-z0-9]{30,}|00D[A-Za-z0-9]{12}![\w.]{20,}|sq0(?:atp|csp)-[\w-]{20,}"
    r"|(?<![/+=])(?=[\w/+]{0,39}\d)(?=[\w/+]{0,39}[a-z])(?=[\w/+]{0,39}[A-Z])[A-Za-z0-9/+]{40}(?![\w/+=])"
    r"|eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?|v[1-4]\.(?:local|public)\.[\w-]{20,}"
    r")"
)
_BLOCK = Rule(
    r"-----BEGIN (?P<what>[A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?)-----"
    r"(?:(?!-----END).){0,8000}(?:-----END (?P=what)-----)?",
    re.DOTALL,
    needs="-----begin",
)
_HEADER = Rule(
    r"\b(?:bearer|basic|token|digest|apikey)\s+(?P<value>(?=[\w.~+/-]*[\d=_.-])[\w.~+/-]{12,}={0,2})|"
    r"\b(?:authorization|proxy-authorization|x-api-key|cookie|set-cookie|x-auth-token)[\"']?\s?[:=]\s?[\"']?"
    r"(?:(?:bearer|basic|token|digest)\s+)?(?P<header>[^\s\"',;]{6,})",
    re.IGNORECASE,
    needs="bearer basic token digest apikey authorization api-key cookie auth-token",
)
_IN_ADDRESS = Rule(
    r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}://(?P<value>[^\s/@:\"'<>]{0,100}:[^\s/@\"'<>]{1,200}@[\w.-]{0,253})"
    r"|https://hooks\.slack\.com/(?:services|workflows|triggers)/(?P<hook>[\w/-]{10,})"
    r"|https://(?:\w+\.)?(?:webhook\.office\.com|discord(?:app)?\.com/api/webhooks)/(?P<webhook>[\w/@.-]{10,})"
    r"|[?&;](?:access_token|token|api_?key|key|sig|signature|x-amz-signature|x-amz-credential|x-goog-signature|auth"
    r"|password|pwd|secret|code|client_secret|session|sid)=(?P<parameter>[^\s&\#\"'<>]{6,})",
    re.IGNORECASE,
    needs="://",
)
_PASSWORD = Rule(
    r"(?<![a-z])(?:pass ?word|pass ?phrase|pass ?code|passwd|passwort|kennwort|pwd|pw|pass|mot de passe|mdp|contraseña"
    r"|clave|senha|wachtwoord|hasło|lösenord|login|credentials?)"
    r"(?:\s(?:for|to|of|on)\s(?:\w+\s){1,4})?(?:\s\(\w+\))?"
    r"(?:\s?[\"']?\s?(?:[:=]|->)\s?|\s(?:is|ist|est|es|war|was|now)\s(?:now\s)?(?:[:=]\s?)?)"
    r"(?:\"(?P<double>[^\"\n]{1,120})\"|'(?P<single>[^'\n]{1,120})'|(?P<bare>[^\s\"',;]{3,120}(?:\s/\s[^\s\"',;]{3,120})?))",
    re.IGNORECASE,
    needs="pass pwd pw kennwort mot mdp contraseña clave senha wachtwoord hasło lösenord login credential",
)
_LABELLED = Rule(
    r"(?<![a-z])(?:(?:[a-z]+[ _-])?(?:api|access|secret|private|client|auth|refresh|session|signing|encryption|account"
    r"|license|service)[ _-]?(?:key|token|secret|id[ _-]token)|secret(?:[ _-]?access)?(?:[ _-]?key)?|token|apikey"
    r"|accountkey|sharedaccesskey|webhook[ _-]?secret)[\"']?(?:\s?[:=]\s?|\s(?:is|=)\s)[\"']?"
    r"(?P<value>(?=[^\s\"',;]*\d)[^\s\"',;<>]{8,400})",
    re.IGNORECASE,
    needs="key token secret",
)
_CODE = Rule(
    r"\b(?:pin|otp|one[- ]time (?:code|password|passcode)|verification code|security code|2fa(?: code)?|passcode"
    r"|access code|login code|sms code|door code|gate code|puk|backup code)(?:\s?(?:code|number|no\.?))?(?:\s(?:is|was)"
    r"|\s?[:=])?\s?"
    r"(?P<value>\d{3,10}|[A-Z0-9]{3,5}-[A-Z0-9]{3,5})(?!\w)",
    re.IGNORECASE,
    needs="pin otp one code 2fa puk",
)
# "the password is required": words that say something about a password and are none.
_SAYS = listed(
    "a about allowed an and already been being blank broken case changed correct different easy empty encrypted "
    "expired "
    "expiring fine forgotten gone hashed hidden in incorrect invalid it locked long lost mandatory missing "
    "needed never no "
    "none not null ok okay old on optional out required reset right safe same saved secure sent set shared short still "
    "stored strong temporary the their there to too unchanged undefined unknown unsafe updated valid very weak what "
    "working wrong yes you your true false page button screen issue problem"
)


def find_secrets(text: str, lowered: str) -> Iterator[Sighting]:
    """Keys, tokens, passwords and credentials in web addresses, in cleaned text. Labels stay readable."""
    for match in _KEY.matches(text, lowered):
        yield _sighting(text, *match.span())
    if "-----BEGIN" in text:
        for match in _BLOCK.matches(text, lowered):
            yield _sighting(text, *match.span())
    for rule in (_HEADER, _IN_ADDRESS, _LABELLED, _CODE):
        for match in rule.matches(text, lowered):
            yield _sighting(text, *_without_bracket(text, *match.span(match.lastgroup or 0)))
    for match in _PASSWORD.matches(text, lowered):
        start, end = match.span(match.lastgroup or 0)
        if match.lastgroup == "bare":
            start, end = _without_bracket(text, start, end)
        if text[start:end].lower().strip(".,;:!?)") not in _SAYS and end > start:
            yield _sighting(text, start, end)


def _without_bracket(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without a bracket that was opened before it, nor the sentence's full stop."""
    shown = text[start:end].rstrip(".:;,")
    if shown.endswith(")") and "(" not in shown:
        shown = shown[:-1]
    return start, start + len(shown or text[start:end])


def _sighting(text: str, start: int, end: int) -> Sighting:
    return Sighting(start, end, Kind.SECRET, text[start:end])
