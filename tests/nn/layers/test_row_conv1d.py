import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import RowConv1d


def test_weights_of_conv1d_give_its_answer():
    conv = nn.Conv1d(6, 4, 5, stride=2, padding=2)
    rows = RowConv1d(6, 4, 5, stride=2, padding=2)
    rows.load_state_dict(conv.state_dict())
    x = torch.randn(3, 11, 6)
    assert_close(rows(x), conv(x.transpose(1, 2)).transpose(1, 2))
