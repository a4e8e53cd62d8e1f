"""Study: what is evaluated on, read and checked once."""

import hashlib
from dataclasses import dataclass

import numpy as np

from sklearn_eeg._door import read
from sklearn_eeg._labels import read_labels
from sklearn_eeg._speaker import speaking
from sklearn_eeg._subjects import subjects_of
from sklearn_eeg.trials import Trials


@dataclass(frozen=True)
class Study:
    """Trials, and what is known of each.

    Attributes
    ----------
    trials : Trials
        They carry their subjects.
    y : ndarray or DataFrame
        What to fit on: the labels, or votes.
    labels : ndarray of shape (n_trials,)
        What to score by.
    subjects : ndarray of shape (n_trials,)
    groups : ndarray of shape (n_trials,)
        What splits keep together: the subjects, or several of them.
    unit : str
        What stands for a subject: the name of the groups where nothing else is known.
    """

    trials: Trials
    y: object
    labels: np.ndarray
    subjects: np.ndarray
    groups: np.ndarray
    unit: str = "subject"

    def __len__(self):
        return len(self.trials)


def read_study(X, y, groups):
    """Read what :func:`evaluate` is given."""
    with speaking("evaluate"):
        X = read(X)
        if not isinstance(X, Trials):
            ragged = isinstance(X, list) and X and isinstance(X[0], np.ndarray)
            X = X if ragged else np.asarray(X)
        X, groups = _take_table(X, groups)
        unit = "subject" if isinstance(X, Trials) and X.has("subject") else _name_of(groups)
        groups = subjects_of(X, groups, may_join=True)
        if not isinstance(X, Trials):
            X = Trials(X, metadata={"subject": groups})
        elif not X.has("subject"):
            X = X.replace(metadata=X.metadata.assign(subject=groups))
        if n_marked := np.count_nonzero(X.unlabelled):
            raise ValueError(
                f"expected trials with labels, got {n_marked} marked as unlabelled; leave them "
                f"out, and let transductive=True make targets of the test subjects' trials."
            )
        subjects = subjects_of(X)
        y, labels = read_labels(y, len(X))
    if len(np.unique(subjects)) < 2:
        raise ValueError(
            f"evaluate: expected at least two subjects, got one, {subjects[0]}; "
            f"a score across subjects needs subjects to compare; runs of one person are "
            f"cross_val_score's."
        )
    return Study(X, y, labels, subjects, groups, unit)


def _name_of(groups):
    """Name of a column that was given as groups."""
    name = getattr(groups, "name", None)
    return name if isinstance(name, str) and name else "subject"


def _take_table(X, groups):
    """Trials with the table that was given as their groups."""
    if not hasattr(groups, "columns"):
        return X, groups
    if "subject" not in groups:
        raise ValueError(
            f"expected a column 'subject' in the table given as groups, got "
            f"{', '.join(map(str, groups.columns))}; rename the one that has them."
        )
    X = X if isinstance(X, Trials) else Trials(X)
    subjects_of(X, groups["subject"])
    return X.replace(metadata=groups.reset_index(drop=True)), None


def fingerprint(study):
    """SHA-256 of what was learned from: samples, labels, subjects, rate and channel names."""
    trials, digest = study.trials, hashlib.sha256()
    for array in (*trials.data, np.asarray(study.y)):
        array = np.ascontiguousarray(array)
        samples = array if array.dtype.kind in "biuf" else array.astype(str)
        digest.update(f"{samples.dtype.str}{samples.shape}".encode())
        digest.update(samples.tobytes() if samples.dtype.kind == "U" else samples.data)
    digest.update(repr((trials.sfreq, trials.ch_names, trials.metadata.to_csv())).encode())
    return digest.hexdigest()
