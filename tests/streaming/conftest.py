import numpy as np
import pytest

from sklearn_eeg.trials import Trials

NAMES = ("Fp1", "Fp2", "F7", "F8", "T7", "T8", "C3", "C4")
SFREQ = 100.0


def make_signal(n_times, seed=0, n_channels=8):
    """Brown noise on an offset, so that every step has something to do."""
    noise = np.random.default_rng(seed).standard_normal((n_channels, n_times))
    return 5 * noise + np.cumsum(noise, axis=1) + 40 * np.arange(1, n_channels + 1)[:, None]


def make_trials(n_trials=6, n_times=800, **facts):
    data = np.stack([make_signal(n_times, seed) for seed in range(n_trials)])
    facts = {"sfreq": SFREQ, "ch_names": NAMES, **facts}
    return Trials(data, **facts)


@pytest.fixture(scope="session")
def trials():
    return make_trials()
