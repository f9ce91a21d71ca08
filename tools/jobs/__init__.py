"""What is done when its time has come, without anybody asking: the one roster of jobs on the workspace's records."""

from tools.jobs.job import BATCH, Clock, Job
from tools.jobs.retention import erase_deleted, propose_retention
from tools.jobs.scores import rescore_leads
from tools.jobs.upkeep import deliver_reminders, expire_proposals, prune, sweep_budgets

JOBS: tuple[Job, ...] = (
    Job("deliver_reminders", deliver_reminders, every="*/10 * * * * *", clock=Clock.WORKSPACE),
    Job("expire_proposals", expire_proposals, every="30 * * * * *"),
    Job("sweep_budgets", sweep_budgets, every="*/30 * * * * *"),
    Job("rescore_leads", rescore_leads, every="20 * * * * *", clock=Clock.WORKSPACE),
    Job("prune", prune, every="0 17 * * * *"),
    Job("propose_retention", propose_retention, every="0 40 3 * * *", clock=Clock.WORKSPACE),
    Job("erase_deleted", erase_deleted, every="0 50 3 * * *"),
)

__all__ = ["BATCH", "JOBS", "Clock", "Job"]
