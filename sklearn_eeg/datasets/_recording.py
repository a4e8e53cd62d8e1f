"""What a reader finds on disk, and how its numbers are read."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False, kw_only=True)
class Recording:
    """Trials that are read together, those of one file as a rule.

    Parameters
    ----------
    files : sequence of Path
        What is read; their bytes and ``read`` decide the numbers.
    rows : sequence of dict
        What is known of each trial: ``subject``, ``session``, ``stimulus``, ``trial`` (its place in
        the session, from 1), ``onset`` (in seconds into the recording, NaN where it is not known),
        and what else a set has.
    labels : sequence
        One a trial.
    read : callable
        ``read()`` returns a list of arrays, one a trial in the order of ``rows``. A function of a
        module, or a :class:`functools.partial` of one, so that it can be sent to a process and
        named in a store.
    starts : sequence of int, default=None
        Where trials are windows of one signal (channel, time): the first sample of each. Then
        ``read()`` returns that signal alone.
    length : int, default=None
        Length of those windows, in samples.
    read_extra : mapping of str to callable, default={}
        Blocks beside the signals, each read as ``read`` is.
    """

    files: Sequence[Path]
    rows: Sequence[dict]
    labels: Sequence[Any]
    read: Callable
    starts: Sequence[int] | None = None
    length: int | None = None
    read_extra: dict[str, Callable] | None = None

    def keep(self, wanted):
        """Return this recording with some of its windows, by their numbers."""
        picked = {
            name: [getattr(self, name)[i] for i in wanted] for name in ("rows", "labels", "starts")
        }
        return replace(self, **picked)


def read_arrays(recording, dtype):
    """What a recording reads: an array of each trial, or one of the signal that has them all."""
    with holding(recording.files):
        read = recording.read()
        return [np.asarray(x, dtype) for x in (read if recording.starts is None else [read])]


@contextmanager
def holding(files):
    """Say whose numbers are none that their type can hold: those of a damaged file may be any."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            yield
    except FloatingPointError as error:
        raise ValueError(
            f"expected numbers that dtype can hold in {' and '.join(map(str, files))}, got others "
            f"({error}); it may be damaged: copy it anew, or give dtype='float64'."
        ) from error


def check_windows(recording, n_times):
    """Refuse windows that reach beyond their signal, of so many samples."""
    for start in recording.starts:
        if not 0 <= start <= n_times - recording.length:
            raise ValueError(
                f"expected windows inside the signal of {recording.files[0]}, {n_times} samples, "
                f"got one from sample {start} to {start + recording.length}; the file and the "
                f"table of its windows do not belong together: copy both anew."
            )
