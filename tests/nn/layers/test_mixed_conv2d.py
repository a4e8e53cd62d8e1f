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


def test_gradients_on_maps_smaller_than_a_kernel_are_finite_in_low_precision():
    layer = MixedConv2d(20)
    for _ in range(20):
        x = torch.randn(4, 20, 2, 1).contiguous(memory_format=torch.channels_last)
        # What is freed here is what an uninitialised gradient would show.
        torch.full((2**20,), torch.nan)
        with torch.autocast("cpu", torch.bfloat16):
            loss = layer(x).float().square().mean()
        layer.zero_grad()
        loss.backward()
        assert all(p.grad.isfinite().all() for p in layer.parameters())
