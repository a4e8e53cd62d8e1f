"""Recordings as maps of a store, named by all that decides their numbers."""

from functools import partial

import numpy as np

from sklearn_eeg._identity import code_of, describe, digest_of, parts_of, versions
from sklearn_eeg._store import Store, as_data
from sklearn_eeg.datasets._recording import check_windows, read_arrays
from sklearn_eeg.datasets._sources import digests_of, stamp_of


def map_recordings(recordings, cache, dtype):
    """Trials of recordings as maps of a store, in which those that are not there yet are written.

    Parameters
    ----------
    recordings : sequence of Recording
    cache : path-like
        Folder of the store.
    dtype : dtype

    Returns
    -------
    MappedRows, or list of ndarray where trials differ in shape
    """
    from tqdm import tqdm

    store = Store(cache)
    digests, dtype = digests_of(store), np.dtype(dtype)
    bar = tqdm(recordings, desc="Converting", unit="recording", disable=None, leave=False)
    return as_data([block for one in bar for block in _map_recording(store, digests, one, dtype)])


def _map_recording(store, digests, recording, dtype):
    """Blocks of the trials of a recording."""
    stamps = [stamp_of(file) for file in recording.files]
    facts = {
        "kind": "recording",
        "sources": [[file.suffix, digests.of(file)] for file in recording.files],
        "read": _name_of(recording.read),
        # People's names may be among them.
        "arguments": digest_of(describe(recording.read, list(recording.files))),
        "dtype": dtype.str,
        "code": code_of(*parts_of(recording.read)),
        "versions": versions(),
    }
    entry = store.keep(facts, partial(_read, recording, dtype, stamps))
    if recording.starts is None:
        return entry.blocks
    return [_cut(entry.blocks[0], recording)]


def _read(recording, dtype, stamps):
    """Arrays of a recording, of files that did not change meanwhile."""
    arrays = read_arrays(recording, dtype)
    for file, stamp in zip(recording.files, stamps, strict=True):
        if stamp_of(file) != stamp:
            raise ValueError(
                f"expected {file} to stay as it is while it is read, got a change; wait until "
                f"whoever writes it has ended, and load it again."
            )
    return arrays, {}


def _cut(block, recording):
    """Windows of a block of one signal, as views of it."""
    n_times, step = block.shape[-1], block.strides[-1]
    check_windows(recording, n_times)
    starts = block.starts[0] + step * np.asarray(recording.starts, dtype=np.int64)
    return block._replace(starts=starts, shape=(*block.shape[:-1], recording.length))


def _name_of(function):
    while isinstance(function, partial):
        function = function.func
    return f"{function.__module__}:{function.__qualname__}"
