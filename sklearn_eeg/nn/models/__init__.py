"""Networks as torch modules: one architecture a file."""

from sklearn_eeg.nn.models._conv2d_lstm import Conv2DLSTM
from sklearn_eeg.nn.models._conv_lstm import ConvLSTMNet
from sklearn_eeg.nn.models._grouped_cnn1d import GroupedCNN1D
from sklearn_eeg.nn.models._mixed_cnn import MixedCNN
from sklearn_eeg.nn.models._resattentionet import ResAttentioNet
from sklearn_eeg.nn.models._spectrogram_cnn import SpectrogramCNN

__all__ = [
    "Conv2DLSTM",
    "ConvLSTMNet",
    "GroupedCNN1D",
    "MixedCNN",
    "ResAttentioNet",
    "SpectrogramCNN",
]
