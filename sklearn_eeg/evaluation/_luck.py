"""What a uniformly random guess reaches on as many trials of as many subjects."""

import numpy as np
import pandas as pd

from sklearn_eeg.evaluation._metrics import (
    OF_LABELS,
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
    true, with_areas = true_classes(predictions, classes), has_probabilities(predictions, classes)
    subjects, rows = [one for _, one in groups.indices], list(groups.indices.values())
    counts = [np.bincount(true[own], minlength=len(classes)) for own in rows]
    drawn = [_guess(row, rng, with_areas) for row in counts]
    found = {name: np.stack([one[name] for one in drawn], axis=1) for name in drawn[0]}
    means = {name: _mean_over(subjects, values) for name, values in found.items()}
    if with_areas:
        flat = np.full((len(true), len(classes)), 1 / len(classes))
        for name, loss in (("log_loss", log_losses), ("brier_score", briers)):
            means[name] = np.full(N_GUESSES, loss(flat, true)[0])
    return pd.DataFrame(means)


def _guess(counts, rng, with_areas):
    """Metrics of guesses at so many trials of each class: (n_guesses,) each."""
    shares = np.full(len(counts), 1 / len(counts))
    # In this order of memory sums over classes run over all guesses at once.
    confusions = np.asfortranarray(rng.multinomial(counts, shares, size=(N_GUESSES, len(counts))))
    found = {name: metric(confusions) for name, metric in OF_LABELS.items()}
    return found | ({"roc_auc": _guess_areas(counts, rng)} if with_areas else {})


def _guess_areas(counts, rng):
    """Areas under the ROC curve of guesses, mean over classes of more than two."""
    true = np.repeat(np.arange(len(counts)), counts)
    ones = [1] if len(counts) == 2 else range(len(counts))
    each = [_areas(rng.random((N_GUESSES, len(true))), true == one) for one in ones]
    return np.mean(each, axis=0)


def _areas(scores, is_one):
    """As :func:`~._metrics.areas`, of scores that are drawn and hence never equal."""
    n_ones, n_others = np.count_nonzero(is_one), np.count_nonzero(~is_one)
    if not n_ones or not n_others:
        return np.full(len(scores), np.nan)
    # Whose a score is stands in its last bit, so that sorting, unlike ranking, is enough.
    last = np.uint64(1)
    bits = np.sort(scores.view(np.uint64) & ~last | is_one.astype(np.uint64), axis=-1) & last
    ranks = bits.astype(float) @ np.arange(1.0, len(is_one) + 1)
    return (ranks - n_ones * (n_ones + 1) / 2) / (n_ones * n_others)


def _mean_over(subjects, drawn):
    """Mean over subjects of (guess, group), each subject counting once; undefined ones left out."""
    return pd.DataFrame(drawn.T).groupby(pd.Index(subjects)).mean().mean().to_numpy()
