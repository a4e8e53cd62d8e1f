"""Predictions that a display is made from: of a fitted classifier, or of each fold's."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import _safe_indexing

from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import Data


class FromPredictions:
    """What a display that has ``from_predictions(y_true, y_pred, …)`` can be made from too."""

    @classmethod
    def from_estimator(cls, estimator: Any, X: Data, y: ArrayLike, **settings: Any) -> Self:
        """Plot what a fitted classifier makes of trials.

        Parameters
        ----------
        estimator : fitted classifier or Pipeline
        X : Trials, array or list
            Of subjects that it was not fitted on.
        y : array-like of shape (n_trials,), or votes
            True labels.
        **settings
            As of :meth:`from_predictions`.

        Returns
        -------
        The display.
        """
        return cls.from_predictions(y, estimator.predict(X), **settings)

    @classmethod
    def from_cv_results(
        cls, cv_results: dict[str, Any], X: Data, y: ArrayLike, **settings: Any
    ) -> Self:
        """Plot what each classifier of a cross-validation makes of the trials it was tested on.

        Parameters
        ----------
        cv_results : dict
            Of :func:`sklearn.model_selection.cross_validate` with ``return_estimator=True`` and
            ``return_indices=True``.
        X : Trials, array or list
            What was cross-validated.
        y : array-like of shape (n_trials,), or votes
            True labels.
        **settings
            As of :meth:`from_predictions`.

        Returns
        -------
        The display.

        Raises
        ------
        ValueError
            The results have no estimators or no indices, or are of other trials.
        """
        with speaking(cls.__name__):
            rows, predicted = ask_folds(cv_results, X, lambda model, part: model.predict(part))
        return cls.from_predictions(_safe_indexing(y, rows), predicted, **settings)


def ask_folds(cv_results, X, ask):
    """Ask each fold's classifier about its own test trials.

    Parameters
    ----------
    cv_results : dict
    X : Trials, array or list
    ask : callable
        (model, trials) -> ndarray of a row a trial.

    Returns
    -------
    rows : ndarray of int of shape (n_tested,)
        Number of each tested trial.
    answers : ndarray of shape (n_tested, ...)
    """
    lacking = [key for key in ("estimator", "indices") if key not in cv_results]
    if lacking:
        raise ValueError(
            f"expected results with the estimator and the indices of each fold, got none of "
            f"{' and '.join(lacking)}; call cross_validate with return_estimator=True and "
            f"return_indices=True."
        )
    tests = cv_results["indices"]["test"]
    reached = max(max(rows) for rows in tests) + 1
    if reached > len(X):
        raise ValueError(
            f"expected the trials that were cross-validated, at least {reached}, got {len(X)}."
        )
    answers = [
        ask(model, _safe_indexing(X, rows))
        for model, rows in zip(cv_results["estimator"], tests, strict=True)
    ]
    return np.concatenate(tests), np.concatenate(answers)
