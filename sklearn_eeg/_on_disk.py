"""Stateless steps on trials that lie on disk: as views where that can be, else block by block."""

import numpy as np

from sklearn_eeg._mapped import BLOCK_BYTES, MappedRows
from sklearn_eeg.trials import Trials


def lies_on_disk(X):
    """Whether these are trials of which rows are read when they are asked for."""
    return isinstance(X, Trials) and isinstance(X.data, MappedRows) and len(X) > 0


def view(trials, one, transform):
    """Trials on disk as a step shows them that copies nothing; ``None`` if it copies all the same.

    ``one`` is the first of them, in memory; ``transform`` that of the step, for such trials.
    """
    first = transform(one)
    data = trials.data.through(lambda x: transform(one.derive(data=x)).data)
    return data and first.derive(data=data, metadata=trials.metadata, extra=trials.extra)


def transform_blocks(trials, transform):
    """Trials on disk, some read at a time: memory holds those and what becomes of all."""
    step = max(1, BLOCK_BYTES // max(1, trials.data.nbytes // len(trials)))
    data, tables = None, []
    for start in range(0, len(trials), step):
        block = transform(trials[start : start + step])
        if data is None:
            data = _make_room((len(trials), *block.shape[1:]), block.dtype)
        data[start : start + step] = block.data
        tables.append(block.metadata)
    return block.derive(data=data, metadata=_join(tables), extra=trials.extra)


def _make_room(shape, dtype):
    try:
        return np.empty(shape, dtype)
    except MemoryError as error:
        raise MemoryError(
            f"expected room in memory for results of shape {shape}, {dtype}, got none; "
            f"sklearn_eeg.datasets.map_trials keeps what steps make of trials on disk."
        ) from error


def _join(tables):
    import pandas as pd

    return pd.concat(tables, ignore_index=True)
