"""The ideal customer learnt from won deals."""

from __future__ import annotations

from collections.abc import Mapping


def learn_profile(rules: Mapping[str, object], won: Mapping[str, Mapping[str, float]]) -> dict[str, object]:
    """The mapping of rules with the `shares` of each field in `won` set from shares of won deals (0–1 each).

    The commonest value gets 1, the others in proportion; a value that never won gets 0.
    """
    fields = dict(rules["fields"])  # type: ignore[call-overload]  # read_rules checks the shape
    for name, shares in won.items():
        top = max(shares.values(), default=0.0)
        learnt = {word: share / top for word, share in shares.items()} if top > 0 else {}
        fields[name] = {**fields.get(name, {}), "shares": learnt, "other": 0.0 if learnt else 0.5}
    return {**rules, "fields": fields}
