"""Conv2DLSTMClassifier: sequences of electrode maps, convolved one by one."""

from typing import Literal

from sklearn_eeg._engine.short_sequences import ShortSequences
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import Conv2DLSTM


class Conv2DLSTMClassifier(ShortSequences, NeuralClassifier):
    """The same convolutions for the map of each window, then an LSTM over windows.

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
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 8)
    >>> X = rng.normal(size=(16, 4, 2, 5, 5)) + y[:, None, None, None, None]
    >>> Conv2DLSTMClassifier(max_epochs=5, random_state=0).fit(X, y).predict(X[[0, -1]])
    array([0, 1])
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
