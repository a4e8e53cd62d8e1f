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
    ),
}
