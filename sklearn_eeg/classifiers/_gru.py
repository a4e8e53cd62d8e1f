"""GRUClassifier: gated recurrent units over windows."""

from sklearn_eeg._engine.short_sequences import ShortSequences
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import GRUNet


class GRUClassifier(ShortSequences, NeuralClassifier):
    """Gated recurrent units over the windows of a trial.

    Takes (n_trials, n_windows, n_channels, n_bands), or any features of windows, (n_trials,
    n_windows, n_features). Sequences of different length come as a list, or padded with NaN; the
    state passes over missing windows. A single NaN in a present window (a lost channel) counts as
    zero. 2-D input is one window.

    Notes
    -----
    The recipe of training is ours; :class:`~sklearn_eeg.nn.models.GRUNet` says what its source
    left open.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder for statistical
    machine translation, EMNLP, https://doi.org/10.3115/v1/D14-1179

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 10)
    >>> X = rng.normal(size=(20, 8, 4, 5)) + (y == "tense")[:, None, None, None]
    >>> model = GRUClassifier(lr=1e-2, max_epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_hidden: int = 64
    n_layers: int = 2
    dropout: float = 0.3

    _model = GRUNet
    _axes = ("window channel feature", "window feature", "window feature row column")
    _masks = True
