"""The ideal customer learnt from won deals."""

from __future__ import annotations

from collections.abc import Mapping


def learn_profile(rules: Mapping[str, object], won: Mapping[str, Mapping[str, float]]) -> dict[str, object]:
    """The mapping of rules with the `shares` of each field in `won` set from shares of won deals (0–1 each).

    The commonest value gets 1, the others in proportion; a value that never won gets 0, an unknown one what a won deal
    has on average.
    """
    fields = dict(rules["fields"])  # type: ignore[call-overload]  # read_rules checks the shape
    for name, shares in won.items():
        top, total = max(shares.values(), default=0.0), sum(shares.values())
        learnt = {word: share / top for word, share in shares.items()} if top > 0 else {}
        average = sum(share * learnt[word] for word, share in shares.items()) / total if learnt else 0.5
        given = {"shares": learnt, "other": 0.0 if learnt else 0.5, "unknown": average}
        fields[name] = {**fields.get(name, {}), **given}
    return {**rules, "fields": fields}
