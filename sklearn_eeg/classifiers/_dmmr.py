"""DMMRClassifier: an encoder that has seen every subject in every other, then a head."""

from collections.abc import Callable

from sklearn_eeg._engine.sampling import one_domain
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import DMMR


class DMMRClassifier(NeuralClassifier):
    """Encoder of sequences that first learns to rebuild each subject from the others (DMMR).

    Takes (n_trials, n_windows, n_channels, n_bands), or (n_trials, n_windows, n_features); with one
    axis more, its first axis is sequences, whose answers are averaged. 2-D input is one window a
    trial. Sequences of different length come as a list, or padded with NaN; missing windows are
    passed over, a lone NaN counts as zero.

    Meant for subjects it has never met (domain generalisation). Source subjects are those of
    ``groups``, or those the trials carry; where nobody knows them they are one. Subjects held out
    by ``validation`` train nothing. Both phases, first ``pretrain_epochs`` without the head, then
    ``max_epochs``, are one ``fit``; a batch of the second holds one subject.

    Notes
    -----
    The defaults are the published recipe, for sequences of 30 windows scaled to 0 and 1 by subject;
    :class:`~sklearn_eeg.nn.models.DMMR` says what its source left open. The first phase decodes
    each sequence for every subject, twice: a step of 15 subjects and 512 sequences takes seconds
    and 4 GB on a CPU. Lower ``pretrain_epochs`` and ``batch_size`` there.

    References
    ----------
    Wang et al. (2024), AAAI 38(1). https://doi.org/10.1609/aaai.v38i1.27819

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> y, subject = np.tile(["calm", "tense"], 20), np.repeat([1, 2], 20)
    >>> data = rng.normal(size=(40, 8, 6, 5)) + (y == "tense")[:, None, None, None]
    >>> X = Trials(data, axes=("window", "channel", "band"), metadata={"subject": subject})
    >>> model = DMMRClassifier(n_hidden=8, pretrain_epochs=5, max_epochs=150, random_state=0)
    >>> model.fit(X, y).predict(X[[0, 1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_hidden: int = 64
    pretrain_epochs: int | None = 300
    pretrain_lr: float = 1e-3
    pretrain_decay: float = 5e-4
    subject_weight: float = 0.05
    max_epochs: int = 500
    batch_size: int = 512
    optimizer: str | Callable = "adam"
    weight_decay: float = 5e-4

    _model = DMMR
    _axes = ("window channel feature", "window feature")
    _masks = True
    _sampler = staticmethod(one_domain)
