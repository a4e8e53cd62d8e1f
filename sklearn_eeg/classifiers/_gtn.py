"""GTNClassifier: attention over windows and over features, and a gate between them."""

from typing import TYPE_CHECKING

from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._typing import Data
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import GTN

if TYPE_CHECKING:
    import numpy as np


class GTNClassifier(NeuralClassifier):
    """Gated transformer network: attention over windows, attention over features, a gate.

    Takes (n_trials, n_windows, n_channels, n_bands), or any features of windows, (n_trials,
    n_windows, n_features). Sequences of different length come as a list, or padded with NaN, which
    is masked; none may be longer than the longest of the training. A single NaN in a present window
    (a lost channel) counts as zero. 2-D input is one window.

    Notes
    -----
    The defaults are the published recipe, whose batches of three make epochs slow;
    :class:`~sklearn_eeg.nn.models.GTN` says what its source left open.

    References
    ----------
    Liu et al. (2021), Gated transformer networks for multivariate time series classification,
    https://doi.org/10.48550/arXiv.2103.14438
    Bilgin & Mert (2024), Signal, Image and Video Processing 18(10),
    https://doi.org/10.1007/s11760-024-03360-5

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 10)
    >>> X = rng.normal(size=(20, 8, 4, 5)) + y[:, None, None, None]
    >>> model = GTNClassifier(width=16, n_blocks=1, lr=1e-2, max_epochs=10, random_state=0)
    >>> model.fit(X, y).predict(X[[0, -1]])
    array([0, 1])
    >>> model.tower_shares(X).shape
    (20, 2)
    """

    width: int = 512
    n_heads: int = 8
    head_width: int = 8
    n_blocks: int = 8
    dropout: float = 0.2
    batch_size: int = 3
    optimizer: str = "adagrad"
    lr: float = 1e-4

    _model = GTN
    _axes = ("window channel feature", "window feature", "window feature row column")
    _masks = True

    def tower_shares(self, X: Data) -> "np.ndarray":
        """Share of each tower in the answer, for each trial.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials, 2)
            Of the windows' and the features' tower; sums to one.
        """
        check_is_fitted(self, "net_")
        return self._outputs(X, self.module_.shares)[0]
