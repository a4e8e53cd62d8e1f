"""RGNNClassifier: band features on a graph that starts from where the electrodes are."""

from typing import Literal

import numpy as np
import torch

from sklearn_eeg.classifiers._emotion_dl import spread_emotions
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import RGNN


class RGNNClassifier(NeuralClassifier):
    """Regularised graph network over the band features of a window.

    Takes (n_trials, n_channels, n_bands), with windows (n_trials, n_windows, n_channels, n_bands),
    of which each is an instance, as Trials with the names of the electrodes. 2-D input is one
    channel. Give ``fit`` an ``X_target`` to adapt to another domain (NodeDAT).

    Parameters
    ----------
    emotion_noise : float, default=0.1
        EmotionDL: how far labels are spread over the emotions that are taken for them. It knows the
        labels of SEED (negative, neutral, positive; -1, 0, 1; 0, 1, 2) and of SEED-IV (neutral,
        sad, fear, happy; 0, 1, 2, 3) and leaves others as they are. 0: as they are. A
        ``label_smoothing`` of your own takes its place.

    Notes
    -----
    2,662 parameters for 62 channels, 5 bands and 3 classes; 130 of them tell domains apart and
    learn nothing without an ``X_target``. The recipe of training is LibEER's;
    :class:`~sklearn_eeg.nn.models.RGNN` says what its source left open.

    References
    ----------
    Zhong, Wang & Miao (2022), EEG-based emotion recognition using regularized graph neural
    networks, IEEE Transactions on Affective Computing 13(3), 10.1109/TAFFC.2020.2994159.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg.montage import TEN_TWENTY_19
    >>> from sklearn_eeg.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["negative", "positive"], 20)
    >>> X = rng.normal(size=(40, 19, 5)) + (y == "positive")[:, None, None]
    >>> trials = Trials(X, ch_names=TEN_TWENTY_19)
    >>> model = RGNNClassifier(max_epochs=10, random_state=0).fit(trials, y)
    >>> model.predict(trials[[0, -1]])
    array(['negative', 'positive'], dtype='<U8')
    """

    variant: Literal["paper"] = "paper"
    global_links: bool = True
    node_dat: bool = True
    emotion_noise: float = 0.1
    dropout: float = 0.7
    optimizer: str = "adam"
    lr: float = 2e-3
    weight_decay: float = 1e-4
    batch_size: int = 16
    max_epochs: int = 80

    _model = RGNN
    _axes = ("channel feature",)

    def _smoothing(self):
        if np.ndim(self.label_smoothing) or self.label_smoothing:
            return super()._smoothing()
        table = spread_emotions(self.classes_, self.emotion_noise)
        return 0.0 if table is None else torch.as_tensor(table)

    @property
    def _uses_target(self):
        return super()._uses_target and (self.node_dat or self.alignment is not None)

    def _objective(self, has_target):
        if has_target and not self.node_dat and self.alignment is None:
            raise ValueError(
                "expected node_dat=True or an alignment where X_target is given, got neither, "
                "which would leave X_target unused; set one of them, or leave X_target out."
            )
        return super()._objective(has_target)
