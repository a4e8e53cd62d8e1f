"""EEGNetClassifier: a compact convolutional network for raw signals of any paradigm."""

from sklearn_eeg import _validation as v
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import EEGNet
from sklearn_eeg.nn.models._eegnet import first_pool


class EEGNetClassifier(NeuralClassifier):
    """Filters in time, filters over electrodes for each of them, and a separable convolution.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times), filtered and scaled. Their rate sets the lengths of kernels and pools; arrays, which
    carry none, need ``sfreq``. Signals shorter than a step of the last pooling, a quarter of a
    second, are padded with zeros. 2-D input is one channel.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.EEGNet` says what its
    source left open. Its weights are constrained after every step.

    References
    ----------
    Lawhern et al. (2018), EEGNet: a compact convolutional neural network for EEG-based
    brain-computer interfaces, J. Neural Eng. 15, https://doi.org/10.1088/1741-2552/aace8c

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 16)
    >>> X = rng.normal(size=(32, 4, 128)) * np.where(y == "tense", 3, 1)[:, None, None]
    >>> model = EEGNetClassifier(sfreq=128, max_epochs=20, lr=0.01, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    sfreq: float | None = None
    n_filters: int = 8
    depth: int = 2
    kernel: int | None = None
    dropout: float = 0.5
    max_epochs: int = 300
    batch_size: int = 16
    optimizer: str = "adam"
    class_weight: dict | str | None = "balanced"

    _model = EEGNet

    @property
    def _least(self):
        v.require_sfreq(self.sfreq_)
        return {"time": 8 * first_pool(self.sfreq_)}
