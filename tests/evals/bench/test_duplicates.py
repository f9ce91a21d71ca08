"""Generated contacts know who is who, and found pairs are counted against that."""

import polars as pl
import pytest

from evals.bench.duplicates.corruption import Story
from evals.bench.duplicates.generate import generate
from evals.bench.duplicates.quality import merged_pairs, quality
from tools.science.duplicates import bulk


@pytest.mark.parametrize("story", list(Story))
def test_the_same_seed_gives_the_same_contacts(story):
    assert generate(300, story, seed=4).equals(generate(300, story, seed=4))
    assert generate(300, story, seed=4)["entity"].n_unique() == 264


def test_the_stories_record_people_differently():
    assert not generate(300, Story.BY_HAND).equals(generate(300, Story.BY_MERGER))


def test_pairs_are_counted_within_groups_and_against_the_truth():
    contacts = pl.DataFrame({"id": [1, 2, 3, 4], "entity": [7, 7, 7, 8]})
    groups = pl.DataFrame({"group": [0, 0, 1, 1], "id": [1, 2, 3, 4]})
    counted = quality(merged_pairs(groups), contacts)
    assert (counted.said, counted.there, counted.right) == (2, 3, 1)


@pytest.mark.parametrize("story", list(Story))
def test_what_is_merged_is_right_and_most_is_found(story):
    contacts = generate(6_000, story, seed=11)
    counted = quality(merged_pairs(bulk(contacts.drop("entity")).groups), contacts)
    assert counted.precision >= 0.98
    assert counted.recall >= 0.8
