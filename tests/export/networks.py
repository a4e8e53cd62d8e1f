"""Each network of the catalogue, trained a little, and trials that it has not seen."""

import time
import warnings

import numpy as np

from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load
from sklearn_eeg.montage import MONTAGES
from sklearn_eeg.trials import Trials

# Of a trial whose windows are instances by themselves.
WINDOWS = 2
# With the settings of scikit-learn's checks, since with the published ones it takes long until
# answers differ.
LESS = ("capsnet", "ccnn", "gtn", "pr-pl", "sognn")
# Where the published size takes minutes.
SMALLER = {"spectrogram-cnn": {"channel": 16, "frequency": 64, "frame": 65}}


def classifiers():
    """Names of the architectures that are classifiers."""
    return [n for n, a in ARCHITECTURES.items() if ".classifiers." in a.estimator]


def make_trials(name, n_trials, random_state):
    """Trials of the instance that the catalogue states, and labels that they tell."""
    rng, architecture = np.random.default_rng(random_state), ARCHITECTURES[name]
    instance = SMALLER.get(name, architecture.instance)
    axes, shape = tuple(instance), tuple(instance.values())
    n_classes = architecture.n_outputs
    y = np.arange(n_trials) % n_classes
    patterns = np.random.default_rng(0).normal(size=(n_classes, *shape))
    data = (rng.normal(size=(n_trials, *shape)) + 0.5 * patterns[y]).astype(np.float32)
    if "window" not in axes:
        axes = ("window", *axes)
        data = np.stack([data, *(rng.normal(size=data.shape) for _ in range(WINDOWS - 1))], axis=1)
    return Trials(
        data.astype(np.float32),
        axes=axes,
        sfreq=architecture.sfreq or 200.0,
        ch_names=MONTAGES[architecture.montage] if architecture.montage else None,
        metadata={"subject": rng.permutation(n_trials) % 4},
    ), y


def trained(name):
    """Classifier after some epochs, until answers differ, and trials that it has not seen."""
    architecture = ARCHITECTURES[name]
    n_trials = 2 * max(4, architecture.n_outputs)
    trials, y = make_trials(name, n_trials, random_state=1)
    brief = {k: v for k, v in architecture.small.items() if k.endswith("_epochs")}
    quick = {"max_epochs": 8, "batch_size": 4, "lr": 3e-3, "random_state": 0}
    if name in LESS:
        quick |= architecture.small
    settings = {**architecture.settings, **brief, **quick}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = load(architecture.estimator)(**settings).fit(trials, y)
    return model, make_trials(name, 5, random_state=2)[0]


def milliseconds(function, n_times=30, seconds=2.0):
    """The shortest of some calls, in which no neighbour came between."""
    function()
    took = []
    while len(took) < n_times and sum(took) < seconds:
        start = time.perf_counter()
        function()
        took.append(time.perf_counter() - start)
    return 1000 * min(took)
