"""What ends an evaluation before its last fold; the finished ones are kept."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sklearn_eeg.evaluation._comparison import Comparison
    from sklearn_eeg.evaluation._evaluation import Evaluation


class EvaluationInterrupted(KeyboardInterrupt):
    """Ctrl-C or SIGTERM during :func:`evaluate` or :func:`compare`; what was finished is kept.

    A ``KeyboardInterrupt``, so that a program that catches none ends as it does at Ctrl-C.

    Attributes
    ----------
    partial : Evaluation, Comparison or None
        The finished folds, ``None`` if there were none; of a comparison, the finished runs.
    signum : int
        The signal: ``SIGINT`` or ``SIGTERM``.
    """

    def __init__(
        self, message: str, partial: Evaluation | Comparison | None, signum: int = signal.SIGINT
    ) -> None:
        super().__init__(message)
        self.partial = partial
        self.signum = signum


class EvaluationFailed(RuntimeError):
    """An error during :func:`evaluate`; what was finished is kept, and the cause is chained.

    Attributes
    ----------
    partial : Evaluation or None
        The finished folds; ``None`` if there were none.
    """

    def __init__(self, message: str, partial: Evaluation | None) -> None:
        super().__init__(message)
        self.partial = partial


@contextmanager
def sigterm_as_ctrl_c():
    """Let SIGTERM raise KeyboardInterrupt within, as Ctrl-C does; gives the signals received."""
    received = []

    def interrupt(signum, frame):
        received.append(signum)
        raise KeyboardInterrupt

    # Only the main thread may; and whoever has set a handler wants that one.
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield received
        return
    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield received
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def interruption(received, done):
    """What was said and what to raise: a sentence and a signal."""
    if received:
        return f"evaluate: terminated; {done}.", signal.SIGTERM
    return f"evaluate: interrupted; {done}.", signal.SIGINT


def describe_failure(error, place, done):
    """Say in one sentence what failed and what is kept."""
    if isinstance(error, BrokenExecutor):
        return (
            f"evaluate: a worker process died, most often for lack of memory; {done}; run fewer "
            f"folds at a time, by n_jobs=1 at the least."
        )
    said = " ".join(str(error).split()).rstrip(".")
    got = f"{type(error).__name__} ({said})" if said else type(error).__name__
    return f"evaluate: expected {place} to run, got {got}; {done}."
