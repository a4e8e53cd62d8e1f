"""Pipelines that a stream follows exactly, small and fitted."""

from functools import cache

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg import features as f
from sklearn_eeg import preprocessing as p
from sklearn_eeg.classifiers import (
    EEGNetClassifier,
    ResAttentioNetClassifier,
    WindowedClassifier,
)
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.spectrogram import MelSpectrogram
from tests.streaming.conftest import make_trials

BANDS = {"theta": (4, 8), "alpha": (8, 14), "beta": (14, 31)}


def causal(**settings):
    return p.BandpassNotch(1, 40, method="iir", phase="causal", order=2, **settings)


def windowed_de(window=0.5, step=None):
    return f.DEExtractor(window, step, bands=BANDS, flat="nan")


# What comes out grows sample by sample, window by window, or sequence by sequence.
TRANSFORMERS = {
    "montage, reference, clipper": lambda: [
        p.BipolarMontage(["Fp1-F7", "Fp2-F8", "T7-C3"]),
        p.Rereference(),
        p.ArtifactClipper(100, 10),
    ],
    "aligner, scaler": lambda: [
        p.ChannelAligner(["C4", "C3", "Fp1"], extra="drop"),
        p.ChannelScaler("channel"),
        p.MissingFiller(),
    ],
    "REST": lambda: [p.Rereference("REST")],
    "filter at rest": lambda: [causal(notch=None)],
    "filter on zero": lambda: [causal(start="zero")],
    "filter bank": lambda: [p.FilterBank({"a": (4, 8), "b": (12, 20)}), p.Windower(0.6, 0.25)],
    "resample 1:2": lambda: [p.Resample(50)],
    "resample 16:25": lambda: [p.Resample(64)],
    "resample 5:4": lambda: [p.Resample(125)],
    "resample to the same": lambda: [p.Resample(100)],
    "two resamplers": lambda: [p.Resample(80), p.Resample(60)],
    "windower with holes": lambda: [p.Windower(0.1, 0.37)],
    "windower, overlapping": lambda: [p.Windower(0.5, 0.07)],
    "each window by itself": lambda: [
        p.Windower(1.0, 0.5),
        p.GapInterpolator(0.1),
        p.BandpassNotch(4, 30, method="iir"),
        p.Resample(50),
        p.ChannelScaler("channel"),
    ],
    "mel of windows": lambda: [p.Windower(1.0), MelSpectrogram(64, 16, 8, 4, 2.0, 40.0)],
    "mean amplitude": lambda: [p.Windower(1.0, 0.3), f.MeanAmplitudeExtractor(4)],
    "chain": lambda: [causal(), p.Resample(80), windowed_de(), f.LDSSmoother("filter")],
    "DE of the SEED script": lambda: [f.DEExtractor(1.0, 0.5, kind="seed", n_fft=64, bands=BANDS)],
    "PSD": lambda: [f.PSDExtractor(0.5, 0.13, bands=BANDS)],
    "Hjorth": lambda: [f.HjorthExtractor(0.5)],
    "statistics": lambda: [f.StatisticsExtractor(window=0.5, step=0.2)],
    "entropy": lambda: [f.EntropyExtractor(["spectral", "shannon"], window=0.5)],
    "fractal": lambda: [f.FractalExtractor(["katz"], window=0.5)],
    "connectivity": lambda: [
        f.ConnectivityExtractor(window=1.0, segment=0.25, bands={"wide": (4, 30)})
    ],
    "fixed lag": lambda: [windowed_de(), f.LDSSmoother("fixed_lag", lag=3)],
    "no lag": lambda: [windowed_de(), f.LDSSmoother("fixed_lag", lag=0, learn="em", n_iter=2)],
    "causal moving average": lambda: [windowed_de(), f.MovingAverageSmoother(4, causal=True)],
    "moving average": lambda: [windowed_de(), f.MovingAverageSmoother(5)],
    "features by name": lambda: [
        windowed_de(),
        f.BandSelector(["beta", "alpha"]),
        p.ChannelScaler(),
        f.AsymmetryExtractor("asm"),
    ],
    "pipelines in pipelines": lambda: [
        make_pipeline(causal(), make_pipeline(p.Resample(80), "passthrough")),
        make_pipeline(windowed_de()),
    ],
    "filters in a stack": lambda: [
        f.FeatureStack(
            [
                ("broad", f.HjorthExtractor(0.5)),
                ("narrow", make_pipeline(causal(), f.HjorthExtractor(0.5))),
            ]
        ),
    ],
    "maps": lambda: [windowed_de(), GridMapper("positions", shape=(5, 5), interpolate=True)],
    "stack": lambda: [
        causal(),
        f.FeatureStack(
            [
                ("de", windowed_de()),
                ("slow", make_pipeline(windowed_de(), f.LDSSmoother("fixed_lag", lag=2))),
                ("psd", make_pipeline(f.PSDExtractor(0.5, bands=BANDS))),
            ]
        ),
        f.MovingAverageSmoother(3),
    ],
}


@cache
def fit_transformer(name):
    return make_pipeline(*TRANSFORMERS[name]()).fit(make_trials())


def de_windows():
    return [causal(), windowed_de(0.5, 0.25), f.LDSSmoother("filter", q=0.5)]


NET = {"max_epochs": 3, "lr": 1e-2, "random_state": 0, "validation": None}
# The last windows at each moment, or each window.
OF_SEQUENCES = {
    # Of a sequence the past and the future are known.
    "smoother of sequences": lambda: [
        windowed_de(0.5, 0.25),
        p.SequencePadder(6, keep="last"),
        f.LDSSmoother(),
        p.MissingFiller(),
        WindowedClassifier(LogisticRegression(C=1e-3)),
    ],
    "attention": lambda: [
        *de_windows(),
        p.SequencePadder(7, keep="last"),
        p.ChannelScaler(),
        ResAttentioNetClassifier(base_width=4, **NET),
    ],
    "padder behind the scaler": lambda: [
        *de_windows(),
        p.ChannelScaler(),
        p.SequencePadder(7, keep="last"),
        WindowedClassifier(LogisticRegression(C=1e-3)),
    ],
    "scikit-learn": lambda: [
        *de_windows(),
        p.SequencePadder(5, fill=0.0, keep="last"),
        p.Flatten(),
        StandardScaler(),
        PCA(4),
        LogisticRegression(),
    ],
}
OF_WINDOWS = {
    "windowed": lambda: [
        *de_windows(),
        p.ChannelScaler(),
        WindowedClassifier(LogisticRegression(C=1e-3)),
    ],
    "EEGNet": lambda: [
        causal(),
        p.Windower(1.0, 0.4),
        p.ChannelScaler("channel"),
        EEGNetClassifier(**NET),
    ],
    "segments": lambda: [
        *de_windows(),
        p.ChannelScaler(),
        p.SequenceCutter(4, step=3),
        ResAttentioNetClassifier(base_width=4, **NET),
    ],
}


@cache
def fit_classifier(name):
    model = make_pipeline(*(OF_SEQUENCES | OF_WINDOWS)[name]())
    trials = make_trials()
    rises = np.arange(len(trials)) % 2
    strong = trials.data * (1 + rises[:, None, None] * np.sin(np.arange(trials.shape[-1]) / 3))
    return model.fit(trials.replace(data=strong), np.array(["calm", "tense"])[rises])
