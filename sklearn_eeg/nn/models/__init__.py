"""Networks as torch modules: one architecture a file."""

from sklearn_eeg.nn.models.conv2d_lstm import Conv2DLSTM
from sklearn_eeg.nn.models.conv_lstm import ConvLSTMNet
from sklearn_eeg.nn.models.resattentionet import ResAttentioNet

__all__ = ["Conv2DLSTM", "ConvLSTMNet", "ResAttentioNet"]
