"""GroupedCNN1DClassifier: a small network for the bedside."""

from collections.abc import Sequence

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import GroupedCNN1D


class GroupedCNN1DClassifier(NeuralClassifier):
    """Two branches over bipolar signals, across electrodes and in time, each grouped by chain.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times). Meant for the longitudinal bipolar montage, 0.5 to 20 Hz, clipped and scaled, which
    are steps of a pipeline before. NaN counts as zero. 2-D input is one channel.

    Notes
    -----
    The recipe of training is ours; :class:`~sklearn_eeg.nn.models.GroupedCNN1D` says
    what its source left open.

    References
    ----------
    Hu, Shen & Sun (2018), Squeeze-and-excitation networks, CVPR.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 16)
    >>> X = rng.normal(size=(32, 16, 200)) * (1 + 3 * y[:, None, None])
    >>> model = GroupedCNN1DClassifier(max_epochs=20, batch_size=8, random_state=0)
    >>> model.fit(X, y).predict(X[[0, -1]])
    array([0, 1])
    """

    chains: Sequence | None = None
    dropout: float = 0.2
    max_epochs: int = 30
    weight_decay: float = 0.01
    lr_schedule: str | None = "cosine"
    warmup: float = 1.0

    _model = GroupedCNN1D
    _masks = True
