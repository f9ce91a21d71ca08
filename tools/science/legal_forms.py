"""Words of a company's name that say nothing about which company it is."""

from __future__ import annotations

_WRITTEN = """
inc incorporated llc llp lp ltd limited plc corp corporation co company gmbh mbh ag kg kgaa ohg ug se sa sas sarl srl
spa sl slu nv bv oy oyj ab as asa aps pty pte pvt private holding holdings group gruppe ev eg cv kft sro
"""
FORMS = frozenset(_WRITTEN.split())
_JOINING = frozenset({"the", "and", "und", "et", "of", "de", "y"})


def telling(words: list[str]) -> tuple[str, ...]:
    """Those of a name's folded words that tell it from others; at most the first four."""
    kept = [word for place, word in enumerate(words) if word not in _JOINING and (place == 0 or word not in FORMS)]
    return tuple(kept[:4])
