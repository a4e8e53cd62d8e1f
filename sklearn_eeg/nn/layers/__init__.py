"""Layers: one idea a file."""

from sklearn_eeg.nn.layers._bi_lstm import BiLSTM
from sklearn_eeg.nn.layers._branch_batch_norm1d import BranchBatchNorm1d
from sklearn_eeg.nn.layers._branch_decoder import BranchDecoder
from sklearn_eeg.nn.layers._branch_linear import BranchLinear
from sklearn_eeg.nn.layers._broad_nodes import BroadNodes
from sklearn_eeg.nn.layers._conv_lstm2d import ConvLSTM2d, ConvLSTM2dCell
from sklearn_eeg.nn.layers._gcb_encoder import GCBEncoder
from sklearn_eeg.nn.layers._gem import GeM
from sklearn_eeg.nn.layers._graph_conv import GraphConv
from sklearn_eeg.nn.layers._masked_lstm import MaskedLSTM
from sklearn_eeg.nn.layers._mel_decibels import MelDecibels
from sklearn_eeg.nn.layers._mixed_conv2d import MixedConv2d
from sklearn_eeg.nn.layers._rbm import RBM
from sklearn_eeg.nn.layers._regional_bi_lstm import RegionalBiLSTM
from sklearn_eeg.nn.layers._regional_encoder import RegionalEncoder
from sklearn_eeg.nn.layers._regional_linear import RegionalLinear
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
    "BiLSTM",
    "BranchBatchNorm1d",
    "BranchDecoder",
    "BranchLinear",
    "BroadNodes",
    "ConvLSTM2d",
    "ConvLSTM2dCell",
    "GCBEncoder",
    "GeM",
    "GraphConv",
    "MaskedLSTM",
    "MelDecibels",
    "MixedConv2d",
    "RegionalBiLSTM",
    "RegionalEncoder",
    "RegionalLinear",
    "Residual1d",
    "RowBatchNorm1d",
    "RowConv1d",
    "SelfAttention",
    "SqueezeExcite",
    "Standardise",
    "SubjectNorm",
    "TemporalAttentionPool",
]
