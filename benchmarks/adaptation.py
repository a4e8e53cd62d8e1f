"""What adapting to a new person brings, and where it hurts.

``python -m benchmarks.adaptation [--data-dir DIR] [--data WORD ...] [--seeds N] [--people N]``: a
small network trained on other people and tested on one at a time, with each alignment and without,
on simulated people who answer alike, who answer differently, and who differ in power alone, and on
the EEGMAT recordings if their folder is given. Gains are those over the same network without it, of
the same seed, on the same people: mean ± SD over seeds, each with people and weights of its own.
Nothing is tuned: settings are the defaults, but for few filters, few epochs and larger batches.
"""

import argparse
import time

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import DANN, Aligned, DGCNNClassifier, MSMDAClassifier
from sklearn_eeg.datasets import load_eegmat, make_emotion_trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import ChannelScaler, SubjectScaler

SCALERS = {"by person": SubjectScaler(), "by training": ChannelScaler()}
# Which simulated people, and how their features are scaled.
SIMULATED = {
    "answer alike": ({"shift": 0.0}, "by person"),
    "answer differently": ({"shift": 1.0}, "by person"),
    "differ in power": ({"shift": 0.0}, "by training"),
}
ALIGNMENTS = {
    "coral": "coral",
    "mmd": "mmd",
    "dann": "dann",
    "adabn": "adabn",
    "coral, sources": Aligned("coral", between="sources"),
    "dann, sources": DANN(between="sources"),
    "mldg": "mldg",
}


def methods():
    """Name, network, and the same network without what is measured."""
    # With batch normalisation, which "adabn" is about.
    plain = DGCNNClassifier(variant="torcheeg", n_filters=8, max_epochs=20, batch_size=64)
    for name, alignment in ALIGNMENTS.items():
        yield f"DGCNN, {name}", clone(plain).set_params(alignment=alignment), plain
    branches = MSMDAClassifier(max_epochs=20)
    yield "MS-MDA, target", branches, branches


def data_sets(folder, words):
    """Name, scaling, and what makes trials and labels of a seed."""
    for name, (settings, scaling) in SIMULATED.items():
        if name in words:
            kind = {"n_subjects": 12, "duration": 10.0, **settings}
            yield (
                name,
                scaling,
                lambda seed, kind=kind: make_emotion_trials(**kind, random_state=seed),
            )
    if folder is not None and "EEGMAT" in words:
        recordings = load_eegmat(folder, trial=20.0)
        for scaling in SCALERS:
            yield "EEGMAT", scaling, lambda seed: recordings


def accuracy(network, scaler, X, y, splits, seed, transductive):
    """Mean accuracy of those tested."""
    model = make_pipeline(clone(scaler), clone(network).set_params(random_state=seed))
    settings = {"scoring": "accuracy", "baseline": None, "verbose": False}
    found = evaluate(model, X, y, cv=splits, transductive=transductive, logistic=False, **settings)
    return found.mean["accuracy"]


def choose(subjects, n_people, seed):
    """Splits that test one person each, of so many."""
    people = np.random.default_rng(seed).permutation(np.unique(subjects))[:n_people]
    return [(np.flatnonzero(subjects != one), np.flatnonzero(subjects == one)) for one in people]


def compare(make, scaler, seeds, n_people):
    """Accuracy without and with each method, a row a method and a column a seed."""
    found = {}
    for seed in range(seeds):
        trials, y = make(seed)
        # One trial at a time, so that nobody learns of others by it.
        X, splits = (
            DEExtractor(window=2.0).fit_transform(trials),
            choose(trials.subject, n_people, seed),
        )
        facts, known = (scaler, X, y, splits, seed), {}
        for name, network, plain in methods():
            if repr(plain) not in known:
                known[repr(plain)] = accuracy(plain, *facts, False)
            with_it = accuracy(network, *facts, network._uses_target)
            found.setdefault(name, []).append((known[repr(plain)], with_it))
    return {name: np.array(pairs).T for name, pairs in found.items()}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adaptation", description=__doc__)
    parser.add_argument("--data-dir", help="folder of the EEGMAT recordings")
    names = (*SIMULATED, "EEGMAT")
    parser.add_argument("--data", nargs="+", choices=names, default=names)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--people", type=int, default=4, help="how many are tested, a seed")
    arguments = parser.parse_args()
    print("| people | scaled | method | without | with | gain | worse in | minutes |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for data, scaling, make in data_sets(arguments.data_dir, arguments.data):
        start = time.perf_counter()
        found = compare(make, SCALERS[scaling], arguments.seeds, arguments.people)
        minutes = (time.perf_counter() - start) / 60
        for name, (without, with_it) in found.items():
            gain = with_it - without
            print(
                f"| {data} | {scaling} | {name} | {without.mean():.3f} | {with_it.mean():.3f} "
                f"| {gain.mean():+.3f} ± {gain.std(ddof=1):.3f} "
                f"| {np.count_nonzero(gain < 0)} of {len(gain)} | {minutes:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
