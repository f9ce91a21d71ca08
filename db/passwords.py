"""Passwords: which are taken, and how they are kept (Argon2id, RFC 9106)."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from db import guessable
from db.errors import PasswordRefused

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 200
_FEW_CHARACTERS = 5
_T = TypeVar("_T")


def check(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuse what is guessed first.

    Args:
        about: name and address of the person.
    """
    if len(password) < SHORTEST:
        raise PasswordRefused(f"it needs at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise PasswordRefused(f"it may have at most {LONGEST} characters")
    folded = _plain(password).casefold()
    if len(set(folded)) < _FEW_CHARACTERS:
        raise PasswordRefused("it repeats the same few characters")
    own = (*(_plain(word) for word in about), "rainmaker")
    if guessable.of_own_words(folded, own):
        raise PasswordRefused("it is little more than a name or an address that others know")
    if guessable.of_usual_words(folded, own):
        raise PasswordRefused("it is little more than words that are tried first; take a few that do not go together")
    if guessable.of_rows(folded):
        raise PasswordRefused("it is a row of keys or a repetition")


async def hashed(password: str) -> str:
    return await _apart(lambda: _hasher().hash(_plain(password)))


async def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password kept; without one it takes just as long and is not."""
    verified = await _apart(lambda: _hasher().verify(_plain(password)[:LONGEST], kept or _of_nobody()))
    return verified and kept is not None


def _plain(password: str) -> str:
    """The same however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


@cache
def _of_nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(24))


@cache
def _threads() -> ThreadPoolExecutor:
    # Each takes 64 MB for as long as it runs.
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


async def _apart(work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(_threads(), work)
