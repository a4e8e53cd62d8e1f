"""A fit leaves torch's generator and number of threads as it found them, whoever runs beside it."""

import os
from contextlib import contextmanager, nullcontext
from threading import Lock, RLock

import torch

_lock = Lock()
_running = 0
_threads = 1
# Layers draw from torch's one generator, so that fits which overlap in threads take turns; a fit
# inside a fit, by a callback, goes ahead.
_turn = RLock()


@contextmanager
def isolated(n_threads, device, seed=None):
    """Run with so many threads, and torch's own generator seeded, then put both back."""
    _enter()
    try:
        with nullcontext() if seed is None else _seeded(seed, device):
            if n_threads is not None:
                torch.set_num_threads(n_threads)
            yield
    finally:
        _leave()


@contextmanager
def _seeded(seed, device):
    on_gpu = device.type == "cuda"
    with _turn, torch.random.fork_rng([device] if on_gpu else [], device_type="cuda"):
        torch.random.default_generator.manual_seed(seed)
        if on_gpu:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        yield


def _enter():
    global _running, _threads
    # Asked in every thread: a thread that was not asked takes the number last set in any other.
    found = torch.get_num_threads()
    with _lock:
        if _running == 0:
            _threads = found
        _running += 1


def _leave():
    global _running
    with _lock:
        _running -= 1
        # Every thread has its own count to put back.
        torch.set_num_threads(_threads)


def _forget_other_threads():
    # They do not live on in a forked process, and would never give back their turn.
    global _lock, _turn, _running
    _lock, _turn, _running = Lock(), RLock(), 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_other_threads)
