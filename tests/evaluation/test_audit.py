"""A zoo of planted leaks, each caught or said to be beyond what data show; clean twins are free."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import audit
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.model_selection import By, Within, make_protocol
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.trials import Trials

N_SUBJECTS, N_TRIALS = 8, 12


def people(seed=0, effect=1.0, identity=0.0, n_features=12):
    """Twelve trials of each of eight people, in two sessions, in an order of their own."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(N_SUBJECTS), N_TRIALS)
    y = np.concatenate([rng.permutation(np.arange(N_TRIALS) % 2) for _ in range(N_SUBJECTS)])
    X = rng.standard_normal((len(y), n_features))
    X[:, :3] += effect * y[:, None]
    X += identity * rng.standard_normal((N_SUBJECTS, n_features))[subject]
    table = pd.DataFrame(
        {
            "subject": subject,
            "session": np.tile(np.repeat([1, 2], N_TRIALS // 2), N_SUBJECTS),
            "trial": np.tile(np.arange(N_TRIALS) % 6 + 1, N_SUBJECTS),
            "stimulus": [f"film {i}" for i in rng.integers(0, 40, len(y))],
            "onset": np.tile(60.0 * (np.arange(N_TRIALS) % 6), N_SUBJECTS),
        }
    )
    return Trials(X, axes=("feature",), metadata=table), y


def look(X, y, model=None, **settings):
    return audit(model or LogisticRegression(), X, y, **({"cv": 4, "verbose": False} | settings))


CLEAN = [
    lambda: people(),
    lambda: people(1, identity=2.0),
    lambda: people(2, effect=0),
    lambda: people(3, effect=3),
]


@pytest.mark.parametrize("make", CLEAN)
@pytest.mark.parametrize(
    "model", [LogisticRegression(), make_pipeline(StandardScaler(), GaussianNB())]
)
def test_no_clean_twin_is_accused(make, model):
    found = look(*make(), model)
    verdicts = dict(zip(found.to_frame()["check"], found.to_frame()["verdict"], strict=True))
    assert not {"suspect", "convicted"} & set(verdicts.values()), found
    assert found.passes


def with_column(trials, **columns):
    return trials.replace(metadata=trials.metadata.assign(**columns))


def shuffled():
    X, y = people(identity=1.0)
    return X, y, {"cv": KFold(4, shuffle=True, random_state=0)}


def sessions_parted():
    X, y = people()
    return X, y, {"cv": By(("subject", "trial"), GroupKFold(4))}


def windows_as_samples():
    """Four windows of a trial are four samples."""
    X, y = people()
    rows = np.repeat(np.arange(len(y)), 4)
    windows = X[rows].replace(
        data=X.data[rows] + 0.1 * np.random.default_rng(0).standard_normal((len(rows), 12))
    )
    return windows, y[rows], {"cv": KFold(4, shuffle=True, random_state=0)}


def overlapping_windows():
    rng = np.random.default_rng(0)
    onset = np.tile(np.arange(12) * 2.0, 4)
    signals = rng.standard_normal((48, 2, 400))
    table = {"subject": np.repeat(range(4), 12), "onset": onset}
    X = Trials(signals, sfreq=100.0, metadata=table)
    return (
        X,
        np.tile([0, 1], 24),
        {
            "model": WindowedClassifier(),
            "cv": Within("subject", KFold(3, shuffle=True, random_state=0)),
        },
    )


def films_seen():
    X, y = people()
    return with_column(X, stimulus=X.metadata["trial"] + 6 * (X.session - 1)), y, {}


def copied():
    X, y = people()
    data = np.array(X.data)
    data[:12] = data[-12:]
    return X.replace(data=data), np.r_[y[-12:], y[12:]], {}


def copied_louder_with_noise():
    X, y = people(n_features=60)
    data = np.array(X.data)
    data[:12] = 1.5 * data[-12:] + 1e-3 * np.random.default_rng(0).standard_normal((12, 60))
    return X.replace(data=data), y, {}


def one_person_by_two_names():
    X, y = people(identity=4.0, effect=0.5)
    data = np.array(X.data)
    centre = data[12:24].mean(axis=0)
    data[:12] = centre + np.random.default_rng(5).standard_normal((12, 12))
    return X.replace(data=data), y, {"cv": 8}


def scaled_before():
    X, y = people(identity=1.0)
    return X.replace(data=StandardScaler().fit_transform(X.data)), y, {}


def ranged_before():
    X, y = people(identity=1.0)
    return X.replace(data=MinMaxScaler().fit_transform(X.data)), y, {}


def scaled_by_subject():
    X, y = people(identity=1.0)
    data = np.concatenate(
        [StandardScaler().fit_transform(X.data[X.subject == s]) for s in range(8)]
    )
    return X.replace(data=data), y, {}


def padded():
    """Films of the class 1 are longer, and the rest is zeros."""
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 48)
    data = rng.standard_normal((96, 20, 4))
    for row, label in enumerate(y):
        data[row, 12 + 4 * label + rng.integers(0, 3) :] = 0
    table = {"subject": np.repeat(range(8), 12)}
    X = Trials(data, axes=("window", "channel"), metadata=table)
    return X, y, {"model": WindowedClassifier()}


def same_order_for_all():
    X, _ = people()
    return X, (X.metadata["trial"].to_numpy() % 2), {}


def another_device():
    X, y = people()
    rng = np.random.default_rng(1)
    device = np.where(rng.random(len(y)) < 0.9, y, 1 - y)
    return with_column(X, device=np.array(["a", "b"])[device]), y, {}


class HoldsValidation(ClassifierMixin, BaseEstimator):
    def __init__(self, X_val=None):
        self.X_val = X_val

    def fit(self, X, y):
        self.inner_ = LogisticRegression().fit(np.asarray(X), y)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, X):
        return self.inner_.predict(np.asarray(X))


