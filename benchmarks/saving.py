"""``python -m benchmarks.saving``: a fitted pipeline's file, its size, and how soon it is back.

Beside them the bytes of a network's weights and of a pickle of the same pipeline, and whether
probabilities after ``load`` are equal bit for bit. The shortest of five loads.
"""

import pickle
import tempfile
from pathlib import Path
from time import thread_time

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from sklearn_eeg import classifiers as c
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.persistence import load, save
from sklearn_eeg.preprocessing import ChannelScaler, SequencePadder, Windower

NET = {"max_epochs": 2, "validation": None, "random_state": 0}


def models():
    features = [DEExtractor(1.0), LDSSmoother("filter"), ChannelScaler()]
    forest = RandomForestClassifier(100, random_state=0)
    sequence = [*features, SequencePadder(8)]
    return {
        "logistic regression": [*features, c.WindowedClassifier()],
        "support vector machine": [*features, c.WindowedClassifier(SVC())],
        "random forest of 100 trees": [*features, c.WindowedClassifier(forest)],
        "wide-deep": [*features, c.WideDeepClassifier(**NET)],
        "DGCNN": [*features, c.DGCNNClassifier(**NET)],
        "GRU": [*sequence, c.GRUClassifier(**NET)],
        "ResAttentioNet": [*sequence, c.ResAttentioNetClassifier(**NET)],
        "EEGNet": [Windower(1.0), ChannelScaler("channel"), c.EEGNetClassifier(**NET)],
    }


def weigh(network):
    """Kilobytes of a network's weights and statistics."""
    if not hasattr(network, "module_"):
        return "–"
    values = network.module_.state_dict().values()
    return f"{sum(value.numel() * value.element_size() for value in values) / 1e3:.0f}"


def time_load(file):
    """Milliseconds of the processor."""
    took = []
    for _ in range(5):
        began = thread_time()
        load(file)
        took.append(thread_time() - began)
    return 1e3 * min(took)


def main():
    trials, y = make_emotion_trials(n_subjects=4, duration=8.0, random_state=0)
    print("| model | kB on disk | kB of weights | kB of a pickle | ms to load | equal |")
    print("| --- " * 6 + "|")
    for name, steps in models().items():
        model = make_pipeline(*steps).fit(trials, y)
        with tempfile.TemporaryDirectory() as folder:
            file = save(model, Path(folder) / "model")
            size, took = file.stat().st_size / 1e3, time_load(file)
            again = load(file).predict_proba(trials)
        equal = np.array_equal(again, model.predict_proba(trials))
        pickled = len(pickle.dumps(model)) / 1e3
        row = f"{size:.0f} | {weigh(model[-1])} | {pickled:.0f} | {took:.1f} | {equal}"
        print(f"| {name} | {row} |", flush=True)


if __name__ == "__main__":
    main()
