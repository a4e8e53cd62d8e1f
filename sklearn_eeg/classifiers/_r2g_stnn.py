"""R2GSTNNClassifier: from electrodes to regions, to the brain, and over time."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import R2GSTNN


class R2GSTNNClassifier(NeuralClassifier):
    """Regional to global spatial-temporal network, over short sequences of band features.

    Takes (n_trials, n_windows, n_channels, n_bands) of named electrodes, nine windows in the
    published recipe: a :class:`~sklearn_eeg.preprocessing.SequenceCutter` makes them of longer
    trials, and answers for the sequences of a trial are averaged. Sequences of different length
    come as a list, or padded with NaN; missing windows are passed over, other NaN count as zero.
    2-D input is one window of one electrode.

    With ``X_target``, unlabelled trials of who is to be predicted, it adapts: a discriminator makes
    the features alike in both domains. Without, it is trained on its labels alone.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.R2GSTNN` says
    what its source left open.

    References
    ----------
    Li, Zheng, Wang, Zong & Cui (2022), From regional to global brain: a novel hierarchical
    spatial-temporal neural network model for EEG emotion recognition, IEEE Transactions on
    Affective Computing 13(2), https://doi.org/10.1109/TAFFC.2019.2922912

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 10)
    >>> X = rng.normal(size=(20, 3, 4, 5)) + (y == "tense")[:, None, None, None]
    >>> X = Trials(X, axes=("window", "channel", "band"), ch_names=["F3", "F4", "P3", "P4"])
    >>> model = R2GSTNNClassifier(n_dense=(16, 8), lr=1e-2, max_epochs=10, random_state=0)
    >>> model.fit(X, y).predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_regional: tuple[int, int] = (100, 100)
    n_global: tuple[int, int] = (75, 125)
    n_nodes: int = 3
    n_dense: tuple[int, int] = (512, 128)
    dropout: float = 0.5
    max_epochs: int = 60
    optimizer: str = "adam"
    lr: float = 2e-5

    _model = R2GSTNN
    _axes = ("window channel feature",)
    _masks = True