def holds_tested_trials():
    X, y = people()
    return X, y, {"model": HoldsValidation(X_val=np.array(X.data[:30]))}


def selected_before():
    X, y = people(effect=0, n_features=400)
    return X, y, {"prepare": lambda X, y: X.replace(data=SelectKBest(k=5).fit_transform(X.data, y))}


def scaled_in_preparation():
    X, y = people()
    return X, y, {"prepare": lambda X, y: X.replace(data=StandardScaler().fit_transform(X.data))}


class ScalesItsInput(TransformerMixin, BaseEstimator):
    """Statistics of whatever it transforms."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return StandardScaler().fit_transform(np.asarray(X))


def scaled_with_the_others():
    X, y = people(identity=1.0)
    return X, y, {"model": make_pipeline(ScalesItsInput(), LogisticRegression())}


class Remembers(ClassifierMixin, BaseEstimator):
    """Goes on from the last training, whatever clone does: its memory is the class's."""

    seen = 0

    def fit(self, X, y):
        type(self).seen += 1
        self.inner_ = LogisticRegression(C=10.0 ** -(type(self).seen % 2 * 3)).fit(np.asarray(X), y)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, X):
        return self.inner_.predict(np.asarray(X))

    def predict_proba(self, X):
        return self.inner_.predict_proba(np.asarray(X))


def goes_on_from_the_last_training():
    X, y = people()
    return X, y, {"model": Remembers()}


KNOWN = {}


