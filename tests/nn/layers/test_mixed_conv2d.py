import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.layers import MixedConv2d


def test_small_kernels_are_large_ones_with_a_border_of_zeros():
    layer = MixedConv2d(10, (3, 5, 9), stride=2)
    kernels = [
        F.pad(conv.weight, [(9 - size) // 2] * 4)
        for conv, size in zip(layer.convs, (3, 5, 9), strict=True)
    ]
    x = torch.randn(2, 10, 11, 8)
    wanted = F.conv2d(x, torch.cat(kernels), stride=2, padding=4, groups=10)
    assert_close(layer(x), wanted, atol=1e-5, rtol=1e-5)


def test_channels_are_shared_out_evenly():
    assert MixedConv2d(10, (3, 5, 7, 9)).shares == [3, 3, 2, 2]
