"""From levels to weights, score, probability and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.science.duplicates import comparing
from tools.science.duplicates.comparing import Floats, Ints, Levels, Names
from tools.science.duplicates.record import Verdict
from tools.science.duplicates.weights import Level, Weights

_M_NAME = 0.9
_CHUNK = 1_000_000
_APART = (Level.DIFFERENT, Level.CLOSE)


@dataclass(frozen=True, slots=True)
class Material:
    """What scoring needs of a list: its prepared rows, its names, and how many people share each address and number."""

    prepared: pl.DataFrame
    names: Names
    by_email: Floats
    by_phone: Floats


def material(prepared: pl.DataFrame, names: Names) -> Material:
    return Material(prepared, names, *(_sharers(prepared, names, key) for key in ("email", "tail")))


def _sharers(prepared: pl.DataFrame, names: Names, key: str) -> Floats:
    """ln of the number of given names beyond the first two that stand with a row's address or number."""
    rows = pl.DataFrame([prepared[key], pl.Series("first", names.first)])
    count = rows.select(pl.col("first").filter(pl.col("first") >= 0).n_unique().over(key)).to_series().to_numpy()
    return np.log(np.maximum(1.0, count - 1.0))


def score(of: Material, i: Ints, j: Ints, weights: Weights) -> pl.DataFrame:
    """One row a pair: `i`, `j`, a level and a weight for each field, `shared` (what a cap took off), `score`,
    `probability`, `apart` (the records contradict each other) and `verdict`. Scored in chunks, to bound memory.
    """
    spans = range(0, max(1, len(i)), _CHUNK)
    return pl.concat([_score(of, i[at : at + _CHUNK], j[at : at + _CHUNK], weights) for at in spans])


def _score(of: Material, i: Ints, j: Ints, weights: Weights) -> pl.DataFrame:
    account = of.prepared["account"].to_numpy()
    alike = account[i] == account[j]
    i, j = i[alike], j[alike]
    both = account[i]
    people, firms = _people(of, i[~both], j[~both], weights), _firms(of, i[both], j[both], weights)
    return pl.concat([people, firms], how="diagonal")


def _people(of: Material, i: Ints, j: Ints, w: Weights) -> pl.DataFrame:
    columns = _names(of.names, i, j, w)
    email = comparing.email_levels(of.prepared, i, j)
    phone = comparing.phone_levels(of.prepared, i, j)
    employer = comparing.employer_levels(of.prepared, i, j)
    last_apart = np.isin(columns["last"], _APART)
    generation, w_generation = _generations(of.prepared, i, j, namesakes=~last_apart, w=w)
    country = comparing.plain_levels(of.prepared, "country", i, j)
    columns |= {
        "email": email,
        "phone": phone,
        "employer": employer,
        "generation": generation,
        "country": country,
        "w_email": _weight(email, w.email) - (email == Level.SAME) * of.by_email[i],
        "w_phone": _weight(phone, w.phone) - (phone == Level.SAME) * of.by_phone[i],
        "w_employer": _weight(employer, w.employer),
        "w_generation": w_generation,
        "w_country": _weight(country, w.country),
    }
    contact = columns["w_email"] + columns["w_phone"] + columns["w_employer"]
    first_apart = np.isin(columns["first"], _APART)
    most = np.where(generation == Level.DIFFERENT, w.namesake_most, np.where(first_apart, w.shared_most, np.inf))
    columns["w_shared"] = np.minimum(contact, most) - contact
    nameless = (columns["first"] == Level.MISSING) & (columns["last"] != Level.MISSING) & (email != Level.SAME)
    apart = first_apart | last_apart | (generation == Level.DIFFERENT) | nameless
    return _judged(i, j, columns, apart=apart, firm=False, w=w)


def _firms(of: Material, i: Ints, j: Ints, w: Weights) -> pl.DataFrame:
    name = comparing.company_levels(of.prepared, i, j)
    employer = comparing.plain_levels(of.prepared, "employer", i, j)
    phone = comparing.phone_levels(of.prepared, i, j)
    country = comparing.plain_levels(of.prepared, "country", i, j)
    columns: dict[str, npt.NDArray[Any]] = {
        "last": name,
        "employer": employer,
        "phone": phone,
        "country": country,
        "w_last": _weight(name, w.account_name),
        "w_employer": _weight(employer, w.account_domain),
        "w_phone": _weight(phone, w.account_phone),
        "w_country": _weight(country, w.country),
    }
    return _judged(i, j, columns, apart=name == Level.DIFFERENT, firm=True, w=w)


