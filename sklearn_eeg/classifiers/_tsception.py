"""TSceptionClassifier: kernels of several lengths in time, of head and hemisphere in space."""

from sklearn_eeg import _validation as v
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import TSception
from sklearn_eeg.nn.models._tsception import least_times


class TSceptionClassifier(NeuralClassifier):
    """Kernels of three lengths in time, then of the whole head and of a hemisphere in space.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times), filtered and scaled. Electrodes are found by the names that Trials carry, and used
    where both of a pair across the midline are there. The rate sets the lengths of kernels; arrays,
    which carry none, need ``sfreq``. Signals that are too short for them, of less than about 0.55
    seconds, are padded with zeros. 2-D input is one channel, which needs no name.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.TSception` says what its
    source left open.

    References
    ----------
    Ding et al. (2023), TSception: capturing temporal dynamics and spatial asymmetry from EEG for
    emotion recognition, IEEE TAFFC 14(3), https://doi.org/10.1109/TAFFC.2022.3169001

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 16)
    >>> X = rng.normal(size=(32, 4, 128)) * (1 + 2 * y[:, None, None])
    >>> trials = Trials(X, sfreq=128, ch_names=["F3", "F4", "P3", "P4"])
    >>> model = TSceptionClassifier(max_epochs=20, batch_size=8, random_state=0).fit(trials, y)
    >>> model.predict(trials[[0, -1]])
    array([0, 1])
    """

    sfreq: float | None = None
    n_temporal: int = 15
    n_spatial: int = 15
    windows: tuple[float, float, float] = (0.5, 0.25, 0.125)
    dropout: float = 0.5
    max_epochs: int = 500
    batch_size: int = 64
    optimizer: str = "adam"

    _model = TSception

    @property
    def _least(self):
        v.require_sfreq(self.sfreq_)
        return {"time": least_times(self.sfreq_, self.windows)}
