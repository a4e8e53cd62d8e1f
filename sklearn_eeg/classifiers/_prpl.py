"""PRPLClassifier: prototypes and pairs, with a target subject beside."""

from collections.abc import Callable

from sklearn_eeg._engine.alignments import refuse_alignment
from sklearn_eeg._engine.pairwise import PairwiseLoss, prototypical
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import PRPL


class PRPLClassifier(NeuralClassifier):
    """Features met with prototypes of the classes, learnt from pairs of rows (PR-PL).

    Takes (n_trials, n_channels, n_bands) or (n_trials, n_features), with windows before. Trials of
    the target are given to ``fit`` as ``X_target=Unlabelled(...)``: the domains are then told apart
    by a discriminator that the features learn to fool, and pairs of the target that are surely
    alike or unlike are learnt from too. Predictions depend on those trials (they are transductive).
    Without ``X_target`` the pairs of the source are all, and no subject need be known.

    Parameters
    ----------
    loss : str or callable, default="auto"
        ``"auto"``: the cross-entropy of pairs, published. Others, as of every classifier, hold each
        cluster to its class.

    Notes
    -----
    The defaults are the published recipe, for features scaled to -1 and 1;
    :class:`~sklearn_eeg.nn.models.PRPL` says what its source left open.

    References
    ----------
    Zhou et al. (2023), IEEE Transactions on Affective Computing.
    https://doi.org/10.1109/TAFFC.2023.3288118

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Unlabelled
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 6, 5)) + (y == "tense")[:, None, None]
    >>> new = X[[0, -1]] + 0.1 * rng.normal(size=(2, 6, 5))
    >>> model = PRPLClassifier(max_epochs=60, random_state=0)
    >>> model.fit(X, y, X_target=Unlabelled(new)).predict(new)
    array(['calm', 'tense'], dtype='<U5')
    """

    n_hidden: tuple[int, int] = (64, 64)
    rank: int = 32
    dropout: float = 0.25
    target_weight: float = 2.0
    thresholds: tuple[float, float] = (0.9, 0.5)
    max_epochs: int = 71
    batch_size: int = 96
    optimizer: str | Callable = "rmsprop"
    weight_decay: float = 1e-5

    _model = PRPL
    _axes = ("channel feature", "feature")

    def _criterion(self, target, weight):
        criterion = super()._criterion(target, weight)
        if self.loss != "auto":
            return criterion
        return PairwiseLoss(criterion.class_weight, criterion.label_smoothing)

    def _objective(self, has_target):
        refuse_alignment(self.alignment)
        return prototypical
