"""Arguments out of orders: a value that follows a JSON Schema, filled from the words of a sentence.

It is what a willing but thoughtless model does, so that one behaviour fits any tool and any reply shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://[^\s\"'<>)]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED = re.compile(r"[\"“'‘]([^\"”'’]{2,})[\"”'’]")
_WORD = re.compile(r"[a-z]+")
_SAME = {
    "mail": "email",
    "forward": "send",
    "wipe": "delete",
    "purge": "delete",
    "remove": "delete",
    "erase": "delete",
    "transfer": "assign",
    "reassign": "assign",
    "change": "update",
    "set": "update",
    "list": "find",
    "show": "find",
}


def words(text: str) -> frozenset[str]:
    """The words of a sentence or an identifier, without endings, with near synonyms made one."""
    plain = re.sub(r"e-?mail", "email", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text), flags=re.IGNORECASE).lower()
    return frozenset(_SAME.get(stem, stem) for stem in (_stem(word) for word in _WORD.findall(plain)))


def best_tool(tools: Mapping[str, Mapping[str, Any]], order: str) -> str | None:
    """The tool whose name, description and parameters share most words with the order; None if no name does."""
    wanted = words(order)

    def fit(name: str) -> int:
        function = tools[name]
        in_name = len(wanted & words(name))
        parameters = " ".join((function.get("parameters") or {}).get("properties") or ())
        return 5 * in_name + len(wanted & words(f"{function.get('description', '')} {parameters}")) if in_name else 0

    best = max(tools, key=fit, default=None)
    return best if best is not None and fit(best) > 0 else None


def fill(schema: Mapping[str, Any], orders: Sequence[str], *, name: str = "") -> Any:  # noqa: ANN401  # any JSON value
    """A value for `schema`; lists get one item per order, everything else is taken from the first order."""
    return _fill(schema, tuple(orders) or ("",), name, schema.get("$defs", {}), depth=0)


def _fill(schema: Mapping[str, Any], orders: tuple[str, ...], name: str, defs: Mapping[str, Any], *, depth: int) -> Any:  # noqa: ANN401
    schema = _settled(schema, defs)
    order = orders[0]
    if choices := schema.get("enum"):
        return next((choice for choice in choices if words(str(choice)) & words(order)), choices[0])
    if "const" in schema:
        return schema["const"]
    match schema.get("type"):
        case "object":
            return _fill_object(schema, orders, defs, depth=depth)
        case "array":
            return [_fill(schema.get("items", {}), (each,), name, defs, depth=depth + 1) for each in orders]
        case "integer" | "number" as kind:
            found = _NUMBER.search(order)
            value = float(found.group()) if found else float(schema.get("minimum", 1))
            return int(value) if kind == "integer" else value
        case "boolean":
            return True
        case "null":
            return None
    return _text_for(name, order)


def _fill_object(
    schema: Mapping[str, Any], orders: tuple[str, ...], defs: Mapping[str, Any], *, depth: int
) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    mentioned = {name for name in properties if words(name) & words(" ".join(orders))}
    # Schemas may refer to themselves; below a few levels only what must be there is filled.
    wanted = required if depth > 4 else required | mentioned
    return {name: _fill(properties[name], orders, name, defs, depth=depth + 1) for name in properties if name in wanted}


def _settled(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind references and alternatives; of several alternatives the first that is not null."""
    while True:
        if "$ref" in schema:
            schema = defs[str(schema["$ref"]).rsplit("/", 1)[-1]]
            continue
        options = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if options:
            schema = next((option for option in options if option.get("type") != "null"), options[0])
            continue
        if isinstance(schema.get("type"), list):
            return {**schema, "type": next(kind for kind in schema["type"] if kind != "null")}
        return schema


def _text_for(name: str, order: str) -> str:
    asked = words(name)
    if asked & {"email", "recipient", "recipients", "to", "address"} and (found := _EMAIL.search(order)):
        return found.group()
    if asked & {"url", "link", "webhook", "endpoint"} and (found := _URL.search(order)):
        return found.group()
    if quoted := _QUOTED.search(order):
        return quoted.group(1)
    return order


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
