"""Features of a typed text: word and character n-grams, and n-grams of what the words mean to a sales team."""

from __future__ import annotations

from collections.abc import Sequence

from agent.local.lexicon import concepts


def features_of(typed: Sequence[str]) -> dict[str, float]:
    """Feature -> value, of unit length.

    Args:
        typed: tokens after clean-up, named things replaced by their types.
    """
    table = concepts()
    values: dict[str, float] = {}

    def add(name: str, weight: float) -> None:
        values[name] = max(values.get(name, 0.0), weight)

    words = [word for word in typed if word != "?"]
    meant = [table.get(word, (word,))[0] for word in words]
    for word in words:
        add(f"w {word}", 1.0)
        for concept in table.get(word, ()):
            add(f"c {concept}", 1.0)
        if word.isalpha() and len(word) > 3:
            padded = f"^{word}$"
            for start in range(len(padded) - 3):
                add(f"g {padded[start : start + 4]}", 0.3)
    for one, two in zip(["^", *words], [*words, "$"], strict=True):
        add(f"b {one} {two}", 0.5)
    for one, two in zip(["^", *meant], [*meant, "$"], strict=True):
        add(f"d {one} {two}", 0.8)
    for place in range(len(meant) - 2):
        add(f"t {meant[place]} {meant[place + 1]} {meant[place + 2]}", 0.6)
    for place in range(len(meant) - 2):
        add(f"s {meant[place]} _ {meant[place + 2]}", 0.5)
    if "?" in typed:
        add("?", 0.5)
    add(f"n {min(len(words), 4)}", 0.4)
    length = sum(value * value for value in values.values()) ** 0.5
    return {name: value / length for name, value in values.items()}
