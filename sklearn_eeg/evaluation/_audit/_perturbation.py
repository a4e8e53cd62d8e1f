"""What must not matter is changed, and what must not change is compared."""

import numpy as np
from sklearn.utils import _safe_indexing

from sklearn_eeg._speaker import speaking
from sklearn_eeg.evaluation._audit._finding import Finding

SAME = 1e-4


def alone(case):
    """A trial judged alone, and among others."""
    _, test = case.splits[0]
    some = test[np.linspace(0, len(test) - 1, min(len(test), 8)).astype(int)]
    together = _say(case.model, case.study.trials[test])[np.searchsorted(test, some)]
    try:
        apart = np.concatenate([_say(case.model, case.study.trials[[row]]) for row in some])
    except ValueError as error:
        return Finding("alone", "noted", f"a trial alone is refused: {error}", TRANSDUCTIVE)
    if np.abs(together - apart).max() <= SAME:
        return Finding("alone", "clean", "a trial is judged alike alone and among others")
    return Finding(
        "alone",
        "noted",
        f"a trial's probabilities change by up to {np.abs(together - apart).max():.2f} with the "
        f"trials beside it",
        TRANSDUCTIVE,
    )


TRANSDUCTIVE = (
    "Transductive: a new person must be recorded before the first prediction. Say so wherever the "
    "result is shown."
)


def future(case):
    """Features of the beginning of a trial, when its end changes."""
    steps = getattr(case.model, "steps", None)
    trials = case.study.trials
    if not steps or len(steps) < 2 or trials.axes is None or trials.axes[-1] != "time":
        return Finding("future", "unknown", "there are no steps from signals to look into")
    _, test = case.splits[0]
    one = trials[test[:4]]
    if one.is_ragged:
        return Finding("future", "unknown", "trials differ in length")
    changed = np.array(one.data, dtype=float)
    half = changed.shape[-1] // 2
    changed[..., half:] = changed[..., half:][..., ::-1] * 3
    before, after = (case.model[:-1].transform(X) for X in (one, one.replace(data=changed)))
    if getattr(before, "axes", None) is None or before.axes[0] != "window" or before.is_ragged:
        return Finding("future", "unknown", "what the steps give has no windows")
    n_early = before.shape[1] // 4
    if not n_early:
        return Finding("future", "unknown", "there are too few windows")
    gap = np.nanmax(np.abs(np.asarray(before.data) - np.asarray(after.data))[:, :n_early])
    if gap <= SAME * np.nanmax(np.abs(np.asarray(before.data))):
        return Finding("future", "clean", "the beginning of a trial does not know its end")
    return Finding(
        "future",
        "noted",
        "the first windows of a trial change with its second half: zero-phase filters, smoothing "
        "or scaling that look ahead",
        "Sound for whole recordings; for predictions as they come use causal steps.",
    )


def state(case):
    """The same training, before and after another one."""
    train, test = case.splits[0]
    again = case.fit(case.study.y, train)
    gap = np.abs(_say(case.model, case.study.trials[test]) - _say(again, case.study.trials[test]))
    if gap.max() <= SAME:
        return Finding("state", "clean", "the same training gives the same model again")
    return Finding(
        "state",
        "suspect",
        f"the same training gives probabilities that differ by up to {gap.max():.2f}: chance that "
        f"is not fixed, or something kept from one training to the next",
        "Fix random_state; if it is fixed, look for warm starts and global state.",
    )


def belongings(case):
    """Trials that the estimator holds from the start, such as a validation set."""
    tested = np.unique(np.concatenate([test for _, test in case.splits]))
    known = {_digest(case.study.trials.data[row]) for row in tested}
    for name, value in case.estimator.get_params(deep=True).items():
        rows = getattr(value, "trials", value)
        rows = getattr(rows, "data", rows) if not isinstance(rows, np.ndarray) else rows
        if not isinstance(rows, (np.ndarray, list)) or not len(rows):
            continue
        held = sum(_digest(row) in known for row in rows if isinstance(row, np.ndarray))
        if held:
            return Finding(
                "belongings",
                "convicted",
                f"{held} tested trials are held by the setting {name!r}",
                "Validate on subjects held out of the training.",
            )
    return Finding("belongings", "clean", "no setting of the estimator holds a tested trial")


def preparation(case):
    """What was done before the split, done again with other test trials."""
    if case.prepare is None:
        return Finding(
            "preparation",
            "unknown",
            "what was done before the split is not known",
            "Give it as prepare=, or put it into the pipeline.",
        )
    study = case.study
    _, test = case.splits[0]
    train = case.splits[0][0]
    with speaking("audit"):
        plain = _prepared(case, study.trials, study.labels, train)
        labels = study.labels.copy()
        labels[test] = case.rng.permutation(np.roll(labels[test], 1))
        labels[test] = np.where(
            labels[test] == study.labels[test], labels[test][::-1], labels[test]
        )
        by_labels = _prepared(case, study.trials, labels, train)
        by_trials = _prepared(case, _poisoned(case, test), study.labels, train)
    if not np.array_equal(plain, by_labels, equal_nan=True):
        return Finding(
            "preparation",
            "convicted",
            "what is trained on changes with the labels of the tested trials",
            "Select inside the pipeline.",
        )
    if not np.array_equal(plain, by_trials, equal_nan=True):
        return Finding(
            "preparation",
            "convicted",
            "what is trained on changes with the tested trials",
            "Fit it inside the pipeline, on the training trials.",
        )
    return Finding("preparation", "clean", "what is trained on does not know the tested trials")


def _prepared(case, trials, labels, train):
    return np.asarray(_safe_indexing(case.prepare(trials, labels), train), dtype=float)


def _poisoned(case, test):
    """Trials of which the tested ones are others, ten times as large."""
    trials = case.study.trials
    data = [np.array(trial, dtype=float) for trial in trials.data]
    for row in test:
        data[row] = 10 * case.rng.standard_normal(data[row].shape) * np.nanstd(data[row]) + 5
    return trials.replace(data=data if trials.is_ragged else np.stack(data))


def _say(model, X):
    """Probabilities, or labels as such."""
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X))
    return (np.asarray(model.predict(X))[:, None] == model.classes_).astype(float)


def _digest(row):
    row = np.ascontiguousarray(row)
    return row.shape, row.dtype.str, row.tobytes()
