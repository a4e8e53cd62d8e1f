"""ResAttentioNetClassifier: sequences of band features, attention over time."""

from math import prod

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._axes import read_axes
from sklearn_eeg._engine.isolation import isolated
from sklearn_eeg._engine.losses import ClassificationLoss
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.nn.models import ResAttentioNet


class ResAttentioNetClassifier(NeuralClassifier):
    """Residual encoder in time and attention pooling, over sequences of band features.

    Takes (n_trials, n_windows, n_channels, n_bands), or (n_trials, n_windows, n_features), or a
    sequence of windows of any other shape, which is flattened; 2-D input is one window a trial.
    Sequences of different length come as a list, or padded with NaN: missing windows are masked in
    every layer. A lone NaN counts as zero, the mean of scaled features.

    Notes
    -----
    The defaults are the published recipe; :class:`~sklearn_eeg.nn.models.ResAttentioNet` says
    what its source left open.

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

    _model = ResAttentioNet
    _axes = ("window channel feature", "window feature", "window feature row column")
    _masks = True

    def attention_weights(self, X):
        """Weight of each step of the encoder in the pooled vector, for each trial and head.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials, n_heads, n_steps)
            Sums to one over the steps. Step ``i`` stands for windows ``32 * i`` to
            ``32 * i + 31``; a step without a window has weight zero.
        """
        check_is_fitted(self, "net_")
        return self._outputs(X, self.module_.attention_weights)[0]

    @classmethod
    def load_published(cls, path, *, classes=None, shape=None, **settings):
        """Classifier with the weights of a published checkpoint; nothing in the file is executed.

        Parameters
        ----------
        path : path
            A state dict written by :func:`torch.save`, or a mapping that has one. Its tensors are
            taken by position.
        classes : array-like, default=None
            Labels in the order of the outputs; ``None``: 0, 1, …
        shape : tuple of int, default=None
            Shape of a window, such as (62, 5); ``None``: flat features.
        **settings
            Arguments of the classifier; ``n_heads`` cannot be read off the file.

        Returns
        -------
        ResAttentioNetClassifier
            It predicts; with ``Runtime(warm_start=True)``, ``fit`` goes on from these weights.

        Raises
        ------
        ValueError
            The tensors are not those of this architecture.
        """
        name = cls.__name__
        weights = _find_weights(torch.load(path, map_location="cpu", weights_only=True), name)
        width, n_features, _ = weights[0].shape
        n_classes = len(weights[-1])
        model = cls(base_width=width, **settings)
        model.classes_ = np.arange(n_classes) if classes is None else np.asarray(classes)
        shape = (n_features,) if shape is None else tuple(shape)
        if prod(shape) != n_features or len(model.classes_) != n_classes:
            raise ValueError(
                f"{name}: expected {n_features} features and {n_classes} classes as in the file, "
                f"got shape={shape} and {len(model.classes_)} classes."
            )
        model.layout_, model.n_features_in_ = (None, *shape), n_features
        model.sfreq_ = model.ch_names_ = model.features_in_ = None
        model.axes_ = read_axes(cls._axes, 1 + len(shape))
        device = model._find_device()
        with isolated(model._runtime.n_threads, device, 0):
            criterion = ClassificationLoss("cross_entropy", None, model.label_smoothing)
            model.net_ = model._make_net(model.axes_, (1, *shape), criterion, device)
        own = model.module_.state_dict()
        found, expected = [tuple(w.shape) for w in weights], [tuple(w.shape) for w in own.values()]
        if found != expected:
            raise ValueError(
                f"{name}: expected the {len(expected)} tensors of a ResAttentioNet of width "
                f"{width}, got {len(found)} of other shapes or in another order."
            )
        model.module_.load_state_dict(dict(zip(own, weights, strict=True)))
        return model


def _find_weights(content, name):
    """Tensors of the state dict in what a file holds, in order."""
    candidates = [content, *content.values()] if isinstance(content, dict) else []
    for candidate in candidates:
        if not isinstance(candidate, dict) or not candidate:
            continue
        weights = list(candidate.values())
        if all(isinstance(weight, torch.Tensor) for weight in weights) and weights[0].ndim == 3:
            return weights
    raise ValueError(
        f"{name}: expected a file with the state dict of a ResAttentioNet, got "
        f"{type(content).__name__} without one."
    )
