"""LSTMClassifier: long short-term memory over windows."""

from sklearn_eeg._engine.short_sequences import ShortSequences
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import LSTMNet


class LSTMClassifier(ShortSequences, NeuralClassifier):
    """Long short-term memory over the windows of a trial.

    Takes (n_trials, n_windows, n_channels, n_bands), or any features of windows, (n_trials,
    n_windows, n_features). Sequences of different length come as a list, or padded with NaN; the
    state passes over missing windows. A single NaN in a present window (a lost channel) counts as
    zero. 2-D input is one window.

    Notes
    -----
    The recipe of training is ours; :class:`~sklearn_eeg.nn.models.LSTMNet` says what its source
    left open.

    References
    ----------
    Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8),
    https://doi.org/10.1162/neco.1997.9.8.1735

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 10)
    >>> X = rng.normal(size=(20, 8, 4, 5)) + (y == "tense")[:, None, None, None]
    >>> model = LSTMClassifier(lr=1e-2, max_epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_hidden: int = 64
    n_layers: int = 2
    dropout: float = 0.3

    _model = LSTMNet
    _axes = ("window channel feature", "window feature", "window feature row column")
    _masks = True
