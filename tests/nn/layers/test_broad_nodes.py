import torch
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import BroadNodes


def test_each_enhancement_sees_every_group_with_the_same_weights():
    nodes = BroadNodes(20, n_groups=3, n_nodes=4, n_enhancements=5)
    x = torch.randn(6, 20)
    groups = [nn.functional.linear(x, w) for w in nodes.map.weight.split(4)]
    layers = nodes.enhance.weight.split(4)
    enhanced = [nn.functional.linear(group, w).tanh() for group in groups for w in layers]
    assert_close(nodes(x), torch.cat(groups + enhanced, 1))


def test_ten_of_each_have_as_many_weights_as_twenty_small_layers():
    n_small = 10 * (5456 * 10 + 10) + 10 * (10 * 10 + 10)
    assert sum(p.numel() for p in BroadNodes(5456).parameters()) == n_small
