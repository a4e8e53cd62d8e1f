"""BDAE: one code of EEG and eye movements."""

from torch import nn

from sklearn_eeg.decomposition._two_views import TwoViews
from sklearn_eeg.nn.models._bdae import BDAENet


class BDAE(TwoViews):
    """Bimodal deep autoencoder: one code from which two views can be rebuilt.

    Takes features, (n_trials, n_features) or (n_trials, n_channels, n_bands), and beside them
    ``Trials(extra={"eye": array})`` with one row a trial; with an axis of windows more in both,
    windows are coded one by one. Boltzmann machines of each view and of both begin the training,
    which needs no labels. A window that lacks a view is not trained on, and comes out as NaN. A
    linear support vector machine follows, such as ``LinearSVC()``, in a
    :class:`~sklearn_eeg.classifiers.WindowedClassifier`.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_code) or (n_trials, n_windows, n_code), between 0 and 1.

    No source that we could read gives sizes or the recipe of the training: all defaults are ours;
    see :class:`~sklearn_eeg.nn.models.BDAENet`.

    References
    ----------
    Liu, Zheng & Lu (2016), Emotion recognition using multimodal deep learning, ICONIP.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg import Trials
    >>> rng = np.random.default_rng(0)
    >>> trials = Trials(
    ...     rng.normal(size=(20, 5, 4, 3)),
    ...     axes=["window", "channel", "band"],
    ...     extra={"eye": rng.normal(size=(20, 5, 6))},
    ... )
    >>> BDAE(sizes=(8, 4, 3), random_state=0).fit_transform(trials).shape
    (20, 5, 3)
    """

    sizes: tuple[int, int, int] = (200, 150, 100)
    rbm_epochs: int = 10
    rbm_lr: float = 0.005
    max_epochs: int = 30
    batch_size: int = 100
    optimizer: str = "adam"

    _model = BDAENet

    def _criterion(self, target, weight):
        return ReconstructionLoss(self.views_[0])

    def _represent(self, instances):
        return self._infer(instances, self.module_.encode)

    def _names_out(self, names):
        return [f"bdae{index}" for index in range(self.sizes[-1])]


class ReconstructionLoss(nn.Module):
    """Mean squared error of each of two views, both added."""

    def __init__(self, n_first):
        super().__init__()
        self.n_first = n_first

    def forward(self, errors, target, weight=None):
        views = errors.tensor_split([self.n_first], 1)
        return sum(view.square().mean() for view in views)
