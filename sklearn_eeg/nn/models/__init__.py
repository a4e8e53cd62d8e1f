"""Networks as torch modules: one architecture a file."""

from sklearn_eeg.nn.models.conv2d_lstm import Conv2DLSTM
from sklearn_eeg.nn.models.conv_lstm import ConvLSTMNet
from sklearn_eeg.nn.models.grouped_cnn1d import GroupedCNN1D
from sklearn_eeg.nn.models.mixed_cnn import MixedCNN
from sklearn_eeg.nn.models.resattentionet import ResAttentioNet
from sklearn_eeg.nn.models.spectrogram_cnn import SpectrogramCNN

__all__ = [
    "Conv2DLSTM",
    "ConvLSTMNet",
    "GroupedCNN1D",
    "MixedCNN",
    "ResAttentioNet",
    "SpectrogramCNN",
]
