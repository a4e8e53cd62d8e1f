"""Conv2DLSTMRegressor: values, or whole fields, forecast from a sequence of maps."""

from typing import Literal

from sklearn_eeg._engine.short_sequences import ShortSequences
from sklearn_eeg.nn.models import Conv2DLSTM
from sklearn_eeg.regressors._neural_regressor import NeuralRegressor


class Conv2DLSTMRegressor(ShortSequences, NeuralRegressor):
    """Forecast numbers from a sequence of maps: convolutions for each map, then an LSTM over them.

    The source's own use: ``y`` may be a number a trial, (n_trials,), or a field, (n_trials, ...).

    Takes (n_trials, n_windows, n_bands, n_rows, n_columns). Sequences of different length come as
    a list, or padded with NaN; the LSTM passes over missing windows, other NaN count as zero. Maps
    of fewer than four rows or columns are padded with zeros. 2-D input is one window, a map of one
    plane and one row.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.Conv2DLSTM` says
    what its source left open.

    References
    ----------
    Architecture: https://github.com/subhadeep-maishal/Conv2D-LSTM

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(16, 4, 2, 5, 5))
    >>> model = Conv2DLSTMRegressor(max_epochs=2, random_state=0).fit(X, X[:, -1, 0])
    >>> model.predict(X).shape
    (16, 5, 5)
    """

    padding: Literal["same", "valid"] = "same"
    n_filters: tuple[int, int] = (32, 64)
    n_hidden: int = 64
    max_epochs: int = 50
    batch_size: int = 16
    optimizer: str = "adam"

    _model = Conv2DLSTM
    _axes = ("window feature row column",)
    _masks = True

    @property
    def _least(self):
        # Two poolings halve a map of so many rows and columns to one cell.
        return {"row": 4, "column": 4} if self.padding == "same" else {}
