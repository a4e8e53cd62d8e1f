"""``python -m benchmarks.streaming``: how long a block of 0.1 s takes, on one thread.

Signals of 200 Hz: band-pass, DE of 2 s, Kalman filter, scaler, and a network over the last 30
windows or a classifier of each. A push that completes a window is timed apart from one that does
not.
"""

import argparse
from time import perf_counter

import numpy as np
import torch
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from sklearn_eeg.classifiers import ResAttentioNetClassifier, WindowedClassifier
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.preprocessing import BandpassNotch, ChannelScaler, Resample, SequencePadder
from sklearn_eeg.streaming import to_stream

SFREQ, BLOCK = 200, 20


def steps(step, resampled=False):
    rate = {"sfreq": SFREQ}
    return [
        BandpassNotch(0.5, 70, 50, method="iir", phase="causal", **rate),
        *([Resample(150, **rate)] if resampled else []),
        DEExtractor(2.0, step, sfreq=150 if resampled else SFREQ),
        LDSSmoother("filter"),
        ChannelScaler(),
    ]


def models(step):
    # Untrained networks cost what trained ones do.
    net = ResAttentioNetClassifier(max_epochs=1, validation=None, random_state=0)
    sequence = SequencePadder(30, keep="last")
    yield "features alone", make_pipeline(*steps(step))
    yield "resampled to 150 Hz", make_pipeline(*steps(step, resampled=True))
    yield "linear classifier", make_pipeline(*steps(step), WindowedClassifier())
    yield "SVC", make_pipeline(*steps(step), WindowedClassifier(SVC()))
    yield "ResAttentioNet", make_pipeline(*steps(step), sequence, net)


def time_pushes(stream, signal):
    """Seconds of pushes that made nothing known, and of those that did."""
    seconds = {False: [], True: []}
    for start in range(0, signal.shape[-1], BLOCK):
        block = signal[:, start : start + BLOCK]
        began = perf_counter()
        result = stream.push(block)
        seconds[result is not None].append(perf_counter() - began)
    return seconds


def describe(seconds):
    if not seconds:
        return "–"
    p50, p99 = np.quantile(seconds, [0.5, 0.99]) * 1e3
    return f"{p50:.2f} / {p99:.2f}"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streaming", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="of signal, for each row")
    seconds = parser.parse_args().seconds
    torch.set_num_threads(1)
    print("| channels | a window each | after the features | p50 / p99, ms | with an answer, ms |")
    print("| --- | --- | --- | --- | --- |")
    rng = np.random.default_rng(0)
    for n_channels in (19, 62):
        X = 20 * rng.standard_normal((4, n_channels, 8 * SFREQ))
        signal = 20 * rng.standard_normal((n_channels, seconds * SFREQ))
        for step in (0.1, 1.0):
            for name, model in models(step):
                found = time_pushes(to_stream(model.fit(X, [0, 1, 0, 1])), signal)
                told = f"{describe(found[False])} | {describe(found[True])}"
                print(f"| {n_channels} | {step:g} s | {name} | {told} |", flush=True)


if __name__ == "__main__":
    main()
