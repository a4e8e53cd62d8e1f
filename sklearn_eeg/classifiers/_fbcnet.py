"""FBCNetClassifier: filters over electrodes in each band of a filter bank."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import FBCNet


class FBCNetClassifier(NeuralClassifier):
    """Filters over electrodes in each band of a filter bank, and the power of their courses.

    Takes signals in bands, (n_trials, n_bands, n_channels, n_times), as
    :class:`~sklearn_eeg.preprocessing.FilterBank` gives them, with windows (n_trials, n_windows,
    n_bands, n_channels, n_times). Signals of less than two samples a segment are padded with zeros.
    2-D input is one band of one channel.

    Notes
    -----
    The defaults are the published recipe but for its stop, which needs subjects to validate on;
    :class:`~sklearn_eeg.nn.models.FBCNet` says what its source left open. Its weights are
    constrained after every step.

    References
    ----------
    Mane et al. (2021), FBCNet: a multi-view convolutional neural network for brain-computer
    interface, https://doi.org/10.48550/arXiv.2104.01233

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.preprocessing import FilterBank
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 16)
    >>> rhythm = np.sin(2 * np.pi * np.where(y, 10, 20)[:, None, None] * np.arange(250) / 250)
    >>> X = rng.normal(size=(32, 4, 250)) + rhythm
    >>> network = FBCNetClassifier(n_filters=4, max_epochs=20, random_state=0)
    >>> model = make_pipeline(FilterBank(sfreq=250), network).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array([0, 1])
    """

    n_filters: int = 32
    n_segments: int = 4
    max_epochs: int = 200
    batch_size: int = 16
    optimizer: str = "adam"

    _model = FBCNet
    _axes = ("feature channel time",)

    @property
    def _least(self):
        # A variance takes two samples.
        return {"time": 2 * self.n_segments}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # Power has no sign, on which scikit-learn's clouds of points turn.
        tags.classifier_tags.poor_score = True
        return tags
