"""People recorded twice, with the small differences that hands and forms make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from db.demo.draw import Draw
from db.demo.naming import fold

LEADS_PART = 2 / 3
_Person = tuple[str, str, str, str | None]
"""First name, last name, mail address, telephone number."""


@dataclass(frozen=True, slots=True)
class Doubled:
    """The frames with copies appended, and the true pairs (id of the original, id of the copy)."""

    leads: pl.DataFrame
    contacts: pl.DataFrame
    lead_pairs: tuple[tuple[int, int], ...]
    contact_pairs: tuple[tuple[int, int], ...]


def double(seed: int, count: int, leads: pl.DataFrame, contacts: pl.DataFrame) -> Doubled:
    draw = Draw(seed, "duplicates")
    of_leads = round(count * LEADS_PART)
    open_leads = leads.with_row_index("row").filter(pl.col("opportunity_id").is_null() & pl.col("email").is_not_null())
    lead_rows = draw.some(open_leads["row"].to_numpy().astype(np.int64), of_leads)
    contact_rows = draw.some(np.arange(20, contacts.height), count - of_leads)
    return Doubled(
        pl.concat([leads, _copies(draw, leads, lead_rows)]),
        pl.concat([contacts, _copies(draw, contacts, contact_rows)]),
        tuple((int(row) + 1, leads.height + k + 1) for k, row in enumerate(lead_rows)),
        tuple((int(row) + 1, contacts.height + k + 1) for k, row in enumerate(contact_rows)),
    )


def _copies(draw: Draw, frame: pl.DataFrame, rows: np.typing.NDArray[np.int64]) -> pl.DataFrame:
    """The rows once more, each changed in one of four ways."""
    copies = frame[rows]
    way, spot = draw.whole(len(rows), 0, 4), draw.uniform(len(rows))
    changed = [
        _spelled((first, last, mail, phone), way=int(w), spot=float(u))
        for first, last, mail, phone, w, u in zip(
            copies["first_name"], copies["last_name"], copies["email"], copies["phone"], way, spot, strict=True
        )
    ]
    columns = zip(*changed, strict=True) if changed else ([], [], [], [])
    names = ("first_name", "last_name", "email", "phone")
    copies = copies.with_columns(
        pl.Series(name, list(values), dtype=pl.String) for name, values in zip(names, columns, strict=True)
    )
    return copies.with_columns(
        id=pl.Series(range(frame.height + 1, frame.height + len(rows) + 1), dtype=frame.schema["id"])
    )


def _spelled(person: _Person, *, way: int, spot: float) -> _Person:
    first, last, mail, phone = person
    swapped = _swapped(last, spot)
    plain = phone.replace(" ", "").replace("-", "") if phone else None
    if way == 0:  # a typing error in the name, the rest as before
        return first, swapped, mail, phone
    if way == 1:  # the short form of the address, the telephone written without spaces
        return first, last, f"{fold(first)[:1]}.{fold(last)}@{mail.split('@')[1]}", plain
    if way == 2:  # the same address in capitals, the first name shortened
        return f"{first[0]}.", last, mail.upper(), phone
    return first.lower(), last.lower(), mail, plain  # typed in a hurry


def _swapped(name: str, spot: float) -> str:
    """Two neighbouring letters the wrong way round, the first letter excepted; a letter doubled where none differ."""
    places = [k for k in range(1, len(name) - 1) if name[k] != name[k + 1]]
    if not places:
        return name + name[-1]
    k = places[int(spot * len(places))]
    return name[:k] + name[k + 1] + name[k] + name[k + 2 :]
