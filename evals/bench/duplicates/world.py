"""People as they are, each once: their employers, addresses and numbers, and those who are easily taken for another.

Hard cases are planted on purpose: namesakes at other companies, a father and son, couples who share a telephone and
sometimes an address, colleagues behind one switchboard, one-letter neighbours of common names.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from evals.bench.duplicates import names

COUNTRIES = ("US", "GB", "DE", "FR", "ES", "IN")
_SHARE = (0.45, 0.15, 0.15, 0.1, 0.08, 0.07)
CALLING = {"US": "1", "GB": "44", "DE": "49", "FR": "33", "ES": "34", "IN": "91"}
_LENGTH = {"US": 10, "GB": 10, "DE": 10, "FR": 9, "ES": 9, "IN": 10}
_FORMS = {"US": "Inc.", "GB": "Ltd", "DE": "GmbH", "FR": "SARL", "ES": "S.L.", "IN": "Pvt Ltd"}
_TRADES_WRITTEN = """
Logistics Systems Software Capital Foods Energy Partners Medical Data Retail Works Consulting Media
"""
_TRADES = _TRADES_WRITTEN.split()
FREE = ("gmail.com", "yahoo.com", "outlook.com", "gmx.de", "orange.fr")
NAMESAKES, RELATIVES, JUNIORS = 0.03, 0.03, 0.004


def people(count: int, rng: np.random.Generator) -> pl.DataFrame:
    """`count` different people: entity, first_name, last_name, company, domain, country, email, phone (E.164)."""
    firsts, first_share = names.first_names(rng)
    lasts, last_share = names.last_names(rng)
    firms = _firms(max(20, count // 9), rng, lasts)
    firm = np.minimum((rng.random(count) ** 1.6 * firms.height).astype(np.int64), firms.height - 1)
    first, last = rng.choice(firsts, count, p=first_share), rng.choice(lasts, count, p=last_share)
    country = firms["country"].to_numpy()[firm]
    own = _numbers(country, rng)
    phone = np.where(rng.random(count) < 0.25, firms["switchboard"].to_numpy()[firm], own)
    first, last, phone, shared = _hard_cases(rng, first, last, phone)
    world = pl.DataFrame(
        {
            "entity": np.arange(count),
            "first_name": first,
            "last_name": last,
            "company": firms["company"].to_numpy()[firm],
            "domain": firms["domain"].to_numpy()[firm],
            "country": country,
            "phone": phone,
        }
    )
    return _addressed(world, rng, shared)


def _firms(count: int, rng: np.random.Generator, lasts: names.Strings) -> pl.DataFrame:
    country = rng.choice(COUNTRIES, count, p=_SHARE)
    stem, trade = rng.choice(lasts[100:], count), rng.choice(_TRADES, count)
    form = np.array([_FORMS[each] for each in country])
    frame = pl.DataFrame({"stem": stem, "trade": trade, "form": form, "country": country})
    frame = frame.with_columns(
        company=pl.concat_str("stem", "trade", "form", separator=" "),
        domain=pl.col("stem").str.to_lowercase() + pl.col("trade").str.to_lowercase().str.slice(0, 4) + ".com",
    )
    return frame.unique("domain", keep="first", maintain_order=True).pipe(
        lambda each: each.with_columns(switchboard=pl.Series(_numbers(each["country"].to_numpy(), rng)))
    )


def _numbers(country: names.Strings, rng: np.random.Generator) -> names.Strings:
    """Numbers in the international form, drawn from as many as a country has."""
    digits = rng.integers(2_000_000_000, 9_999_999_999, len(country)).astype(str)
    found = np.empty(len(country), dtype="U14")
    for each in COUNTRIES:
        here = country == each
        found[here] = [f"+{CALLING[each]}{text[: _LENGTH[each]]}" for text in digits[here]]
    return found


def _hard_cases(
    rng: np.random.Generator, first: names.Strings, last: names.Strings, phone: names.Strings
) -> tuple[names.Strings, names.Strings, names.Strings, np.ndarray]:
    """The planted namesakes, relatives and juniors, and for each person whose mail address it shares (-1: own)."""
    count = len(first)
    last = last.astype("U40")
    shared = np.full(count, -1)
    order = rng.permutation(count)
    cuts = [round(count * part) for part in (NAMESAKES, RELATIVES, JUNIORS)]
    namesake, relative, junior = np.split(order[: 2 * sum(cuts)], np.cumsum([2 * cut for cut in cuts])[:-1])
    model, other = namesake[::2], namesake[1::2]
    first[other], last[other] = first[model], last[model]
    model, other = relative[::2], relative[1::2]
    last[other], phone[other] = last[model], phone[model]
    some = rng.random(len(other)) < 0.2
    shared[other[some]] = model[some]
    model, other = junior[::2], junior[1::2]
    first[other], phone[other] = first[model], phone[model]
    last[other] = np.char.add(last[model], " Jr.")
    last[model] = np.char.add(last[model], " Sr.")
    return first, last, phone, shared


def _addressed(world: pl.DataFrame, rng: np.random.Generator, shared: np.ndarray) -> pl.DataFrame:
    """Mail addresses in four patterns, a number behind those already taken, one in seven at a free provider."""
    count = world.height
    plain = [
        pl.col(name).str.to_lowercase().str.normalize("NFKD").str.replace_all(r"[^a-z]", "").alias(f"{name}_plain")
        for name in ("first_name", "last_name")
    ]
    first, last = pl.col("first_name_plain"), pl.col("last_name_plain")
    style = pl.Series("style", rng.integers(0, 4, count))
    local = (
        pl.when(pl.col("style") == 0).then(first + "." + last)
        .when(pl.col("style") == 1).then(first.str.slice(0, 1) + last)
        .when(pl.col("style") == 2).then(first + last.str.slice(0, 1))
        .otherwise(last)
    )  # fmt: skip
    free = pl.Series(np.where(rng.random(count) < 0.15, rng.choice(FREE, count), ""))
    framed = world.with_columns(*plain, style, free=free).with_columns(local=local)
    framed = framed.with_columns(host=pl.when(pl.col("free") == "").then("domain").otherwise("free"))
    taken = pl.int_range(pl.len()).over("local", "host")
    framed = framed.with_columns(taken=taken).with_columns(
        email=pl.col("local")
        + pl.when(pl.col("taken") > 0).then((pl.col("taken") + 1).cast(pl.String)).otherwise(pl.lit(""))
        + "@"
        + pl.col("host")
    )
    email = framed["email"].to_numpy().copy()
    borrowed = shared >= 0
    email[borrowed] = email[shared[borrowed]]
    return framed.with_columns(email=pl.Series(email, dtype=pl.String)).select(*world.columns, "email")
