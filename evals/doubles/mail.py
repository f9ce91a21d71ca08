"""A mail server on the loopback interface that keeps what it is handed."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_HOST = "127.0.0.1"


@dataclass(slots=True)
class MailServer:
    """What came in, in order. `refusing` makes it turn every message away from now on."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    refusing: bool = False

    @property
    def url(self) -> str:
        """For `SMTP_URL`."""
        return f"smtp://{_HOST}:{self.port}"

    @property
    def by_id(self) -> Counter[str]:
        """How often each Message-ID came in."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """What aiosmtpd calls for each message."""
        if self.refusing:
            return "554 Transaction failed"
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        self.messages.append(message_from_bytes(data, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """`with mail_server() as mail: ... SMTP_URL=mail.url ... mail.messages`."""
    server = MailServer(_free_port())
    controller = Controller(server, hostname=_HOST, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
