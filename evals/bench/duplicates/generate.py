"""`python -m evals.bench.duplicates.generate --records 100000 --story "by hand" --out contacts.csv`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl

from evals.bench.duplicates.corruption import FIELDS, Story, copies
from evals.bench.duplicates.world import people

COPIED = 0.12
_GAPS = {"email": 0.1, "phone": 0.2, "company": 0.08, "domain": 0.5, "country": 0.15}


def generate(records: int, story: Story, *, seed: int = 1) -> pl.DataFrame:
    """`records` contacts in random order with the column `entity`: the same person has the same one.

    About 12 % are second or third records. First records have gaps of their own.
    """
    rng = np.random.default_rng((seed, list(Story).index(story), records))
    twice = round(records * COPIED)
    world = people(records - twice, rng)
    chosen = rng.integers(0, world.height, twice)
    doubled = copies(world[chosen], story, rng)
    gaps = [
        pl.when(pl.Series(rng.random(world.height) >= share)).then(pl.col(name)).alias(name)
        for name, share in _GAPS.items()
    ]
    columns = ["entity", *FIELDS]
    whole = pl.concat([world.with_columns(gaps).select(columns), doubled.select(columns)])
    shuffled = whole[rng.permutation(records)]
    return shuffled.with_columns(id=pl.int_range(records), kind=pl.lit("contact"))


def read(contacts: Path) -> pl.DataFrame:
    """What `main` has written."""
    return pl.read_csv(contacts, infer_schema=False).with_columns(pl.col("id", "entity").cast(pl.Int64))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write generated contacts with known duplicates.")
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--story", type=Story, default=Story.BY_HAND)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    generate(asked.records, asked.story, seed=asked.seed).write_csv(asked.out)


if __name__ == "__main__":
    main()
