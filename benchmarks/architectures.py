"""What a training of each architecture costs, at the size its parameters are published for.

``python -m benchmarks.architectures [--quick] [name ...]`` prints a table for the documentation:
milliseconds an instance of one thread's processor time in training and in prediction, and memory
beside the data. Each is measured in a process of its own.
"""

import argparse
import multiprocessing
import sys
import time
from statistics import median

import numpy as np
import torch

from benchmarks.measure import peak_mib
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load
from sklearn_eeg.classifiers import WideDeepClassifier
from sklearn_eeg.montage import MONTAGES
from sklearn_eeg.trials import Trials

HEAD = (
    "model", "an instance", "parameters", "published", "batch", "training, ms", "prediction, ms",
    "MiB",
)  # fmt: skip
# Whose sizes no source counts: the catalogue has our own count.
UNCOUNTED = {
    "conv2d-lstm", "spectrogram-cnn", "grouped-cnn1d", "dbn", "wide-deep", "hierarchical-cnn",
    "capsnet", "acrnn", "band-power-net",
}  # fmt: skip
# Whose public code counts otherwise; the class's page says why.
OTHERWISE = {
    "eegnet": "2,468 with statistics",
    "daeegvit": "28,656",
    "bihdm": "11,421 for 26 pairs",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which; all by default")
    parser.add_argument("--quick", action="store_true", help="two batches each")
    arguments = parser.parse_args()
    names = arguments.names or [name for name, a in ARCHITECTURES.items() if a.block is None]
    torch.set_num_threads(1)
    # What any fit loads is not the architecture's.
    WideDeepClassifier(max_epochs=1, device="cpu").fit(np.eye(6)[:, None], [0, 1] * 3)
    lines = [measure_apart(name, arguments.quick) for name in names]
    # The dearest first.
    lines = [HEAD, *sorted(lines, key=lambda line: -float(line[5]))]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    bar = "  ".join("=" * width for width in widths)
    head, *rest = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    print(bar, head, bar, *rest, bar, sep="\n")


def measure_apart(name, quick):
    """Cells of the line of an architecture, from a copy of this process."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    measured = context.Process(target=send_measured, args=(sender, name, quick))
    measured.start()
    sender.close()
    line = receiver.recv()
    measured.join()
    # As it comes: some take long, and whoever stops the rest keeps what there is.
    print(*line, sep="\t", file=sys.stderr, flush=True)
    return line


def send_measured(sender, name, quick):
    sender.send(measure(name, 2 if quick else 8))


def measure(name, n_batches):
    """Cells of the line of an architecture."""
    entry = ARCHITECTURES[name]
    cls = load(entry.estimator)
    size = cls(**entry.settings).batch_size

    def make(n_batches):
        trials, y = make_data(entry, n_batches * size)
        model = cls(**{**entry.settings, **single(cls)}, max_epochs=1, random_state=0, device="cpu")
        return model, lambda: model.fit(trials, y), lambda: model.predict(trials)

    model, train, predict = make(1 + n_batches)
    # Of the first fit: later ones have memory that it gave back.
    memory = peak_mib(train)
    more = [timed(train) for _ in range(3)]
    # What a fit costs beside its batches.
    _, train_once, _ = make(1)
    less = [timed(train_once) for _ in range(3)]
    n = n_batches * size
    shape = " x ".join(f"{length} {axis}" for axis, length in entry.instance.items())
    # The first prediction prepares the network for all.
    predict()
    n_parameters = sum(p.numel() for p in model.module_.parameters())
    published = OTHERWISE.get(name, f"{entry.n_parameters:,}")
    return (
        name,
        shape,
        f"{n_parameters:,}",
        "" if name in UNCOUNTED else published,
        str(size),
        milliseconds(max(0, median(more) - median(less)) / n),
        milliseconds(median(timed(predict) for _ in range(3)) / (n + size)),
        f"{memory:,.0f}",
    )


def milliseconds(seconds):
    """In two digits, without an exponent."""
    return f"{float(f'{1000 * seconds:.2g}'):g}"


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
    known = {"rbm_epochs": 1, "rebuilding_epochs": 1, "pretrain_epochs": None}
    known |= {"validation": None, "patience": None}
    return {name: value for name, value in known.items() if hasattr(cls, name)}


def timed(run):
    """Seconds of the processor: a neighbour at work does not count."""
    start = time.process_time()
    run()
    return time.process_time() - start


if __name__ == "__main__":
    main()
