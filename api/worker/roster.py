"""Everything a worker does: the jobs on records, and the sweeps after processes that died."""

from __future__ import annotations

from tools.jobs import JOBS, Job

ALL: tuple[Job, ...] = JOBS
