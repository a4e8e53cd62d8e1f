"""DAEEGViTClassifier: band features of a window as tokens of a small vision transformer."""

from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import DAEEGViT


class DAEEGViTClassifier(NeuralClassifier):
    """Vision transformer with convolutions across tokens, on band features.

    Takes (n_trials, n_channels, n_bands), with windows (n_trials, n_windows, n_channels, n_bands).
    2-D input is one channel. With ``X_target`` in ``fit`` and an ``alignment``, the features of
    both domains, the class token's, are drawn together.

    Notes
    -----
    The source tells neither how it trains nor how it adapts to a domain; both are ours.
    :class:`~sklearn_eeg.nn.models.DAEEGViT` says what else it left open.

    References
    ----------
    Ouyang et al. (2025), DAEEGViT: a domain adaptive vision transformer framework for EEG
    cognitive state identification, https://doi.org/10.1016/j.bspc.2024.107019

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["calm", "tense"], 16)
    >>> X = rng.normal(size=(32, 8, 5)) + (y == "tense")[:, None, None]
    >>> model = DAEEGViTClassifier(max_epochs=10, lr=1e-2, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]])
    array(['calm', 'tense'], dtype='<U5')
    """

    patch_size: int = 31
    n_hidden: int = 20
    n_heads: int = 4
    n_blocks: int = 4

    _model = DAEEGViT
    _axes = ("channel feature",)
