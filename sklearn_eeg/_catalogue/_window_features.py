"""Networks on the band features of one window: (channel, band)."""

from sklearn_eeg._catalogue._architecture import Architecture

_WINDOW = {"channel": 62, "band": 5}
_GCBNET = (
    "Zhang, Wang, Xu & Chen (2022), GCB-Net: graph convolutional broad network and its "
    "application in emotion recognition, IEEE TAFFC 13(1)"
)

WINDOW_FEATURES: dict[str, Architecture] = {
    "dgcnn": Architecture(
        estimator="sklearn_eeg.classifiers._dgcnn:DGCNNClassifier",
        network="sklearn_eeg.nn.models._dgcnn:DGCNN",
        summary="filters on a graph of the electrodes that is learnt with them",
        source="paper; training and size of LibEER",
        paper="Song, Zheng, Song & Cui (2020), EEG emotion recognition using dynamical graph "
        "convolutional neural networks, IEEE TAFFC 11(3)",
        doi="10.1109/TAFFC.2018.2817622",
        licence="MIT (LibEER, TorchEEG), BSD-3 (braindecode)",
        instance=_WINDOW,
        n_outputs=3,
        n_parameters=1_021_384,
        small={"n_filters": 16, "n_hidden": 16, "dropout": 0.0, "max_epochs": 12, "lr": 0.02},
        recipe="sklearn_eeg.recipes:band_features",
        front={"window": 1.0, "smoothing": "lds"},
    ),
    "gcbnet": Architecture(
        estimator="sklearn_eeg.classifiers._gcbnet:GCBNetClassifier",
        network="sklearn_eeg.nn.models._gcbnet:GCBNet",
        summary="a learned graph of the electrodes, then convolutions along them",
        source="paper; training of LibEER",
        paper=_GCBNET,
        doi="10.1109/TAFFC.2019.2937768",
        licence="MIT (LibEER)",
        instance=_WINDOW,
        n_outputs=3,
        n_parameters=39_528,
        small={"n_filters": 16, "dropout": 0.0, "max_epochs": 10, "lr": 0.02},
        recipe="sklearn_eeg.recipes:band_features",
        front={"window": 1.0, "smoothing": "lds"},
    ),
    "gcbnet-bls": Architecture(
        estimator="sklearn_eeg.classifiers._gcbnet_bls:GCBNetBLSClassifier",
        network="sklearn_eeg.nn.models._gcbnet_bls:GCBNetBLS",
        summary="GCB-Net, its last layer solved for by broad learning",
        source="paper; training of LibEER",
        paper=_GCBNET,
        doi="10.1109/TAFFC.2019.2937768",
        licence="MIT (LibEER)",
        instance=_WINDOW,
        n_outputs=3,
        n_parameters=589_631,
        small={"n_filters": 16, "dropout": 0.0, "max_epochs": 5, "lr": 0.02},
        recipe="sklearn_eeg.recipes:band_features",
        front={"window": 1.0, "smoothing": "lds"},
    ),
    "rgnn": Architecture(
        estimator="sklearn_eeg.classifiers._rgnn:RGNNClassifier",
        network="sklearn_eeg.nn.models._rgnn:RGNN",
        summary="a graph that starts from distances and links the hemispheres; adapts to a target",
        source="paper; training of LibEER",
        paper="Zhong, Wang & Miao (2022), EEG-based emotion recognition using regularized graph "
        "neural networks, IEEE TAFFC 13(3)",
        doi="10.1109/TAFFC.2020.2994159",
        licence="none (authors), MIT (LibEER, TorchEEG)",
        instance=_WINDOW,
        n_outputs=3,
        n_parameters=2_662,
        montage="seed-62",
        small={"dropout": 0.0, "max_epochs": 15, "lr": 0.05},
        recipe="sklearn_eeg.recipes:band_features",
        front={"window": 1.0, "smoothing": "lds"},
    ),
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
}
