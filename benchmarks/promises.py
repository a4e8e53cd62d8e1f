"""Promises kept: how often sets of labels hold the right one, and how often a test cries wolf.

``python -m benchmarks.promises`` prints both tables, each number beside its Monte Carlo error.
"""

from itertools import product

import numpy as np
from sklearn.model_selection import GroupKFold, RepeatedKFold

from sklearn_eeg.conformal import SubjectConformalClassifier, measure_coverage
from sklearn_eeg.statistics import compare_paired, compare_ranks

N_SETS, N_NULLS, ALPHA = 40, 300, 0.1
CENTRES = np.array([[0, 0], [3, 0], [0, 3]])


def main():
    print("| people apart by | exchangeable are | coverage | worst tenth | labels in a set |")
    print("| --- | --- | --- | --- | --- |")
    for shift, by_subject in product((0.0, 1.0, 2.5), (True, False)):
        told = " | ".join(cover(shift, by_subject))
        print(f"| {shift:g} SD | {'subjects' if by_subject else 'trials'} | {told} |", flush=True)
    print("\n| null | test | wolf cried at 5 % |")
    print("| --- | --- | --- |")
    for null, test, found in type_one_errors():
        share, error = np.mean(found), error_of(np.mean(found), len(found))
        print(f"| {null} | {test} | {100 * share:.1f} ± {100 * error:.1f} % |", flush=True)


def error_of(share, n):
    """Standard error of a share."""
    return np.sqrt(share * (1 - share) / n)


def people(n_subjects, n_trials, shift, rng):
    """Three classes along two directions; people lie somewhere else each."""
    subject = np.repeat(np.arange(n_subjects), n_trials)
    y = rng.integers(0, 3, len(subject))
    place = shift * rng.standard_normal((n_subjects, 2))
    return CENTRES[y] + place[subject] + rng.standard_normal((len(subject), 2)), y, subject


def cover(shift, by_subject):
    """Coverage of new people at 90 %, that of the tenth who fare worst, and labels in a set."""
    shares, worst, sizes = [], [], []
    for seed in range(N_SETS):
        rng = np.random.default_rng(seed)
        X, y, subject = people(15, 12, shift, rng)
        new, right, whose = people(40, 20, shift, rng)
        model = SubjectConformalClassifier(alpha=ALPHA)
        model.fit(X, y, groups=subject if by_subject else None)
        sets = model.predict_set(new)
        found = measure_coverage(sets, right, whose, model.classes_)
        shares.append(found.mean)
        worst.append(np.sort(found.subjects["coverage"])[:4].mean())
        sizes.append(sets.sum(axis=1).mean())
    error = np.std(shares, ddof=1) / np.sqrt(N_SETS)
    return f"{np.mean(shares):.3f} ± {error:.3f}", f"{np.mean(worst):.2f}", f"{np.mean(sizes):.2f}"


def type_one_errors():
    """Whether each test finds a difference, at 5 %, between models that are alike."""
    trials, subjects = list(nulls_of_folds()), list(nulls_of_subjects())
    for test, share in (("t", None), ("corrected t", 1 / 4)):
        rejected = [p_of(*pair, test=test, test_share=share) < 0.05 for pair in trials]
        yield "folds of one data set, which share their training", test, rejected
    for test in ("wilcoxon", "permutation", "t"):
        rejected = [p_of(*pair, test=test) < 0.05 for pair in subjects]
        yield "18 subjects, tested in turns by models of the others", test, rejected
    rng = np.random.default_rng(0)
    ranks = [compare_ranks(rng.random((18, 5))) for _ in range(N_NULLS)]
    yield "5 models on 18 subjects", "Friedman", [found.p_value < 0.05 for found in ranks]
    yield "5 models on 18 subjects", "Iman and Davenport", [r.f_p_value < 0.05 for r in ranks]
    apart = [np.ptp(found.ranks) > found.critical_difference for found in ranks]
    yield "5 models on 18 subjects", "Nemenyi, any pair", apart


def p_of(one, other, **settings):
    """p value of two rows of scores."""
    drawn = {"n_resamples": 999, "random_state": 0} if settings["test"] == "permutation" else {}
    return compare_paired(one, other, **settings, **drawn).p_value


def nulls_of_folds():
    """Accuracies of two models that see other features, each as good: six times five folds."""
    rng = np.random.default_rng(0)
    y = np.arange(100) % 2
    X = rng.standard_normal((N_NULLS, 100, 6)) + 0.5 * y[:, None]
    splits = RepeatedKFold(n_splits=5, n_repeats=6, random_state=0).split(y)
    return twins(X, y, splits)


def nulls_of_subjects():
    """Accuracies of the same for each of 18 subjects, whom people differ by."""
    rng = np.random.default_rng(0)
    subject, y = np.repeat(np.arange(18), 16), np.arange(288) % 2
    X = rng.standard_normal((N_NULLS, 288, 6)) + 0.5 * y[:, None]
    X += 0.5 * rng.standard_normal((N_NULLS, 18, 6))[:, subject]
    return twins(X, y, GroupKFold(18).split(y, groups=subject))


def twins(X, y, splits):
    """Accuracies of each fold by the first half of the features and by the second."""
    halves, splits = (X[..., :3], X[..., 3:]), list(splits)
    return zip(*(np.stack([nearest(X, y, *one) for one in splits], 1) for X in halves), strict=True)


def nearest(X, y, train, test):
    """Accuracy of the nearest mean of a class, of each data set: (n, trial, feature) -> n."""
    means = [X[:, train][:, y[train] == label].mean(axis=1, keepdims=True) for label in (0, 1)]
    far = [((X[:, test] - mean) ** 2).sum(axis=-1) for mean in means]
    return ((far[1] < far[0]) == y[test]).mean(axis=1)


if __name__ == "__main__":
    main()
