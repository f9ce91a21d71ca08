"""Which qualification score separates won from lost deals best, and how well it would do on deals it has not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_FOLDS = 5
_LEAST = 10


def qualification(score: Floats, won: Bools) -> dict[str, Any]:
    """The threshold at which "score reaches it" predicts a win with the fewest errors, both kinds weighing the same.

    `false_positives` (predicted won, lost) and `false_negatives` (predicted lost, won) are counted at that threshold;
    `accuracy` is that of five-fold cross-validation where there are enough deals, because the in-sample figure is
    optimistic; `baseline_accuracy` is that of always predicting the commoner outcome. All None without scores.
    """
    there = ~np.isnan(score)
    y = won[there]
    if there.sum() < 2 or y.all() or not y.any():
        nothing = dict.fromkeys(("optimal_threshold", "false_positives", "false_negatives", "accuracy"))
        return {**nothing, "scored_deals": int(there.sum()), "note": "Too few deals with a qualification score."}
    levels, place = np.unique(score[there], return_inverse=True)
    wins = np.bincount(place[y], minlength=len(levels))
    losses = np.bincount(place[~y], minlength=len(levels))
    cut = _best_cut(wins, losses, levels)
    threshold = _between(levels, cut)
    false_positives, false_negatives = int(losses[cut:].sum()), int(wins[:cut].sum())
    n = len(y)
    inside = 1 - (false_positives + false_negatives) / n
    outside = _cross_validated(levels, place, y) if n >= _LEAST else None
    return {
        "optimal_threshold": threshold,
        "false_positives": false_positives,
        "false_negatives": false_negatives,
        "accuracy": round(inside if outside is None else outside, 2),
        "accuracy_in_sample": round(inside, 2),
        "baseline_accuracy": round(max(float(y.mean()), 1 - float(y.mean())), 2),
        "scored_deals": n,
        "cross_validated": outside is not None,
    }


def _best_cut(wins: npt.NDArray[np.int64], losses: npt.NDArray[np.int64], levels: Floats) -> int:
    """Position of the first level that predicts a win; among equals the one with the widest gap below it."""
    errors = np.concatenate([[0], np.cumsum(wins)]) + np.concatenate([np.cumsum(losses[::-1])[::-1], [0]])
    best = np.flatnonzero(errors == errors.min())
    gaps = np.diff(levels, prepend=levels[0], append=levels[-1])
    return int(best[np.argmax(gaps[best])])


def _between(levels: Floats, cut: int) -> float:
    """A round figure that cuts between two levels."""
    if cut == 0:
        return float(levels[0])
    if cut == len(levels):
        return float(np.nextafter(levels[-1], np.inf))
    low, high = float(levels[cut - 1]), float(levels[cut])
    for digits in range(2, 8):
        rounded = round((low + high) / 2, digits)
        if low < rounded <= high:
            return rounded
    return high


def _cross_validated(levels: Floats, place: npt.NDArray[np.int64], y: Bools) -> float:
    """Share of right predictions, each fold judged by a threshold found without it. Folds are dealt by outcome."""
    fold = np.empty(len(y), dtype=np.int64)
    for outcome in (True, False):
        chosen = np.flatnonzero(y == outcome)
        fold[chosen] = np.arange(len(chosen)) % _FOLDS
    right = 0
    for one in range(_FOLDS):
        train, test = fold != one, fold == one
        wins = np.bincount(place[train & y], minlength=len(levels))
        losses = np.bincount(place[train & ~y], minlength=len(levels))
        used = np.flatnonzero(wins + losses)
        cut = _best_cut(wins[used], losses[used], levels[used])
        limit = _between(levels[used], cut)
        right += int(((levels[place[test]] >= limit) == y[test]).sum())
    return right / len(y)
