"""Which contacts are the same? The pandas and rapidfuzz script an analyst would write for it.

Two contacts are one when their e-mail addresses agree but for case, when the digits of their telephones end alike and
their names are similar, or when name and company are similar within a block of last names that begin with the same
three letters. No weights, no frequencies, no nicknames.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from evals.bench.duplicates.corruption import FIELDS
from evals.bench.duplicates.quality import quality

SIMILAR = 88


def find(contacts: pd.DataFrame) -> set[tuple[int, int]]:
    name = (contacts["first_name"].fillna("") + " " + contacts["last_name"].fillna("")).str.lower().str.strip()
    email = contacts["email"].str.lower().str.strip()
    phone = contacts["phone"].str.replace(r"\D", "", regex=True).str[-9:]
    found = _pairs(email)
    found |= {
        (a, b) for a, b in _pairs(phone) if fuzz.token_sort_ratio(name.iat[a], name.iat[b]) >= SIMILAR
    }  # fmt: skip
    whole = name + " " + contacts["company"].fillna("").str.lower()
    blocks = contacts["last_name"].str.lower().str[:3]
    for rows in blocks.groupby(blocks).indices.values():
        texts = whole.iloc[rows].tolist()
        alike = cdist(texts, texts, scorer=fuzz.token_sort_ratio, score_cutoff=SIMILAR, dtype=np.uint8)
        found.update((int(rows[a]), int(rows[b])) for a, b in zip(*np.nonzero(np.triu(alike, 1)), strict=True))
    return found


def _pairs(key: pd.Series) -> set[tuple[int, int]]:
    groups = key.dropna().pipe(lambda known: known.groupby(known).indices)
    place = key.notna().to_numpy().nonzero()[0]
    return {
        (int(place[a]), int(place[b])) for rows in groups.values() if len(rows) <= 50 for a, b in combinations(rows, 2)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a plain search for duplicates.")
    parser.add_argument("--contacts", type=Path, required=True)
    contacts = pd.read_csv(parser.parse_args().contacts, dtype=dict.fromkeys(FIELDS, str))
    begun = time.perf_counter()
    found = sorted(find(contacts))
    took = time.perf_counter() - begun
    ids = contacts["id"].to_numpy()
    one, other = np.array(found, dtype=np.int64).reshape(-1, 2).T
    said = pl.DataFrame({"one": ids[one], "other": ids[other]})
    right = quality(said, pl.DataFrame({"id": ids, "entity": contacts["entity"].to_numpy()}))
    print(json.dumps({"seconds": took, **right.report("merged")}))


if __name__ == "__main__":
    main()
