"""The door of the steps before, for an estimator that ends a pipeline."""

import numpy as np

from sklearn_eeg._door import FLOATS, Door
from sklearn_eeg._mapped import MappedRows


class FinalDoor(Door):
    """Opens arrays, lists, Trials and epochs exactly as every transformer does."""

    # Which trials have enough left is known only once they are cut into instances.
    _allow_nan = "any"

    def _check_one(self, array, name):
        # Floats on disk stay there: a training reads them batch by batch.
        if isinstance(array, MappedRows) and array.dtype in FLOATS:
            return array
        return super()._check_one(array, name)

    def _check_data(self, signals, reset, name):
        signals = super()._check_data(signals, reset, name)
        if isinstance(signals.data, list) and signals.ndim > 2:
            first = self._layout(signals)
            for index, trial in enumerate(signals.data):
                if self._layout(signals.replace(data=[trial])) != first:
                    raise ValueError(
                        f"{name}: expected trials of one shape, got {signals.data[0].shape} and "
                        f"{trial.shape} (trial {index}); cut or pad them to one length."
                    )
        return signals


def get_groups(groups, signals, name):
    """Subject of each trial: as given to ``fit``, else as the data carry it, else ``None``."""
    if groups is None:
        known = signals.metadata is not None and "subject" in signals.metadata
        return signals.metadata["subject"].to_numpy() if known else None
    if np.ndim(groups) != 1 or len(groups) != len(signals.data):
        found = len(groups) if np.ndim(groups) == 1 else f"shape {np.shape(groups)}"
        raise ValueError(f"{name}: expected one group a trial, {len(signals.data)}, got {found}.")
    return groups
