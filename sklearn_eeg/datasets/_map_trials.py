"""Steps applied to more trials than memory holds, a few at a time, with results on disk."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sklearn_eeg._base import check_stateless, clone_plain
from sklearn_eeg._identity import code_of, describe, digest_of, parts_of, versions
from sklearn_eeg._mapped import MappedRows, blocks_of
from sklearn_eeg._speaker import speaking
from sklearn_eeg._store import Store, as_data, read_entry
from sklearn_eeg._typing import PathLike
from sklearn_eeg.trials import Trials

# Trials read at a time, with all that a step makes of them on the way.
BLOCK_BYTES = 2**26
FACTS = ("axes", "sfreq", "ch_names", "unit", "bands", "features", "window_onsets", "_assumed")


def map_trials(step: Any, trials: Trials, cache: PathLike | None) -> Trials:
    """Apply a stateless step to trials, a few at a time, and keep the results on disk.

    What filters and extractors make of a trial depends on that trial and their arguments alone. So
    it may be made once, before any split, and of sets larger than memory: this holds some 64 MiB
    of trials at a time. What is there already is not made again: a call that was interrupted
    goes on, and any other data, argument, code or version makes anew what depends on it.

    Parameters
    ----------
    step : transformer or Pipeline of transformers
        Steps of this package that learn nothing from other trials. It is cloned, and stays as it
        is.
    trials : Trials
        In memory or on disk, as loaders with ``cache=`` return them.
    cache : path-like
        Folder of the store, such as that of the recordings. It may be deleted when the results are
        no longer needed, and grows with every other step or data until then.

    Returns
    -------
    Trials
        On disk: what the step's ``fit_transform`` gives, in the order of ``trials``, with their
        metadata and extra blocks.

    Raises
    ------
    TypeError, ValueError
        A step learns from other trials, such as a scaler: it belongs into the pipeline that is
        evaluated, where it is fitted on training trials alone. Or the step refuses the trials.
    OSError
        The folder cannot be written, or has no room; what is done is kept.

    See Also
    --------
    sklearn_eeg.trials.Trials : Folds of trials on disk stay there until a network reads them.

    Examples
    --------
    Filter and entropy of each trial, once:

    >>> from tempfile import TemporaryDirectory
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.datasets import make_emotion_trials
    >>> from sklearn_eeg.features import DEExtractor
    >>> from sklearn_eeg.preprocessing import BandpassNotch
    >>> trials, y = make_emotion_trials(2, n_stimuli=3, duration=8.0, random_state=0)
    >>> steps = make_pipeline(BandpassNotch(1, 45, method="iir"), DEExtractor(window=1.0))
    >>> with TemporaryDirectory() as folder:
    ...     features = map_trials(steps, trials, folder)
    ...     features
    <Trials | 6 trials of 2 subjects, each (window=8, channel=19, band=5), float32, 128 Hz, nat>
    """
    with speaking("map_trials"):
        if not isinstance(trials, Trials):
            raise TypeError(
                f"expected Trials, got {type(trials).__name__}; make them of arrays by "
                f"Trials(array, sfreq=…)."
            )
        if not len(trials):
            raise ValueError("expected at least one trial, got none.")
        check_stateless(
            step, "put it into the pipeline that is evaluated, behind what this returns"
        )
        # What a step writes into the metadata is kept with its results, and no other column is.
        bare = trials.derive(metadata=None, extra={})
        step = clone_plain(step)
        longest = int(np.argmax(_sizes(trials)))
        pattern = step.fit(bare[longest : longest + 1]).transform(bare[longest : longest + 1])
        _refuse_double(pattern.metadata, trials.metadata)
        rows, entries = _map_blocks(step, bare, cache)
        order = np.argsort(np.concatenate(rows))
        blocks = [block for entry in entries for block in entry.blocks]
        columns = {
            name: [_as_value(value) for entry in entries for value in entry.notes[name]]
            for name in pattern.metadata
        }
        return pattern.derive(
            data=_reorder(as_data(blocks), order),
            metadata=_add_columns(trials, columns, order),
            extra=trials.extra,
        )


def _map_blocks(step, bare, cache):
    """Trial numbers of each block, and the entries of what became of them."""
    from tqdm import tqdm

    store = Store(cache)
    common = {
        "kind": "trials",
        "step": digest_of(describe(step)),
        "facts": digest_of(describe([getattr(bare, name) for name in FACTS])),
        "code": code_of(*parts_of(step)),
        "versions": versions(),
    }
    rows = list(_split(bare))
    bar = tqdm(rows, desc="Mapping", unit="block", disable=None, leave=False)
    return rows, [
        store.keep(common | {"trials": _identify(bare[some])}, partial(_apply, step, bare[some]))
        for some in bar
    ]


def _apply(step, trials):
    """What becomes of some trials: arrays, and the columns that the step writes."""
    out = step.transform(trials)
    return list(out.data), {name: out.metadata[name].tolist() for name in out.metadata}


def _split(trials):
    """Numbers of trials that are treated together: of one file, and no more than a block's."""
    owner, size = _owners(trials.data), _sizes(trials) * trials.dtype.itemsize
    for one in np.unique(owner):
        rows = np.flatnonzero(owner == one)
        # A block ends where the trials so far fill it.
        filled = np.cumsum(size[rows]) // BLOCK_BYTES
        yield from np.split(rows, np.flatnonzero(np.diff(filled)) + 1)


def _owners(data):
    """Number of each trial's file; one number for all in memory."""
    if isinstance(data, MappedRows):
        return data.file
    if isinstance(data, list):
        paths = ["".join(block.path for block in blocks_of(trial)[:1]) for trial in data]
        return np.unique(paths, return_inverse=True)[1]
    return np.zeros(len(data), int)


def _sizes(trials):
    """Numbers in each trial."""
    if trials.is_ragged:
        return np.array([trial.size for trial in trials.data])
    return np.full(len(trials), int(np.prod(trials.shape[1:])))


def _identify(trials):
    """Digest that tells trials from others: of where they lie in entries of a store, or of all."""
    parts = [blocks_of(part) for part in (trials.data if trials.is_ragged else [trials.data])]
    blocks = [block for part in parts for block in part]
    if all(parts) and all(read_entry(path) for path in {Path(block.path) for block in blocks}):
        places = [
            [Path(b.path).name, b.starts.tolist(), b.shape, b.strides, b.dtype.str] for b in blocks
        ]
        return digest_of([places, [trial.shape for trial in trials.data]])
    digest = hashlib.sha256()
    for trial in trials.data:
        digest.update(f"{trial.dtype.str}{trial.shape}".encode())
        digest.update(np.ascontiguousarray(trial).data)
    return digest.hexdigest()


def _reorder(data, order):
    if (np.diff(order) == 1).all():
        return data
    return data.select(order) if isinstance(data, MappedRows) else [data[row] for row in order]


def _as_value(value):
    """What JSON has made a list of was a tuple."""
    return tuple(value) if isinstance(value, list) else value


def _refuse_double(written, known):
    double = sorted(set(written) & set(known))
    if double:
        raise ValueError(
            f"expected metadata without a column {double[0]!r}, which the step writes, got one; "
            f"rename it, or apply both steps in one pipeline."
        )


def _add_columns(trials, columns, order):
    if not columns:
        return trials._metadata
    table = trials.metadata.copy()
    for name, values in columns.items():
        table[name] = [values[row] for row in order]
    return table
