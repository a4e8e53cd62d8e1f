"""DCCA: EEG and eye movements, mapped to where they correlate."""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg import _validation as v
from sklearn_eeg._engine.limits import check_number
from sklearn_eeg._engine.sampling import even_sizes
from sklearn_eeg._engine.targets import encode_labels
from sklearn_eeg.decomposition._two_views import TwoViews
from sklearn_eeg.nn.canonical import canonical_correlations
from sklearn_eeg.nn.models._dcca import DCCANet

if TYPE_CHECKING:
    import numpy as np


class DCCA(TwoViews):
    """Deep canonical correlation analysis of two views, fused into one vector of features.

    Takes features, (n_trials, n_features) or (n_trials, n_channels, n_bands), and beside them
    ``Trials(extra={"eye": array})`` with one row a trial; with an axis of windows more in both,
    windows are mapped one by one. Each view has a network of its own; both are trained so that
    their outputs correlate, and then projected to canonical variates. A window that lacks a view is
    not trained on, and comes out as NaN. A linear support vector machine follows, such as
    ``LinearSVC(C=100)``, in a :class:`~sklearn_eeg.classifiers.WindowedClassifier`.

    Parameters
    ----------
    cca_weight : float, default=0.7
        What the correlations are multiplied by where ``fusion="attention"`` adds them to the
        cross-entropy of the labels, which ``fit`` then needs.

    Attributes
    ----------
    correlations_ : ndarray of shape (n_components,)
        Of the canonical variates in the training data; the share that is chance grows with the
        number of components and falls with that of instances.
    classes_ : ndarray of shape (n_classes,)
        Only with ``fusion="attention"``.

    Notes
    -----
    Returns of ``transform``:

    (n_trials, n_components) or (n_trials, n_windows, n_components), twice as many if concatenated.

    The defaults are those of the published code; :class:`~sklearn_eeg.nn.models.DCCANet` says what
    its source left open. Its L2 penalty of 1e-7 on the weights is ``weight_decay=2e-7`` here, on
    biases too, and its optimizer, Keras's, forgets sooner than torch's of the same name. Batches
    must have many more rows than there are components: of 20 components of each view, 40 rows or
    fewer always have a pair that correlates fully.

    References
    ----------
    Liu, Qiu, Zheng & Lu (2022), Comparing recognition performance and robustness of multimodal deep
    learning models for multimodal emotion recognition, IEEE TCDS 14(2).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_eeg import Trials
    >>> rng = np.random.default_rng(0)
    >>> common = rng.normal(size=(200, 1))
    >>> eye = common + rng.normal(size=(200, 4))
    >>> trials = Trials(common + rng.normal(size=(200, 6)), axes=["feature"], extra={"eye": eye})
    >>> dcca = DCCA(sizes=(8, 2), random_state=0).fit(trials)
    >>> dcca.transform(trials).shape, bool(dcca.correlations_[0] > 0.7)
    ((200, 2), True)
    """

    sizes: Sequence = (389, 218, 115, 20)
    fusion: str = "weighted_sum"
    weight: float = 0.5
    ridge: float = 1e-5
    cca_weight: float = 0.7
    max_epochs: int = 10
    batch_size: int = 100
    optimizer: str = "rmsprop"
    weight_decay: float = 2e-7

    _model = DCCANet

    @property
    def correlations_(self) -> "np.ndarray":
        """Canonical correlations in the training data."""
        return self.module_.get_buffer("correlations").cpu().numpy()

    def _check_settings(self):
        super()._check_settings()
        v.check_choice("fusion", self.fusion, FUSIONS)
        if isinstance(self.sizes, str) or not isinstance(self.sizes, Sequence) or not self.sizes:
            raise ValueError(f"expected sizes as a list of numbers of units, got {self.sizes!r}.")
        for size in self.sizes:
            check_number("each of sizes", True, size)
        if self.weight > 1:
            raise ValueError(f"expected weight to be between 0 and 1, got {self.weight!r}.")
        if self.ridge == 0:
            raise ValueError("expected ridge to be above 0, got 0.")

    def _read_target(self, y, weight):
        if self.fusion != "attention":
            return super()._read_target(y, weight)
        self.classes_, codes = encode_labels(y, len(weight))
        if len(self.classes_) < 2:
            raise ValueError("expected trials of at least two classes, got one class.")
        return codes

    def _strata(self, target):
        return target.argmax(axis=1) if target.ndim == 2 else target

    @property
    def _n_outputs(self):
        return len(self.classes_) if self.fusion == "attention" else None

    def _criterion(self, target, weight):
        n_instances, k = int(weight.sum()), self.sizes[-1]
        n_rows = even_sizes(n_instances, self.batch_size)[-1]
        if n_rows <= 2 * k:
            warnings.warn(
                f"{type(self).__name__}: expected batches of many more instances than 2 x {k} "
                f"components, got {n_rows}, which correlate whatever the networks do; raise "
                f"batch_size, or have fewer components.",
                UserWarning,
                stacklevel=5,
            )
        return CanonicalLoss(k, self.ridge, self.cca_weight)

    def _represent(self, instances):
        return self._infer(instances, self.module_.fuse)

    def _names_out(self, names):
        n_components = self.sizes[-1] * (2 if self.fusion == "concatenate" else 1)
        return [f"dcca{index}" for index in range(n_components)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = self.fusion == "attention"
        return tags


FUSIONS = ("weighted_sum", "concatenate", "attention")


class CanonicalLoss(nn.Module):
    """Minus the sum of canonical correlations of components; a share of it where logits follow."""

    def __init__(self, n_components, ridge, share):
        super().__init__()
        self.n_components, self.ridge, self.share = n_components, ridge, share

    def forward(self, output, target, weight=None):
        k = self.n_components
        first, second, logits = output.tensor_split([k, 2 * k], 1)
        try:
            loss = -canonical_correlations(first, second, self.ridge).sum()
        except torch.linalg.LinAlgError as error:
            raise FloatingPointError(
                f"training diverged: expected finite components, got {error}; lower lr, or raise "
                f"ridge."
            ) from error
        return F.cross_entropy(logits, target) + self.share * loss if logits.shape[1] else loss
