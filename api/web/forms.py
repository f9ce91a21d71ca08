"""The small forms of people who are nobody yet: signing in, setting a password, the first administrator."""

from __future__ import annotations

from html import escape

from db.passwords import LONGEST, SHORTEST

_REFUSED = '<p class="refused" role="alert" hidden></p>'
_TOKEN = "This token opens no session. Check it, or create a new one."  # noqa: S105 - a sentence


def by_password(*, focus: bool) -> str:
    return _form(
        "/api/v2/session",
        _field("E-mail", "email", "email", "username", focus=focus)
        + _field("Password", "password", "password", "current-password"),
        "Sign in",
    )


def by_token() -> str:
    """Folded away: programs and people without a password use it."""
    field = _field("Token", "token", "password", "off", described="token-help")
    note = (
        '<p class="note" id="token-help">Make one in the terminal: '
        "<code>rainmaker tokens create --for E-MAIL</code></p>"
    )
    form = _form("/api/v2/session", field + note, "Sign in with the token", refused=_TOKEN)
    return f"<details><summary>Use a token instead</summary>{form}</details>"


def new_password(code: str, *, email: str) -> str:
    # The address is there for the browser's own keeper of passwords.
    known = f'<input type="email" value="{escape(email)}" autocomplete="username" hidden readonly>'
    return _form("/api/v2/session/password", known + _hidden(code) + _new(focus=True), "Set password and sign in")


def first_administrator(code: str) -> str:
    fields = (
        _hidden(code)
        + _field("Your name", "name", "text", "name", focus=True)
        + _field("E-mail", "email", "email", "username")
        + _new(focus=False)
    )
    return _form("/api/v2/session/setup", fields, "Set up the workspace")


def _new(*, focus: bool) -> str:
    field = _field(
        "Password", "password", "password", "new-password", focus=focus, described="password-help",
        more=f' minlength="{SHORTEST}" maxlength="{LONGEST}"',
    )  # fmt: skip
    return (
        f'{field}<p class="note" id="password-help">At least {SHORTEST} characters. A few words are easy to keep.</p>'
    )


def _hidden(code: str) -> str:
    return f'<input type="hidden" name="code" value="{escape(code)}">'


def _field(
    label: str, name: str, kind: str, filled_by: str, *, focus: bool = False, described: str = "", more: str = ""
) -> str:
    about = f' aria-describedby="{described}"' if described else ""
    return (
        f'<label>{label}<input name="{name}" type="{kind}" autocomplete="{filled_by}" required{about}{more}'
        f"{' autofocus' if focus else ''}></label>"
    )


def _form(address: str, fields: str, button: str, *, refused: str = "") -> str:
    """Sent by our script; without it nothing leaves the page, so that no password ends up in an address."""
    said = f' data-refused="{escape(refused)}"' if refused else ""
    return (
        f'<form method="post" data-session="{address}"{said}>{fields}{_REFUSED}'
        f'<button class="primary">{button}</button></form>'
    )
