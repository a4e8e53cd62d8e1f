"""CapsNetClassifier: capsules of features of two levels, routed to one of each class."""

from typing import ClassVar

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import CapsNet


class CapsNetClassifier(NeuralClassifier):
    """Capsule network guided by features of two levels (MLF-CapsNet).

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times), scaled; published for windows of one second at 128 Hz. Fewer than nine channels or
    samples are padded with zeros. 2-D input is one channel.

    The lengths of the classes' capsules are the sigmoids of the network's logits;
    ``predict_proba`` gives each class's share of the squared lengths before squashing.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.CapsNet` says what its
    source left open.

    References
    ----------
    Liu et al. (2020), Multi-channel EEG-based emotion recognition via a multi-level features guided
    capsule network, Comput. Biol. Med. 123, https://doi.org/10.1016/j.compbiomed.2020.103927

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 16)
    >>> X = rng.normal(size=(32, 9, 40)) + np.where(y, 1, -1)[:, None, None]
    >>> model = CapsNetClassifier(n_filters=16, lr=1e-3, max_epochs=10, random_state=0)
    >>> model.fit(X, y).predict(X[[0, -1]])
    array([0, 1])
    """

    n_filters: int = 256
    n_primary: int = 8
    n_class: int = 16
    n_routing: int = 3
    max_epochs: int = 40
    batch_size: int = 35
    optimizer: str = "adam"
    lr: float = 1e-5
    loss: str = "capsule"

    _model = CapsNet
    _least: ClassVar = {"channel": 9, "time": 9}
