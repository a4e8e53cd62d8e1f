"""``python -m benchmarks.bedside``: what a model for the bedside weighs, costs and knows.

Each model behind a causal front end: parameters, the bytes of its file, milliseconds of one core
for a second of signal as a stream, and its accuracy on people it has not seen, on whole trials.
Features are scaled by each person's own, which at the bedside are those of earlier trials.
"""

import argparse
import tempfile
import warnings
from pathlib import Path
from time import thread_time

import numpy as np
import torch
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from sklearn_eeg._fitted import count_parameters
from sklearn_eeg.classifiers import (
    DGCNNClassifier,
    EEGNetClassifier,
    GRUClassifier,
    ResAttentioNetClassifier,
    WideDeepClassifier,
    WindowedClassifier,
)
from sklearn_eeg.datasets import load_eegmat, make_emotion_trials
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.persistence import load, save
from sklearn_eeg.preprocessing import BandpassNotch, SequencePadder, SubjectScaler, Windower
from sklearn_eeg.streaming import to_stream


def models(epochs, seed):
    causal = BandpassNotch(0.5, 45, 50, method="iir", phase="causal")
    windows = [DEExtractor(2.0, 1.0), LDSSmoother("filter"), SubjectScaler()]
    sequence = SequencePadder(15, keep="last")
    line = WindowedClassifier(LogisticRegression(max_iter=1000))
    forest = WindowedClassifier(RandomForestClassifier(100, random_state=seed))
    net = {"random_state": seed, "validation": None, "max_epochs": epochs}
    raw = [Windower(2.0, 1.0), SubjectScaler("channel")]
    return {
        "logistic regression": [causal, *windows, line],
        "support vector machine": [causal, *windows, WindowedClassifier(SVC(probability=False))],
        "random forest of 100": [causal, *windows, forest],
        "wide-deep": [causal, *windows, WideDeepClassifier(**net)],
        "DGCNN, 8 filters": [causal, *windows, DGCNNClassifier(n_filters=8, **net)],
        "GRU": [causal, *windows, sequence, GRUClassifier(**net)],
        "ResAttentioNet, base_width=4": [
            *(causal, *windows, sequence),
            ResAttentioNetClassifier(base_width=4, lr=1e-3, **net),
        ],
        "EEGNet": [causal, *raw, EEGNetClassifier(**net)],
    }


def score(model, trials, y, n_folds):
    """Accuracy of each subject, on the average."""
    right = np.empty(len(y))
    for train, test in GroupKFold(n_folds).split(y, y, trials.subject):
        right[test] = clone(model).fit(trials[train], y[train]).predict(trials[test]) == y[test]
    return np.mean([right[trials.subject == who].mean() for who in np.unique(trials.subject)])


def tell_scores(models, trials, y, n_folds):
    """Mean accuracy over seeds, and from the lowest to the highest where they differ."""
    scores = [score(model, trials, y, n_folds) for model in models]
    low, high = min(scores), max(scores)
    told = f"{np.mean(scores):.2f}"
    return told if high - low < 1e-9 else f"{told} ({low:.2f} to {high:.2f})"


def cost(model, trials, seconds=60):
    """Milliseconds of one core for a second of signal, in blocks of 0.1 s."""
    person = trials[trials.subject == trials.subject[0]]
    stream, signal = to_stream(model, person), np.tile(trials.data[0], (1, 10))
    length = round(0.1 * trials.sfreq)
    took = []
    for start in range(0, round(seconds * trials.sfreq), length):
        block = signal[:, start : start + length]
        began = thread_time()
        stream.push(block)
        took.append(thread_time() - began)
    # The median of ten blocks, which have a window among them: others compute too.
    tens = np.array(took[200 : len(took) // 10 * 10]).reshape(-1, 10).sum(axis=1)
    return 1e3 * np.median(tens) * trials.sfreq / (10 * length)


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bedside", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="folder of the EEGMAT recordings")
    parser.add_argument("--epochs", type=int, default=15, help="of a network")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--subjects", type=int, default=12)
    parser.add_argument("--seeds", type=int, default=3, help="of networks and forests")
    parser.add_argument("--models", default="", help="those whose name has this in it")
    args = parser.parse_args()
    torch.set_num_threads(1)
    sets = {"simulated": make_emotion_trials(args.subjects, duration=20.0, random_state=0)}
    if args.data_dir is not None:
        trials, y = load_eegmat(args.data_dir, trial=20.0)
        chosen = np.isin(trials.subject, np.unique(trials.subject)[: args.subjects])
        sets["eegmat"] = trials[chosen], y[chosen]
    print(f"| model | parameters | kB on disk | ms a second of signal | {' | '.join(sets)} |")
    print("| --- " * (4 + len(sets)) + "|")
    of_seeds = [models(args.epochs, seed) for seed in range(args.seeds)]
    for name, steps in of_seeds[0].items():
        if args.models not in name:
            continue
        model, others = make_pipeline(*steps), [make_pipeline(*each[name]) for each in of_seeds]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scores = [tell_scores(others, *known, args.folds) for known in sets.values()]
            trials, y = next(iter(sets.values()))
            fitted = clone(model).fit(trials, y)
        with tempfile.TemporaryDirectory() as folder:
            file = save(fitted, Path(folder) / "model")
            size = file.stat().st_size / 1e3
            took = cost(load(file), trials)
        n_parameters = count_parameters(fitted)
        told = f"{n_parameters:,}" if n_parameters else "–"
        print(f"| {name} | {told} | {size:.0f} | {took:.1f} | {' | '.join(scores)} |", flush=True)


if __name__ == "__main__":
    main()
