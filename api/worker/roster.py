"""Everything a worker does: the jobs on records, and the sweeps after processes that died."""

from __future__ import annotations

from api.worker.sweeps import Sweep
from tools.jobs import JOBS, Job

SWEEPS: tuple[Sweep, ...] = ()
ALL: tuple[Job | Sweep, ...] = (*JOBS, *SWEEPS)
