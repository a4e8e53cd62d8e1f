"""Conv2DLSTMClassifier: sequences of electrode maps, convolved one by one."""

from dataclasses import dataclass

from sklearn_eeg._engine.conv2d_lstm import arrange, build
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier


@dataclass(kw_only=True, eq=False, repr=False)
class Conv2DLSTMClassifier(NeuralClassifier):
    """The same convolutions for the map of each window, then an LSTM over windows.

    Takes (n_trials, n_windows, n_planes, n_rows, n_columns). Sequences of different length come as
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

    =======================================  ====================================================
    Left open by the source                  Our decision
    =======================================  ====================================================
    Classes (it forecasts fields)            Cross-entropy over logits
    Electrode maps                           Same padding
    A fifth of the data held out, unused     None; ``validation=0.2`` chooses the best epoch
    =======================================  ====================================================

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

    padding: str = "same"
    n_hidden: int = 64
    max_epochs: int = 50
    batch_size: int = 16
    optimizer: str = "adam"

    _axes = ("feature", "window feature row column")
    _masks = True

    def _arrange(self, shape):
        return arrange(shape)

    def _module(self, shape, n_outputs):
        return build(shape, n_outputs, self.padding, self.n_hidden)
