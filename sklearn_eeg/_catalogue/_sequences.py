"""Networks on sequences of windows: (window, channel, band)."""

from sklearn_eeg._catalogue._architecture import Architecture

SEQUENCES: dict[str, Architecture] = {
    "gtn": Architecture(
        estimator="sklearn_eeg.classifiers._gtn:GTNClassifier",
        network="sklearn_eeg.nn.models._gtn:GTN",
        summary="attention over windows and attention over features, weighed by a gate",
        source="paper and published code",
        paper="Liu et al. (2021), Gated transformer networks for multivariate time series "
        "classification",
        doi="arXiv:2103.14438",
        licence="none stated",
        instance={"window": 60, "channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=20_080_645,
        small={
            "width": 8,
            "n_heads": 2,
            "head_width": 4,
            "n_blocks": 1,
            "dropout": 0.0,
            "lr": 0.05,
            "max_epochs": 15,
        },
        recipe="sklearn_eeg.recipes:smoothed_features",
    ),
    "gru": Architecture(
        estimator="sklearn_eeg.classifiers._gru:GRUClassifier",
        network="sklearn_eeg.nn.models._gru:GRUNet",
        summary="two layers of gated recurrent units over windows",
        source="baseline of published code; the training is ours",
        paper="Cho et al. (2014), Learning phrase representations using RNN encoder-decoder for "
        "statistical machine translation, EMNLP",
        doi="10.3115/v1/D14-1179",
        licence="MIT",
        instance={"window": 60, "feature": 62},
        n_outputs=3,
        n_parameters=49_731,
        small={"n_hidden": 8, "n_layers": 1, "dropout": 0.0, "lr": 0.05, "max_epochs": 15},
        recipe="sklearn_eeg.recipes:smoothed_features",
    ),
    "lstm": Architecture(
        estimator="sklearn_eeg.classifiers._lstm:LSTMClassifier",
        network="sklearn_eeg.nn.models._lstm:LSTMNet",
        summary="two layers of long short-term memory over windows",
        source="baseline of published code; the training is ours",
        paper="Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8)",
        doi="10.1162/neco.1997.9.8.1735",
        licence="MIT",
        instance={"window": 60, "feature": 62},
        n_outputs=3,
        n_parameters=66_243,
        small={"n_hidden": 8, "n_layers": 1, "dropout": 0.0, "lr": 0.05, "max_epochs": 15},
        recipe="sklearn_eeg.recipes:smoothed_features",
    ),
    "sognn": Architecture(
        estimator="sklearn_eeg.classifiers._sognn:SOGNNClassifier",
        network="sklearn_eeg.nn.models._sognn:SOGNN",
        summary="graphs that each trial makes of its own electrodes, at three depths in time",
        source="published code",
        paper="Li, Li, Pan & Wang (2021), Cross-subject EEG emotion recognition with "
        "self-organized graph neural network, Frontiers in Neuroscience 15:611653",
        doi="10.3389/fnins.2021.611653",
        licence="Apache-2.0",
        instance={"window": 265, "channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=386_787,
        small={"n_filters": (4, 4, 8), "dropout": 0.0, "max_epochs": 8, "lr": 0.02},
        recipe="sklearn_eeg.recipes:smoothed_features",
        front={"window": 1.0},
    ),
}
