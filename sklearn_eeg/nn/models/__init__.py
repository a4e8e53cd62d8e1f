"""Networks as torch modules: one architecture a file."""

from typing import TYPE_CHECKING

from sklearn_eeg._catalogue import public_paths
from sklearn_eeg._lazy import lazy

if TYPE_CHECKING:
    # For editors; at run time a name is found by the catalogue.
    from sklearn_eeg.nn.models._conv2d_lstm import Conv2DLSTM as Conv2DLSTM
    from sklearn_eeg.nn.models._conv_lstm import ConvLSTMNet as ConvLSTMNet
    from sklearn_eeg.nn.models._grouped_cnn1d import GroupedCNN1D as GroupedCNN1D
    from sklearn_eeg.nn.models._mixed_cnn import MixedCNN as MixedCNN
    from sklearn_eeg.nn.models._resattentionet import ResAttentioNet as ResAttentioNet
    from sklearn_eeg.nn.models._spectrogram_cnn import SpectrogramCNN as SpectrogramCNN

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {"MixedCNN": "sklearn_eeg.nn.models._mixed_cnn:MixedCNN", **public_paths(__name__)},
)
