"""``python -m benchmarks.streaming``: how long a block of 0.1 s takes, on one thread.

Signals of 200 Hz: band-pass, DE of 2 s, Kalman filter, scaler, and a network over the last windows,
or on maps, or a classifier of each window; or a network on windows of the signal. A push that
completes a window is timed apart from one that does not. Beside the clock is the processor's time,
which says more where others compute too, and of a network what its module alone takes, called as
torch has it. ``--backends``: what runs a network. ``--samples``: memory after so many.
"""

import argparse
import gc
import tracemalloc
from time import perf_counter, thread_time

import numpy as np
import torch
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from sklearn_eeg import classifiers as c
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.montage import MONTAGES, GridMapper
from sklearn_eeg.preprocessing import (
    BandpassNotch,
    ChannelScaler,
    Resample,
    SequencePadder,
    Windower,
)
from sklearn_eeg.spectrogram import MelSpectrogram
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
    """Pipelines without a network, by name."""
    yield "features alone", make_pipeline(*steps(step))
    yield "resampled to 150 Hz", make_pipeline(*steps(step, resampled=True))
    yield "linear classifier", make_pipeline(*steps(step), WindowedClassifier())
    yield "SVC", make_pipeline(*steps(step), WindowedClassifier(SVC()))


def networks(step):
    """Pipelines with one, by name."""
    for name, network in (
        ("wide-deep", c.WideDeepClassifier),
        ("DGCNN", c.DGCNNClassifier),
        ("CDCN", c.CDCNClassifier),
        ("HSLT", c.HSLTClassifier),
    ):
        yield f"{name}, each window", make_pipeline(*steps(step), network(**NET))
    for name, network in (
        ("LSTM", c.LSTMClassifier),
        ("GRU", c.GRUClassifier),
        ("GTN", c.GTNClassifier),
        ("ResAttentioNet", c.ResAttentioNetClassifier),
    ):
        sequence = SequencePadder(30, keep="last")
        yield f"{name}, 30 windows", make_pipeline(*steps(step), sequence, network(**NET))
    maps = [*steps(step), GridMapper()]
    yield "CCNN, each map", make_pipeline(*maps, c.CCNNClassifier(**NET))
    sequence = SequencePadder(4, keep="last")
    yield "ConvLSTM, 4 maps", make_pipeline(*maps, sequence, c.ConvLSTMClassifier(**NET))
    for name, network in (
        ("EEGNet", c.EEGNetClassifier),
        ("EEG-Conformer", c.EEGConformerClassifier),
        ("TSception", c.TSceptionClassifier),
    ):
        signal = [steps(step)[0], Windower(1.0, step), ChannelScaler("channel")]
        yield f"{name}, 1 s of signal", make_pipeline(*signal, network(**NET))
    mel = MelSpectrogram(256, 40, 32, 40, 0.5, 40.0)
    image = [steps(step)[0], Windower(5.0, step), ChannelScaler("channel")]
    last = c.SpectrogramCNNClassifier(spectrogram=mel, **NET)
    yield "spectrogram CNN, 5 s", make_pipeline(*image, last)


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
    """Median and 99th percentile by the clock; the tenth, both of these by the processor."""
    if not len(rows):
        return "– | –"
    (p50, p99), processor = np.quantile(rows[:, 0], [0.5, 0.99]), rows[:, 1]
    low, half, high = np.quantile(processor, [0.1, 0.5, 0.99])
    return f"{p50:.2f} / {p99:.2f} | {low:.2f} / {half:.2f} / {high:.2f}"


def make_trials(n_channels, n_trials=4, seconds=8):
    rng = np.random.default_rng(0)
    names = MONTAGES["10-20" if n_channels == 19 else "seed-62"]
    data = 20 * rng.standard_normal((n_trials, n_channels, seconds * SFREQ))
    return Trials(data, sfreq=SFREQ, ch_names=names)


def measure_memory(n_samples):
    """Bytes that stay in the tenths of a long recording."""
    rng = np.random.default_rng(0)
    model = next(m for name, m in networks(1.0) if name.startswith("ResAttentioNet"))
    stream = to_stream(model.fit(make_trials(19), [0, 1, 0, 1]))
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
    parser.add_argument("--channels", type=int, nargs="+", default=[19, 62], help="19 or 62")
    parser.add_argument("--models", default="", help="those whose name has this in it")
    parser.add_argument("--backends", nargs="+", default=["torch"], help="of networks: torch, onnx")
    parser.add_argument("--samples", type=int, help="measure memory over so many, and no time")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.samples:
        return measure_memory(args.samples)
    told = "p50 / p99, ms | processor, p10 / p50 / p99"
    print(
        f"| channels | a window each | model | backend | nothing new: {told} | an answer: {told} "
        f"| module |"
    )
    print("| --- " * 9 + "|")
    for n_channels in args.channels:
        X = make_trials(n_channels)
        signal = make_trials(n_channels, 1, args.seconds).data[0]
        for step in args.steps:
            for name, model in models(step):
                measure(f"{n_channels} | {step:g} s | {name}", model, X, signal, ["–"], args)
            for name, model in networks(step):
                told = f"{n_channels} | {step:g} s | {name}"
                measure(told, model, X, signal, args.backends, args)


def measure(told, model, X, signal, backends, args):
    """Print a row for each backend."""
    if args.models not in told:
        return
    model.fit(X, [0, 1, 0, 1])
    for backend in backends:
        settings = {} if backend in ("–", "torch") else {"backend": backend}
        found = time_pushes(to_stream(model, **settings), signal)
        # What fills the sequence first goes another way.
        row = f"{describe(found[False])} | {describe(found[True][60:])}"
        print(f"| {told} | {backend} | {row} | {time_module(model)} |", flush=True)


if __name__ == "__main__":
    main()
