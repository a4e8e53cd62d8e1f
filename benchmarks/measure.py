"""Round-robin timings: every candidate, then all again, so that a noisy moment hits all alike."""

import threading
import time
import tracemalloc
from statistics import median

import psutil


def compare(work, ours, alternatives, *, rounds=5, note="", scale=None):
    """Rows of (work, alternative, our median seconds, its median seconds, ratio, note).

    ``scale`` multiplies an alternative's time where only a part of the work was given to it.
    """
    times = time_all({"": ours, **alternatives}, rounds)
    for name in alternatives:
        theirs = times[name] * (scale or {}).get(name, 1)
        yield work, name, times[""], theirs, theirs / times[""], note


def time_all(candidates, rounds):
    """Median seconds of each candidate, after one warm-up each."""
    for run in candidates.values():
        run()
    seconds = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, run in candidates.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: median(values) for name, values in seconds.items()}


def peak_mib(run):
    """Largest growth of the process's resident memory while ``run()`` works, in MiB."""
    process = psutil.Process()
    before = process.memory_info().rss
    peak = [before]
    stop = threading.Event()

    def watch():
        while not stop.wait(0.005):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    result = run()
    stop.set()
    watcher.join()
    peak[0] = max(peak[0], process.memory_info().rss)
    del result
    return (peak[0] - before) / 2**20


def traced_mib(run):
    """Most memory of arrays that ``run()`` held at once, its result included, in MiB."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20
