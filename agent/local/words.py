"""A text as tokens that remember where they stood, so that everything understood can point at the person's words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_FOLDED = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"})

_TOKEN = re.compile(
    r"""
      [\w.+-]+@[\w-]+(?:\.[\w-]+)+                       # an e-mail address
    | \d{4}-\d{2}-\d{2} | \d{4}-\d{2}(?!\d) | \d{1,2}/\d{1,2}(?:/\d{2,4})?
    | \d{4}-?[Qq][1-4] | [Qq][1-4](?:['-]?\d{2,4})?(?!\w) | [Ff][Yy]-?\d{2,4} | [Hh][12](?!\w)
    | \d{1,2}:\d{2}(?:\s?[AaPp]\.?[Mm]\b\.?)?
    | [€$£]\s?\d[\d.,']*\d?(?:\s?(?:k|m|mm|mn|mio|bn|K|M|B)\b)?
    | \d+(?:[.,']\d+)*(?:\s?%|(?:st|nd|rd|th|k|m|mm|mn|mio|bn|am|pm|a\.m\.|p\.m\.|d|w|h|hrs?)\b)?
    | [^\W\d_]+(?:'[^\W\d_]+)* | '\w+
    | \w+ | \S
    """,
    re.VERBOSE | re.IGNORECASE,
)

_CONTRACTIONS = {
    "n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am",
}  # fmt: skip
_IS_AFTER = frozenset(
    ["what", "who", "where", "how", "when", "why", "that", "it", "there", "he", "she", "here", "which"]
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `norm` is what it is read as, `start` and `end` where it stands in the text as written."""

    norm: str
    start: int
    end: int
    raw: str

    @property
    def is_word(self) -> bool:
        return self.norm[:1].isalpha()

    @property
    def is_capitalised(self) -> bool:
        return self.raw[:1].isupper()


@dataclass(frozen=True)
class Text:
    """The text as written and its tokens. `norm` joins the tokens with single spaces; patterns run over that."""

    written: str
    tokens: tuple[Token, ...]

    @cached_property
    def norm(self) -> str:
        return " ".join(token.norm for token in self.tokens)

    @cached_property
    def _starts(self) -> list[int]:
        starts, position = [], 0
        for token in self.tokens:
            starts.append(position)
            position += len(token.norm) + 1
        return starts

    def token_range(self, start: int, end: int) -> tuple[int, int]:
        """The tokens that a span of `norm` touches, as a half-open range."""
        return max(bisect_right(self._starts, start) - 1, 0), bisect_left(self._starts, end)

    def norm_between(self, first: int, last: int) -> str:
        return " ".join(token.norm for token in self.tokens[first:last])

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where tokens `first` up to, not including, `last` stand in `norm`."""
        if first >= last:
            return (0, 0)
        return self._starts[first], self._starts[last - 1] + len(self.tokens[last - 1].norm)

    def written_between(self, first: int, last: int) -> str:
        """The person's own characters from token `first` up to, not including, token `last`."""
        if first >= last:
            return ""
        return self.written[self.tokens[first].start : self.tokens[last - 1].end]

    @cached_property
    def shouted(self) -> bool:
        """Whether capitals say nothing about names here."""
        letters = [character for character in self.written if character.isalpha()]
        return len(letters) > 3 and sum(character.isupper() for character in letters) > 0.7 * len(letters)

    def part(self, first: int, last: int) -> Text:
        return Text(self.written, self.tokens[first:last])


def fold(text: str) -> str:
    """One spelling for look-alike characters, of the same length wherever the text has no exotic characters."""
    folded = text.translate(_FOLDED)
    if folded.isascii():
        return folded
    composed = unicodedata.normalize("NFKC", folded)
    return composed if len(composed) == len(folded) else folded


def plain(word: str) -> str:
    """Lower case without accents, for comparing names."""
    if word.isascii():
        return word.lower()
    split = unicodedata.normalize("NFKD", word.lower().translate(_ZERO_WIDTH))
    return "".join(character for character in split if not unicodedata.combining(character))


def tokenise(written: str) -> Text:
    """Tokens of a text; contractions and possessives become tokens of their own."""
    cleaned = fold(written)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(cleaned):
        raw = written[match.start() : match.end()]
        tokens.extend(_split_word(match.group().translate(_ZERO_WIDTH), raw, match.start(), match.end()))
    return Text(written, tuple(token for token in tokens if token.norm))


def _split_word(word: str, raw: str, start: int, end: int) -> Iterable[Token]:
    lower = word.lower() if "@" in word else plain(word)
    if lower in {"can't", "cant"}:
        return (Token("can", start, end, raw), Token("not", start, end, raw))
    if lower in {"won't", "wont"}:
        return (Token("will", start, end, raw), Token("not", start, end, raw))
    if lower == "let's":
        return (Token("let", start, end, raw), Token("us", start, end, raw))
    for ending, expansion in _CONTRACTIONS.items():
        if lower.endswith(ending) and len(lower) > len(ending):
            cut = end - len(ending)
            return (
                Token(lower[: -len(ending)], start, cut, raw[: -len(ending)]),
                Token(expansion, cut, end, raw[-len(ending) :]),
            )
    if lower.endswith("'s") and len(lower) > 2:
        tail = "is" if lower[:-2] in _IS_AFTER else "'s"
        return (Token(lower[:-2], start, end - 2, raw[:-2]), Token(tail, end - 2, end, raw[-2:]))
    return (Token(lower, start, end, raw),)


def replace_runs(tokens: Sequence[Token], forms: dict[tuple[str, ...], tuple[str, ...]]) -> tuple[Token, ...]:
    """Runs of tokens rewritten by a table (`e - mail` -> `email`, `whats` -> `what is`), the longest run first."""
    longest = max(map(len, forms), default=0)
    result: list[Token] = []
    position = 0
    while position < len(tokens):
        for length in range(min(longest, len(tokens) - position), 0, -1):
            run = tokens[position : position + length]
            target = forms.get(tuple(token.norm for token in run))
            if target is not None:
                start, end = run[0].start, run[-1].end
                raw = " ".join(token.raw for token in run)
                result.extend(Token(norm, start, end, raw) for norm in target)
                position += length
                break
        else:
            result.append(tokens[position])
            position += 1
    return tuple(result)
