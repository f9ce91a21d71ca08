"""Two unlike ways in which a person comes to be recorded again.

`by_hand` is the person typed in a second time: slips, nicknames, gaps, other formats. `by_merger` is another system's
copy loaded in: other conventions, capitals, names in one field, stale employers, forms filled in by others. The two
were written from different stories and share no code but the keyboard.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum

import numpy as np
import polars as pl

from evals.bench.duplicates.world import CALLING

Row = dict[str, str]
Draw = np.random.Generator
FIELDS = ("first_name", "last_name", "company", "email", "phone", "domain", "country")
_NICKS = {
    "James": "Jim", "Robert": "Bob", "John": "Jack", "Michael": "Mike", "David": "Dave", "William": "Bill",
    "Richard": "Dick", "Joseph": "Joe", "Thomas": "Tom", "Christopher": "Chris", "Daniel": "Dan", "Matthew": "Matt",
    "Anthony": "Tony", "Steven": "Steve", "Andrew": "Andy", "Joshua": "Josh", "Kenneth": "Ken", "Timothy": "Tim",
    "Edward": "Ted", "Jeffrey": "Jeff", "Nicholas": "Nick", "Jonathan": "Jon", "Benjamin": "Ben", "Samuel": "Sam",
    "Gregory": "Greg", "Alexander": "Alex", "Patricia": "Trish", "Jennifer": "Jen", "Elizabeth": "Liz",
    "Susan": "Sue", "Margaret": "Peggy", "Deborah": "Debbie", "Rebecca": "Becky", "Katharina": "Kathi",
    "Francisco": "Paco", "José": "Pepe", "Guillermo": "Memo", "Aleksandr": "Sasha", "Elena": "Lena",
}  # fmt: skip
_CYRILLIC = {"Aleksandr": "Александр", "Sergei": "Сергей", "Dmitri": "Дмитрий", "Elena": "Елена", "Olga": "Ольга",
             "Ivanov": "Иванов", "Petrov": "Петров", "Kuznetsov": "Кузнецов"}  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "Å": "Aa"})
_BESIDE = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "r": "t", "s": "d", "t": "y", "l": "k", "c": "v"}
_HEARD = (("ck", "k"), ("ph", "f"), ("th", "t"), ("ei", "ai"), ("ie", "y"), ("ll", "l"), ("ss", "s"), ("z", "s"),
          ("c", "k"), ("ey", "y"), ("tt", "t"), ("nn", "n"))  # fmt: skip


class Story(StrEnum):
    BY_HAND = "by hand"
    BY_MERGER = "by merger"


def again(row: Row, story: Story, rng: Draw) -> Row:
    """The row as recorded a second time; an empty text is a gap."""
    copy = dict(row)
    steps = _by_hand(rng) if story is Story.BY_HAND else _by_merger(rng)
    for step in steps:
        step(copy, rng)
    return copy


def _by_hand(rng: Draw) -> Iterator[Callable[[Row, Draw], None]]:
    chances: tuple[tuple[float, Callable[[Row, Draw], None]], ...] = (
        (0.25, _nickname), (0.12, _translated), (0.3, _typo_in_name), (0.05, _swapped), (0.06, _initial),
        (0.55, _phone_format), (0.1, _plus_tag), (0.08, _employer_changed), (0.15, _typo_in_company),
        (0.06, _role_mail),
        (0.05, _typo_in_mail), (0.04, _phone_changed),
        *((chance, _gap(field)) for field, chance in
          (("first_name", 0.03), ("company", 0.2), ("email", 0.2), ("phone", 0.25), ("domain", 0.4), ("country", 0.3))),
    )  # fmt: skip
    return (step for chance, step in chances if rng.random() < chance)


def _by_merger(rng: Draw) -> Iterator[Callable[[Row, Draw], None]]:
    chances: tuple[tuple[float, Callable[[Row, Draw], None]], ...] = (
        (0.2, _heard), (0.1, _middle_name), (0.04, _married), (0.15, _neighbouring_key), (0.3, _company_short),
        (0.35, _mail_convention), (0.15, _private_mail), (0.5, _national_phone), (0.15, _extension),
        (0.03, _other_phone),
        (0.06, _employer_changed), (0.1, _one_field), (0.3, _capitals),
        *((chance, _gap(field)) for field, chance in
          (("email", 0.12), ("phone", 0.15), ("company", 0.12), ("domain", 0.6), ("country", 0.5))),
    )  # fmt: skip
    return (step for chance, step in chances if rng.random() < chance)


def _gap(field: str) -> Callable[[Row, Draw], None]:
    def leave_out(row: Row, _: Draw) -> None:
        row[field] = ""

    return leave_out


def _nickname(row: Row, _: Draw) -> None:
    row["first_name"] = _NICKS.get(row["first_name"], row["first_name"])


def _translated(row: Row, rng: Draw) -> None:
    if rng.random() < 0.4:
        for name in ("first_name", "last_name"):
            row[name] = _CYRILLIC.get(row[name], row[name])
    elif rng.random() < 0.5:
        row["last_name"] = row["last_name"].translate(_UMLAUTS)
    else:
        for name in ("first_name", "last_name"):
            row[name] = unicodedata.normalize("NFKD", row[name]).encode("ascii", "ignore").decode() or row[name]


def _slip(text: str, rng: Draw) -> str:
    """One letter left out, doubled, exchanged with the next or put in at random."""
    if len(text) < 3:
        return text
    k, kind = int(rng.integers(0, len(text) - 1)), int(rng.integers(0, 4))
    letter = "abcdefghijklmnopqrstuvwxyz"[int(rng.integers(0, 26))]
    return (
        text[:k] + text[k + 1 :],
        text[: k + 1] + text[k:],
        text[:k] + text[k + 1] + text[k] + text[k + 2 :],
        text[:k] + letter + text[k + 1 :],
    )[kind]


def _typo_in_name(row: Row, rng: Draw) -> None:
    field = "last_name" if rng.random() < 0.6 else "first_name"
    row[field] = _slip(row[field], rng)


def _typo_in_company(row: Row, rng: Draw) -> None:
    row["company"] = _slip(row["company"].rsplit(" ", 1)[0], rng)


def _typo_in_mail(row: Row, rng: Draw) -> None:
    local, at, domain = row["email"].partition("@")
    row["email"] = _slip(local, rng) + at + domain


def _swapped(row: Row, _: Draw) -> None:
    row["first_name"], row["last_name"] = row["last_name"], row["first_name"]


def _initial(row: Row, _: Draw) -> None:
    row["first_name"] = row["first_name"][:1] + "."


def _phone_format(row: Row, rng: Draw) -> None:
    calling = CALLING.get(row["country"], "")
    national = row["phone"].removeprefix(f"+{calling}")
    row["phone"] = (
        f"00{calling} {national[:3]} {national[3:]}",
        f"+{calling} (0){national[:3]}/{national[3:]}",
        f"({national[:3]}) {national[3:6]}-{national[6:]}",
        f"+{calling}-{national[:2]}-{national[2:5]}-{national[5:]}",
    )[int(rng.integers(0, 4))]


def _plus_tag(row: Row, _: Draw) -> None:
    row["email"] = row["email"].replace("@", "+news@").upper()


def _employer_changed(row: Row, rng: Draw) -> None:
    stem = "".join(rng.choice(list("abcdefgilmnoprstu"), 7))
    row["company"], row["domain"] = f"{stem.capitalize()} Group", f"{stem}.com"
    row["email"] = row["email"].partition("@")[0] + f"@{stem}.com"


def _role_mail(row: Row, _: Draw) -> None:
    row["email"] = f"info@{row['domain'] or 'mail.com'}"


def _phone_changed(row: Row, rng: Draw) -> None:
    row["phone"] = row["phone"][:-6] + str(rng.integers(100_000, 999_999))


def _heard(row: Row, _: Draw) -> None:
    """The last name as heard on the telephone: the first spelling that sounds like another is changed."""
    for written, heard in _HEARD:
        if written in row["last_name"][1:]:
            row["last_name"] = row["last_name"][0] + row["last_name"][1:].replace(written, heard, 1)
            return


def _middle_name(row: Row, rng: Draw) -> None:
    row["first_name"] += f" {'ABCDEFGHJKLM'[int(rng.integers(0, 12))]}."


def _married(row: Row, rng: Draw) -> None:
    taken = ("Novak", "Delgado", "Whitfield", "Baumann", "Castell", "Okafor")[int(rng.integers(0, 6))]
    row["last_name"] = f"{row['last_name']}-{taken}" if rng.random() < 0.6 else taken


def _neighbouring_key(row: Row, rng: Draw) -> None:
    field = ("first_name", "last_name")[int(rng.integers(0, 2))]
    places = [k for k, letter in enumerate(row[field]) if letter in _BESIDE]
    if places:
        k = places[int(rng.integers(0, len(places)))]
        row[field] = row[field][:k] + _BESIDE[row[field][k]] + row[field][k + 1 :]


def _company_short(row: Row, rng: Draw) -> None:
    words = row["company"].split()
    row["company"] = " ".join(words[:-1] if rng.random() < 0.7 else words[:1])


def _mail_convention(row: Row, _: Draw) -> None:
    """The firm renamed its mailboxes: first.last became f.last."""
    first = unicodedata.normalize("NFKD", row["first_name"]).encode("ascii", "ignore").decode().lower()
    last = unicodedata.normalize("NFKD", row["last_name"]).encode("ascii", "ignore").decode().lower()
    row["email"] = f"{first[:1]}.{last.replace(' ', '')}@{row['domain']}".replace("'", "")


def _private_mail(row: Row, rng: Draw) -> None:
    row["email"] = f"{row['last_name'][:5].lower()}{rng.integers(1950, 2005)}@hotmail.com"


def _national_phone(row: Row, _: Draw) -> None:
    calling = CALLING.get(row["country"], "")
    trunk = "" if calling in ("1", "34") else "0"
    row["phone"] = trunk + row["phone"].removeprefix(f"+{calling}")


def _extension(row: Row, rng: Draw) -> None:
    row["phone"] += f" ext. {rng.integers(10, 999)}"


def _other_phone(row: Row, rng: Draw) -> None:
    row["phone"] = str(rng.integers(2_000_000_000, 9_999_999_999))


def _one_field(row: Row, _: Draw) -> None:
    row["last_name"] = f"{row['last_name']}, {row['first_name']}"
    row["first_name"] = ""


def _capitals(row: Row, _: Draw) -> None:
    for name in ("first_name", "last_name", "company", "email"):
        row[name] = row[name].upper()


def copies(rows: pl.DataFrame, story: Story, rng: Draw) -> pl.DataFrame:
    """Each row once more under its entity."""
    made = [
        {name: again_row[name] or None for name in FIELDS}
        for again_row in (again({k: v or "" for k, v in row.items()}, story, rng)
                          for row in rows.select(FIELDS).iter_rows(named=True))
    ]  # fmt: skip
    frame = pl.DataFrame(made, schema=dict.fromkeys(FIELDS, pl.String))
    return frame.with_columns(rows["entity"])
