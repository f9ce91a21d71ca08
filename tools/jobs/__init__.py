"""What is done when its time has come, without anybody asking: the one roster of jobs on the workspace's records."""

from tools.jobs.job import BATCH, Clock, Job
from tools.jobs.upkeep import deliver_reminders, expire_proposals, prune, sweep_budgets

JOBS: tuple[Job, ...] = (
    Job("deliver_reminders", deliver_reminders, every="*/10 * * * * *", clock=Clock.WORKSPACE),
    Job("expire_proposals", expire_proposals, every="30 * * * * *"),
    Job("sweep_budgets", sweep_budgets, every="*/30 * * * * *"),
    Job("prune", prune, every="0 17 * * * *"),
)

__all__ = ["BATCH", "JOBS", "Clock", "Job"]
