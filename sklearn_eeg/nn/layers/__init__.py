"""Layers: one idea a file."""

from sklearn_eeg.nn.layers._conv_lstm2d import ConvLSTM2d, ConvLSTM2dCell
from sklearn_eeg.nn.layers._gem import GeM
from sklearn_eeg.nn.layers._masked_lstm import MaskedLSTM
from sklearn_eeg.nn.layers._mel_decibels import MelDecibels
from sklearn_eeg.nn.layers._mixed_conv2d import MixedConv2d
from sklearn_eeg.nn.layers._rbm import RBM
from sklearn_eeg.nn.layers._residual1d import Residual1d
from sklearn_eeg.nn.layers._row_batch_norm1d import RowBatchNorm1d
from sklearn_eeg.nn.layers._row_conv1d import RowConv1d
from sklearn_eeg.nn.layers._self_attention import SelfAttention
from sklearn_eeg.nn.layers._squeeze_excite import SqueezeExcite
from sklearn_eeg.nn.layers._standardise import Standardise
from sklearn_eeg.nn.layers._subject_norm import SubjectNorm
from sklearn_eeg.nn.layers._temporal_attention_pool import TemporalAttentionPool

__all__ = [
    "RBM",
    "ConvLSTM2d",
    "ConvLSTM2dCell",
    "GeM",
    "MaskedLSTM",
    "MelDecibels",
    "MixedConv2d",
    "Residual1d",
    "RowBatchNorm1d",
    "RowConv1d",
    "SelfAttention",
    "SqueezeExcite",
    "Standardise",
    "SubjectNorm",
    "TemporalAttentionPool",
]
