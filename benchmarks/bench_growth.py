"""How cost grows with trials, channels and time: a quarter and a half of the work beside all."""

import numpy as np

from benchmarks.measure import compare, traced_mib
from sklearn_eeg.features import (
    ConnectivityExtractor,
    DEExtractor,
    EntropyExtractor,
    LDSSmoother,
    PSDExtractor,
)
from sklearn_eeg.spectrogram import MelSpectrogram

SFREQ = 200
AXES = ("trials", "channels", "time")


def rows(quick):
    n_trials, n_channels, seconds = (4, 16, 16) if quick else (16, 64, 64)
    shape = (n_trials, n_channels, seconds * SFREQ)
    signals = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
    options = {"window": 4.0, "sfreq": SFREQ}
    # Matches of a stretch with all others, and channels with all others: few of either.
    few = signals[: n_trials // 2, : n_channels // 4]
    steps = {
        "DE": (DEExtractor(**options), signals, AXES),
        "PSD, Welch": (PSDExtractor(**options), signals, AXES),
        "sample entropy": (EntropyExtractor("sample", **options), few, AXES),
        "coherence": (ConnectivityExtractor("coherence", sfreq=SFREQ), few, AXES),
        "mel spectrogram": (MelSpectrogram(512, None, 50, 64, sfreq=SFREQ), signals, AXES),
        # Windows lie where channels do, and then series.
        "LDS": (LDSSmoother(), signals.swapaxes(1, 2).copy(), ("trials", "windows", "series")),
    }
    for name, (step, x, axes) in steps.items():
        for axis, what in enumerate(axes):
            yield from growth(name, step, x, axis, what)


def growth(name, step, x, axis, what):
    def run(share):
        index = (slice(None),) * axis + (slice(x.shape[axis] // share),)
        part = np.ascontiguousarray(x[index])
        return lambda: step.fit(part).transform(part)

    whole, half, quarter = run(1), run(2), run(4)
    yield from compare(
        f"{name}, {' x '.join(map(str, x.shape))}, all {what}",
        whole,
        {f"half the {what}": half, f"a quarter of the {what}": quarter},
        note=f"0.5 and 0.25 are linear; {beside(whole):.1f} MiB beside input and result, "
        f"{beside(quarter):.1f} of a quarter",
    )


def beside(run):
    n_bytes = run().nbytes
    return traced_mib(run) - n_bytes / 2**20
