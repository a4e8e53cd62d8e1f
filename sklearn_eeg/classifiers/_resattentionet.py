"""ResAttentioNetClassifier: sequences of band features, attention over time."""

import warnings
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._engine.published import adopt, load_weights
from sklearn_eeg._engine.short_sequences import ShortSequences
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data, PathLike
from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier
from sklearn_eeg.exceptions import SingleStepWarning
from sklearn_eeg.nn.models import ResAttentioNet


class ResAttentioNetClassifier(ShortSequences, NeuralClassifier):
    """Residual encoder in time and attention pooling, over sequences of band features.

    Takes (n_trials, n_windows, n_channels, n_bands), or (n_trials, n_windows, n_features), or a
    sequence of windows of any other shape, which is flattened; 2-D input is one window a trial.
    Sequences of different length come as a list, or padded with NaN: missing windows are masked in
    every layer. A lone NaN counts as zero, the mean of scaled features.

    Attention chooses between steps of 32 windows, and of a trial that has no more there is one. On
    few trials, short sequences of them (``sequence_length=8``), whose probabilities are averaged,
    train better than trials as a whole.

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
    # Windows that a step of the encoder, and so a weight of attention, stands for.
    _windows_a_step = 32

    def attention_weights(self, X: Data) -> np.ndarray:
        """Weight of each step of the encoder in the pooled vector, for each trial and head.

        Parameters
        ----------
        X : array, list of arrays or Trials
            Of the shape seen in ``fit``.

        Returns
        -------
        ndarray of shape (n_trials, n_heads, n_steps)
            Sums to one over the steps. Step ``i`` stands for windows ``32 * i`` to
            ``32 * i + 31``; a step without a window has weight zero. Of trials of up to 32 windows
            there is one step, and a warning says that its weight tells nothing.
        """
        check_is_fitted(self, "net_")
        weights = self._outputs(X, self.module_.attention_weights)[0]
        if weights.shape[-1] == 1:
            warnings.warn(
                f"{type(self).__name__}: expected trials of more than 32 windows, of which the "
                f"encoder makes steps to attend to, got one step a trial, whose weight is 1.",
                SingleStepWarning,
                stacklevel=2,
            )
        return weights

    @classmethod
    def load_published(
        cls,
        path: PathLike,
        *,
        classes: ArrayLike | None = None,
        shape: tuple[int, ...] | None = None,
        **settings: Any,
    ) -> "ResAttentioNetClassifier":
        """Classifier with the weights of a published checkpoint; nothing in the file is executed.

        Parameters
        ----------
        path : path
            A whole module or a state dict as :func:`torch.save` writes them, or a mapping that has
            one, or safetensors. Tensors are taken by position.
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
            The tensors are not those of this architecture, or the file holds something else.
        """
        with speaking(cls.__name__):
            weights = load_weights(path)
            width, n_features, _ = weights[0].shape
            model = cls(base_width=width, **settings)
            model.classes_ = np.arange(len(weights[-1])) if classes is None else np.asarray(classes)
            shape = (n_features,) if shape is None else tuple(shape)
            if prod(shape) != n_features or len(model.classes_) != len(weights[-1]):
                raise ValueError(
                    f"expected {n_features} features and {len(weights[-1])} classes as "
                    f"in the file, got shape={shape} and {len(model.classes_)} classes."
                )
            return adopt(model, (1, *shape), weights)
