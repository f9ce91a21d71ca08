"""Operations and messages as a proposal stores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.proposal_lines import call_digest
from db.repositories.base import RecordRef
from tools.contract import Action, Message, Operation, Proposed


def arguments_of(proposed: Proposed) -> dict[str, Any]:
    """The complete arguments, with the operations and the message that would be carried out."""
    arguments = dict(proposed.arguments) | {"operations": [_operation(one) for one in proposed.operations]}
    if proposed.message is not None:
        arguments["message"] = _message(proposed.message)
    return arguments


def call_of(tool: str, proposed: Proposed) -> str:
    """What a turn that is run again recognises this call by."""
    return call_digest(tool, arguments_of(proposed))


def operations_in(arguments: Mapping[str, Any]) -> tuple[Operation, ...]:
    return tuple(
        Operation(
            Action(one["action"]),
            one["kind"],
            one["values"],
            one["id"],
            one["version"],
            tuple(one.get("ids", ())),
            whole=one.get("whole", False),
        )
        for one in arguments.get("operations", ())
    )


def message_in(arguments: Mapping[str, Any]) -> Message | None:
    stored = arguments.get("message")
    if not stored:
        return None
    to = RecordRef(stored["to"]["kind"], stored["to"]["id"], stored["to"]["name"])
    return Message(stored["channel"], to, stored["address"], stored["subject"], stored["body"])


def _operation(one: Operation) -> dict[str, Any]:
    plain = {"action": one.action, "kind": one.kind, "values": dict(one.values), "id": one.id, "version": one.version}
    return plain | ({"ids": list(one.ids), "whole": one.whole} if one.ids else {"whole": True} if one.whole else {})


def _message(one: Message) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "to": {"kind": one.to.kind, "id": one.to.id, "name": one.to.name},
        "address": one.address,
        "subject": one.subject,
        "body": one.body,
    }
