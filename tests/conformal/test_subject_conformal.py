"""Sets of labels for new subjects: what is promised, and what is kept."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit, KFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import check_estimator

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.conformal import SubjectConformalClassifier, group_p_values, measure_coverage
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.model_selection import VoteGroupKFold
from sklearn_eeg.trials import Trials


def people(n_subjects, seed, n_trials=12, shift=2.5):
    """Three classes along two directions; people lie somewhere else each."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(n_subjects), n_trials)
    y = rng.integers(0, 3, len(subject))
    centres = np.array([[0, 0], [3, 0], [0, 3]])
    place = shift * rng.standard_normal((n_subjects, 2))
    X = centres[y] + place[subject] + rng.standard_normal((len(subject), 2))
    return X, np.array(["calm", "fear", "joy"])[y], subject


def test_scikit_learns_checks_pass():
    results = check_estimator(
        SubjectConformalClassifier(alpha=0.3, cv=3), on_fail=None, on_skip=None
    )
    wrong = {r["check_name"]: str(r["exception"]) for r in results if r["status"] == "failed"}
    assert not wrong


def test_models_of_the_folds_make_the_p_values():
    X, y, subject = people(6, 0)
    model = SubjectConformalClassifier(GaussianNB(), alpha=0.2, cv=3).fit(X, y, groups=subject)
    new = people(2, 1)[0]
    parts = []
    for train, test in VoteGroupKFold(3).split(X, y, subject):
        inner = GaussianNB().fit(X[train], y[train])
        codes = np.searchsorted(inner.classes_, y[test])
        scores = 1 - inner.predict_proba(X[test])[np.arange(len(test)), codes]
        n = len(np.unique(subject[test]))
        p = group_p_values(scores, subject[test], 1 - inner.predict_proba(new))
        parts.append(p * (n + 1) - 1)
    assert_allclose(model.p_values(new), (1 + sum(parts)) / 7)
    assert_array_equal(model.predict_set(new), model.p_values(new) > 0.2 + 1e-12)
    assert_array_equal(model.predict(new), GaussianNB().fit(X, y).predict(new))


def test_new_people_are_covered_where_trials_alone_promise_too_much():
    alpha, kept, plain, sizes = 0.2, [], [], []
    for seed in range(40):
        X, y, subject = people(15, seed)
        new, right, whose = people(40, 1000 + seed, n_trials=6)
        model = SubjectConformalClassifier(alpha=alpha).fit(X, y, groups=subject)
        sets = model.predict_set(new)
        kept.append(measure_coverage(sets, right, whose, model.classes_).mean)
        sizes.append(sets.sum(axis=1).mean())
        alone = SubjectConformalClassifier(alpha=alpha).fit(X, y)
        sets = alone.predict_set(new)
        plain.append(measure_coverage(sets, right, whose, alone.classes_).mean)
    error = np.std(kept) / np.sqrt(len(kept))
    assert np.mean(kept) > 1 - alpha - 3 * error
    assert np.mean(plain) < 1 - alpha - 3 * np.std(plain) / np.sqrt(len(plain))
    assert 1 < np.mean(sizes) < 2.5


def test_each_class_is_covered_where_that_is_asked():
    """A rare class that others are taken for: on average covered, itself not."""
    rng = np.random.default_rng(0)
    rare = {True: [], False: []}
    for _ in range(12):
        subject = np.repeat(np.arange(30), 20)
        y = (rng.random(600) < 0.12).astype(int)
        X = (0.8 * y + rng.standard_normal(600))[:, None]
        other = (rng.random(4000) < 0.12).astype(int)
        new = (0.8 * other + rng.standard_normal(4000))[:, None]
        for by_class, found in rare.items():
            model = SubjectConformalClassifier(alpha=0.15, class_conditional=by_class)
            sets = model.fit(X, y, groups=subject).predict_set(new)
            found.append(measure_coverage(sets, other, np.arange(4000), [0, 1]).classes[1])
    assert np.mean(rare[True]) > 0.85 - 3 * np.std(rare[True]) / np.sqrt(12)
    assert np.mean(rare[False]) < 0.5


def test_one_label_alone_or_no_answer():
    X, y, subject = people(12, 0)
    model = SubjectConformalClassifier(alpha=0.1).fit(X, y, groups=subject)
    new = people(5, 2)[0]
    sets, answers = model.predict_set(new), model.predict_or_abstain(new, "?")
    assert_array_equal(answers == "?", sets.sum(axis=1) != 1)
    assert set(answers) <= {"calm", "fear", "joy", "?"}
    with pytest.raises(ValueError, match="abstain to be no label, got 'joy'"):
        model.predict_or_abstain(new, "joy")


