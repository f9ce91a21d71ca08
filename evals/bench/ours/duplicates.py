"""Finds the duplicates of a CSV file of contacts and prints the time and how right the mergers and pairs are."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import polars as pl

from evals.bench.duplicates.generate import read
from evals.bench.duplicates.quality import merged_pairs, quality
from tools.science.duplicates import bulk


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a search for duplicates.")
    parser.add_argument("--contacts", type=Path, required=True)
    contacts = read(parser.parse_args().contacts)
    bulk(contacts.drop("entity").head(500))  # a server has its libraries loaded when a job comes
    begun = time.perf_counter()
    found = bulk(contacts.drop("entity"))
    took = time.perf_counter() - begun
    merged, shown = quality(merged_pairs(found.groups), contacts), quality(found.pairs, contacts)
    print(
        json.dumps(
            {
                "seconds": took,
                "threads": pl.thread_pool_size(),
                "compared": found.compared,
                **merged.report("merged"),
                **shown.report("shown"),
            }
        )
    )


if __name__ == "__main__":
    main()
