"""Roles, actions, kinds and fields as people say them."""

from __future__ import annotations

import pytest

from db.access import RecordAction, Role
from db.permissions import KEPT_BY_US
from tools.errors import BadArgument
from tools.matrix.field_words import field_said
from tools.matrix.hiding import _hides
from tools.matrix.reading import actions_in, allowed_in, field_in, kinds_said, roles_in

EXPORT, DELETE, UPDATE = RecordAction.EXPORT, RecordAction.DELETE, RecordAction.UPDATE


@pytest.mark.parametrize(
    ("said", "roles", "kinds", "actions", "allowed"),
    [
        ("reps may not export contacts", {Role.REP}, ["contact"], {EXPORT}, False),
        ("managers can delete campaigns", {Role.MANAGER}, ["campaign"], {DELETE}, True),
        ("forbid reps and managers to delete accounts", {Role.REP, Role.MANAGER}, ["account"], {DELETE}, False),
        ("prevent sales reps from exporting leads", {Role.REP}, ["lead"], {EXPORT}, False),
        ("executives can’t edit quotas", {Role.EXECUTIVE}, ["quota"], {UPDATE}, False),
        ("nobody may export deals", {Role.REP, Role.MANAGER, Role.EXECUTIVE}, ["opportunity"], {EXPORT}, False),
        ("allow reps to change pipeline stages", {Role.REP}, ["stage"], {UPDATE}, True),
        ("reset: reps may export contacts", {Role.REP}, ["contact"], {EXPORT}, None),
        ("rep may not read lead score", {Role.REP}, ["lead_score"], {RecordAction.READ}, False),
    ],
)
def test_a_permission_is_read_from_plain_words(
    said: str, roles: set[Role], kinds: list[str], actions: set[RecordAction], allowed: bool | None
) -> None:
    assert (set(roles_in(said)), [one.name for one in kinds_said(said)]) == (roles, kinds)
    assert (set(actions_in(said)), allowed_in(said)) == (actions, allowed)


def test_what_says_neither_may_nor_may_not_is_asked_again() -> None:
    with pytest.raises(BadArgument, match="may or may not"):
        allowed_in("reps to export contacts")


@pytest.mark.parametrize(
    ("said", "kind", "field", "hide"),
    [
        ("hide the amount of deals from reps", "opportunity", "amount", True),
        ("reps should not see the phone number of contacts", "contact", "phone", True),
        ("hide e-mail addresses of contacts from reps", "contact", "email", True),
        ("hide the lead score from managers", "lead", "score", True),
        ("show the deal value to reps again", "opportunity", "amount", False),
        ("make the loss reason of deals visible to reps", "opportunity", "loss_reason", False),
        ("hide the owner of accounts from reps", "account", "owner", True),
    ],
)
def test_a_field_is_read_from_plain_words(said: str, kind: str, field: str, hide: bool) -> None:
    found, named = field_in(said, kinds_said(said, besides=KEPT_BY_US))
    assert (found.name, named.name, _hides(said)) == (kind, field, hide)


@pytest.mark.parametrize(
    ("said", "doing", "kind", "name", "type_"),
    [
        ("add a field seats to accounts", "add", "account", "seats", "text"),
        ("add seats as a field to accounts", "add", "account", "seats", "text"),
        ("please create a custom field contract end (date) on deals", "add", "opportunity", "contract_end", "date"),
        ("field tier (choice: gold, silver) to accounts", "add", "account", "tier", "choice"),
        ("rename the field seats of accounts to licences", "rename", "account", "seats", "text"),
        ("remove the field seats from accounts", "remove", "account", "seats", "text"),
        ("change the field seats of accounts to a whole number", "retype", "account", "seats", "whole"),
        ("add a field size (long_text) to leads", "add", "lead", "size", "long_text"),
    ],
)
def test_a_field_of_ones_own_is_read_from_plain_words(said: str, doing: str, kind: str, name: str, type_: str) -> None:
    found = field_said(said)
    assert (found.doing, found.kind.name, found.name, found.type.value) == (doing, kind, name, type_)