class KnowsLabels(ClassifierMixin, BaseEstimator):
    """Looks the right label up, by the bytes of a trial."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        KNOWN.update({row.tobytes(): label for row, label in zip(np.asarray(X), y, strict=True)})
        return self

    def predict(self, X):
        return np.array([KNOWN.get(row.tobytes(), self.classes_[0]) for row in np.asarray(X)])


def labels_kept_from_other_folds():
    """What the first fold tests, the second was trained on; its labels stay."""
    KNOWN.clear()
    X, y = people()
    return X, y, {"model": KnowsLabels(), "n_permutations": 1}


ZOO = [
    (shuffled, "subjects", "convicted"),
    (shuffled, "recordings", "convicted"),
    (sessions_parted, "recordings", "suspect"),
    (windows_as_samples, "trials", "convicted"),
    (overlapping_windows, "moments", "convicted"),
    (films_seen, "stimuli", "noted"),
    (copied, "copies", "convicted"),
    (copied_louder_with_noise, "copies", "convicted"),
    (one_person_by_two_names, "names", "suspect"),
    (scaled_before, "scaling", "convicted"),
    (ranged_before, "scaling", "convicted"),
    (scaled_by_subject, "scaling", "noted"),
    (padded, "length", "suspect"),
    (same_order_for_all, "order", "suspect"),
    (another_device, "columns", "suspect"),
    (holds_tested_trials, "belongings", "convicted"),
    (selected_before, "preparation", "convicted"),
    (scaled_in_preparation, "preparation", "convicted"),
    (scaled_with_the_others, "alone", "noted"),
    (goes_on_from_the_last_training, "state", "suspect"),
]


@pytest.mark.parametrize(("plant", "check", "verdict"), ZOO)
def test_each_planted_leak_is_caught(plant, check, verdict):
    X, y, settings = plant()
    found = look(X, y, **settings)
    assert found[check].verdict == verdict, found
    assert found[check].mend and found[check].evidence
    assert found.passes == (found.verdict != "convicted")


def test_labels_that_stay_from_fold_to_fold_make_the_canary_sing():
    X, y, settings = labels_kept_from_other_folds()
    # Splits that come back to the same trials: the second time their labels are known.
    splits = list(GroupKFold(4).split(X.data, y, X.subject))
    found = look(X, y, **settings, cv=[*splits, *splits])
    assert found["canary"].verdict == "convicted"


def test_the_canary_is_calibrated():
    """Where there is no leak, it sings in one of a thousand; its SD is that of permutations."""
    rng = np.random.default_rng(0)
    from sklearn_eeg.evaluation._audit._canary import _matching_variance

    labels, answers = rng.integers(0, 3, 14), rng.integers(0, 3, 14)
    hits = [np.count_nonzero(rng.permutation(labels) == answers) for _ in range(20_000)]
    right = answers[:, None] == labels
    assert np.mean(hits) == pytest.approx(right.mean(axis=1).sum(), rel=0.01)
    assert np.var(hits) == pytest.approx(_matching_variance(right), rel=0.03)


def test_shuffling_says_how_much_it_would_add():
    X, y = people(4, identity=0.0, effect=0.0)
    # Whether a person's trials are of one class more often: known once the person is.
    rng = np.random.default_rng(0)
    y = (rng.random(len(y)) < np.repeat(rng.permutation([0.05] * 4 + [0.95] * 4), 12)).astype(int)
    data = np.array(X.data)
    data[:, 3:9] += 5 * rng.standard_normal((8, 6))[X.subject]
    for cv in (4, KFold(4, shuffle=True, random_state=0)):
        found = look(X.replace(data=data), y, cv=cv)["inflation"]
        mixed, whole = (float(word) for word in re.findall(r"(0\.\d{3})[,;]", found.evidence)[:2])
        assert mixed > whole + 0.1


def test_one_tested_subject_shows_no_spread():
    X, y = people()
    split = [(np.flatnonzero(X.subject > 0), np.flatnonzero(X.subject == 0))]
    found = look(X, y, cv=split)
    assert found["inflation"].verdict == "unknown"
    assert "one subject is tested" in found["inflation"].evidence


def test_signals_and_their_steps():
    X, y = make_emotion_trials(6, random_state=0)
    steps = DEExtractor(window=2.0), LDSSmoother(), SubjectScaler()
    found = look(X, y, make_pipeline(*steps, WindowedClassifier()), cv=3)
    assert found["future"].verdict == "noted"
    assert found["stimuli"].verdict == "noted"
    assert found["alone"].verdict == "noted"
    assert found["canary"].verdict == "clean"
    assert found["copies"].verdict == "clean"
    line = WindowedClassifier(make_pipeline(StandardScaler(), LogisticRegression()))
    plain = look(X, y, make_pipeline(DEExtractor(window=2.0), line), cv=3)
    assert plain["future"].verdict == "clean"
    assert plain["alone"].verdict == "clean"


def test_a_named_protocol_is_noted_not_convicted():
    X, y = people()
    splitter = Within("subject", By("session"))
    found = look(X, y, cv=splitter)
    assert found["subjects"].verdict == "noted"
    assert found["recordings"].verdict == "clean"
    assert make_protocol("session-to-session").split(X)


def test_what_is_not_known_is_said():
    X, y = people()
    found = audit(LogisticRegression(), X.data, y, groups=X.subject, cv=4, verbose=False)
    unknown = {one.check for one in found.findings if one.verdict == "unknown"}
    assert {"recordings", "trials", "stimuli", "order", "moments", "preparation"} <= unknown
    assert "Give it as a column 'stimulus'" in repr(found)
    assert found.to_dict()["verdict"] == found.verdict


def test_what_cannot_be_audited_is_a_sentence():
    X, y = people()
    with pytest.raises(ValueError, match="audit: expected n_permutations of 1 or more, got 0"):
        look(X, y, n_permutations=0)
    with pytest.raises(TypeError, match="expected a classifier"):
        audit(StandardScaler(), X, y)


def test_the_same_audit_twice_says_the_same():
    X, y = people()
    assert repr(look(X, y)) == repr(look(X, y))
