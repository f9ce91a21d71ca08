"""The worker: carries out what nobody asks for at the moment, and goes on where a worker that died was cut off.

This is the only place that knows DBOS. A job is a plain function of `tools.jobs`; here it becomes a durable workflow
whose steps commit their effects and their own completion in one transaction.
"""
