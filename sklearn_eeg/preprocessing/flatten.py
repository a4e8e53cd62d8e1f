"""One row of named numbers a trial."""

import numpy as np

from sklearn_eeg._base import SignalTransformer


class Flatten(SignalTransformer):
    """Lay all numbers of a trial in one row, for scikit-learn's own estimators.

    Returns of ``transform``
    ------------------------
    (n_trials, n_features), without a copy where the memory allows it. Names come from channels and
    bands, windows and other axes numbered: ``window0_Fp1_delta``. Trials keep their table and carry
    the names as ``bands``.

    Raises
    ------
    ValueError
        Trials differ in shape.

    Examples
    --------
    >>> X = np.zeros((2, 2, 3))
    >>> flatten = Flatten().fit(X)
    >>> flatten.transform(X).shape
    (2, 6)
    """

    _allow_nan = "any"
    _ranks = (2, 3, 4, 5)
    _channel_axis = None

    def _fit(self, signals):
        self._check_shapes(signals)

    def _free_axes(self, ndim):
        return set()

    def _transform(self, signals):
        self._check_shapes(signals)
        data = np.stack(signals.data) if signals.is_list else signals.data
        return signals.replace(
            data=data.reshape(len(data), -1),
            kind="array" if signals.kind == "list" else signals.kind,
            ch_names=None,
            bands=dict.fromkeys(self.get_feature_names_out()),
        )

    def _check_shapes(self, signals):
        shapes = sorted({trial.shape for trial in signals.trials()})
        if len(shapes) > 1:
            raise ValueError(
                f"{type(self).__name__}: expected trials of one shape, got {shapes[0]} and "
                f"{shapes[-1]}; put a SequencePadder before this step."
            )

    def _names_out(self, names):
        if self.ch_names_ is None or len(names) == np.prod(self.layout_):
            return names
        if not self.bands_in_:
            names = [f"{name}_{index}" for name in names for index in range(self.layout_[-1])]
        for n_windows in self.layout_[:-2]:
            names = [f"window{index}_{name}" for index in range(n_windows) for name in names]
        return names
