"""The mail server that keeps what it is handed."""

from __future__ import annotations

import pytest

from db.access import Actor, Role
from db.repositories.base import RecordRef
from evals.doubles.mail import mail_server
from tools.contract import Message
from tools.delivery import Delivery
from tools.errors import DeliveryUnavailable

pytestmark = pytest.mark.anyio
SENDER = Actor(1, "sam@demo.example", "Sam Carter", Role.REP, None)
MESSAGE = Message("email", RecordRef("contact", 1, "Jané Miller"), "jane@acme.example", "Hi", "Long\ntext")


async def test_a_message_arrives_once_with_the_id_of_its_proposal() -> None:
    with mail_server() as mail:
        assert await Delivery(mail.url).send(MESSAGE, sender=SENDER, key="pr_1") == "sent to jane@acme.example"
    (message,) = mail.messages
    assert (message["Subject"], message.get_content()) == ("Hi", "Long\r\ntext\r\n")
    assert mail.by_id == {"<pr_1@rainmaker>": 1}


async def test_a_message_that_is_turned_away_is_a_declared_failure() -> None:
    with mail_server() as mail:
        mail.refusing = True
        with pytest.raises(DeliveryUnavailable, match="did not take the message"):
            await Delivery(mail.url).send(MESSAGE, sender=SENDER, key="pr_1")
    assert mail.messages == []
