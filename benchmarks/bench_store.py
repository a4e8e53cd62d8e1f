"""What is kept is not made again: a grid over a slow step, digests, and what evaluate adds.

Of the grid and of evaluate, seconds of the processor, and those that the step waits: a busy machine
changes neither much.
"""

import hashlib
import time
from statistics import median
from tempfile import TemporaryDirectory

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline

from benchmarks.measure import compare
from sklearn_eeg import Trials, _fingerprints
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg.classifiers import EEGNetClassifier
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.preprocessing import CachedTransformer, Flatten

WAITED = []
SFREQ, CV = 200, GroupKFold(5)


class Slow(SignalTransformer):
    """Mean power of each channel, after so many seconds a trial."""

    _takes = "channel time"
    _stateless = True

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def _transform(self, trials):
        WAITED.append(self.seconds * len(trials))
        time.sleep(WAITED[-1])
        return trials.map(
            lambda x: (x**2).mean(axis=-1, keepdims=True),
            axes=("channel", "feature"),
            features=("power",),
        )


def rows(quick):
    yield from grid(*make_trials(100, 19 if quick else 45, 10), 0.1 if quick else 1.0)
    yield from digests(make_trials(100, 19, 10)[0].data)
    yield from added(*make_trials(100, 19, 2 if quick else 5), 3)


def _seconds(work, *args, **settings):
    """Seconds that the processor works, and that steps wait."""
    WAITED.clear()
    start = time.process_time()
    work(*args, **settings)
    return time.process_time() - start + sum(WAITED)


def make_trials(n_trials, n_channels, seconds):
    rng, y = np.random.default_rng(0), np.arange(n_trials) % 2
    data = rng.standard_normal((n_trials, n_channels, seconds * SFREQ), dtype=np.float32)
    data *= 1 + 0.2 * y[:, None, None]
    subjects = np.arange(n_trials) // (n_trials // 10)
    return Trials(data, sfreq=SFREQ, metadata={"subject": subjects}), y


def grid(trials, y, seconds):
    """A search over four settings of the classifier in five folds, of a step of some seconds."""
    slow = Slow(seconds / len(trials))

    def search(step, memory=None):
        model = make_pipeline(step, Flatten(), LogisticRegression(), memory=memory)
        fresh = Trials(trials.data, sfreq=SFREQ, metadata=trials.metadata)
        grid = {"logisticregression__C": [0.01, 0.1, 1.0, 10.0]}
        return _seconds(GridSearchCV(model, grid, cv=CV).fit, fresh, y, groups=fresh.subject)

    with TemporaryDirectory() as ours, TemporaryDirectory() as theirs:
        cold, warm = (search(CachedTransformer(slow, ours)) for _ in range(2))
        others = {"no cache": search(slow), "scikit-learn's memory=": search(slow, theirs)}
    work = f"grid 4 x 5 after a step of {seconds:g} s, {trials.data.nbytes / 1e6:.0f} MB"
    for name, taken in others.items():
        yield work, name, cold, taken, taken / cold, f"{warm:.3g} s once it is kept; one run each"


def digests(data):
    """All trials' digests, beside joblib's of the whole and those without the extra ``hashing``."""
    for row in compare(
        f"digests of {data.nbytes / 1e6:.0f} MB",
        lambda: [_fingerprints.fingerprint(trial) for trial in data],
        {
            "joblib.hash (MD5)": lambda: joblib.hash(data),
            "SHA-256": lambda: [hashlib.sha256(trial.data).digest() for trial in data],
        },
    ):
        name = _fingerprints.fingerprint(data[0]).partition(" ")[0]
        yield *row[:-1], f"{name}, {data.nbytes / 1e9 / row[2]:.2f} GB/s"


def added(trials, y, rounds):
    """The same folds, fits and scores, with and without a store."""
    model = EEGNetClassifier(max_epochs=4, random_state=0)
    options = {"cv": CV, "scoring": ["accuracy"], "baseline": None, "logistic": False}

    def keep():
        with TemporaryDirectory() as folder:
            evaluate(model, trials, y, store=folder, **options)

    def validate():
        cross_validate(model, trials, y, groups=trials.subject, cv=CV, scoring=["accuracy"])

    runs = {
        "cross_validate": validate,
        "evaluate": lambda: evaluate(model, trials, y, **options),
        "evaluate, kept in a store": keep,
    }
    taken = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            taken[name].append(_seconds(run))
    # The first round warms up.
    theirs, *ours = [median(each[1:]) for each in taken.values()]
    work = f"a network, {trials.data.nbytes / 1e6:.0f} MB, 5 folds"
    for name, seconds in zip([*runs][1:], ours, strict=True):
        note = f"{100 * (seconds / theirs - 1):+.1f} %"
        yield f"{name}: {work}", "cross_validate", seconds, theirs, theirs / seconds, note
