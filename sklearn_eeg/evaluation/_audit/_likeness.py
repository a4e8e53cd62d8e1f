"""Trials that are alike: copies, near copies, people under two names, traces of scaling."""

import numpy as np

from sklearn_eeg.evaluation._audit._finding import Finding
from sklearn_eeg.evaluation._copies import find_copies

# Of standardised samples: what is more alike was made from one recording.
NEAR = 0.999
# Of one person the mean square is 1; above FAR for most pairs, people can be told apart.
SAME_PERSON, STANDS_OUT, FAR = 2.0, 0.4, 8.0
# Numbers a trial that are looked at.
N_FEATURES = 2000
# Rounding of float32 sums.
CLOSE = 1e-4


def copies(case):
    """The same trial, byte for byte, or as good as the same."""
    found = find_copies(case.study.trials.data)
    exact = sum(
        len(np.setdiff1d(np.intersect1d(found[train], found[test]), [-1]))
        for train, test in case.splits
    )
    if exact:
        return Finding(
            "copies",
            "convicted",
            f"{exact} trials are in training and test, byte for byte",
            "Leave the copies out, or give both subjects one name if they are one.",
        )
    rows = standardised(flat(case))
    near = sum(_n_near(rows[train], rows[test]) for train, test in case.splits)
    if near:
        return Finding(
            "copies",
            "convicted",
            f"{near} tested trials correlate above {NEAR} with one that was trained on",
            "Leave out what was made from other trials, or keep it with its parents.",
        )
    return Finding(
        "copies", "clean", "no tested trial equals one of training, scaled or with noise"
    )


def names(case):
    """One person under two names."""
    check, subjects = "names", case.study.subjects
    if case.both_sides(subjects)[0]:
        return Finding(check, "unknown", "subjects are on both sides")
    people, apart = _distances(case_features(case), subjects)
    if apart is None:
        return Finding(check, "unknown", "too few trials of each subject to tell people apart")
    pairs = apart[np.triu_indices(len(people), 1)]
    if np.median(pairs) < FAR:
        return Finding(check, "clean", "these data hardly tell people apart")
    tested = np.zeros(apart.shape, dtype=bool)
    for train, test in case.splits:
        tested |= np.outer(np.isin(people, subjects[test]), np.isin(people, subjects[train]))
    row, other = np.unravel_index(np.where(tested, apart, np.inf).argmin(), apart.shape)
    distance, next_nearest = apart[row, other], np.sort(pairs)[1]
    # Two people may be much alike; one person under two names stands out.
    if distance < min(SAME_PERSON, next_nearest * STANDS_OUT):
        one, other = people[row], people[other]
        return Finding(
            check,
            "suspect",
            f"subject {one} differs from {other} by {distance:.1f} times what trials of one person "
            f"do, where people differ by {np.median(pairs):.0f} times",
            "See whether they are one person.",
        )
    return Finding(check, "clean", "no tested subject is as near to another as to themselves")


def scaling(case):
    """Traces of means and SDs, or of ranges, over all trials."""
    rows = flat(case)
    if len(rows) < 10:
        return Finding("scaling", "unknown", "too few trials to tell")
    spread = rows.std(axis=0)
    varied = spread > 0
    if not varied.any() or _each_alone(rows):
        return Finding("scaling", "clean", "no trace of statistics over all trials")
    rows, spread = rows[:, varied], spread[varied]
    subjects = case.study.subjects
    owners, counts = np.unique(subjects, return_counts=True)
    means = np.array([rows[subjects == one].mean(axis=0) for one in owners[counts > 3]])
    if len(means) and (np.abs(means) < CLOSE * np.maximum(spread, 1)).mean() > 0.9:
        return Finding(
            "scaling",
            "noted",
            "every feature has mean 0 within each subject: scaled by the subject's own trials",
            "Transductive: a new person must be recorded before the first prediction. Say so.",
        )
    whole = (np.abs(rows.mean(axis=0)) < CLOSE) & (np.abs(spread - 1) < 10 * CLOSE)
    ranged = (np.abs(rows.min(axis=0)) < CLOSE) & (np.abs(rows.max(axis=0) - 1) < CLOSE)
    if whole.mean() > 0.9 or ranged.mean() > 0.9:
        what = "mean 0 and SD 1" if whole.mean() > 0.9 else "a range of 0 to 1"
        return Finding(
            "scaling",
            "convicted",
            f"every feature has {what} over all trials, so the tested ones took part in its "
            f"statistics",
            "Scale inside the pipeline.",
        )
    return Finding("scaling", "clean", "no trace of statistics over all trials")


def flat(case):
    """Trials as rows of at most some numbers, missing ones as 0."""
    data = case.study.trials.data
    if case.study.trials.is_ragged:
        shortest = min(len(trial) for trial in data)
        data = np.stack([np.asarray(trial)[:shortest] for trial in data])
    rows = np.asarray(data, dtype=float).reshape(len(data), -1)
    if rows.shape[1] > N_FEATURES:
        rows = rows[:, np.linspace(0, rows.shape[1] - 1, N_FEATURES).astype(int)]
    return np.nan_to_num(rows)


def standardised(rows):
    """Each column by its mean and SD, then each row by its length."""
    spread = rows.std(axis=0)
    rows = (rows - rows.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)


def case_features(case):
    """Numbers by which people are told apart: log power of signals, features as they are."""
    trials = case.study.trials
    if trials.axes is not None and trials.axes[-1] == "time":
        data = [np.nanvar(np.asarray(trial, dtype=float), axis=-1).ravel() for trial in trials.data]
        shortest = min(map(len, data))
        return np.log(np.maximum(np.stack([row[:shortest] for row in data]), 1e-12))
    return flat(case)


def _n_near(train, test):
    if train.shape[1] < 8:
        # So few numbers are alike by chance.
        return 0
    return int((np.max(test @ train.T, axis=1) > NEAR).sum())


def _distances(rows, subjects):
    """How far apart people's means are, in squared standard errors, averaged over features."""
    people, number, counts = np.unique(subjects, return_inverse=True, return_counts=True)
    rows = rows[:, rows.std(axis=0) > 0]
    if counts.min() < 4 or rows.shape[1] < 4 or len(people) < 4:
        return people, None
    means = np.stack([rows[number == one].mean(axis=0) for one in range(len(people))])
    within = ((rows - means[number]) ** 2).sum(axis=0) / (len(rows) - len(people))
    means = means / np.sqrt(np.maximum(within, 1e-300))
    squares = ((means[:, None] - means) ** 2).mean(axis=2)
    apart = squares / (1 / counts[:, None] + 1 / counts)
    np.fill_diagonal(apart, np.inf)
    return people, apart


def _each_alone(rows):
    """Whether each trial is scaled by itself, which needs no other."""
    means, spreads = rows.mean(axis=1), rows.std(axis=1)
    return bool((np.abs(means) < 1e-2).all() and (np.abs(spreads - 1) < 1e-2).all())
