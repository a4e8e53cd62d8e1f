"""MSMDAClassifier: a branch a source subject, and a target subject beside."""

from collections.abc import Callable
from typing import Literal

from sklearn_eeg._engine.alignments import refuse_alignment
from sklearn_eeg._engine.sampling import one_domain
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import MSMDA


class MSMDAClassifier(NeuralClassifier):
    """Shared layers, then a branch of features and logits for each source subject (MS-MDA).

    Takes (n_trials, n_channels, n_bands) or (n_trials, n_features), with windows before. Source
    subjects are those of ``groups``, or those the trials carry; where nobody knows them there is
    one branch. Subjects held out by ``validation`` have none. A batch holds one source.

    Trials of the target are given to ``fit`` as ``X_target=Unlabelled(...)``: each branch is then
    brought near them, and the branches must agree on them; predictions depend on those trials
    (they are transductive). Without ``X_target`` the branches learn their sources alone
    (inductive).

    Notes
    -----
    The defaults are the published recipe, for features scaled to 0 and 1 by subject;
    :class:`~sklearn_eeg.nn.models.MSMDA` says what its source left open.

    References
    ----------
    Chen et al. (2021), Frontiers in Neuroscience 15. https://doi.org/10.3389/fnins.2021.778488

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Trials, Unlabelled
    >>> rng = np.random.default_rng(0)
    >>> y, subject = np.tile(["calm", "tense"], 20), np.repeat([1, 2], 20)
    >>> data = rng.normal(size=(40, 6, 5)) + (y == "tense")[:, None, None]
    >>> X = Trials(data, axes=("channel", "band"), metadata={"subject": subject})
    >>> model = MSMDAClassifier(n_shared=(16, 8, 8), max_epochs=150, random_state=0)
    >>> model.fit(X, y, X_target=Unlabelled(data[:20] + 1)).predict(data[:2] + 1)
    array(['calm', 'tense'], dtype='<U5')
    """

    n_shared: tuple[int, int, int] = (256, 128, 64)
    n_hidden: int = 32
    kernel: Literal["linear", "gaussian"] = "linear"
    max_epochs: int = 200
    batch_size: int = 128
    optimizer: str | Callable = "adam"
    lr: float = 0.01

    _model = MSMDA
    _axes = ("channel feature", "feature")
    _sampler = staticmethod(one_domain)

    def _objective(self, has_target):
        refuse_alignment(self.alignment)
        return super()._objective(has_target)