def _names(names: Names, i: Ints, j: Ints, w: Weights) -> dict[str, npt.NDArray[Any]]:
    """Levels and weights of both names, the other way round where that fits better."""
    straight = _oriented(names, (names.first[i], names.first[j]), (names.last[i], names.last[j]), w)
    turned_first = _oriented(names, (names.first[i], names.last[j]), (names.last[i], names.first[j]), w)
    whole = (turned_first[0] != Level.MISSING) & (turned_first[1] != Level.MISSING)
    better = whole & (turned_first[2] + turned_first[3] + w.swapped > straight[2] + straight[3])
    first, last = (np.where(better, turned_first[k], straight[k]) for k in (0, 1))
    w_first, w_last = (np.where(better, turned_first[k], straight[k]) for k in (2, 3))
    return {
        "first": first,
        "last": last,
        "swapped": better,
        "w_first": w_first,
        "w_last": w_last,
        "w_swapped": np.where(better, w.swapped, 0.0),
    }


def _oriented(
    names: Names, first: tuple[Ints, Ints], last: tuple[Ints, Ints], w: Weights
) -> tuple[Levels, Levels, Floats, Floats]:
    """Levels and weights of given and family name. A code may stand in the other column of its record."""
    a = comparing.common_apart(comparing.name_levels(*first, names.words), *first, names.first_share, names.common)
    b = comparing.common_apart(comparing.name_levels(*last, names.words), *last, names.last_share, names.common)
    return (
        a,
        b,
        _name_weight(a, first, names.first_share, w.first, w.first_most),
        _name_weight(b, last, names.last_share, w.last, w.last_most),
    )


def _name_weight(
    levels: Levels, codes: tuple[Ints, Ints], share: Floats, table: Mapping[Level, float], most: float
) -> Floats:
    """ln(m / u) with u the share of the commoner of both names; a lesser agreement is taken off it or stands alone."""
    if not len(share):
        return np.zeros(len(levels))
    commoner = np.maximum(share[codes[0]], share[codes[1]])
    agreement = np.clip(np.log(_M_NAME / np.maximum(commoner, 1e-9)), 0.5, most)
    lesser = np.isin(levels, (Level.NICKNAME, Level.PART, Level.NEAR))
    based = np.where((levels == Level.SAME) | lesser, agreement, 0.0)
    return based + _weight(levels, table)


def _weight(levels: Levels, table: Mapping[Level, float]) -> Floats:
    by_level = np.array([table.get(level, 0.0) for level in Level])
    return by_level[levels]


def _generations(
    prepared: pl.DataFrame, i: Ints, j: Ints, *, namesakes: npt.NDArray[np.bool_], w: Weights
) -> tuple[Levels, Floats]:
    """Level and weight of Jr and Sr; that only one record is marked tells something of namesakes only."""
    level = comparing.plain_levels(prepared, "generation", i, j)
    there = prepared["generation"].is_not_null().to_numpy()
    one_only = (there[i] != there[j]) & namesakes
    return level, np.where(level == Level.DIFFERENT, w.generation, np.where(one_only, w.generation_missing, 0.0))


def _judged(
    i: Ints,
    j: Ints,
    columns: Mapping[str, npt.NDArray[Any]],
    *,
    apart: npt.NDArray[np.bool_],
    firm: bool,
    w: Weights,
) -> pl.DataFrame:
    stored = {
        name: np.asarray(values, dtype=np.float32 if name.startswith("w_") else np.int8)
        for name, values in columns.items()
    }
    frame = pl.DataFrame({"i": i, "j": j, **stored})
    total = pl.sum_horizontal(name for name in stored if name.startswith("w_"))
    frame = frame.with_columns(
        score=total.cast(pl.Float64), apart=pl.Series(apart, dtype=pl.Boolean), firm=pl.lit(firm)
    )
    probability = 1 / (1 + (-(pl.col("score") + w.prior)).exp())
    sure = (pl.col("probability") >= w.sure) & ~pl.col("apart")
    verdict = (
        pl.when(sure)
        .then(pl.lit(Verdict.SURE.value))
        .when(pl.col("probability") >= w.likely)
        .then(pl.lit(Verdict.LIKELY.value))
        .otherwise(pl.lit(Verdict.NO.value))
    )
    return frame.with_columns(probability=probability).with_columns(verdict=verdict)
