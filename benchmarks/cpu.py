"""CPU seconds of a tree of processes, those that have ended included.

A living process is read from its CPU clock, in nanoseconds (where there is none, psutil's user and
system time, in hundredths of a second). An ended one is in its parent's children's time, which the
kernel adds up when the parent collects it. So the sum only grows, whatever starts and ends.
"""

import asyncio
import sys
import time
from collections.abc import Callable

import psutil

Meter = Callable[[], float]
QUIET_SHARE = 0.02
LONGEST_WAIT = 20.0


def of_trees(*roots: int) -> float:
    return sum(_of_tree(psutil.Process(root)) for root in roots)


def _of_tree(root: psutil.Process) -> float:
    return sum(_of_process(process) for process in [root, *root.children(recursive=True)])


def _of_process(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        living = _clock(process.pid) if sys.platform == "linux" else times.user + times.system
    except (psutil.NoSuchProcess, OSError):  # it ended just now: its parent has its time
        return 0.0
    return float(living + times.children_user + times.children_system)


def _clock(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3), which Python lacks


def of_machine() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system)


async def settle(meter: Meter) -> None:
    """Waits, within bounds, until what is measured has nothing left to do from before."""
    for _ in range(int(LONGEST_WAIT / 0.2)):
        before = meter()
        await asyncio.sleep(0.2)
        if meter() - before < QUIET_SHARE * 0.2:
            return
