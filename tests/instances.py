"""Small instances of every estimator, for the batteries of test_common."""

from tempfile import TemporaryDirectory

from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from torch import nn

from sklearn_eeg import (
    classifiers,
    conformal,
    decomposition,
    features,
    montage,
    preprocessing,
    spectrogram,
)
from sklearn_eeg._catalogue import ARCHITECTURES
from sklearn_eeg._lazy import load


def dense(n_outputs):
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(16), nn.Tanh(), nn.Linear(16, n_outputs))


# Scikit-learn compares predictions to 1e-7 and holds weights to be copies: exact arithmetic, one
# batch, no dropout.
EXACT = {"batch_size": 64, "random_state": 0, "runtime": classifiers.Runtime(precision="float64")}


def shallow(n_planes):
    backbone = nn.Sequential(nn.Conv2d(n_planes, 16, 3, padding=1), nn.Softplus())
    backbone.num_features = 16
    return backbone


SHALLOW = {"backbone": shallow, "dropout": 0.0, "lr": 0.1, "accumulation": 1}
SMALL_MEL = spectrogram.MelSpectrogram(16, 8, 4, 4, 5.0, 45.0, sfreq=100)

CACHE = TemporaryDirectory()
# Holds frequencies of any window.
WIDE = {"wide": (1.0, 45.0)}


def small(architecture):
    return lambda: load(architecture.estimator)(**architecture.small, **EXACT)


# Two networks of a few units.
PAIR = {"split": 0.5, "sizes": (8, 2), "max_epochs": 5}

