"""Entropies, fractals, Hjorth and connectivity against loops over antropy and mne-connectivity."""

import numpy as np

from benchmarks.measure import compare
from sklearn_eeg.features import (
    ConnectivityExtractor,
    EntropyExtractor,
    FractalExtractor,
    HjorthExtractor,
)

SFREQ = 200


def rows(quick):
    n_trials, n_channels, n_windows = (2, 19, 4) if quick else (4, 62, 15)
    x = np.random.default_rng(0).standard_normal((n_trials, n_channels, n_windows * 4 * SFREQ))
    x = np.cumsum(x, axis=-1) * 0.1 + x
    size = f"{n_trials} x {n_channels} channels x {n_windows} windows of 4 s"
    for dtype in (np.float32, np.float64):
        yield from _of_windows(x.astype(dtype), f"{size}, {dtype.__name__}")
    yield from _connectivity(x, size)


def _of_windows(x, size):
    import antropy

    windows = x.reshape(-1, 4 * SFREQ)
    pairs = {
        EntropyExtractor: {
            "permutation": lambda w: antropy.perm_entropy(w, 3, 1),
            "spectral": lambda w: antropy.spectral_entropy(w, SFREQ, method="fft"),
            "sample": lambda w: antropy.sample_entropy(w, 2),
            "approximate": lambda w: antropy.app_entropy(w, 2),
        },
        FractalExtractor: {
            "higuchi": lambda w: antropy.higuchi_fd(w, 10),
            "katz": antropy.katz_fd,
            "petrosian": antropy.petrosian_fd,
            "dfa": antropy.detrended_fluctuation,
        },
    }
    options = {"window": 4.0, "sfreq": SFREQ, "n_jobs": 2}
    steps = {
        kind: (extractor(kind, **options), function)
        for extractor, functions in pairs.items()
        for kind, function in functions.items()
    }
    steps["Hjorth"] = HjorthExtractor(**options), antropy.hjorth_params
    for kind, (step, function) in steps.items():
        step.fit(x)
        yield from compare(
            f"{kind}, {size}",
            lambda step=step: step.transform(x),
            {"antropy in a loop": lambda f=function: np.array([f(window) for window in windows])},
            rounds=3,
        )


def _connectivity(x, size):
    from mne_connectivity import spectral_connectivity_epochs

    segments = x.reshape(*x.shape[:2], -1, SFREQ).swapaxes(1, 2)
    for kind, method in {"coherence": "coh", "plv": "plv", "wpli": "wpli"}.items():
        ours = ConnectivityExtractor(kind, sfreq=SFREQ, n_jobs=2).fit(x)

        def theirs(method=method):
            return [
                spectral_connectivity_epochs(
                    trial, method=method, mode="fourier", sfreq=SFREQ, fmin=(1, 4, 8, 14, 31),
                    fmax=(4, 8, 14, 31, 50), faverage=True, verbose="error",
                )
                for trial in segments
            ]  # fmt: skip

        yield from compare(
            f"{kind}, {size}",
            lambda ours=ours: ours.transform(x),
            {"mne-connectivity a trial": theirs},
            rounds=3,
        )
