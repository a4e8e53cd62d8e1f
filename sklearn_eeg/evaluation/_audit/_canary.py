"""Labels that carry nothing, and splits that part people: what each would score."""

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.model_selection import GroupKFold, KFold

from sklearn_eeg.evaluation._audit._finding import Finding
from sklearn_eeg.model_selection import permute_labels
from sklearn_eeg.statistics import compare_paired


def canary(case):
    """Labels permuted within each subject, learnt and tested as the others were."""
    z, hits, expected, n = 0.0, 0, 0.0, 0
    variance = 0.0
    for _ in range(case.n_permutations):
        labels = permute_labels(case.study.labels, case.study.subjects, random_state=case.rng)
        rows, answers = case.run(labels, case.splits)
        for subject in np.unique(case.study.subjects[rows]):
            mine = case.study.subjects[rows] == subject
            right = answers[mine][:, None] == labels[rows[mine]]
            hits += np.count_nonzero(right.diagonal())
            expected += right.mean(axis=1).sum()
            variance += _matching_variance(right)
            n += mine.sum()
    z = (hits - expected) / np.sqrt(variance) if variance else 0.0
    p = stats.norm.sf(z)
    evidence = (
        f"labels permuted within each subject: {hits / n:.3f} right, {expected / n:.3f} ± "
        f"{np.sqrt(variance) / n:.3f} by chance (p {p:.2g})"
    )
    if p < 0.001:
        return Finding(
            "canary",
            "convicted",
            evidence,
            "Something in the pipeline knows the tested labels.",
        )
    return Finding("canary", "clean", evidence)


def inflation(case):
    """What a split that parts people shows, and one that does not."""
    study, n_splits = case.study, min(max(len(case.splits), 2), len(case.study))
    parted = bool(case.both_sides(study.subjects)[0])
    n_subjects = len(np.unique(study.subjects))
    if parted:
        other = GroupKFold(min(n_splits, n_subjects)).split(study.labels, groups=study.subjects)
    else:
        seed = case.rng.randint(2**31)
        other = KFold(n_splits, shuffle=True, random_state=seed).split(study.labels)
    scores = [_by_subject(case, *case.answers), _by_subject(case, *case.run(study.labels, other))]
    mixed, whole = scores if parted else scores[::-1]
    mixed, whole = mixed.align(whole, join="inner")
    if len(whole) < 2:
        return Finding(
            "inflation",
            "unknown",
            "one subject is tested, whose score has no spread",
            "Test each subject once: GroupKFold.",
        )
    found = compare_paired(mixed, whole)
    words = (
        "these splits score {:.3f}, whole subjects {:.3f}"
        if parted
        else ("shuffled trials score {:.3f}, whole subjects {:.3f}")
    )
    adds = found.difference > 0
    return Finding(
        "inflation",
        "convicted" if parted and not case.parts_subjects and found.interval[0] > 0 else "noted",
        f"{words.format(mixed.mean(), whole.mean())}; {found}",
        "What shuffling adds is no knowledge about new people."
        if adds
        else "Shuffling adds nothing here; steps that scale by the people at hand may lose by it.",
    )


def _by_subject(case, rows, answers):
    right = pd.Series(answers == case.study.labels[rows])
    scores = right.groupby(case.study.subjects[rows]).mean()
    return scores.rename(None)


def _matching_variance(right):
    """Variance of the number of matches when the labels of one subject are permuted."""
    n = len(right)
    if n < 2:
        return 0.0
    right = right.astype(float)
    apart = right - right.mean(axis=0) - right.mean(axis=1, keepdims=True) + right.mean()
    return float((apart**2).sum() / (n - 1))
