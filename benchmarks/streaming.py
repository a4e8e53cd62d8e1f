"""``python -m benchmarks.streaming``: how long a block of 0.1 s takes, on one thread.

Signals of 200 Hz: band-pass, DE of 2 s, Kalman filter, scaler, and a network over the last 30
windows or a classifier of each; or a network on windows of the signal. A push that completes a
window is timed apart from one that does not. Beside them is the processor's time, which says more
than the clock where others compute too, and of a network what its module alone takes, called as
torch has it. ``--samples``: memory after so many.
"""

import argparse
import gc
import tracemalloc
from time import perf_counter, thread_time

import numpy as np
import torch
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from sklearn_eeg.classifiers import (
    DGCNNClassifier,
    EEGNetClassifier,
    GRUClassifier,
    ResAttentioNetClassifier,
    WideDeepClassifier,
    WindowedClassifier,
)
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.preprocessing import (
    BandpassNotch,
    ChannelScaler,
    Resample,
    SequencePadder,
    Windower,
)
from sklearn_eeg.streaming import to_stream
from sklearn_eeg.trials import Trials

SFREQ, BLOCK = 200, 20
# Untrained networks cost what trained ones do.
NET = {"max_epochs": 1, "validation": None, "random_state": 0}


def steps(step, resampled=False):
    return [
        BandpassNotch(0.5, 70, 50, method="iir", phase="causal"),
        *([Resample(150)] if resampled else []),
        DEExtractor(2.0, step),
        LDSSmoother("filter"),
        ChannelScaler(),
    ]


def models(step):
    sequence = SequencePadder(30, keep="last")
    yield "features alone", make_pipeline(*steps(step))
    yield "resampled to 150 Hz", make_pipeline(*steps(step, resampled=True))
    yield "linear classifier", make_pipeline(*steps(step), WindowedClassifier())
    yield "SVC", make_pipeline(*steps(step), WindowedClassifier(SVC()))
    yield "wide-deep, each window", make_pipeline(*steps(step), WideDeepClassifier(**NET))
    yield "DGCNN, each window", make_pipeline(*steps(step), DGCNNClassifier(**NET))
    yield "GRU, 30 windows", make_pipeline(*steps(step), sequence, GRUClassifier(**NET))
    last = ResAttentioNetClassifier(**NET)
    yield "ResAttentioNet, 30 windows", make_pipeline(*steps(step), sequence, last)
    yield (
        "EEGNet, 1 s of signal",
        make_pipeline(
            steps(step)[0],
            Windower(1.0, step),
            ChannelScaler("channel"),
            EEGNetClassifier(**NET),
        ),
    )


def time_pushes(stream, signal):
    """Seconds, by the clock and the processor, of pushes that told nothing and of the others."""
    seconds = {False: [], True: []}
    for start in range(0, signal.shape[-1], BLOCK):
        block = signal[:, start : start + BLOCK]
        began = perf_counter(), thread_time()
        result = stream.push(block)
        took = perf_counter() - began[0], thread_time() - began[1]
        seconds[result is not None].append(took)
    return {told: np.array(rows) * 1e3 for told, rows in seconds.items()}


def time_module(model):
    """Seconds of a network alone, on the instance that it was built for."""
    if not hasattr(model[-1], "module_"):
        return "–"
    module, took = model[-1].module_.eval(), []
    x = torch.randn(1, *model[-1]._instance[1])
    with torch.inference_mode():
        for _ in range(200):
            began = thread_time()
            module(x)
            took.append(thread_time() - began)
    return f"{np.median(took) * 1e3:.2f}"


def describe(rows):
    if not len(rows):
        return "– | –"
    (p50, p99), processor = np.quantile(rows[:, 0], [0.5, 0.99]), np.median(rows[:, 1])
    return f"{p50:.2f} / {p99:.2f} | {processor:.2f}"


def measure_memory(n_samples):
    """Bytes that stay in the tenths of a long recording."""
    rng = np.random.default_rng(0)
    model = next(model for name, model in models(1.0) if name.startswith("ResAttentioNet"))
    X = Trials(20 * rng.standard_normal((4, 19, 8 * SFREQ)), sfreq=SFREQ)
    stream = to_stream(model.fit(X, [0, 1, 0, 1]))
    block = 20 * rng.standard_normal((19, 10 * SFREQ))
    print("| samples | MB held |")
    print("| --- | --- |")
    tracemalloc.start()
    for tenth in range(11):
        gc.collect()
        print(f"| {tenth * n_samples // 10:,} | {tracemalloc.get_traced_memory()[0] / 1e6:.3f} |")
        for _ in range(n_samples // 10 // block.shape[1] if tenth < 10 else 0):
            stream.push(block)


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streaming", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="of signal, for each row")
    parser.add_argument("--steps", type=float, nargs="+", default=[0.1, 1.0], help="of windows")
    parser.add_argument("--samples", type=int, help="measure memory over so many, and no time")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.samples:
        return measure_memory(args.samples)
    told = "p50 / p99, ms | processor, p50"
    print(
        f"| channels | a window each | model | nothing new: {told} | an answer: {told} | module |"
    )
    print("| --- " * 8 + "|")
    rng = np.random.default_rng(0)
    for n_channels in (19, 62):
        X = Trials(20 * rng.standard_normal((4, n_channels, 8 * SFREQ)), sfreq=SFREQ)
        signal = 20 * rng.standard_normal((n_channels, args.seconds * SFREQ))
        for step in args.steps:
            for name, model in models(step):
                found = time_pushes(to_stream(model.fit(X, [0, 1, 0, 1])), signal)
                # What fills the sequence first goes another way.
                told = f"{describe(found[False])} | {describe(found[True][60:])}"
                module = time_module(model)
                print(f"| {n_channels} | {step:g} s | {name} | {told} | {module} |", flush=True)


if __name__ == "__main__":
    main()
