"""Entropy, spectra and Kalman smoothing against the published loop, MNE and pykalman."""

import numpy as np
import scipy.fft

from benchmarks.measure import compare
from sklearn_eeg.bands import BANDS
from sklearn_eeg.features import DEExtractor, LDSSmoother, PSDExtractor

SFREQ, LENGTH = 200, 800
# The peer's seconds are those of a few series, times how many there are.
N_TIMED = 3


def rows(quick):
    n_trials, n_windows = (2, 15) if quick else (15, 60)
    rng = np.random.default_rng(0)
    signals = rng.standard_normal((n_trials, 62, n_windows * LENGTH)) * 10
    size = f"{n_trials} x 62 channels x {n_windows} windows of 4 s"
    yield from entropy(signals, size)
    yield from entropy_and_smoothing(signals, size)
    for n in (60, 340 if quick else 3400):
        yield from smoothing(rng.standard_normal((1, n, 310)) * 0.5 + 20)
    yield from spectra(signals[:1, :, : 15 * LENGTH])


def entropy(signals, size):
    singles = signals.astype(np.float32)
    blocks = singles.reshape(-1, LENGTH)
    seed = DEExtractor(4.0, bands="seed-49", kind="seed", sfreq=SFREQ).fit(signals)
    gaussian = DEExtractor(4.0, sfreq=SFREQ).fit(signals)
    alternatives = {
        "published loop": lambda: [published_loop(trial) for trial in signals],
        "rFFT of the windows alone, one thread": lambda: [
            scipy.fft.rfft(blocks[i : i + 300]) for i in range(0, len(blocks), 300)
        ],
    }
    candidates = {
        "DE, the published convention, float32, 2 threads": (seed, singles, 2),
        "DE, the published convention, float32": (seed, singles, 1),
        "DE, the published convention, float64": (seed, signals, 1),
        "DE, gaussian, float32, 2 threads": (gaussian, singles, 2),
        "DE, gaussian, float32": (gaussian, singles, 1),
    }
    for work, (extractor, data, n_jobs) in candidates.items():

        def ours(extractor=extractor, data=data, n_jobs=n_jobs):
            return extractor.set_params(n_jobs=n_jobs).transform(data)

        yield from compare(f"{work}, {size}", ours, alternatives)


def entropy_and_smoothing(signals, size):
    extractor = DEExtractor(4.0, bands="seed-49", kind="seed", sfreq=SFREQ).fit(signals)
    smoother = LDSSmoother().fit(extractor.transform(signals))
    singles = signals.astype(np.float32)
    n_series = len(signals) * 62 * 5

    features = published_loop(signals[0])

    def theirs():
        for channel in range(N_TIMED):
            pykalman_smooth(features[:, channel, 0])

    yield from compare(
        f"DE + LDS, float32, {size}",
        lambda: smoother.transform(extractor.transform(singles)),
        {"pykalman, series by series": theirs},
        rounds=3,
        note=f"{N_TIMED} of {n_series} series timed, scaled; its entropies not counted",
        scale={"pykalman, series by series": n_series / N_TIMED},
    )


def smoothing(features):
    smoother = LDSSmoother().fit(features)
    name = "pykalman, series by series"
    error = max(
        np.abs(pykalman_smooth(series) - smooth).max()
        for series, smooth in zip(
            features[0, :, :N_TIMED].T, smoother.transform(features)[0, :, :N_TIMED].T, strict=True
        )
    )
    yield from compare(
        f"LDS, {features.shape[2]} series x {features.shape[1]} windows",
        lambda: smoother.transform(features),
        {name: lambda: [pykalman_smooth(series) for series in features[0, :, :N_TIMED].T]},
        rounds=3,
        note=f"{N_TIMED} series timed, scaled; largest difference {error:.1e}",
        scale={name: features.shape[2] / N_TIMED},
    )


def spectra(signals):
    from mne.time_frequency import psd_array_multitaper, psd_array_welch

    windows = signals[0].reshape(62, -1, LENGTH).swapaxes(0, 1)
    options = {"sfreq": SFREQ, "fmin": 1, "fmax": 50, "verbose": "error"}
    theirs = {
        "welch": lambda: psd_array_welch(windows, n_fft=400, n_overlap=200, **options),
        "multitaper": lambda: psd_array_multitaper(windows, **options),
    }
    for method, run in theirs.items():
        psd = PSDExtractor(4.0, method=method, sfreq=SFREQ).fit(signals)
        yield from compare(
            f"PSD, {method}, five bands, 62 channels x {len(windows)} windows of 4 s",
            lambda psd=psd: psd.transform(signals),
            {f"MNE's psd_array_{method}, before bands": run},
        )


def published_loop(signals):
    """The SEED-VII script's features of a trial, window by window: (window, channel, band)."""
    edges = [
        (int(lo / SFREQ * LENGTH), int(hi / SFREQ * LENGTH)) for lo, hi in BANDS["seed-49"].values()
    ]
    taper = np.hanning(LENGTH)
    features = np.zeros((signals.shape[1] // LENGTH, len(signals), len(edges)))
    for window in range(len(features)):
        tapered = signals[:, window * LENGTH : (window + 1) * LENGTH] * taper
        magnitudes = np.abs(np.fft.fft(tapered, LENGTH)[:, : LENGTH // 2])
        for band, (start, end) in enumerate(edges):
            power = np.mean(magnitudes[:, start - 1 : end] ** 2, axis=1)
            features[window, :, band] = np.log2(100 * power)
    return features


def pykalman_smooth(series):
    from pykalman import KalmanFilter

    one = np.eye(1)
    model = KalmanFilter(one, one, 1e-3 * one, one, None, None, [series.mean()], 0.1 * one)
    return model.smooth(series[:, None])[0][:, 0]
