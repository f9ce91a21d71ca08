"""The turns of one process: admitted in order, run detached, followed, and recorded."""
