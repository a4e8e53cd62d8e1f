"""Networks on maps of one window: (band, row, column)."""

from sklearn_eeg._catalogue._architecture import Architecture

MAPS: dict[str, Architecture] = {
    "fbccnn": Architecture(
        estimator="sklearn_eeg.classifiers._fbccnn:FBCCNNClassifier",
        network="sklearn_eeg.nn.models._fbccnn:FBCCNN",
        summary="seven convolutions of an electrode map whose planes are the bands",
        source="published code; the training is ours",
        paper="Pan & Zheng (2021), Emotion recognition based on EEG using generative adversarial "
        "nets and convolutional neural network, Computational and Mathematical Methods in Medicine",
        doi="10.1155/2021/2520394",
        licence="MIT",
        instance={"band": 5, "row": 9, "column": 9},
        n_outputs=3,
        n_parameters=2_118_467,
        small={"n_filters": (8, 8), "n_hidden": (8,), "lr": 0.02, "max_epochs": 15},
        recipe="sklearn_eeg.recipes:maps",
    ),
    "ccnn": Architecture(
        estimator="sklearn_eeg.classifiers._ccnn:CCNNClassifier",
        network="sklearn_eeg.nn.models._ccnn:CCNN",
        summary="four convolutions of an electrode map without pooling",
        source="published code; the training is ours",
        paper="Yang et al. (2018), Continuous convolutional neural network with 3D input for "
        "EEG-based emotion recognition, ICONIP",
        doi="10.1007/978-3-030-04239-4_39",
        licence="MIT",
        instance={"band": 5, "row": 9, "column": 9},
        n_outputs=3,
        n_parameters=6_235_651,
        small={"n_filters": (8, 8), "n_hidden": 8, "dropout": 0.0, "lr": 0.02, "max_epochs": 15},
        recipe="sklearn_eeg.recipes:maps",
    ),
    "hierarchical-cnn": Architecture(
        estimator="sklearn_eeg.classifiers._hierarchical_cnn:HierarchicalCNNClassifier",
        network="sklearn_eeg.nn.models._hierarchical_cnn:HierarchicalCNN",
        summary="convolutions of ever coarser electrode maps",
        source="ours after a paper whose layers are not known",
        paper="Li, Zhang & He (2018), Hierarchical convolutional neural networks for EEG-based "
        "emotion recognition, Cognitive Computation 10(2)",
        doi="10.1007/s12559-017-9533-x",
        instance={"band": 5, "row": 9, "column": 9},
        n_outputs=3,
        n_parameters=159_875,
        small={"n_filters": (8, 8), "n_hidden": 8, "dropout": 0.0, "lr": 0.02, "max_epochs": 15},
        recipe="sklearn_eeg.recipes:maps",
    ),
}
