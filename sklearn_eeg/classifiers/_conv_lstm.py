"""ConvLSTMClassifier: sequences of electrode maps."""

from sklearn_eeg._engine.short_sequences import ShortSequences
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import ConvLSTMNet


class ConvLSTMClassifier(ShortSequences, NeuralClassifier):
    """Convolutional LSTM over sequences of maps, as :class:`~sklearn_eeg.montage.GridMapper` makes.

    Takes (n_trials, n_windows, n_bands, n_rows, n_columns): one plane a band, or a kind of
    feature and band. Sequences of different length come as a list, or padded with NaN;
    the state passes over missing windows. Other NaN (cells without an electrode, lost channels)
    count as zero. 2-D input is one window, a map of one plane and one row.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.ConvLSTMNet` says
    what its source left open.

    References
    ----------
    Shi et al. (2015), Convolutional LSTM network, NeurIPS, eq. 3.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 8)
    >>> X = rng.normal(size=(16, 4, 2, 5, 5)) + y[:, None, None, None, None]
    >>> model = ConvLSTMClassifier(n_filters=4, max_epochs=5, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array([0, 1])
    """

    n_filters: int = 16
    kernel_size: int = 5
    n_hidden: int = 256
    dropout: float = 0.2
    max_epochs: int = 40
    optimizer: str = "adam"

    _model = ConvLSTMNet
    _axes = ("window feature row column",)
    _masks = True
