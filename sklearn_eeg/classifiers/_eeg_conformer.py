"""EEGConformerClassifier: windows of signals, convolved to tokens of a transformer."""

from collections.abc import Callable, Sequence
from functools import partial

import torch

from sklearn_eeg.augmentation import SegmentRecombination
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import EEGConformer


class EEGConformerClassifier(NeuralClassifier):
    """Convolutional transformer on signals.

    Takes signals, (n_trials, n_channels, n_times), with windows (n_trials, n_windows, n_channels,
    n_times); published for windows of 1 s at 200 Hz, scaled by mean and standard deviation. Zeros
    lengthen windows that are too short for ``lengths``. 2-D input is one channel.

    Notes
    -----
    The defaults are the published recipe, with half of each batch put together from pieces of its
    trials; :class:`~sklearn_eeg.nn.models.EEGConformer` says what its source left open.

    References
    ----------
    Song et al. (2023), EEG Conformer: convolutional transformer for EEG decoding and
    visualization, IEEE TNSRE 31, https://doi.org/10.1109/TNSRE.2022.3230250

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 16)
    >>> X = rng.normal(size=(32, 8, 200)) * (1 + 3 * y[:, None, None])
    >>> model = EEGConformerClassifier(n_blocks=2, max_epochs=10, lr=1e-3, random_state=0)
    >>> model.fit(X, y).predict(X[[0, -1]])
    array([0, 1])
    """

    lengths: tuple[int, int, int] = (25, 75, 15)
    n_blocks: int = 6
    n_heads: int = 10
    dropout: float = 0.5
    head_dropout: float = 0.3
    max_epochs: int = 600
    batch_size: int = 200
    optimizer: str | Callable = partial(torch.optim.Adam, betas=(0.5, 0.999))
    lr: float = 2e-4
    augmentation: Callable | Sequence | None = SegmentRecombination(n_segments=8)

    _model = EEGConformer

    @property
    def _least(self):
        return {"time": self.lengths[0] + self.lengths[1] - 1}