def test_another_alpha_needs_no_fit():
    X, y, subject = people(12, 0)
    model = SubjectConformalClassifier(alpha=0.1).fit(X, y, groups=subject)
    sizes = [model.predict_set(X, alpha=alpha).sum() for alpha in (0.08, 0.2, 0.4)]
    assert sizes == sorted(sizes, reverse=True)
    with pytest.raises(
        ValueError, match=r"predict_set: expected at least 19 subjects for alpha=0.05"
    ):
        model.predict_set(X, alpha=0.05)


def test_trials_know_their_subjects_and_keep_their_windows():
    X, y, subject = people(10, 0)
    windows = np.repeat(X[:, None, :, None], 4, axis=1)
    trials = Trials(windows, axes=("window", "channel", "feature"), metadata={"subject": subject})
    model = SubjectConformalClassifier(
        make_pipeline(WindowedClassifier(LogisticRegression())), alpha=0.2
    )
    known = model.fit(trials, y).p_values(trials)
    assert_array_equal(model.subjects_, subject)
    assert_allclose(known, model.fit(windows, y, groups=subject).p_values(windows))


def test_evaluated_as_any_classifier():
    X, y, subject = people(12, 0)
    model = SubjectConformalClassifier(make_pipeline(StandardScaler(), GaussianNB()), alpha=0.2)
    trials = Trials(X, metadata={"subject": subject})
    result = evaluate(model, trials, y, cv=3, verbose=False)
    plain = evaluate(model.estimator, trials, y, cv=3, verbose=False)
    assert_array_equal(result.scores, plain.scores)


@pytest.mark.parametrize(
    ("settings", "n_subjects", "error", "sentence"),
    [
        ({"alpha": 0}, 12, ValueError, "alpha between 0 and 1, got 0"),
        ({"alpha": "0.1"}, 12, ValueError, "alpha between 0 and 1, got '0.1'"),
        (
            {"alpha": 0.1},
            8,
            ValueError,
            "at least 9 subjects for alpha=0.1.*got 8 .*; set alpha to at least 0.111",
        ),
        ({"cv": 1}, 12, ValueError, "cv as at least 2 folds, or a splitter, got 1"),
        ({"cv": 13}, 12, ValueError, "at least 13 subjects for cv, got 12"),
        (
            {"cv": KFold(3, shuffle=True, random_state=0)},
            12,
            ValueError,
            "whole subjects on one side of each split",
        ),
        ({"cv": GroupShuffleSplit(2)}, 12, ValueError, "splits that test each trial once"),
        (
            {"estimator": LinearSVC()},
            12,
            TypeError,
            "a classifier with predict_proba, got LinearSVC",
        ),
        ({"class_conditional": "yes"}, 12, TypeError, "class_conditional"),
    ],
)
@pytest.mark.filterwarnings("ignore:The groups parameter is ignored by KFold")
def test_what_promises_nothing_is_a_sentence(settings, n_subjects, error, sentence):
    X, y, subject = people(n_subjects, 0)
    with pytest.raises(error, match=f"SubjectConformalClassifier: expected .*{sentence}"):
        SubjectConformalClassifier(**settings).fit(X, y, groups=subject)


def test_a_class_that_few_have_cannot_be_promised():
    X, y, subject = people(12, 0)
    y[(y == "joy") & (subject > 3)] = "calm"
    with pytest.raises(ValueError, match="at least 9 subjects with the class joy"):
        SubjectConformalClassifier(class_conditional=True).fit(X, y, groups=subject)


def test_votes_are_no_labels():
    X, _, subject = people(12, 0)
    with pytest.raises(ValueError, match="expected one label a trial, got votes"):
        SubjectConformalClassifier().fit(X, np.ones((len(X), 3)), groups=subject)


def test_coverage_by_subject_and_class():
    sets = np.array([[1, 0], [1, 1], [0, 1], [0, 0]], dtype=bool)
    found = measure_coverage(sets, ["a", "b", "a", "b"], [1, 1, 2, 2], ["a", "b"], nominal=0.9)
    assert found.subjects["coverage"].tolist() == [1, 0]
    assert found.subjects["size"].tolist() == [1.5, 0.5]
    assert found.classes.to_dict() == {"a": 0.5, "b": 0.5}
    assert (found.mean, found.worst) == (0.5, 0)
    with pytest.raises(ValueError, match="a set of 3 labels, and a subject"):
        measure_coverage(sets, ["a"] * 4, [1] * 4, ["a", "b", "c"])
