"""A fit leaves torch's generator and number of threads as it found them."""

from contextlib import contextmanager
from threading import Lock

import torch

_lock = Lock()
_running = 0
_outside: dict = {}


@contextmanager
def isolated(n_threads, device, seed=None):
    """Run with so many threads, and torch's own generator seeded, then put both back.

    ``torch.random.fork_rng`` does the same for one fit at a time; of fits that overlap in threads,
    it would put back what another one left. Here the last to leave restores what the first found.
    """
    _enter(device)
    try:
        if n_threads is not None:
            torch.set_num_threads(n_threads)
        if seed is not None:
            torch.random.default_generator.manual_seed(seed)
            if device.type == "cuda":
                with torch.cuda.device(device):
                    torch.cuda.manual_seed(seed)
        yield
    finally:
        _leave()


def _enter(device):
    global _running
    with _lock:
        if _running == 0:
            _outside["threads"] = torch.get_num_threads()
            _outside["cpu"] = torch.get_rng_state()
            _outside["cuda"] = torch.cuda.get_rng_state_all() if device.type == "cuda" else None
        _running += 1


def _leave():
    global _running
    with _lock:
        _running -= 1
        # Every thread has its own count to put back.
        torch.set_num_threads(_outside["threads"])
        if _running == 0:
            torch.set_rng_state(_outside["cpu"])
            if _outside["cuda"] is not None:
                torch.cuda.set_rng_state_all(_outside["cuda"])
