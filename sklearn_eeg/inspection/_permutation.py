"""What a score loses when some inputs are exchanged between trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import is_regressor
from sklearn.metrics import get_scorer
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_random_state

from sklearn_eeg._axes import OUTER
from sklearn_eeg._constraints import Number
from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import rows_of, subjects_of
from sklearn_eeg._typing import Data, RandomState
from sklearn_eeg.inspection._attribution import Attribution, feature_axis
from sklearn_eeg.inspection._bands import BandSplit
from sklearn_eeg.inspection._model_view import ModelView
from sklearn_eeg.inspection._view import as_trials, take_apart
from sklearn_eeg.montage import LOBES, lobe
from sklearn_eeg.trials import Trials

WORDS = ("channel", "band", "region", "channel band", "region band")


def permutation_importance(
    estimator: Any,
    X: Data,
    y: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    by: str | Mapping[str, Sequence[str]] = "channel",
    bands: str | Mapping[str, tuple[float, float]] | None = None,
    n_repeats: int = 10,
    scoring: Any = None,
    random_state: RandomState = None,
) -> Attribution:
    """How far a score falls when a group of inputs is exchanged, subject by subject.

    The windows of a subject, or the trials where there are no windows, exchange what a group of
    inputs holds, all of it together; all else stays. So a group tells nothing any more, and keeps
    the values that it has in this person. For any pipeline, fitted on others: the score of people
    that a model has learnt from says what it remembers.

    Parameters
    ----------
    estimator : fitted classifier, regressor, Pipeline or search
        The steps before run once, as of :func:`occlusion`.
    X : Trials, array or mne.BaseEpochs
        Of subjects it was not fitted on.
    y : array-like of shape (n_trials,), or votes
        True labels, or values.
    groups : array-like of shape (n_trials,), default=None
        Subject of each trial; ``None``: those that ``X`` carries.
    by : str or mapping of str to sequence of str, default="channel"
        What is exchanged together: ``"channel"``, ``"band"``, ``"region"`` (lobes of the
        electrodes), ``"channel band"`` or ``"region band"`` for each in each band; or channels
        or bands by the name of a group.
    bands : str or mapping of str to (float, float), default=None
        Of signals, the bands to exchange.
    n_repeats : int, default=10
        Exchanges of each group.
    scoring : str or callable, default=None
        scikit-learn's scorer, by name or as ``scorer(estimator, X, y)``; ``None``: "accuracy", of a
        regressor "r2".
    random_state : int, RandomState or None, default=None
        Fixes who exchanges with whom.

    Returns
    -------
    Attribution
        A row a subject: the fall of the score, mean and ``sd`` over the exchanges; ``output`` is
        the subject's score before. ``summary()`` has mean and SD over subjects.

    Raises
    ------
    ValueError
        Subjects are unknown, or what is to be exchanged is not there.

    References
    ----------
    Breiman (2001), Random forests, Machine Learning 45.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import WindowedClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.tile(["calm", "tense"], 20)
    >>> X = rng.normal(size=(40, 6, 4, 5))
    >>> X[:, :, 2, 3] += 2 * (y == "tense")[:, None]
    >>> trials = Trials(
    ...     X,
    ...     ch_names=["Fz", "Cz", "Pz", "Oz"],
    ...     features=list("abcde"),
    ...     metadata={"subject": np.arange(40) // 10},
    ... )
    >>> model = WindowedClassifier().fit(trials[:20], y[:20])
    >>> fall = permutation_importance(model, trials[20:], y[20:], random_state=0)
    >>> fall.summary()["mean"].idxmax()
    'Pz'
    """
    with speaking("permutation_importance"):
        Number(least=1, whole=True).check("n_repeats", n_repeats)
        X = as_trials(X)
        is_value = is_regressor(take_apart(estimator)[1])
        scoring = scoring or ("r2" if is_value else "accuracy")
        subjects = subjects_of(X, groups)
        labels = _read_values(y, len(X)) if is_value else read_labels(y, len(X))[1]
        view = ModelView(estimator, X)
        if view.trials.is_ragged:
            raise ValueError(
                "expected trials of one length, got some that differ; put a SequencePadder before."
            )
        split = _read_split(view.trials, bands)
        sets, axes, facts = _read_groups(by, view.trials, split)
        scorer = get_scorer(scoring)
        model = make_pipeline(*view.steps, view.last) if view.steps else view.last
        rng = check_random_state(random_state)
        own = rows_of(subjects)
        before = np.array([scorer(model, view.trials[rows], labels[rows]) for rows in own])
        falls = np.empty((len(own), len(sets), n_repeats))
        for person, rows in enumerate(own):
            part = _Exchange(view.trials[rows], split)
            for repeat in range(n_repeats):
                order = part.draw(rng)
                for index, chosen in enumerate(sets):
                    after = scorer(model, part.exchange(chosen, order), labels[rows])
                    falls[person, index, repeat] = before[person] - after
        shape = (len(own), *facts.pop("shape"))
        sd = falls.std(-1, ddof=1) if n_repeats > 1 else np.full(falls.shape[:2], np.nan)
        metadata = {"subject": [subjects[rows[0]] for rows in own]}
        values = Trials(
            falls.mean(-1).reshape(shape), axes=axes, unit="1", metadata=metadata, **facts
        )
        return Attribution(
            values,
            "permutation_importance",
            scoring if isinstance(scoring, str) else "score",
            output=before,
            sd=sd.reshape(shape),
        )


class _Exchange:
    """A subject's trials, whose parts change owners; windows that are missing stay so."""

    def __init__(self, trials, split):
        self.trials = trials
        self.data = np.asarray(trials.data)
        n_outer = sum(axis in OUTER for axis in trials.axes)
        self.shape = self.data.shape[1 + n_outer :]
        flat = self.data.reshape(-1, *self.shape)
        self.present = np.flatnonzero(~np.isnan(flat).reshape(len(flat), -1).all(1))
        # (row, ...) or, of signals in bands, (row, ..., band), which add up.
        self.flat = flat if split is None else np.stack(list(split.parts(flat)), -1)
        self.is_split = split is not None

    def draw(self, rng):
        """Whose part each row gets."""
        return rng.permutation(self.present)

    def exchange(self, chosen, order):
        """Trials whose chosen part, a mask that broadcasts to a row, is another row's."""
        flat = self.flat.copy()
        mask = np.broadcast_to(chosen, self.flat.shape[1:])
        flat[self.present] = np.where(mask, self.flat[order], self.flat[self.present])
        data = flat.sum(-1) if self.is_split else flat
        return self.trials.derive(data=data.reshape(self.data.shape).astype(self.data.dtype))


def _read_values(y, n_trials):
    values = np.asarray(y, dtype=float)
    if len(values) != n_trials or not np.isfinite(values).all():
        raise ValueError(f"expected one finite value a trial, {n_trials}, got {len(values)}.")
    return values


def _read_split(trials, bands):
    if bands is None:
        return None
    if trials.axes[-1] != "time" or "band" in trials.axes:
        raise ValueError(
            f"expected signals to take bands of, got axes {trials.axes}; leave bands out."
        )
    return BandSplit(bands, trials.sfreq, trials.data[0].shape[-1])


def _read_groups(by, trials, split):
    """Masks over a row of what is exchanged together; axes, shape and names of the result."""
    channels, features = _names(trials, split)
    if isinstance(by, Mapping) and by:
        sets = [_mask_of(trials, split, members, channels, features) for members in by.values()]
        return sets, ("feature",), {"shape": (len(sets),), "features": tuple(map(str, by))}
    if not isinstance(by, str) or by not in WORDS:
        raise ValueError(
            f"expected by to be one of {list(WORDS)} or groups by their names, got {by!r}."
        )
    first, _, second = by.partition(" ")
    parts, axes, shape, facts = [], [], [], {}
    for word in filter(None, (first, second)):
        table = _table_of(word, channels, features)
        parts.append([_mask_of(trials, split, own, channels, features) for own in table.values()])
        shape.append(len(table))
        if word == "band":
            axes.append("band")
            facts["features"] = tuple(table)
        else:
            # Regions stand in the place of their channels.
            axes.append("channel")
            facts["ch_names"] = tuple(table)
    if len(parts) == 1:
        return parts[0], tuple(axes), {**facts, "shape": tuple(shape)}
    sets = [a & b for a in parts[0] for b in parts[1]]
    return sets, tuple(axes), {**facts, "shape": tuple(shape)}


def _names(trials, split):
    """Names of channels and of features or bands, numbers where there are none."""
    axes, shape = trials.axes, trials.data.shape[1:]
    channels, features = (), ()
    if "channel" in axes:
        n = shape[axes.index("channel")]
        channels = trials.ch_names or tuple(map(str, range(n)))
    if split is not None:
        features = split.names
    elif feature_axis(axes) is not None:
        n = shape[axes.index(feature_axis(axes))]
        features = trials.features or tuple(map(str, range(n)))
    return channels, features


def _table_of(word, channels, features):
    names = features if word == "band" else channels
    if not names:
        what = "features or bands" if word == "band" else "channels"
        remedy = "; give bands=" if word == "band" else ""
        raise ValueError(f"expected {what} to exchange, got data without{remedy}.")
    if word != "region":
        return {name: [name] for name in names}
    of = {name: lobe(name) for name in names}
    lost = [name for name, region in of.items() if region is None]
    if lost:
        raise ValueError(
            f"expected electrodes of the 10-10 system, whose region is known, got {lost[0]!r}; "
            f"give groups of channels as a mapping."
        )
    regions = (region for region in LOBES if region in of.values())
    return {region: [name for name in names if of[name] == region] for region in regions}


def _mask_of(trials, split, members, channels, features):
    """Which entries of a row are of these channels or features: an array that broadcasts to it."""
    inner = [axis for axis in trials.axes if axis not in OUTER]
    n_axes = len(inner) + (split is not None)
    members = [members] if isinstance(members, str) else list(members)
    last = n_axes - 1 if split is not None else _place(inner, feature_axis(inner))
    for names, place in ((channels, _place(inner, "channel")), (features, last)):
        if members and set(members) <= set(names):
            shape = [1] * n_axes
            shape[place] = len(names)
            return np.isin(np.array(names), members).reshape(shape)
    raise ValueError(
        f"expected groups of channels {list(channels)} or of features {list(features)}, got "
        f"{members}."
    )


def _place(axes, word):
    return axes.index(word) if word in axes else 0
