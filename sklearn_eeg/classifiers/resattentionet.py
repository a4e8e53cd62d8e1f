"""ResAttentioNetClassifier: sequences of band features, attention over time."""

from dataclasses import dataclass
from math import prod

from sklearn_eeg.classifiers.neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import ResAttentioNet


@dataclass(kw_only=True, eq=False, repr=False)
class ResAttentioNetClassifier(NeuralClassifier):
    """Residual encoder in time and attention pooling, over sequences of band features.

    Takes (n_trials, n_windows, n_channels, n_bands), or (n_trials, n_windows, n_features), or a
    sequence of windows of any other shape, which is flattened; 2-D input is one window a trial.
    Sequences of different length come as a list, or padded with NaN: missing windows are masked in
    every layer. A lone NaN counts as zero, the mean of scaled features.

    Parameters
    ----------
    base_width : int, default=16
        Channels after the stem; attention sees eight times as many.
    n_heads : int, default=2
    dropout : float, default=0.5
    max_epochs, batch_size, lr, weight_decay, lr_schedule, label_smoothing, class_weight
        The published recipe: 100 epochs of batches of 32, AdamW at 5e-5 with weight decay 1e-4,
        halved on plateaus, labels smoothed by 0.1, classes balanced.
    **settings
        All others as in :class:`NeuralClassifier`.

    Notes
    -----
    359,811 parameters for 310 features and 3 classes.

    =====================================  ======================================================
    Left open by the source                Our decision
    =====================================  ======================================================
    Learning rate: 5e-5, 1e-4 or 1e-3      5e-5, as in the call that made the published results
    Which epoch: last, or best on subjects The last; ``validation=0.15, patience=10`` for the best
    Least learning rate: 1e-6 or 1e-7      1e-6
    Trials padded with zeros               NaN, masked; zeros tell the network a clip's length
    =====================================  ======================================================

    References
    ----------
    He et al. (2016), Deep residual learning for image recognition, CVPR.
    Vaswani et al. (2017), Attention is all you need, NeurIPS.
    Architecture, recipe and weights: https://github.com/sap03-ray/ResAttentioNet

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 10)
    >>> X = rng.normal(size=(20, 8, 4, 5)) + (y == "tense")[:, None, None, None]
    >>> model = ResAttentioNetClassifier(lr=1e-2, max_epochs=20, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    base_width: int = 16
    n_heads: int = 2
    dropout: float = 0.5
    lr: float = 5e-5
    weight_decay: float = 1e-4
    lr_schedule: str | None = "plateau"
    label_smoothing: float = 0.1
    class_weight: dict | str | None = "balanced"

    _instance_ranks = (1, 2, 3, 4)
    _sequence = True
    _masks = True

    def _open(self, X, reset):
        signals = super()._open(X, reset)
        if signals.ndim == 3 and signals.ch_names is not None and signals.bands is None:
            raise ValueError(
                f"{type(self).__name__}: expected windows of features, (trial, window, channel, "
                f"band), got signals, (trial, channel, time); put a DEExtractor(window=...) before."
            )
        return signals

    def _arrange(self, shape):
        return (1, *shape) if len(shape) == 1 else (shape[0], prod(shape[1:]))

    def _module(self, shape, n_outputs):
        return ResAttentioNet(shape[-1], n_outputs, self.base_width, self.n_heads, self.dropout)
