"""Rows of a large array through a function: in blocks that stay in cache, over threads."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from joblib import effective_n_jobs
from threadpoolctl import ThreadpoolController

from sklearn_eeg._kinds import is_tensor

# About what a core's second-level cache holds beside the temporaries of a step.
BLOCK_BYTES = 2**20


def map_rows(function, x, n_jobs=None, block_bytes=BLOCK_BYTES):
    """Apply a function along the last axis of an array, some rows at a time.

    Rows must not depend on each other. Memory is bounded by a block and the result, and no more
    threads run than asked for.

    Parameters
    ----------
    function : callable
        (n_rows, n_samples) -> (n_rows, ...), for any number of rows.
    x : ndarray of shape (..., n_samples)
    n_jobs : int, default=None
        Threads, in joblib's sense; ``None`` is one unless a ``joblib.parallel_config`` says more.
    block_bytes : int
        Size of a block of rows; a block is at least one row.

    Returns
    -------
    ndarray of shape (..., *rest), where the function gives (n_rows, *rest).

    Examples
    --------
    >>> map_rows(lambda rows: rows.sum(axis=1), np.ones((2, 3, 5))).shape
    (2, 3)
    """
    lead = x.shape[:-1]
    rows = x.reshape(-1, x.shape[-1])
    step = max(1, int(block_bytes // max(1, rows[:1].nbytes)))
    blocks = [slice(start, start + step) for start in range(0, len(rows), step)]
    first = np.asarray(function(rows[blocks[0]]))
    out = np.empty((len(rows), *first.shape[1:]), dtype=first.dtype)
    out[blocks[0]] = first

    def fill(block):
        out[block] = function(rows[block])

    run_threads(fill, blocks[1:], n_jobs)
    return out.reshape(*lead, *first.shape[1:])


def over_rows(function, n_jobs=None, block_bytes=BLOCK_BYTES):
    """Return a function of (..., n_samples) that applies one of (n_rows, n_samples) in blocks.

    Tensors go through at once: their library has threads of its own.
    """

    def apply(x):
        if not is_tensor(x):
            return map_rows(function, x, n_jobs, block_bytes)
        out = function(x.reshape(-1, x.shape[-1]))
        return out.reshape(*x.shape[:-1], *out.shape[1:])

    return apply


def run_threads(function, items, n_jobs=None):
    """Call a function on each item, over at most ``n_jobs`` threads, results in order."""
    n_threads = min(count_threads(n_jobs), max(1, len(items)))
    if n_threads == 1:
        return [function(item) for item in items]
    # BLAS threads below a pool's threads cost more than they bring.
    with _controller().limit(limits=1), ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(function, items))


def count_threads(n_jobs):
    """How many threads ``n_jobs`` stands for, here."""
    return 1 if n_jobs is None else max(1, effective_n_jobs(n_jobs))


@cache
def keep_freed_memory():
    """Let this process keep the memory of an array it frees, for the next of that size.

    An allocator that has not yet freed anything large gives a temporary's pages back to the system
    and faults them in anew for the next one: up to three quarters of the time of short passes.
    """
    # Never touched, so never real. The C library learns its bound from the largest array freed so
    # far, up to 32 MiB.
    np.empty(31 * 2**20, dtype=np.uint8)


@cache
def _controller():
    # Finding the loaded libraries costs milliseconds: once.
    return ThreadpoolController()
