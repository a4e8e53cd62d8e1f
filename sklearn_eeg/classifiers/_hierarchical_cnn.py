"""HierarchicalCNNClassifier: convolutions of ever coarser maps."""

from collections.abc import Sequence

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import HierarchicalCNN


class HierarchicalCNNClassifier(NeuralClassifier):
    """Hierarchical convolutional network on maps of a window's features.

    Takes maps of windows, (n_trials, n_bands, n_rows, n_columns), as
    :class:`~sklearn_eeg.montage.GridMapper` makes them. Trials of several windows, (n_trials,
    n_windows, n_bands, n_rows, n_columns), are trained on window by window, and the answers of a
    trial's windows are averaged. 2-D input is a map of one band and one row.

    Notes
    -----
    Its source's layers are not known: all sizes are ours, and so is the recipe of training;
    :class:`~sklearn_eeg.nn.models.HierarchicalCNN` says what else was left open.

    References
    ----------
    Li, Zhang & He (2018), Hierarchical convolutional neural networks for EEG-based emotion
    recognition, Cognitive Computation 10(2), https://doi.org/10.1007/s12559-017-9533-x

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 8)
    >>> X = rng.normal(size=(16, 2, 5, 5)) + y[:, None, None, None]
    >>> model = HierarchicalCNNClassifier(max_epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array([0, 1])
    """

    n_filters: Sequence = (32, 64, 128)
    n_hidden: int = 128
    dropout: float = 0.5

    _model = HierarchicalCNN
    _axes = ("feature row column",)
