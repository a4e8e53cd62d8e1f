"""What the Conv2D-LSTM's classifier and regressor share."""

import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.functional import fill_missing
from sklearn_eeg.nn.models import Conv2DLSTM

# Two poolings halve a map of so many rows and columns to one cell.
LEAST = 4


class PaddedMaps(nn.Module):
    """A Conv2D-LSTM over maps that are too small for two poolings, zeros around them."""

    def __init__(self, n_planes, n_rows, n_columns, n_outputs, n_hidden):
        super().__init__()
        self.pad = (0, max(0, LEAST - n_columns), 0, max(0, LEAST - n_rows))
        sizes = max(LEAST, n_rows), max(LEAST, n_columns)
        self.network = Conv2DLSTM(n_planes, *sizes, n_outputs, n_hidden=n_hidden)

    def forward(self, x, missing=None):
        x, missing = fill_missing(x, missing)
        return self.network(F.pad(x, self.pad), False if missing is None else missing)


def build(shape, n_outputs, padding, n_hidden):
    """Build the network for sequences (time, plane, row, column)."""
    if padding == "same" and min(shape[2:]) < LEAST:
        return PaddedMaps(*shape[1:], n_outputs, n_hidden)
    return Conv2DLSTM(*shape[1:], n_outputs, padding, n_hidden)


def arrange(shape):
    """Flat features as a sequence of one map of one row."""
    return (1, 1, 1, *shape) if len(shape) == 1 else shape
