"""Networks that know several source subjects, and a target."""

from sklearn_eeg._catalogue._architecture import Architecture

DOMAINS = {
    "ms-mda": Architecture(
        estimator="sklearn_eeg.classifiers._msmda:MSMDAClassifier",
        network="sklearn_eeg.nn.models._msmda:MSMDA",
        summary="a branch a source subject on band features, each brought near the target",
        source="published code",
        paper="Chen et al. (2021), MS-MDA: Multisource marginal distribution adaptation for "
        "cross-subject and cross-session EEG emotion recognition, Frontiers in Neuroscience",
        doi="10.3389/fnins.2021.778488",
        licence="MIT",
        instance={"channel": 62, "band": 5},
        n_outputs=3,
        n_domains=14,
        n_parameters=152_170,
        small={"n_shared": (16, 16, 16), "n_hidden": 8, "max_epochs": 16, "lr": 0.02},
        recipe="sklearn_eeg.recipes:smoothed_features",
        front={"window": 1.0},
    ),
    "pr-pl": Architecture(
        estimator="sklearn_eeg.classifiers._prpl:PRPLClassifier",
        network="sklearn_eeg.nn.models._prpl:PRPL",
        summary="prototypes of the classes and pairs of rows, on band features, with a target",
        source="published code",
        paper="Zhou et al. (2023), PR-PL: A novel prototypical representation based pairwise "
        "learning framework for emotion recognition using EEG signals, IEEE Transactions on "
        "Affective Computing",
        doi="10.1109/TAFFC.2023.3288118",
        licence="MIT",
        instance={"channel": 62, "band": 5},
        n_outputs=3,
        n_parameters=32_385,
        small={
            "n_hidden": (16, 16),
            "rank": 8,
            "dropout": 0.0,
            "max_epochs": 16,
            "optimizer": "adam",
            "lr": 0.02,
        },
        recipe="sklearn_eeg.recipes:smoothed_features",
        front={"window": 1.0},
    ),
    "dmmr": Architecture(
        estimator="sklearn_eeg.classifiers._dmmr:DMMRClassifier",
        network="sklearn_eeg.nn.models._dmmr:DMMR",
        summary="an encoder of band features that rebuilds each subject from the others",
        source="published code",
        paper="Wang et al. (2024), DMMR: Cross-subject domain generalization for EEG-based "
        "emotion recognition via denoising mixed mutual reconstruction, AAAI",
        doi="10.1609/aaai.v38i1.27819",
        licence="Apache-2.0",
        instance={"window": 30, "channel": 62, "band": 5},
        n_outputs=3,
        n_domains=14,
        n_parameters=197_085,
        small={"n_hidden": 16, "pretrain_epochs": None, "max_epochs": 16, "lr": 0.02},
        recipe="sklearn_eeg.recipes:short_sequences",
        front={"window": 1.0, "n_windows": 30},
    ),
}
