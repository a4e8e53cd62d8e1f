"""The one list of architectures: data only, so that names and sizes cost no torch.

The public names of `classifiers`, `regressors` and `nn.models`, the command line, the batteries of
tests, the guide's table and the benchmark of architectures read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Settings = Mapping[str, Any]

_PLURALS = {"frequency": "frequencies", "time": "samples"}


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A network and its estimator, each as ``"module:name"``.

    Parameters
    ----------
    estimator, network : str
        Paths of the classes.
    summary : str
        What it is and takes, in one line.
    source : str
        Where architecture and training are from, in one line.
    instance : mapping of str to int
        Length of each axis of the instance for which ``n_parameters`` is stated.
    n_outputs : int
        Its classes, or its targets.
    n_parameters : int
        As published with the source; counted from our own module where it has none.
    settings : mapping, default={}
        Those of the estimator for this instance, where they are not its defaults.
    small : mapping, default={}
        Settings with which scikit-learn's checks, on tens of rows, take seconds and are learnt.
    recipe : str, default=None
        Path of a function of :mod:`sklearn_eeg._recipes`'s kind: the steps before a classifier.
        ``None``: there are none, for there is no data set for it here.
    recipe_settings : mapping, default={}
        Settings of the estimator behind these steps, where they are not its defaults.
    tuned : mapping, default={}
        Settings of the command line, found on simulated subjects.
    """

    estimator: str
    network: str
    summary: str
    source: str
    instance: Mapping[str, int]
    n_outputs: int
    n_parameters: int
    settings: Settings = field(default_factory=dict)
    small: Settings = field(default_factory=dict)
    recipe: str | None = None
    recipe_settings: Settings = field(default_factory=dict)
    tuned: Settings = field(default_factory=dict)

    @property
    def size(self):
        """Its parameters and what for, in words."""
        lengths = [f"{n} {_PLURALS.get(axis, axis + 's')}" for axis, n in self.instance.items()]
        of = f"{' x '.join(lengths)} and {self.n_outputs} outputs"
        return f"{self.n_parameters:,} parameters for {of}"


ARCHITECTURES = {
    "resattentionet": Architecture(
        estimator="sklearn_eeg.classifiers._resattentionet:ResAttentioNetClassifier",
        network="sklearn_eeg.nn.models._resattentionet:ResAttentioNet",
        summary="residual convolutions over time and attention, on smoothed band features",
        source="published code and weights",
        instance={"window": 60, "channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=359_811,
        small={"base_width": 2, "dropout": 0.0, "max_epochs": 12, "lr": 0.02},
        recipe="sklearn_eeg._recipes:smoothed_features",
        tuned={"lr": 2e-3, "lr_schedule": "cosine", "weight_decay": 0.05, "validation": 0.15},
    ),
    "convlstm": Architecture(
        estimator="sklearn_eeg.classifiers._conv_lstm:ConvLSTMClassifier",
        network="sklearn_eeg.nn.models._conv_lstm:ConvLSTMNet",
        summary="convolutional LSTM over electrode maps of smoothed band features",
        source="published note",
        instance={"window": 4, "band": 15, "row": 8, "column": 9},
        n_outputs=4,
        n_parameters=345_860,
        small={"n_filters": 2, "n_hidden": 8, "dropout": 0.0, "max_epochs": 8, "lr": 0.02},
        recipe="sklearn_eeg._recipes:maps",
    ),
    "conv2d-lstm": Architecture(
        estimator="sklearn_eeg.classifiers._conv2d_lstm:Conv2DLSTMClassifier",
        network="sklearn_eeg.nn.models._conv2d_lstm:Conv2DLSTM",
        summary="convolutions of each electrode map, then an LSTM over windows",
        source="published code, for another task",
        instance={"window": 4, "band": 15, "row": 8, "column": 9},
        n_outputs=4,
        n_parameters=109_444,
        small={"n_hidden": 16, "max_epochs": 8, "lr": 0.01},
        recipe="sklearn_eeg._recipes:maps",
    ),
    "conv2d-lstm-regressor": Architecture(
        estimator="sklearn_eeg.regressors._conv2d_lstm_regressor:Conv2DLSTMRegressor",
        network="sklearn_eeg.nn.models._conv2d_lstm:Conv2DLSTM",
        summary="the same for numbers or whole fields, the use of its source",
        source="published code",
        instance={"window": 5, "band": 3, "row": 48, "column": 28},
        n_outputs=48 * 28,
        n_parameters=946_752,
        settings={"padding": "valid"},
        small={"n_hidden": 16, "max_epochs": 25, "lr": 0.01},
    ),
    "spectrogram-cnn": Architecture(
        estimator="sklearn_eeg.classifiers._spectrogram_cnn:SpectrogramCNNClassifier",
        network="sklearn_eeg.nn.models._spectrogram_cnn:SpectrogramCNN",
        summary="convolutions over the mel spectrograms of bipolar channels, one image",
        source="third place of a challenge; the default backbone is ours",
        instance={"channel": 16, "frequency": 128, "frame": 257},
        n_outputs=6,
        n_parameters=525_003,
        settings={"spectrogram": "precomputed"},
        recipe="sklearn_eeg._recipes:mel_spectrograms",
        recipe_settings={"spectrogram": "precomputed", "accumulation": 1},
    ),
    "grouped-cnn1d": Architecture(
        estimator="sklearn_eeg.classifiers._grouped_cnn1d:GroupedCNN1DClassifier",
        network="sklearn_eeg.nn.models._grouped_cnn1d:GroupedCNN1D",
        summary="convolutions of bipolar signals, across electrodes and along time",
        source="ours: the text gives no sizes",
        instance={"channel": 16, "time": 2000},
        n_outputs=6,
        n_parameters=67_115,
        small={"dropout": 0.0, "max_epochs": 8, "lr": 0.03},
        recipe="sklearn_eeg._recipes:bipolar_signals",
    ),
}


def public_paths(package):
    """Paths of the networks and estimators that lie in a package, by the name of the class."""
    paths = {p for a in ARCHITECTURES.values() for p in (a.estimator, a.network)}
    return {p.partition(":")[2]: p for p in sorted(paths) if p.startswith(f"{package}.")}
