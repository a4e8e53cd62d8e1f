"""Every metric that kept predictions allow, of each subject in each fold."""

import numpy as np
import pandas as pd

from sklearn_eeg.metrics._calibration import bin_numbers

# No probability costs more than one of this size.
TINY = np.finfo(float).eps
N_BINS = 10


def accuracy(confusion):
    """Share of trials on the diagonal."""
    return _diagonal(confusion).sum(axis=-1) / confusion.sum(axis=(-2, -1))


def balanced_accuracy(confusion):
    """Mean recall of the classes that were tested."""
    tested = confusion.sum(axis=-1)
    return _mean_share(_diagonal(confusion), tested)


def f1_macro(confusion):
    """Mean F1 of the classes that were tested or predicted."""
    seen = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    return _mean_share(2 * _diagonal(confusion), seen)


def cohen_kappa(confusion):
    """Agreement beyond what the marginals give; NaN where they leave no room."""
    n = confusion.sum(axis=(-2, -1))
    by_chance = (confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1) / n**2
    with np.errstate(invalid="ignore", divide="ignore"):
        kappa = (accuracy(confusion) - by_chance) / (1 - by_chance)
    return np.where(by_chance < 1, kappa, np.nan)


# Of a confusion matrix, (..., true class, predicted class).
OF_LABELS = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "f1_macro": f1_macro,
    "cohen_kappa": cohen_kappa,
}
# Of these less is better.
LOSSES = ("log_loss", "brier_score", "calibration_error", "kl_divergence")


def score_all(predictions, classes):
    """Return a row a fold and subject, a column a metric; NaN where it is undefined for one."""
    groups = predictions.groupby(["fold", "subject"])
    scores = pd.DataFrame(index=pd.MultiIndex.from_tuples(groups.groups, names=groups.keys))
    if "windows" in predictions:
        scores["window_accuracy"] = groups["windows_right"].sum() / groups["windows"].sum()
    counts = count_confusions(predictions, classes)
    for name, metric in OF_LABELS.items():
        scores[name] = metric(counts)
    if has_probabilities(predictions, classes):
        p, true = probabilities(predictions, classes), true_classes(predictions, classes)
        scores["roc_auc"] = roc_aucs(p, true, groups.ngroup().to_numpy())
        each = pd.DataFrame({"log_loss": log_losses(p, true), "brier_score": briers(p, true)})
        keys = [predictions[key].to_numpy() for key in groups.keys]
        scores = scores.join(each.groupby(keys).mean().rename_axis(groups.keys))
    if "kl_divergence" in predictions:
        scores["kl_divergence"] = groups["kl_divergence"].mean()
    return scores


def count_confusions(predictions, classes):
    """Trials of each fold and subject: (group, true class, predicted class)."""
    # Of votes, a class may be predicted that never has most of them.
    every = np.union1d(classes, predictions["predicted"].unique())
    group = predictions.groupby(["fold", "subject"]).ngroup().to_numpy()
    counts = np.zeros((group.max() + 1, len(every), len(every)), dtype=int)
    true, predicted = (np.searchsorted(every, predictions[c]) for c in ("true", "predicted"))
    np.add.at(counts, (group, true, predicted), 1)
    return counts


def has_probabilities(predictions, classes):
    """Whether the model gave the probability of each class."""
    return all(f"p({label})" in predictions for label in classes)


def probabilities(predictions, classes):
    """Probability of each class, (n, n_classes)."""
    return predictions[[f"p({label})" for label in classes]].to_numpy(dtype=float)


def true_classes(predictions, classes):
    """Number of each trial's class."""
    return np.searchsorted(classes, predictions["true"])


def log_losses(p, true):
    """Minus the logarithm of the true class's probability, in nats, of each trial."""
    return -np.log(np.maximum(p[np.arange(len(p)), true], TINY))


def briers(p, true):
    """Squared distance from the truth of each trial, halved of two classes, as scikit-learn's."""
    squares = ((p - np.eye(p.shape[1])[true]) ** 2).sum(axis=1)
    return squares / 2 if p.shape[1] == 2 else squares


def roc_aucs(p, true, group):
    """Area under the ROC curve of each group, the mean of each class against the others."""
    ones = [1] if p.shape[1] == 2 else range(p.shape[1])
    return np.mean([areas(p[:, one], true == one, group) for one in ones], axis=0)


def areas(scores, is_one, group):
    """Share of a group's pairs in which the one of a class scores higher; NaN where none is."""
    n_ones, n = np.bincount(group, is_one), np.bincount(group)
    ranks = pd.Series(scores).groupby(group).rank().to_numpy()
    sums = np.bincount(group, ranks * is_one)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (sums - n_ones * (n_ones + 1) / 2) / (n_ones * (n - n_ones))


def calibration_gaps(predictions, classes):
    """Whether each trial was right less how sure that was, in its bin of ten: (n, 10).

    The expected calibration error of some trials is the sum of their bins' absolute sums, by their
    number.
    """
    p = probabilities(predictions, classes)
    sure = np.clip(p.max(axis=1), 0, 1)
    right = (predictions["true"] == predictions["predicted"]).to_numpy()
    gaps = np.zeros((len(p), N_BINS))
    gaps[np.arange(len(p)), bin_numbers(sure, N_BINS) - 1] = right - sure
    return gaps


def _diagonal(confusion):
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _mean_share(parts, wholes):
    """Mean, along the last axis, of the shares of what is there at all."""
    shares = parts / np.maximum(wholes, 1)
    return shares.sum(axis=-1) / (wholes > 0).sum(axis=-1)
