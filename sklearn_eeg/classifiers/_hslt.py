"""HSLTClassifier: transformers over the electrodes of a region, and over regions."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import HSLT


class HSLTClassifier(NeuralClassifier):
    """Hierarchical spatial learning transformer, on the band features of a window.

    Takes (n_trials, n_channels, n_bands) of named electrodes, with windows (n_trials, n_windows,
    n_channels, n_bands), which train one by one and whose answers are averaged. 2-D input is one
    electrode.

    It is the nearest published relative of R2G-STLT, whose layers are not to be had, and not that
    network.

    Notes
    -----
    The defaults are the public recipe for SEED; :class:`~sklearn_eeg.nn.models.HSLT` says
    what its source left open.

    References
    ----------
    Wang, Wang, Hu, Yin & Song (2022), Transformers for EEG-based emotion recognition: a
    hierarchical spatial information learning model, IEEE Sensors Journal 22(5),
    https://doi.org/10.1109/JSEN.2022.3144317

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 4, 5)) + (y == "tense")[:, None, None]
    >>> X = Trials(X, axes=("channel", "band"), ch_names=["F3", "F4", "P3", "P4"])
    >>> model = HSLTClassifier(max_epochs=20, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    n_units: tuple[int, int] = (8, 16)
    n_blocks: tuple[int, int] = (2, 2)
    n_inner: int = 64
    n_heads: int = 16
    dropout: tuple[float, float] = (0.4, 0.1)
    batch_size: int = 512
    optimizer: str = "adam"
    lr: float = 5e-3
    weight_decay: float = 1e-4
    lr_schedule: str | None = "cosine"

    _model = HSLT
    _axes = ("channel feature",)
