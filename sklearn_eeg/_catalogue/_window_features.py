"""Networks on the band features of one window: (channel, band)."""

from sklearn_eeg._catalogue._architecture import Architecture

WINDOW_FEATURES: dict[str, Architecture] = {
    "cdcn": Architecture(
        estimator="sklearn_eeg.classifiers._cdcn:CDCNClassifier",
        network="sklearn_eeg.nn.models._cdcn:CDCN",
        summary="bands fused at each electrode, dense convolutions along the list of electrodes",
        source="a benchmark's public code",
        paper="Gao et al. (2021), A channel-fused dense convolutional network for EEG-based "
        "emotion recognition, IEEE TCDS 13(4)",
        doi="10.1109/TCDS.2020.2976112",
        licence="MIT (a benchmark's)",
        instance={"channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=125_787,
        small={"n_layers": 1, "dropout": 0.0, "head_dropout": 0.0, "max_epochs": 12, "lr": 0.02},
        recipe="sklearn_eeg.recipes:band_features",
        front={"window": 1.0, "smoothing": "lds"},
    ),
    "daeegvit": Architecture(
        estimator="sklearn_eeg.classifiers._daeegvit:DAEEGViTClassifier",
        network="sklearn_eeg.nn.models._daeegvit:DAEEGViT",
        summary="a small vision transformer that also convolves across its tokens",
        source="the authors' network, less a layer of 933 parameters that is never used",
        paper="Ouyang et al. (2025), DAEEGViT: a domain adaptive vision transformer framework for "
        "EEG cognitive state identification, Biomedical Signal Processing and Control",
        doi="10.1016/j.bspc.2024.107019",
        licence="none stated",
        instance={"channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=27_723,
        small={"patch_size": 4, "n_hidden": 8, "n_blocks": 1, "max_epochs": 12, "lr": 0.02},
        recipe="sklearn_eeg.recipes:band_features",
    ),
    "dbn": Architecture(
        estimator="sklearn_eeg.classifiers._dbn:DBNClassifier",
        network="sklearn_eeg.nn.models._dbn:DBN",
        summary="stacked Boltzmann machines, trained without labels, then with them",
        source="a benchmark's public code",
        paper="Zheng & Lu (2015), Investigating critical frequency bands and channels for "
        "EEG-based emotion recognition with deep neural networks, IEEE TAMD 7(3)",
        doi="10.1109/TAMD.2015.2431497",
        licence="MIT (a benchmark's)",
        instance={"channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=215_513,
        small={"n_hidden": (12, 12), "rbm_epochs": 0, "max_epochs": 60, "lr": 1.0},
        recipe="sklearn_eeg.recipes:band_features",
        front={"window": 1.0, "smoothing": "lds"},
    ),
    "wide-deep": Architecture(
        estimator="sklearn_eeg.classifiers._wide_deep:WideDeepClassifier",
        network="sklearn_eeg.nn.models._wide_deep:WideDeep",
        summary="a line and one hidden layer beside it, for small data",
        source="ours: sizes, first weights and recipe; the paper's task is another",
        paper="Cheng et al. (2016), Wide & deep learning for recommender systems, DLRS",
        doi="10.1145/2988450.2988454",
        licence="Apache-2.0",
        instance={"channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=21_032,
        small={"dropout": 0.0, "max_epochs": 12, "lr": 0.02},
        recipe="sklearn_eeg.recipes:band_features",
        front={"window": 2.0, "step": 1.0},
    ),
}
