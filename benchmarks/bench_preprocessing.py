"""Filtering with resampling against MNE and SciPy; scaling by subject against scikit-learn.

Ours runs on two threads, theirs (in float64, as they compute) on one.
"""

import numpy as np
import scipy.signal
from sklearn.preprocessing import StandardScaler

from benchmarks.measure import compare, peak_mib, time_all
from sklearn_eeg.preprocessing import BandpassNotch, Resample, SubjectScaler

N_CHANNELS, SFREQ, SFREQ_OUT = 62, 1000, 200
BAND, NOTCH = (0.1, 70), 50


def rows(quick):
    minutes = 5 if quick else 60
    yield from filter_rows(minutes)
    yield from rate_rows(minutes)
    yield from growth_rows(minutes)
    yield from scaler_rows(60 if quick else 675)


def filter_rows(minutes):
    double = make_recording(minutes)
    single = double.astype(np.float32)
    ours = {
        "one pass, float32": lambda: one_pass(single),
        "one pass, float64": lambda: one_pass(double),
        "two steps, float32": lambda: two_steps(single),
        "two steps, float64": lambda: two_steps(double),
    }
    theirs = {
        "MNE filter, notch, resample": lambda: with_mne(double, "fft"),
        "MNE with polyphase": lambda: with_mne(double, "polyphase"),
        "SciPy sosfiltfilt, resample_poly": lambda: with_scipy(double),
    }
    seconds = time_all(ours | theirs, rounds=3)
    peak = {name: peak_mib(run) for name, run in (ours | theirs).items()}
    work = f"{BAND[0]}-{BAND[1]} Hz, notch, {SFREQ} to {SFREQ_OUT} Hz, {N_CHANNELS} x {minutes} min"
    for name in ours:
        for other in theirs if name.startswith("one") else list(theirs)[:1]:
            note = f"{peak[name]:.0f} MiB over the input, theirs {peak[other]:.0f}"
            ratio = seconds[other] / seconds[name]
            yield f"{work}, {name}", other, seconds[name], seconds[other], ratio, note


def rate_rows(minutes):
    """A ratio without small terms, against one with, of as many samples."""
    import mne

    double = make_recording(minutes)
    for x in (double.astype(np.float32), double):
        yield from compare(
            f"resample 256.41 to 200 Hz, {N_CHANNELS} x {x.shape[-1]}, {x.dtype}",
            lambda x=x: Resample(200, sfreq=256.41, n_jobs=2).fit_transform(x),
            {
                "250 to 200 Hz, ours": lambda x=x: Resample(200, sfreq=250, n_jobs=2).fit_transform(
                    x
                ),
                "MNE, by FFT": lambda: mne.filter.resample(double, 200, 256.41, verbose="error"),
            },
            rounds=3,
        )


def growth_rows(minutes):
    whole = make_recording(minutes).astype(np.float32)
    shorter, fewer = whole[..., : whole.shape[-1] // 2], whole[:, : N_CHANNELS // 2]
    yield from compare(
        "one pass, as the work grows",
        lambda: one_pass(whole),
        {"half the time": lambda: one_pass(shorter), "half the channels": lambda: one_pass(fewer)},
        note="0.5 is linear",
    )


def scaler_rows(n_trials):
    x = np.random.default_rng(0).standard_normal((n_trials, 60, N_CHANNELS, 5)).astype(np.float32)
    subjects = np.arange(n_trials) % 15
    scaler = SubjectScaler().fit(x, groups=subjects)

    def with_scikit_learn():
        out = np.empty_like(x)
        for subject in range(15):
            rows = subjects == subject
            flat = x[rows].reshape(-1, N_CHANNELS * 5)
            out[rows] = StandardScaler().fit_transform(flat).reshape(-1, *x.shape[1:])
        return out

    ours = lambda: scaler.transform(x, groups=subjects)  # noqa: E731
    work = f"z-score by subject, {n_trials} x 60 x {N_CHANNELS} x 5"
    yield from compare(work, ours, {"StandardScaler in a loop": with_scikit_learn})


def make_recording(minutes):
    rng = np.random.default_rng(0)
    return 10 * rng.standard_normal((1, N_CHANNELS, minutes * 60 * SFREQ))


def one_pass(x):
    step = BandpassNotch(*BAND, NOTCH, resample=SFREQ_OUT, sfreq=SFREQ, n_jobs=2)
    return step.fit_transform(x)


def two_steps(x):
    filtered = BandpassNotch(*BAND, NOTCH, sfreq=SFREQ, n_jobs=2).fit_transform(x)
    return Resample(SFREQ_OUT, sfreq=SFREQ, n_jobs=2).fit_transform(filtered)


def with_mne(x, method):
    import mne

    quiet = {"verbose": "error"}
    x = mne.filter.filter_data(x, SFREQ, *BAND, n_jobs=1, **quiet)
    x = mne.filter.notch_filter(x, SFREQ, NOTCH, n_jobs=1, copy=False, **quiet)
    return mne.filter.resample(x, SFREQ_OUT, SFREQ, n_jobs=1, method=method, **quiet)


def with_scipy(x):
    band = scipy.signal.butter(4, BAND, "bandpass", fs=SFREQ, output="sos")
    notch = scipy.signal.butter(4, (NOTCH - 1, NOTCH + 1), "bandstop", fs=SFREQ, output="sos")
    sos = np.concatenate([band, notch])
    return np.stack(
        [
            scipy.signal.resample_poly(scipy.signal.sosfiltfilt(sos, row), SFREQ_OUT, SFREQ)
            for row in x[0]
        ]
    )
