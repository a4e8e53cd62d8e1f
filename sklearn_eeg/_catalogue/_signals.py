"""Networks on windows of signals: (channel, time)."""

from sklearn_eeg._catalogue._architecture import Architecture

SIGNALS: dict[str, Architecture] = {
    "eeg-conformer": Architecture(
        estimator="sklearn_eeg.classifiers._eeg_conformer:EEGConformerClassifier",
        network="sklearn_eeg.nn.models._eeg_conformer:EEGConformer",
        summary="convolutions in time and across electrodes make tokens of a transformer",
        source="the paper",
        paper="Song et al. (2023), EEG Conformer: convolutional transformer for EEG decoding and "
        "visualization, IEEE TNSRE 31",
        doi="10.1109/TNSRE.2022.3230250",
        licence="GPL-3.0",
        instance={"channel": 62, "time": 200},
        n_outputs=3,
        n_parameters=229_411,
        small={
            "lengths": (3, 4, 2),
            "n_blocks": 1,
            "n_heads": 2,
            "dropout": 0.0,
            "head_dropout": 0.0,
            "augmentation": None,
            "max_epochs": 12,
            "lr": 0.003,
        },
        recipe="sklearn_eeg.recipes:signals",
    ),
    "acrnn": Architecture(
        estimator="sklearn_eeg.classifiers._acrnn:ACRNNClassifier",
        network="sklearn_eeg.nn.models._acrnn:ACRNN",
        summary="electrodes weighed, convolutions across all, recurrent cells, features weighed",
        source="a benchmark's public code; the number of parameters is ours",
        paper="Tao et al. (2023), EEG-based emotion recognition via channel-wise attention and "
        "self attention, IEEE TAFFC 14(1)",
        doi="10.1109/TAFFC.2020.3025777",
        licence="MIT (a benchmark's)",
        instance={"channel": 32, "time": 384},
        n_outputs=2,
        n_parameters=344_921,
        small={
            "n_filters": 8,
            "lengths": (2, 1, 1),
            "n_attention": 16,
            "dropout": 0.0,
            "max_epochs": 12,
            "lr": 0.05,
        },
        recipe="sklearn_eeg.recipes:signals",
        front={"l_freq": 4.0, "h_freq": 45.0, "notch": None, "resample": 128.0, "window": 3.0},
    ),
    "band-power-net": Architecture(
        estimator="sklearn_eeg.classifiers._band_power_net:BandPowerNetClassifier",
        network="sklearn_eeg.nn.models._band_power_net:BandPowerNet",
        summary="log power of learnt mixtures of electrodes in bands, scaled within each subject",
        source="ours, after common spatial patterns of a filter bank",
        paper="Ang et al. (2008), Filter bank common spatial pattern (FBCSP) in brain-computer "
        "interface, IJCNN",
        doi="10.1109/IJCNN.2008.4634130",
        instance={"channel": 62, "time": 400},
        n_outputs=3,
        n_parameters=4_014,
        sfreq=200.0,
        small={"sfreq": 100, "bands": {"wide": (1.0, 45.0)}, "n_filters": 2, "n_hidden": 8}
        | {"dropout": 0.0, "max_epochs": 10},
        recipe="sklearn_eeg.recipes:signals",
        front={"window": 2.0, "step": 1.0},
    ),
}
