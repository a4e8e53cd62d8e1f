"""WideDeepClassifier: for small data."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import WideDeep


class WideDeepClassifier(NeuralClassifier):
    """A line and one hidden layer on the features of a window: for some hundreds of trials.

    Takes band features, (n_trials, n_channels, n_bands), with windows (n_trials, n_windows,
    n_channels, n_bands), or other features, (n_trials, n_features). Windows train with their
    trial's label, and their probabilities are averaged. Scale the features before.

    Notes
    -----
    The settings are those with which it came level with logistic regression on the data sets of our
    measurements, where classes differ in band power, and beyond it where they differ in which
    regions go together. Show a line beside it: on a few hundred trials whose band power is shifted,
    no network is better. With ``start="logistic"`` take a smaller step and fewer epochs,
    ``lr=3e-4, max_epochs=10``. :class:`~sklearn_eeg.nn.models.WideDeep` says what its source left
    open.

    References
    ----------
    Cheng et al. (2016), Wide & deep learning for recommender systems, DLRS,
    https://doi.org/10.1145/2988450.2988454

    Examples
    --------
    No line tells whether two values have the same sign; averages over windows help where one window
    is uncertain:

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 1, 2, 1)) + 0.3 * rng.normal(size=(200, 8, 2, 1))
    >>> y = np.where(X.mean(1).prod(1)[:, 0] > 0, "same", "other")
    >>> model = WideDeepClassifier(lr=3e-3, random_state=0).fit(X[:100], y[:100])
    >>> model.score(X[100:], y[100:]) > 0.85
    True
    """

    n_hidden: int = 64
    dropout: float = 0.5
    start: str = "zero"
    C: float = 0.1
    max_epochs: int = 30
    batch_size: int = 64
    weight_decay: float = 0.01
    lr_schedule: str | None = "cosine"
    warmup: float = 3.0

    _model = WideDeep
    _axes = ("channel feature", "feature")
