"""SOGNNClassifier: sequences of band features, whose electrodes tie themselves by likeness."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import SOGNN


class SOGNNClassifier(NeuralClassifier):
    """Self-organised graphs over the band features of a whole trial.

    Takes sequences of windows, (n_trials, n_windows, n_channels, n_bands), none longer than the
    longest of ``fit``. Sequences of different length come as a list, or padded with NaN: missing
    windows are masked. Fewer than 148 are padded so. A lone NaN counts as zero. 2-D input is one
    window of one channel.

    Notes
    -----
    386,787 parameters for 265 windows, 62 channels, 5 bands and 3 classes.
    :class:`~sklearn_eeg.nn.models.SOGNN` says what its source left open.

    References
    ----------
    Li, Li, Pan & Wang (2021), Cross-subject EEG emotion recognition with self-organized graph
    neural network, Frontiers in Neuroscience 15:611653, 10.3389/fnins.2021.611653.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 8)
    >>> X = rng.normal(size=(16, 150, 4, 5)) + (y == "tense")[:, None, None, None]
    >>> model = SOGNNClassifier(lr=1e-3, max_epochs=5, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_neighbors: int = 10
    n_filters: tuple[int, int, int] = (32, 64, 128)
    n_alike: int = 64
    n_hidden: int = 32
    dropout: float = 0.1
    optimizer: str = "adam"
    lr: float = 1e-5
    weight_decay: float = 1e-4
    batch_size: int = 16
    max_epochs: int = 200

    _model = SOGNN
    _axes = ("window channel feature",)
    _least = {"window": 148}  # noqa: RUF012
    _masks = True
