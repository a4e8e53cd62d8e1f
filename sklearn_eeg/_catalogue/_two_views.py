"""EEG and another modality: transformers, which a linear classifier follows."""

from sklearn_eeg._catalogue._architecture import Architecture

TWO_VIEWS = {
    "dcca": Architecture(
        estimator="sklearn_eeg.decomposition._dcca:DCCA",
        network="sklearn_eeg.nn.models._dcca:DCCANet",
        summary="networks of two views whose outputs correlate, fused; a transformer",
        source="published code and paper",
        paper="Liu, Qiu, Zheng & Lu (2022), Comparing recognition performance and robustness of "
        "multimodal deep learning models for multimodal emotion recognition, IEEE TCDS 14(2)",
        doi="arXiv:1908.05349",
        licence="none",
        instance={"feature": 343},
        n_outputs=40,
        n_parameters=359_255,
        settings={"split": 310},
        small={"split": 0.5, "sizes": (8, 2), "max_epochs": 5},
        block="eye",
        recipe="sklearn_eeg.recipes:band_features",
    ),
    "bdae": Architecture(
        estimator="sklearn_eeg.decomposition._bdae:BDAE",
        network="sklearn_eeg.nn.models._bdae:BDAENet",
        summary="autoencoder of two views with one code; a transformer",
        source="paper; no source gives sizes, which are ours",
        paper="Liu, Zheng & Lu (2016), Emotion recognition using multimodal deep learning, ICONIP",
        doi="arXiv:1602.08225",
        instance={"feature": 343},
        n_outputs=343,
        n_parameters=205_043,
        settings={"split": 310},
        small={"split": 0.5, "sizes": (4, 4, 2), "rbm_epochs": 2, "max_epochs": 5},
        block="eye",
        recipe="sklearn_eeg.recipes:band_features",
    ),
}
