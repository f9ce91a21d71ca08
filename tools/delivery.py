"""Handing a message to the mail server, or a question to the enrichment provider, once."""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formataddr
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from db.access import Actor, Role
from tools.contract import LOOK_UP, Message
from tools.errors import DeliveryUnavailable, NoMailServer, NoProvider

_SECONDS = 30


class ProviderAnswer(Protocol):
    """What a provider answered: its name, the fields it was given, and suggestions by field."""

    @property
    def provider(self) -> str: ...
    @property
    def asked_with(self) -> tuple[str, ...]: ...
    @property
    def values(self) -> Mapping[str, Mapping[str, Any]]: ...


class Asked(Protocol):
    async def ask(self, kind: str, fields: Mapping[str, Any]) -> ProviderAnswer:
        """Raises `ProviderAway`."""
        ...


class Delivery:
    """Sends through the server of `SMTP_URL` (`smtp://user:password@host:587` or `smtps://…`).

    Questions about a record go to the enrichment provider instead, where one is set up.
    """

    def __init__(self, smtp_url: str | None, provider: Asked | None = None) -> None:
        self._url, self._provider = smtp_url, provider

    def require(self, role: Role = Role.ADMIN, *, channel: str = "email") -> None:
        """Refuse before anything is decided when there is no way to deliver, in words for the role that reads it."""
        if channel == LOOK_UP:
            if self._provider is None:
                raise NoProvider
        elif not self._url:
            raise NoMailServer(may_set_up=role is Role.ADMIN)

    async def tried(self, seconds: float) -> None:
        """Connect and sign in, and send nothing.

        Raises:
            DeliveryUnavailable: with the reason.
        """
        self.require()
        await asyncio.to_thread(self._try, seconds)

    def _try(self, seconds: float) -> None:
        try:
            with self._signed_in(seconds) as server:
                server.noop()
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryUnavailable("It refused name and password; check SMTP_URL.") from error
        except ssl.SSLError as error:
            raise DeliveryUnavailable(f"A safe connection could not be made ({error.reason}).") from error
        except (OSError, ValueError, smtplib.SMTPException) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise DeliveryUnavailable(f"It could not be reached ({why}); check SMTP_URL.") from error

    @contextmanager
    def _signed_in(self, seconds: float = _SECONDS) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self._url or "")
        with _connect(parts.scheme, parts.hostname or "", parts.port, seconds) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server

    async def look_up(self, question: Message) -> ProviderAnswer:
        """Ask the provider with exactly what was approved. Raises `DeliveryUnavailable`."""
        if self._provider is None:
            raise NoProvider
        return await self._provider.ask(question.to.kind, json.loads(question.body))

    async def send(self, message: Message, *, sender: Actor, key: str) -> str:
        """Send it; what to tell the person. The Message-ID is made from `key`, so a repeat can be recognised."""
        self.require()
        return await asyncio.to_thread(self._send, message, sender, key)

    def _send(self, message: Message, sender: Actor, key: str) -> str:
        mail = EmailMessage()
        mail["From"] = formataddr((sender.name, sender.email))
        mail["To"] = formataddr((message.to.name, message.address))
        mail["Subject"] = " ".join(message.subject.split())
        mail["Message-ID"] = f"<{key}@rainmaker>"
        mail.set_content(message.body)
        try:
            with self._signed_in() as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryUnavailable(
                f"The mail server did not take the message ({type(error).__name__}). Check whether it arrived before "
                f"trying again (Message-ID {mail['Message-ID']})."
            ) from error
        return f"sent to {message.address}"


def _connect(scheme: str, host: str, port: int | None, seconds: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=seconds, context=context)
    server = smtplib.SMTP(host, port or 25, timeout=seconds)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    return server
