"""Peak memory, each in a process of its own."""

import subprocess
import sys
import textwrap

import pytest

COMMON = """
    import resource, sys
    import numpy as np
    import torch
    from sklearn.model_selection import GroupKFold, cross_validate
    from torch import nn
    from sklearn_eeg.classifiers import ModuleClassifier
    from sklearn_eeg.trials import Trials

    def linear(n_features, n_outputs):
        return nn.Sequential(nn.Flatten(), nn.Linear(n_features, n_outputs))

    def peak_mib():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
"""

IN_MEMORY = """
    small = np.zeros((64, 60, 310), dtype=np.float32)
    model = ModuleClassifier(
        module=linear, max_epochs=2, batch_size=64, validation=0.25, random_state=0
    )
    model.fit(small, np.arange(64) % 2).predict(small)
    X = np.zeros((4096, 60, 310), dtype=np.float32)
    X[:] = 1
    before = peak_mib()
    model.fit(X, np.arange(4096) % 2).predict(X)
    print(X.nbytes / 2**20, peak_mib() - before)
"""

ON_DISK = """
    n = 2**32 // (60 * 310 * 4) + 1
    X = np.lib.format.open_memmap(
        sys.argv[1], mode="w+", dtype=np.float32, shape=(n, 60, 310)
    )
    y = np.arange(n) % 2
    X[: n // 50, 0, 0] = y[: n // 50]
    del X
    resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))
    try:
        np.ones(2**28, dtype=np.float64)
        sys.exit("the limit does not hold")
    except MemoryError:
        pass
    X = np.load(sys.argv[1], mmap_mode="r")
    trials = Trials(X, metadata={"subject": np.arange(n) // 2 % 10})
    model = ModuleClassifier(
        module=linear, max_epochs=1, batch_size=256, validation=0.1, random_state=0
    )
    model.fit(trials, y)
    print(X.nbytes / 2**30, len(model.predict(trials)) == n)
    model.set_params(validation=None)
    found = cross_validate(model, trials, y, groups=trials.subject, cv=GroupKFold(2))
    print(len(found["test_score"]))
"""


def run(program, *arguments):
    code = textwrap.dedent(COMMON) + textwrap.dedent(program)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_fit_holds_the_data_once():
    data, growth = (float(number) for number in run(IN_MEMORY))
    assert data > 290
    # Two batches and what torch keeps at hand, not a copy of the data.
    assert growth < 60


@pytest.mark.slow
def test_four_gibibytes_train_within_one(tmp_path):
    size, complete, n_folds = run(ON_DISK, str(tmp_path / "x.npy"))
    assert float(size) >= 4
    assert complete == "True"
    # Folds are no copies either.
    assert n_folds == "2"
