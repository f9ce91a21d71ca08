"""Everything a worker does: the jobs on records, and the sweeps after processes that died."""

from __future__ import annotations

from api.worker.sweeps import Sweep
from api.worker.turns import answer_lost_turns
from tools.jobs import JOBS, Job

SWEEPS: tuple[Sweep, ...] = (Sweep("answer_lost_turns", answer_lost_turns, every="*/30 * * * * *"),)
ALL: tuple[Job | Sweep, ...] = (*JOBS, *SWEEPS)
