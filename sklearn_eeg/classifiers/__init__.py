"""Classifiers over trials: networks that scikit-learn can handle, and any classifier by windows."""

from typing import TYPE_CHECKING

from sklearn_eeg._catalogue import public_paths
from sklearn_eeg._lazy import lazy

if TYPE_CHECKING:
    # For editors; at run time a name is found by the catalogue.
    from sklearn_eeg._engine.checkpoint import load_checkpoint as load_checkpoint
    from sklearn_eeg._engine.objectives import Aligned as Aligned
    from sklearn_eeg._engine.runtime import Runtime as Runtime
    from sklearn_eeg.classifiers._conv2d_lstm import Conv2DLSTMClassifier as Conv2DLSTMClassifier
    from sklearn_eeg.classifiers._conv_lstm import ConvLSTMClassifier as ConvLSTMClassifier
    from sklearn_eeg.classifiers._grouped_cnn1d import (
        GroupedCNN1DClassifier as GroupedCNN1DClassifier,
    )
    from sklearn_eeg.classifiers._module_classifier import ModuleClassifier as ModuleClassifier
    from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier as NeuralClassifier
    from sklearn_eeg.classifiers._resattentionet import (
        ResAttentioNetClassifier as ResAttentioNetClassifier,
    )
    from sklearn_eeg.classifiers._spectrogram_cnn import (
        SpectrogramCNNClassifier as SpectrogramCNNClassifier,
    )
    from sklearn_eeg.classifiers._windowed_classifier import (
        WindowedClassifier as WindowedClassifier,
    )

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "Aligned": "sklearn_eeg._engine.objectives:Aligned",
        "ModuleClassifier": "sklearn_eeg.classifiers._module_classifier:ModuleClassifier",
        "NeuralClassifier": "sklearn_eeg.classifiers._neural_classifier:NeuralClassifier",
        "Runtime": "sklearn_eeg._engine.runtime:Runtime",
        "WindowedClassifier": "sklearn_eeg.classifiers._windowed_classifier:WindowedClassifier",
        "load_checkpoint": "sklearn_eeg._engine.checkpoint:load_checkpoint",
        **public_paths(__name__),
    },
)
