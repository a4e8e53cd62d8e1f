"""What pays on small data: a line that may bend, short sequences, a norm of each person.

``python -m benchmarks.small_data [--data-dir DIR] [--data WORD ...] [--parts WORD ...]
[--people N] [--seeds N]``: each method beside what it is to be compared with, the first of its
part, in six folds by subject, on the simulated subjects of seed 0 and on the EEGMAT recordings if
their folder is given. A seed is one of a network's weights. Differences are paired: of each
subject, the mean over seeds; their standard error is over subjects. Nothing is chosen here but the
``C`` of a line, by the subjects it is trained on.
"""

import argparse
import time

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._engine.sampling import even
from sklearn_eeg.classifiers import (
    BandPowerNetClassifier,
    ResAttentioNetClassifier,
    WideDeepClassifier,
    WindowedClassifier,
)
from sklearn_eeg.datasets import DATASETS, load_eegmat
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.nn.models import BandPowerNet
from sklearn_eeg.preprocessing import BandpassNotch, SequenceCutter, SubjectScaler, Windower

DATA = ("simulated", "simulated-interaction", "EEGMAT")
# Each trial by itself, or within its subject: nobody learns of others by it.
FEATURES = make_pipeline(DEExtractor(window=2.0, step=1.0), SubjectScaler())
INPUTS = {
    "features": FEATURES,
    "sequences": make_pipeline(FEATURES, SequenceCutter(8, step=2)),
    "signals": make_pipeline(SubjectScaler("channel"), Windower(2.0, 1.0)),
}


def chosen_line(seed):
    """A line on each window whose C is chosen by subjects it is trained on."""
    windows = WindowedClassifier(LogisticRegression(max_iter=1000))
    return GridSearchCV(windows, {"estimator__C": [0.001, 0.01, 0.1, 1.0]}, cv=3)


def line(seed):
    return WindowedClassifier(LogisticRegression(max_iter=1000))


def wide_deep(seed):
    return WideDeepClassifier(random_state=seed)


def wide_deep_from_line(seed):
    settings = {"start": "logistic", "lr": 3e-4, "max_epochs": 10}
    return WideDeepClassifier(random_state=seed, **settings)


def resattentionet(seed):
    """As the command line has it."""
    return ResAttentioNetClassifier(**ARCHITECTURES["resattentionet"].tuned, random_state=seed)


def resattentionet_as_long(seed):
    """As many steps on whole trials as on six sequences of each."""
    return resattentionet(seed).set_params(max_epochs=6 * resattentionet(seed).max_epochs)


class RowNorm(nn.BatchNorm1d):
    """A batch normalisation in place of a norm of each subject."""

    def forward(self, x, domain=None, subject=None):
        return super().forward(x)


def with_batch_norm(n_channels, n_times, n_outputs, sfreq, n_filters=8, dropout=0.5):
    """The network without its norm of each subject."""
    settings = {"sfreq": sfreq, "n_filters": n_filters, "dropout": dropout}
    module = BandPowerNet(n_channels, n_times, n_outputs, **settings)
    module.norm = RowNorm(len(module.norm.mean))
    return module


class BatchNormClassifier(BandPowerNetClassifier):
    """Learns of all subjects in one batch."""

    _model = staticmethod(with_batch_norm)
    _sampler = staticmethod(even)


def batch_norm(seed):
    return BatchNormClassifier(random_state=seed)


def subject_norm(seed):
    return BandPowerNetClassifier(random_state=seed)


def transductive_subject_norm(seed):
    return BandPowerNetClassifier(transductive=True, random_state=seed)


# Of each part: what each method takes, itself, and by how many seeds at most.
PARTS = {
    "line": {
        "logistic, C chosen": ("features", chosen_line, 1),
        "logistic, C = 1": ("features", line, 1),
        "wide-deep": ("features", wide_deep, 5),
        "wide-deep from the line": ("features", wide_deep_from_line, 5),
    },
    "sequences": {
        "ResAttentioNet, trials": ("features", resattentionet, 3),
        "the same, as many steps": ("features", resattentionet_as_long, 3),
        "the same, sequences of 8": ("sequences", resattentionet, 3),
    },
    "norm": {
        "BandPowerNet, batch norm": ("signals", batch_norm, 3),
        "subject norm, inductive": ("signals", subject_norm, 3),
        "subject norm, transductive": ("signals", transductive_subject_norm, 3),
    },
}


def read(data, folder):
    """Trials and labels."""
    if data != "EEGMAT":
        return DATASETS[data].load(random_state=0)
    trials, y = load_eegmat(folder, trial=20.0)
    return BandpassNotch(0.5, 60, notch=50, resample=128).fit_transform(trials), y


def folds(subjects, n_people):
    """Six folds, each trained on so many of its people."""
    for train, test in GroupKFold(6).split(subjects, groups=subjects):
        kept = np.unique(subjects[train])[:n_people]
        yield train[np.isin(subjects[train], kept)], test


def score(make, X, y, splits, seeds):
    """Accuracy and log loss of each subject (row) and seed, the second column axis."""
    settings = {"cv": splits, "scoring": ["accuracy", "neg_log_loss"], "baseline": None}
    found = {s: evaluate(make(s), X, y, logistic=False, **settings).scores for s in range(seeds)}
    return pd.concat(found, axis=1).swaplevel(axis=1)


def describe(scores, first):
    """Cells: accuracy, its SD over seeds, log loss, difference from the first ± standard error."""
    accuracy = scores["accuracy"]
    more = accuracy.mean(axis=1) - first["accuracy"].mean(axis=1)
    over_seeds = accuracy.mean()
    sd = f"{over_seeds.std():.3f}" if len(over_seeds) > 1 else "–"
    loss = -scores["neg_log_loss"].mean(axis=None)
    yield from (f"{over_seeds.mean():.3f}", sd, f"{loss:.2f}")
    yield "–" if scores is first else f"{more.mean():+.3f} ± {more.sem():.3f}"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.small_data")
    parser.add_argument("--data-dir", help="folder of the EEGMAT recordings")
    parser.add_argument("--data", nargs="+", choices=DATA, default=DATA[:2])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--people", type=int, help="to train on, the first of each fold")
    parser.add_argument("--seeds", type=int, default=5, help="at most")
    arguments = parser.parse_args()
    print("| people | ceiling | method | accuracy | SD, seeds | log loss | - first | minutes |")
    print("| --- " * 8 + "|")
    for data in arguments.data:
        trials, y = read(data, arguments.data_dir)
        splits = list(folds(trials.subject, arguments.people))
        ceiling = "–" if data == "EEGMAT" else f"{DATASETS[data].ceiling:.2f}"
        for part in arguments.parts:
            first = None
            for method, (what, make, seeds) in PARTS[part].items():
                start = time.perf_counter()
                X = INPUTS[what].fit_transform(trials)
                scores = score(make, X, y, splits, min(seeds, arguments.seeds))
                first = scores if first is None else first
                cells = " | ".join(describe(scores, first))
                minutes = (time.perf_counter() - start) / 60
                print(f"| {data} | {ceiling} | {method} | {cells} | {minutes:.1f} |", flush=True)


if __name__ == "__main__":
    main()
