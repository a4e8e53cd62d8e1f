"""Layers: one idea a file."""

from sklearn_eeg.nn.layers.residual1d import Residual1d
from sklearn_eeg.nn.layers.row_batch_norm1d import RowBatchNorm1d
from sklearn_eeg.nn.layers.row_conv1d import RowConv1d
from sklearn_eeg.nn.layers.temporal_attention_pool import TemporalAttentionPool

__all__ = ["Residual1d", "RowBatchNorm1d", "RowConv1d", "TemporalAttentionPool"]
