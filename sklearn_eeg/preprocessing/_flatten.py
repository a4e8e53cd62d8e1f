"""One row of named numbers a trial."""

from itertools import product

import numpy as np

from sklearn_eeg._axes import FEATURES
from sklearn_eeg._base import SignalTransformer


def _flatten(x):
    return x.flatten(1)


class Flatten(SignalTransformer):
    """Lay all numbers of a trial in one row, for scikit-learn's own estimators.

    Raises
    ------
    ValueError
        Trials differ in shape.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_features), without a copy where the memory allows it. Names come from channels and
    bands, windows and other axes numbered: ``window0_Fp1_delta``. Trials keep their table and carry
    the names as ``features``.

    Examples
    --------
    >>> X = np.zeros((2, 2, 3))
    >>> flatten = Flatten().fit(X)
    >>> flatten.transform(X).shape
    (2, 6)
    """

    _allow_nan = "any"
    _takes = "..."
    _free = ()
    _instead = "put SequencePadder(n, keep='last') before it"

    def _fit(self, signals):
        self._check_shapes(signals)

    def _transform(self, signals):
        self._check_shapes(signals)
        data = np.stack(signals.data) if signals.is_ragged else signals.data
        return signals.derive(
            data=data.reshape(len(data), -1),
            ch_names=None,
            axes=("feature",),
            features=tuple(self.get_feature_names_out()),
        )

    def _to_torch(self, shape):
        return self._arithmetic(_flatten)

    def _check_shapes(self, signals):
        shapes = sorted({trial.shape for trial in signals.data})
        if len(shapes) > 1:
            raise ValueError(
                f"expected trials of one shape, got {shapes[0]} and "
                f"{shapes[-1]}; put a SequencePadder before this step."
            )

    def _names_out(self, names):
        if self.ch_names_ is None or len(names) == np.prod(self.layout_):
            return names
        labels = map(self._labels, self.axes_, self.layout_)
        return ["_".join(label) for label in product(*labels)]

    def _labels(self, axis, size):
        if axis == "channel":
            return self.ch_names_
        if axis in FEATURES and self.features_in_:
            return self.features_in_
        return [f"{'' if axis == 'time' else axis}{index}" for index in range(size)]
