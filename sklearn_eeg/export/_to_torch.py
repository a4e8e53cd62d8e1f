"""A fitted pipeline as one torch module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import is_classifier, is_regressor
from sklearn.utils.validation import check_is_fitted

from sklearn_eeg._modules import chain_modules
from sklearn_eeg._speaker import speaking
from sklearn_eeg._twins import real_steps

if TYPE_CHECKING:
    import torch


def to_torch(pipeline: Any, shape: tuple[int, ...]) -> torch.nn.Sequential:
    """Make a fitted pipeline one torch module: from trials to what it says of them.

    A gradient passes it down to the signal.

    Parameters
    ----------
    pipeline : fitted Pipeline, classifier, regressor, transformer or search
        Of a search, its best estimator.
    shape : tuple of int
        Of one trial that comes in; time and windows have this length from then on.

    Returns
    -------
    torch.nn.Sequential
        One module a step: tensors (batch, ...) in single precision, to probabilities (batch,
        class), of a regressor to values, or to what ``transform`` gives. NaN is missing, as
        everywhere; an answer is NaN where ``predict_proba`` refuses the trial.

    Raises
    ------
    ValueError
        A step has no module; the sentence names it, and what to do.

    Examples
    --------
    >>> import numpy as np, torch
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.classifiers import WindowedClassifier
    >>> from sklearn_eeg.features import DEExtractor
    >>> X, y = np.random.default_rng(0).standard_normal((6, 4, 800)), [0, 1] * 3
    >>> model = make_pipeline(DEExtractor(window=1.0, sfreq=200), WindowedClassifier()).fit(X, y)
    >>> module = to_torch(model, (4, 800))
    >>> answers = module(torch.tensor(X, dtype=torch.float32)).numpy()
    >>> bool(abs(answers - model.predict_proba(X)).max() < 1e-5)
    True
    """
    with speaking("to_torch"):
        return make_module(steps_of(pipeline), tuple(shape))


def make_module(steps, shape):
    """Module of steps in a row, for trials of a shape; it learns nothing."""
    return chain_modules(steps, shape).eval()


def steps_of(pipeline):
    """Fitted steps of a pipeline, a search's best pipeline, or one estimator."""
    pipeline = getattr(pipeline, "best_estimator_", pipeline)
    check_is_fitted(pipeline)
    return real_steps(pipeline) if hasattr(pipeline, "steps") else [pipeline]


def check_answers(steps):
    """Refuse steps of which the last gives neither classes nor values."""
    if not (is_classifier(steps[-1]) or is_regressor(steps[-1])):
        raise TypeError(
            f"expected a pipeline that ends in a classifier or a regressor, got "
            f"{type(steps[-1]).__name__} at its end."
        )
