"""BiHDMClassifier: what the hemispheres differ in."""

from collections.abc import Callable
from functools import partial

from torch.optim import SGD

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import BiHDM


class BiHDMClassifier(NeuralClassifier):
    """Bi-hemispheric discrepancy model, on the band features of a window.

    Takes (n_trials, n_channels, n_bands) of named electrodes, with windows (n_trials, n_windows,
    n_channels, n_bands), which train one by one and whose answers are averaged. Electrodes without
    a mirror image among the channels are left out. 2-D input is one electrode.

    With ``X_target``, unlabelled trials of who is to be predicted, it adapts: a head for domains
    makes the features alike in both. Without, it is trained on its labels alone.

    Notes
    -----
    The defaults are the published recipe, but for the weight decay;
    :class:`~sklearn_eeg.nn.models.BiHDM` says what its source left open.

    References
    ----------
    Li, Wang, Zheng, Zong, Qi, Cui, Zhang & Song (2021), A novel bi-hemispheric discrepancy model
    for EEG emotion recognition, IEEE Transactions on Cognitive and Developmental Systems 13(2),
    https://doi.org/10.1109/TCDS.2020.2999337

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 5)) + (y == "tense")[:, None, None]
    >>> X = Trials(X, axes=("channel", "band"), ch_names=["F3", "F4", "P3", "P4"])
    >>> model = BiHDMClassifier(max_epochs=100, batch_size=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_hidden: int = 32
    n_nodes: int = 6
    n_per_node: int = 16
    batch_size: int = 200
    optimizer: str | Callable = partial(SGD, momentum=0.9)
    lr: float = 3e-3

    _model = BiHDM
    _axes = ("channel feature",)
