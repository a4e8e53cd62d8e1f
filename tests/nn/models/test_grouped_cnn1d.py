import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn._chains import LONGITUDINAL
from sklearn_eeg.nn.models import GroupedCNN1D


@pytest.fixture
def model():
    return GroupedCNN1D(16, 6).eval()


def chains_that_reach(output, x):
    """For each filter of the output, the chains whose channels have any influence on it."""
    reached = []
    for channel in range(output.shape[1]):
        (grad,) = torch.autograd.grad(output[0, channel].sum(), x, retain_graph=True)
        power = grad[0].abs().sum(-1).unflatten(0, (4, 4)).sum(1)
        reached.append(power.nonzero().flatten().tolist())
    return reached


def test_filters_belong_to_chains_until_the_last_mixes_them(model):
    x = torch.randn(1, 16, 200, requires_grad=True)
    by_chain = [[chain] for chain in range(4) for _ in range(8)]
    for branch in (
        model.spatial[:2],
        *(torch.nn.Sequential(model.widen, c) for c in model.temporal),
    ):
        assert chains_that_reach(branch(x), x) == by_chain
    assert chains_that_reach(model.spatial(x), x) == [[0, 1, 2, 3]] * 32


def test_the_spatial_branch_has_no_memory(model):
    x = torch.randn(1, 16, 40, requires_grad=True)
    (grad,) = torch.autograd.grad(model.spatial(x)[0, :, 3].sum(), x)
    assert grad.abs().sum((0, 1)).nonzero().flatten().tolist() == [12, 13, 14, 15]


def test_channels_may_come_in_any_order_if_the_chains_say_so(model):
    order = torch.randperm(16)
    place = order.argsort().tolist()
    chains = [[place[channel] for channel in chain] for chain in LONGITUDINAL]
    other = GroupedCNN1D(16, 6, chains=chains).eval()
    other.load_state_dict(model.state_dict())
    x = torch.randn(2, 16, 500)
    assert_close(other(x[:, order]), model(x))


def test_a_missing_channel_is_zero(model):
    x = torch.randn(2, 16, 500)
    x[0, 3] = 0
    wanted = model(x)
    x[0, 3] = torch.nan
    assert_close(model(x), wanted)


@pytest.mark.parametrize("n_channels", [1, 5])
@pytest.mark.parametrize("n_times", [1, 2, 9, 33])
def test_any_number_of_channels_and_samples(n_channels, n_times):
    logits = GroupedCNN1D(n_channels, 3).eval()(torch.randn(2, n_channels, n_times))
    assert logits.shape == (2, 3)
    assert logits.isfinite().all()


def test_chains_of_different_length_are_refused():
    with pytest.raises(ValueError, match=r"equal length.*got lengths \[2, 1\]"):
        GroupedCNN1D(3, 2, chains=[[0, 1], [2]])
