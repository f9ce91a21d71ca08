"""Parses JSON with the digits of its numbers kept, and says where it breaks."""

from __future__ import annotations

import json
from typing import NoReturn

from db.importers.errors import BrokenJson, UnexpectedJson


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
