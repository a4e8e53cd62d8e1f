"""One display of each kind, of numbers that are the same everywhere."""

import numpy as np
import pandas as pd

from sklearn_eeg.montage import TEN_TWENTY_19
from sklearn_eeg.plotting import (
    AttentionDisplay,
    BandDistributionDisplay,
    ClassRadarDisplay,
    ComparisonDisplay,
    ComparisonTableDisplay,
    ConfusionMatrixDisplay,
    CriticalDifferenceDisplay,
    LearningCurvesDisplay,
    RecordingDisplay,
    ReliabilityDisplay,
    ScalpMapDisplay,
    SubjectScoresDisplay,
)

EMOTIONS = ["negative", "neutral", "positive"]


def waves(*shape):
    """Numbers in [-1, 1] without a random state."""
    return np.sin(1.7 * np.arange(np.prod(shape)) ** 1.1).reshape(shape)


def attention():
    weights = np.exp(2 * waves(2, 8))
    shares = weights / weights.sum(axis=1, keepdims=True)
    return AttentionDisplay(shares, 8.0 * np.arange(9), names=["head 1", "head 2"])


def attention_of_trials():
    weights = np.exp(2 * waves(10, 8))
    return AttentionDisplay(weights / weights.sum(axis=1, keepdims=True), 8.0 * np.arange(9))


def bands():
    index = pd.MultiIndex.from_product([["theta", "alpha", "beta"], EMOTIONS])
    values = np.add.outer(3 + waves(9), [-1.5, -0.5, 0, 0.6, 1.2])
    quantiles = pd.DataFrame(values, index, [0.05, 0.25, 0.5, 0.75, 0.95])
    return BandDistributionDisplay(quantiles, "Entropy (nat)")


def summary():
    cells = [(s, m) for s in ("SEED", "DEAP") for m in ("ResAttentioNet", "logistic", "EEGNet")][
        :-1
    ]
    table = pd.DataFrame(cells, columns=["dataset", "model"])
    return table.assign(mean=0.7 + 0.2 * waves(5), sd=0.1, chance=0.5, majority=0.55)


def comparison():
    rows = summary().query("dataset == 'SEED'")
    return ComparisonDisplay(rows, {"EEGNet": [0.6, 0.65, 0.72]})


def curves():
    epochs = np.arange(1, 21)
    folds = [
        pd.DataFrame(
            {
                "fold": fold,
                "epoch": epochs,
                "train_loss": np.exp(-epochs / 8) + 0.05 * waves(20) * fold,
                "valid_loss": 0.5 + 0.5 * np.exp(-epochs / 5) + 0.05 * waves(20) * fold,
                "train_acc": 1 - 0.5 * np.exp(-epochs / 6),
                "valid_acc": 0.8 - 0.3 * np.exp(-epochs / 6) + 0.02 * waves(20) * fold,
            }
        )
        for fold in (1, 2, 3)
    ]
    return LearningCurvesDisplay(pd.concat(folds))


def recording():
    times = 4.0 * np.arange(60)
    probabilities = 0.5 + 0.5 * np.sin(times / 30)
    probabilities[20:24] = np.nan
    return RecordingDisplay(times, probabilities, ["rest", "seizure"], events=[(25, 70)])


def recording_of_three():
    weights = np.exp(2 * np.sin(np.arange(40)[:, None] / 6 + [0, 2, 4]))
    shares = weights / weights.sum(axis=1, keepdims=True)
    return RecordingDisplay(2.0 * np.arange(40), shares, EMOTIONS)


def scalp():
    lost = waves(19)
    lost[4] = np.nan
    return ScalpMapDisplay(lost, TEN_TWENTY_19, quantity="Weight")


def scalps():
    titles = ["delta", "theta", "alpha", "beta", "gamma"]
    power = 5 + waves(5, 19)
    return ScalpMapDisplay(power, TEN_TWENTY_19, titles=titles, quantity="Power (dB)")


def subjects():
    scores = {f"s{k:02d}": score for k, score in enumerate(0.7 + 0.25 * waves(12))}
    intervals = {who: (score - 0.15, min(score + 0.1, 1)) for who, score in scores.items()}
    references = {"logistic": {who: score - 0.08 for who, score in scores.items()}}
    return SubjectScoresDisplay(scores, "accuracy", 0.5, 0.55, references, intervals)


def ranks():
    models = ["ResAttentioNet", "logistic on DE", "EEGNet", "TSception", "majority"]
    mean = pd.Series([1.4, 2.3, 2.9, 3.6, 4.8], models)
    groups = [models[:2], models[1:4]]
    return CriticalDifferenceDisplay(mean, 1.4, groups, n=14)


#: Display by its name, and a word for others of the same.
EXAMPLES = {
    "AttentionDisplay": attention,
    "AttentionDisplay of trials": attention_of_trials,
    "BandDistributionDisplay": bands,
    "ClassRadarDisplay": lambda: ClassRadarDisplay(
        [0.9, 0.4, 0.7, 0.55, 0.8], ["happy", "sad", "fear", "disgust", "neutral"]
    ),
    "ClassRadarDisplay of SD": lambda: ClassRadarDisplay(
        [0.1, 0.24, 0.17], EMOTIONS, statistic="sd"
    ),
    "ClassRadarDisplay of two": lambda: ClassRadarDisplay([0.9, 0.4], ["rest", "task"]),
    "ComparisonDisplay": comparison,
    "ComparisonTableDisplay": lambda: ComparisonTableDisplay(summary()),
    "ConfusionMatrixDisplay": lambda: ConfusionMatrixDisplay(
        [[80, 20, 3], [10, 70, 30], [5, 9, 66]], EMOTIONS
    ),
    "CriticalDifferenceDisplay": ranks,
    "LearningCurvesDisplay": curves,
    "RecordingDisplay": recording,
    "RecordingDisplay of three": recording_of_three,
    "ReliabilityDisplay": lambda: ReliabilityDisplay(
        [0.4, 0.5, 0.55, 0.7, 0.8], [0.45, 0.55, 0.65, 0.85, 0.95], [5, 20, 60, 40, 25]
    ),
    "ScalpMapDisplay": scalp,
    "ScalpMapDisplay of bands": scalps,
    "SubjectScoresDisplay": subjects,
}
