"""Parses JSON, whole or line by line, with the digits of its numbers kept, and says where it breaks."""

from __future__ import annotations

import json
from typing import NoReturn

from db.importers.errors import BrokenJson, UnexpectedJson


def is_json_lines(content: bytes) -> bool:
    """Whether each line is a record of its own: the first that is not blank holds one whole object, and more follow."""
    first, _, rest = content.lstrip().partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def parse_json_lines(content: bytes, *, name: str) -> list[object]:
    """One value for each line that is not blank; raises as `parse_json` does, with the line."""
    values: list[object] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            try:
                values.append(parse_json(line, name=name))
            except BrokenJson as error:
                raise BrokenJson(name, line=number, cut_off=error.cut_off) from error
    return values


def parse_json(content: bytes, *, name: str) -> object:
    """The value in a JSON file; fractions come as their text so that amounts stay exact.

    Raises `BrokenJson` with the line, `UnexpectedJson` for NaN, infinity and nesting beyond the interpreter.
    """

    def refuse(constant: str) -> NoReturn:
        raise UnexpectedJson(name, found=f"the value {constant}", wanted="numbers, text, true, false or null")

    text = content.decode("utf-8")
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=refuse)
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        raise BrokenJson(name, line=error.lineno, cut_off=cut_off) from error
    except RecursionError as error:
        raise UnexpectedJson(name, found="lists within lists without end", wanted="a list of records") from error
