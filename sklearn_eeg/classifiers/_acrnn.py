"""ACRNNClassifier: windows of signals, electrodes and features weighed by attention."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import ACRNN


class ACRNNClassifier(NeuralClassifier):
    """Attention-based convolutional recurrent network on signals.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times); published for windows of 384 samples, 3 s at 128 Hz. Zeros lengthen windows that are
    too short for ``lengths``. 2-D input is one channel.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.ACRNN` says what its
    source left open.

    References
    ----------
    Tao et al. (2023), EEG-based emotion recognition via channel-wise attention and self attention,
    IEEE TAFFC 14(1), https://doi.org/10.1109/TAFFC.2020.3025777

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 16)
    >>> X = rng.normal(size=(32, 8, 200)) * (1 + 3 * y[:, None, None])
    >>> model = ACRNNClassifier(max_epochs=30, lr=1e-3, random_state=0)
    >>> model.fit(X, y).predict(X[[0, -1]])
    array([0, 1])
    """

    n_filters: int = 40
    lengths: tuple[int, int, int] = (45, 75, 10)
    n_hidden: int = 64
    n_attention: int = 512
    dropout: float = 0.5
    max_epochs: int = 200
    batch_size: int = 10
    optimizer: str = "adam"
    lr: float = 1e-4

    _model = ACRNN

    @property
    def _least(self):
        return {"time": self.lengths[0] + self.lengths[1] - 1}
