import pytest
import torch

from sklearn_eeg.nn.models import MixedCNN


@pytest.mark.parametrize("n_planes", [1, 3])
@pytest.mark.parametrize("rows, columns", [(64, 33), (1, 1), (65, 7)])
def test_maps_are_32_times_smaller(n_planes, rows, columns):
    maps = MixedCNN(n_planes)(torch.randn(2, n_planes, rows, columns))
    assert maps.shape == (2, MixedCNN.num_features, -(-rows // 32), -(-columns // 32))


def test_it_is_a_quarter_of_the_smallest_mixnet():
    assert sum(p.numel() for p in MixedCNN().parameters()) < 2_597_318 / 4
