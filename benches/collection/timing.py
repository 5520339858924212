"""Runs commands in turns and gives the median of each.

Figures of one command alone say nothing on a shared machine; what is compared runs in turns, so that
a busy minute meets both sides."""
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    """What the runs of one command came to."""

    seconds: list = field(default_factory=list)
    peak: int = 0  # bytes of memory

    @property
    def median(self):
        return statistics.median(self.seconds)


def once(command, stdout=subprocess.DEVNULL, stdin=None, env=None):
    """One run: wall time and processor time in seconds, peak memory in bytes. Stops the bench where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=stdout, stderr=subprocess.PIPE,
        stdin=open(stdin, "rb") if stdin else subprocess.DEVNULL, env=env,
    )
    peak = []
    watch = threading.Thread(target=peak_of, args=(process.pid, peak))
    watch.start()
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    watch.join()
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {code}:\n{said.decode(errors='replace')}")
    return seconds, usage.ru_utime + usage.ru_stime, max(peak, default=0)


def peak_of(pid, found):
    """Asks again and again for the peak of a process. What `wait4` says counts this process too, from which it was forked."""
    while True:
        try:
            lines = open(f"/proc/{pid}/status").read().splitlines()
        except OSError:
            return
        peak = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")]
        if not peak:
            return
        found += peak
        time.sleep(0.02)


def in_turns(commands, rounds, prepare=lambda name: None, wall=False, **how):
    """By name: the runs of each command, one after the other, `rounds` times.

    The time is that of the processor, which other programs disturb least, or with `wall` that of the clock."""
    runs = {name: Run() for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            prepare(name)
            clock, processor, peak = once(command, **how)
            runs[name].seconds.append(clock if wall else processor)
            runs[name].peak = max(runs[name].peak, peak)
    return runs
