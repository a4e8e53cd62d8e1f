"""What a uniformly random guess reaches on as many trials of as many subjects."""

import numpy as np
import pandas as pd

from sklearn_eeg.evaluation._metrics import (
    OF_LABELS,
    areas,
    briers,
    has_probabilities,
    log_losses,
    true_classes,
)

N_GUESSES = 1000


def guess(predictions, classes, random_state):
    """Means over subjects of guesses: (n_guesses, n_metrics).

    Answers are drawn from the classes, and scores of classes from the unit interval, each trial by
    itself. A probability that knows nothing is the same for all classes and is not drawn.
    """
    rng = np.random.default_rng(random_state)
    groups = predictions.groupby(["fold", "subject"])
    subjects = [subject for _, subject in groups.groups]
    true = true_classes(predictions, classes)
    counts = np.stack(
        [np.bincount(true[i], minlength=len(classes)) for i in groups.indices.values()]
    )
    confusions = _guess_confusions(counts, rng)
    found = {name: metric(confusions) for name, metric in OF_LABELS.items()}
    if has_probabilities(predictions, classes):
        found["roc_auc"] = np.stack([_guess_areas(row, rng) for row in counts], axis=1)
    means = {name: _mean_over(subjects, drawn) for name, drawn in found.items()}
    if has_probabilities(predictions, classes):
        flat = np.full((len(true), len(classes)), 1 / len(classes))
        for name, loss in (("log_loss", log_losses), ("brier_score", briers)):
            means[name] = np.full(N_GUESSES, loss(flat, true)[0])
    return pd.DataFrame(means)


def _guess_confusions(counts, rng):
    """Confusion matrices of guesses: (guess, group, true class, predicted class)."""
    n_groups, n_classes = counts.shape
    shares = np.full(n_classes, 1 / n_classes)
    return rng.multinomial(counts, shares, size=(N_GUESSES, n_groups, n_classes))


def _guess_areas(counts, rng):
    """Areas under the ROC curve of guesses, mean over classes of more than two."""
    true = np.repeat(np.arange(len(counts)), counts)
    ones = [1] if len(counts) == 2 else range(len(counts))
    each = [areas(rng.random((N_GUESSES, len(true))), true == one) for one in ones]
    return np.mean(each, axis=0)


def _mean_over(subjects, drawn):
    """Mean over subjects of (guess, group), each subject counting once; undefined ones left out."""
    return pd.DataFrame(drawn.T).groupby(pd.Index(subjects)).mean().mean().to_numpy()
