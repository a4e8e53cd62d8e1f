"""BandPowerNetClassifier: signals to log power to a line that may bend."""

from sklearn_eeg._engine.sampling import one_domain
from sklearn_eeg._validation import require_sfreq
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import BandPowerNet


class BandPowerNetClassifier(NeuralClassifier):
    """Power of learnt mixtures of electrodes in bands, scaled within each person.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times). Their rate says where the bands are; arrays, which carry none, need ``sfreq``. Signals
    shorter than a second are padded with zeros. 2-D input is one channel.

    Give Trials that know their subjects: each batch is of one subject, whose log power it is scaled
    by. Without them all count as one's.

    Parameters
    ----------
    transductive : bool, default=False
        Whether to scale a new person by their own trials, unlabelled, all of those in the call. A
        result obtained so holds where a person's recording is there as a whole before the first
        prediction, and a report must say so. ``False``: by what the subjects of the training had on
        the average.

    Notes
    -----
    The recipe is ours; :class:`~sklearn_eeg.nn.models.BandPowerNet` says what its source left open.
    Validation, with ``validation=``, is not transductive.

    References
    ----------
    Ang et al. (2008), Filter bank common spatial pattern (FBCSP) in brain-computer interface,
    IJCNN, https://doi.org/10.1109/IJCNN.2008.4634130

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 16)
    >>> X = rng.normal(size=(32, 4, 200)) * np.where(y == "tense", 2, 1)[:, None, None]
    >>> model = BandPowerNetClassifier(sfreq=128, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    sfreq: float | None = None
    bands: str | dict = "seed"
    n_filters: int = 8
    dropout: float = 0.5
    transductive: bool = False
    max_epochs: int = 30
    batch_size: int = 64
    lr: float = 3e-3
    weight_decay: float = 0.01
    lr_schedule: str | None = "cosine"
    warmup: float = 3.0

    _model = BandPowerNet
    _sampler = staticmethod(one_domain)

    @property
    def _least(self):
        require_sfreq(self.sfreq_)
        return {"time": round(self.sfreq_)}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # Power has no sign, on which scikit-learn's clouds of points turn.
        tags.classifier_tags.poor_score = True
        return tags
