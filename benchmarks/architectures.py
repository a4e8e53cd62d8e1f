"""What a training of each architecture costs, at the size its parameters are published for.

``python -m benchmarks.architectures [--quick] [name ...]`` prints a table for the documentation:
milliseconds an instance on one thread in training and in prediction, and memory beside the data.
Each runs in a process of its own.
"""

import argparse
import subprocess
import sys
import time
from statistics import median

import numpy as np

from benchmarks.measure import peak_mib
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load
from sklearn_eeg.classifiers import WideDeepClassifier
from sklearn_eeg.montage import MONTAGES
from sklearn_eeg.trials import Trials

HEAD = "model", "an instance", "parameters", "batch", "training, ms", "prediction, ms", "MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which; all by default")
    parser.add_argument("--quick", action="store_true", help="two batches each")
    parser.add_argument("--alone", action="store_true", help="measure in this process")
    arguments = parser.parse_args()
    names = arguments.names or [name for name, a in ARCHITECTURES.items() if a.block is None]
    if arguments.alone:
        print("\t".join(measure(names[0], 2 if arguments.quick else 8)))
        return
    lines = [measure_apart(name, arguments.quick) for name in names]
    widths = [max(len(line[i]) for line in [HEAD, *lines]) for i in range(len(HEAD))]
    bar = "  ".join("=" * width for width in widths)
    for line in (None, HEAD, None, *lines, None):
        cells = zip(line or (), widths, strict=False)
        print("  ".join(cell.ljust(width) for cell, width in cells).rstrip() if line else bar)


def measure_apart(name, quick):
    command = [sys.executable, "-m", "benchmarks.architectures", "--alone", name]
    command += ["--quick"] if quick else []
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    # As it comes: some take long, and whoever stops the rest keeps what there is.
    print(found.stdout.strip("\n"), file=sys.stderr)
    return found.stdout.strip("\n").split("\t")


def measure(name, n_batches):
    """Cells of the line of an architecture."""
    entry = ARCHITECTURES[name]
    cls = load(entry.estimator)
    size = cls(**entry.settings).batch_size

    def make(n_batches):
        trials, y = make_data(entry, n_batches * size)
        model = cls(**{**entry.settings, **single(cls)}, max_epochs=1, random_state=0, device="cpu")
        return lambda: model.fit(trials, y), lambda: model.predict(trials)

    train, predict = make(1 + n_batches)
    # What any fit loads is not the architecture's.
    WideDeepClassifier(max_epochs=1, device="cpu").fit(np.eye(6)[:, None], [0, 1] * 3)
    # Of the first fit: later ones have memory that it gave back.
    memory = peak_mib(train)
    more = [timed(train) for _ in range(3)]
    # What a fit costs beside its batches.
    train, _ = make(1)
    less = [timed(train) for _ in range(3)]
    n = n_batches * size
    shape = " x ".join(f"{length} {axis}" for axis, length in entry.instance.items())
    return (
        name,
        shape,
        f"{entry.n_parameters:,}",
        str(size),
        f"{1000 * max(0, median(more) - median(less)) / n:.2g}",
        f"{1000 * median(timed(predict) for _ in range(3)) / (n + size):.2g}",
        f"{memory:,.0f}",
    )


def make_data(entry, n_trials):
    rng = np.random.default_rng(0)
    data = rng.standard_normal((n_trials, *entry.instance.values()), dtype=np.float32)
    # Subjects that a network has heads or a decoder for; else nobody asks whose trials they are.
    subject = np.arange(n_trials) % max(2, entry.n_domains)
    facts = {"sfreq": entry.sfreq, "ch_names": entry.montage and list(MONTAGES[entry.montage])}
    trials = Trials(data, axes=tuple(entry.instance), metadata={"subject": subject}, **facts)
    if "regressor" in entry.estimator:
        return trials, rng.standard_normal((n_trials, entry.n_outputs)).squeeze()
    return trials, np.arange(n_trials) // 2 % entry.n_outputs


def single(cls):
    """Settings by which an epoch is what it says: nothing trained before or beside it."""
    known = {"rbm_epochs": 1, "rebuilding_epochs": 1, "validation": None, "patience": None}
    return {name: value for name, value in known.items() if hasattr(cls, name)}


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
