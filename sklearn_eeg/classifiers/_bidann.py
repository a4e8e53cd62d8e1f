"""BiDANNClassifier: an LSTM for each hemisphere, features that forget the domain."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import BiDANN


class BiDANNClassifier(NeuralClassifier):
    """Bi-hemisphere domain adversarial network, over short sequences of band features.

    Takes (n_trials, n_windows, n_channels, n_bands) of named electrodes, nine windows in the
    published recipe: a :class:`~sklearn_eeg.preprocessing.SequenceCutter` makes them of longer
    trials, and answers for the sequences of a trial are averaged. Sequences of different length
    come as a list, or padded with NaN; missing windows are passed over, other NaN count as zero.
    2-D input is one window of one electrode.

    With ``X_target``, unlabelled trials of who is to be predicted, it adapts: three discriminators
    make the features of both hemispheres alike in both domains. Without, it is trained on its
    labels alone.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.BiDANN` says
    what its source left open.

    References
    ----------
    Li, Zheng, Zong, Cui, Zhang & Zhou (2021), A bi-hemisphere domain adversarial neural network
    model for EEG emotion recognition, IEEE Transactions on Affective Computing 12(2),
    https://doi.org/10.1109/TAFFC.2018.2885474

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Trials, Unlabelled
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 10)
    >>> X = rng.normal(size=(20, 9, 4, 5)) + (y == "tense")[:, None, None, None]
    >>> X = Trials(X, axes=("window", "channel", "band"), ch_names=["F3", "F4", "P3", "P4"])
    >>> model = BiDANNClassifier(n_hidden=8, lr=1e-2, max_epochs=10, random_state=0)
    >>> model.fit(X, y, X_target=Unlabelled(X)).predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_hidden: int = 128
    n_steps: int = 8
    n_local: tuple[int, int] = (256, 64)
    dropout: float = 0.3
    reversal: float = 0.5
    max_epochs: int = 80
    batch_size: int = 16
    optimizer: str = "adam"
    lr: float = 4e-5
    weight_decay: float = 5e-5

    _model = BiDANN
    _axes = ("window channel feature",)
    _masks = True
