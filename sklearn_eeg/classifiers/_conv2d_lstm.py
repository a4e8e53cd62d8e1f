"""Conv2DLSTMClassifier: sequences of electrode maps, convolved one by one."""

from dataclasses import dataclass
from typing import Literal

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import Conv2DLSTM


@dataclass(kw_only=True, eq=False, repr=False)
class Conv2DLSTMClassifier(NeuralClassifier):
    """The same convolutions for the map of each window, then an LSTM over windows.

    Takes (n_trials, n_windows, n_bands, n_rows, n_columns). Sequences of different length come as
    a list, or padded with NaN; the LSTM passes over missing windows, other NaN count as zero. Maps
    of fewer than four rows or columns are padded with zeros. 2-D input is one window, a map of one
    plane and one row.

    Parameters
    ----------
    padding : {"same", "valid"}, default="same"
        Of the convolutions; the source's ``"valid"`` needs maps of ten rows and columns or more.
    n_hidden : int, default=64
        Units of the LSTM and of the layer after it.
    max_epochs, batch_size, optimizer, lr
        The published recipe: 50 epochs of batches of 16, Adam at the 1e-3 of Keras.
    **settings
        All others as in :class:`NeuralClassifier`.

    Notes
    -----
    109,444 parameters for 15 planes of 8 x 9 and 4 classes.

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