INSTANCES = {
    **{a.estimator.partition(":")[2]: [small(a)] for a in ARCHITECTURES.values()},
    "DCCA": [
        lambda fusion=fusion: decomposition.DCCA(fusion=fusion, **PAIR, **EXACT)
        for fusion in ("weighted_sum", "concatenate", "attention")
    ],
    "BipolarMontage": [
        lambda: preprocessing.BipolarMontage(),
        lambda: preprocessing.BipolarMontage(["T3-Cz", ("Cz", "T4")]),
    ],
    "CachedTransformer": [
        lambda: preprocessing.CachedTransformer(
            features.DEExtractor(bands=WIDE, flat="nan", sfreq=100), CACHE.name
        ),
        lambda: preprocessing.CachedTransformer(
            make_pipeline(
                preprocessing.BandpassNotch(10, 40, sfreq=100),
                preprocessing.Windower(0.02, sfreq=100),
            )
        ),
    ],
    "ChannelAligner": [lambda: preprocessing.ChannelAligner("10-20", missing="raise")],
    "AsymmetryExtractor": [lambda: features.AsymmetryExtractor("asm")],
    "MelSpectrogram": [
        lambda: spectrogram.MelSpectrogram(64, 16, 8, 4, 2.0, 40.0, sfreq=100),
        lambda: spectrogram.MelSpectrogram(64, None, 8, 4, 2.0, 40.0, top_db=30.0, sfreq=100),
    ],
    "STFTSpectrogram": [lambda: spectrogram.STFTSpectrogram(32, hop_length=8, sfreq=100)],
    "BandSelector": [lambda: features.BandSelector([0])],
    "ConnectivityExtractor": [
        lambda kind=kind: features.ConnectivityExtractor(kind, segment=0.5, bands=WIDE, sfreq=100)
        for kind in ("coherence", "wpli")
    ],
    "DEExtractor": [
        lambda: features.DEExtractor(bands=WIDE, flat="nan", sfreq=100),
        lambda: features.DEExtractor(bands=WIDE, taper="boxcar", flat="nan", n_jobs=2, sfreq=100),
    ],
    "EntropyExtractor": [
        lambda: features.EntropyExtractor(["spectral", "shannon"], sfreq=100),
        lambda: features.EntropyExtractor(window=0.5, sfreq=100),
    ],
    "FeatureStack": [
        lambda: features.FeatureStack(
            [
                ("de", features.DEExtractor(bands=WIDE, flat="nan", sfreq=100)),
                ("psd", features.PSDExtractor(bands=WIDE, sfreq=100)),
            ]
        ),
        lambda: features.FeatureStack(
            [("lds", features.LDSSmoother()), ("mean", features.MovingAverageSmoother(3))]
        ),
    ],
    "FractalExtractor": [
        lambda: features.FractalExtractor(["katz", "petrosian"], sfreq=100),
        lambda: features.FractalExtractor(sfreq=100),
    ],
    "HjorthExtractor": [lambda: features.HjorthExtractor(sfreq=100)],
    "LDSSmoother": [
        lambda: features.LDSSmoother(),
        lambda: features.LDSSmoother("filter", learn="em"),
        lambda: features.LDSSmoother("fixed_lag", lag=2),
    ],
    "MeanAmplitudeExtractor": [
        lambda: features.MeanAmplitudeExtractor(1),
        lambda: features.MeanAmplitudeExtractor({"first": (0, 0.01)}, sfreq=100),
    ],
    "MovingAverageSmoother": [
        lambda: features.MovingAverageSmoother(),
        lambda: features.MovingAverageSmoother(2, causal=True),
    ],
    "PSDExtractor": [
        lambda: features.PSDExtractor(bands=WIDE, sfreq=100),
        lambda: features.PSDExtractor(bands=None, segment=0.02, sfreq=100),
        lambda: features.PSDExtractor(
            bands=WIDE, method="multitaper", bandwidth=30, scale="relative", flat="nan", sfreq=100
        ),
    ],
    "StatisticsExtractor": [lambda: features.StatisticsExtractor(sfreq=100)],
    "BadChannelInterpolator": [
        lambda: preprocessing.BadChannelInterpolator(uncorrelated=0.01, line_freq=25.0),
        lambda: preprocessing.BadChannelInterpolator(
            deviant=1.5, uncorrelated=None, line_noise=None, per="trial"
        ),
    ],
    "BandpassNotch": [
        lambda: preprocessing.BandpassNotch(10, 40, sfreq=100),
        lambda: preprocessing.BandpassNotch(10, None, resample=50, sfreq=100),
        lambda: preprocessing.BandpassNotch(1, 40, 20, method="iir", sfreq=100),
        lambda: preprocessing.BandpassNotch(1, 40, method="iir", phase="causal", sfreq=100),
        lambda: preprocessing.BandpassNotch(
            1, 40, method="iir", phase="causal", start="zero", sfreq=100
        ),
    ],
    "EuclideanAlignment": [lambda: preprocessing.EuclideanAlignment()],
    "GridMapper": [
        lambda: montage.GridMapper("10-20-5x5"),
        lambda: montage.GridMapper("positions", shape=(7, 7), interpolate=True),
    ],
    "FilterBank": [
        lambda: preprocessing.FilterBank(WIDE, order=2, transition=0.5, sfreq=100),
        lambda: preprocessing.FilterBank(
            {"low": (4, 12), "high": (20, 30)}, phase="zero", sfreq=100
        ),
    ],
    "Flatten": [lambda: preprocessing.Flatten()],
    "GapInterpolator": [
        lambda: preprocessing.GapInterpolator(0.02, sfreq=100),
        lambda: preprocessing.GapInterpolator(0.5, "cubic", sfreq=100),
    ],
    "MissingFiller": [
        lambda: preprocessing.MissingFiller(),
        lambda: preprocessing.MissingFiller("mean", keep_windows=False),
    ],
    "SequenceCutter": [lambda: preprocessing.SequenceCutter(2)],
    "SequencePadder": [
        lambda: preprocessing.SequencePadder(4),
        lambda: preprocessing.SequencePadder(8, fill=0.0),
    ],
    "SubjectScaler": [
        lambda: preprocessing.SubjectScaler(),
        lambda: preprocessing.SubjectScaler("channel"),
    ],
    "Rereference": [
        lambda: preprocessing.Rereference(),
        lambda: preprocessing.Rereference(["T3", "T4"]),
        lambda: preprocessing.Rereference("REST"),
    ],
    "ArtifactClipper": [lambda: preprocessing.ArtifactClipper()],
    "ArtifactRejector": [
        lambda: preprocessing.ArtifactRejector(muscle=None, line_freq=25.0, sfreq=100),
        lambda: preprocessing.ArtifactRejector(
            60.0, jump=20.0, line_freq=25.0, max_bad_channels=0.2, max_bad_windows=0.4, sfreq=100
        ),
    ],
    "ChannelScaler": [
        lambda: preprocessing.ChannelScaler(),
        lambda: preprocessing.ChannelScaler("channel"),
        lambda: preprocessing.ChannelScaler("feature", robust=True),
    ],
    "Windower": [
        lambda: preprocessing.Windower(0.02, sfreq=100),
        lambda: preprocessing.Windower(0.02, 0.01, sfreq=100),
    ],
    "Resample": [
        lambda: preprocessing.Resample(50, sfreq=100),
        lambda: preprocessing.Resample(128, sfreq=100),
    ],
    "ModuleClassifier": [
        lambda: classifiers.ModuleClassifier(module=dense, max_epochs=20, lr=0.02, **EXACT),
    ],
    "WindowedClassifier": [
        lambda: classifiers.WindowedClassifier(),
        lambda: classifiers.WindowedClassifier(LinearSVC(C=0.1, tol=1e-10, max_iter=10_000)),
    ],
    "SubjectConformalClassifier": [
        lambda: conformal.SubjectConformalClassifier(
            classifiers.WindowedClassifier(), alpha=0.4, cv=2
        ),
    ],
    "SpectrogramCNNClassifier": [
        lambda: classifiers.SpectrogramCNNClassifier(
            spectrogram=SMALL_MEL, max_epochs=2, **SHALLOW, **EXACT
        ),
        lambda: classifiers.SpectrogramCNNClassifier(
            spectrogram="precomputed", max_epochs=10, **SHALLOW, **EXACT
        ),
    ],
}
