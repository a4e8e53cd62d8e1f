"""predict_table: what a model says over time, one row a window."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sklearn_eeg._fitted import reach
from sklearn_eeg._typing import Data
from sklearn_eeg.trials import Trials


def predict_table(estimator: Any, X: Data) -> pd.DataFrame:
    """Probability of each class over time.

    Parameters
    ----------
    estimator : classifier or Pipeline
        Fitted, with ``predict_proba``; with ``predict_proba_windows`` it answers for each window of
        a trial.
    X : Trials
        Such as those that :meth:`~sklearn_eeg.trials.Trials.from_raw` cuts from a recording.

    Returns
    -------
    DataFrame
        A row a window that is not missing, or a trial where the model reads trials as a whole:
        ``trial``, its number; ``onset``, where the window begins, in seconds as the column
        ``onset`` of the metadata counts them, or from its trial's start where there is no such
        column; and ``p(label)`` for each class.

    Raises
    ------
    TypeError
        ``X`` are no Trials, whose windows have no times.
    ValueError
        Windows are answered whose onsets are not known.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.classifiers import WindowedClassifier
    >>> from sklearn_eeg.features import DEExtractor
    >>> rng = np.random.default_rng(0)
    >>> y = np.tile(["calm", "tense"], 10)
    >>> signals = rng.normal(size=(20, 2, 800)) * np.where(y == "tense", 30, 5)[:, None, None]
    >>> trials = Trials(signals, sfreq=200, metadata={"onset": 4.0 * np.arange(20)})
    >>> model = make_pipeline(DEExtractor(window=2.0), WindowedClassifier()).fit(trials, y)
    >>> predict_table(model, trials).round(1).head(3)
       trial  onset  p(calm)  p(tense)
    0      0    0.0      1.0       0.0
    1      0    2.0      1.0       0.0
    2      1    4.0      0.0       1.0
    """
    if not isinstance(X, Trials):
        raise TypeError(
            f"predict_table: expected Trials, whose windows have times, got {type(X).__name__}; "
            f"make them by Trials.from_raw or Trials(array, sfreq=…)."
        )
    if not hasattr(estimator, "predict_proba"):
        raise TypeError(
            f"predict_table: expected a fitted classifier with probabilities, got {estimator!r}; "
            f"end the pipeline with one."
        )
    model, seen = reach(estimator, X)
    answers = ask(model, seen)
    trial = np.repeat(np.arange(len(X)), [len(rows) for rows in answers])
    onset = np.concatenate([onsets_of(seen, len(rows)) for rows in answers])
    if X.has("onset"):
        onset = onset + X.metadata["onset"].to_numpy(dtype=float)[trial]
    values = np.ma.concatenate(answers)
    table = pd.DataFrame({"trial": trial, "onset": onset})
    for place, label in enumerate(model.classes_):
        table[f"p({label})"] = values[:, place].filled(np.nan)
    return table[~np.ma.getmaskarray(values)[:, 0]].reset_index(drop=True)


def ask(model, X):
    """Probabilities of each trial, (n_windows, n_classes)."""
    if hasattr(model, "predict_proba_windows"):
        return model.predict_proba_windows(X)
    return model.predict_proba(X)[:, None]


def onsets_of(trials, n_windows):
    """Seconds from a trial's start to each of its windows; a trial read as a whole has one."""
    known = getattr(trials, "window_onsets", None)
    if n_windows == 1:
        return np.array([0.0 if known is None else known[0]])
    if known is None or trials.axes[0] != "window":
        raise ValueError(
            f"predict_table: expected to know when each of {n_windows} windows of a trial begins, "
            f"got no window_onsets; cut them by a step with window=, or name them in Trials."
        )
    return np.array(known[:n_windows])
