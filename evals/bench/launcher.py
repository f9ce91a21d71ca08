"""Runs one command under limits and writes down its wall time and peak memory.

It is a small process between the benchmark and the command on purpose: Linux starts the peak memory of
a new process at the size of the one that created it, so that a large parent would be measured instead.
Started as a plain script; needs the standard library only.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Arguments: file for the figures, memory limit in bytes, time limit in seconds (0 = none each), command."""
    target, memory, seconds, *command = arguments
    if int(memory):
        # Private writable memory, which is what a process really takes. RLIMIT_AS would also count
        # address space that numerical libraries only reserve.
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
    late = threading.Event()
    started = time.perf_counter()
    process = subprocess.Popen(command)  # noqa: S603  # the benchmark composes the command itself

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(float(seconds), stop) if float(seconds) else None
    if timer:
        timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if timer:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    figures = {
        "exit_code": process.returncode,
        "late": late.is_set(),
        "peak_bytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "processor_seconds": usage.ru_utime + usage.ru_stime,
        "wall_seconds": wall,
    }
    Path(target).write_text(json.dumps(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
