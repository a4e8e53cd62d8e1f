import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.montage import DEAP_32, REGIONS, SEED_62, locate, mirror_name
from sklearn_eeg.nn.models import BiDANN


def make(ch_names=SEED_62, n_windows=9, **settings):
    return BiDANN(n_windows, len(ch_names), 5, 3, ch_names=ch_names, **settings).double().eval()


def plain_side(side, x):
    """Features of a hemisphere from (batch, window, channel, band), by one stacked LSTM."""
    lstm = nn.LSTM(side.lower.input_size, side.lower.hidden_size, 2, batch_first=True).double()
    weights = dict(side.lower.named_parameters())
    weights |= {name.replace("l0", "l1"): p for name, p in side.upper.named_parameters()}
    lstm.load_state_dict(weights)
    states, _ = lstm(x.reshape(*x.shape[:2], -1))
    mixed = torch.stack([row @ states for row in side.mix.weight], 1)
    mixed = mixed + side.mix.bias[:, None]
    norm = side.norm
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return ((mixed - norm.running_mean) * scale + norm.bias).relu().flatten(1)


def test_published_lists_of_electrodes_go_through_plain_layers():
    model = make()
    for side in (model.left_side, model.right_side):
        side.norm.running_mean.normal_()
        side.norm.running_var.uniform_(0.5, 2)
    x = torch.randn(3, 9, 62, 5, dtype=torch.float64)
    sides = [
        plain_side(side, x[:, :, locate(REGIONS["bidann"][name], SEED_62)])
        for name, side in (("left", model.left_side), ("right", model.right_side))
    ]
    assert sides[0].shape == (3, 1024)
    assert_close(model(x), model.head(torch.cat(sides, 1)))


def test_swapping_hemispheres_is_an_involution_that_swaps_their_features():
    # Without the midline, which has no mirror image.
    names = [name for name in SEED_62 if not name.endswith("z")]
    model = make(names, dropout=0.0)
    model.right_side.load_state_dict(model.left_side.state_dict())
    seen = []
    model.head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    swap = locate(map(mirror_name, names), names)
    x = torch.randn(2, 9, 54, 5, dtype=torch.float64)
    for signals in (x, x[:, :, swap], x[:, :, swap][:, :, swap]):
        model(signals)
    left, right = seen[0].chunk(2, 1)
    assert_close(seen[1], torch.cat([right, left], 1))
    assert_close(seen[2], seen[0])


def test_loss_of_three_discriminators_that_know_nothing_is_three_coins():
    model = make(DEAP_32)
    for head in (model.left_discriminator, model.right_discriminator, model.discriminator):
        nn.init.zeros_(head[-1].weight)
    source, target = torch.randn(2, 5, 2048, dtype=torch.float64)
    loss = model.domain_loss(source, target, 0.5)
    assert_close(loss, 3 * torch.tensor(2.0, dtype=torch.float64).log())


def test_each_discriminator_sees_its_hemisphere():
    model = make(DEAP_32)
    source, target = torch.randn(2, 5, 2048, dtype=torch.float64, requires_grad=True)
    both = torch.cat([source, target])
    truth = torch.tensor([0] * 5 + [1] * 5)
    expected = (
        F.cross_entropy(model.left_discriminator(both[:, :1024]), truth)
        + F.cross_entropy(model.right_discriminator(both[:, 1024:]), truth)
        + F.cross_entropy(model.discriminator(both), truth)
    )
    loss = model.domain_loss(source, target, 0.5)
    assert_close(loss, expected)
    ours, theirs = (torch.autograd.grad(value, source)[0] for value in (loss, expected))
    assert_close(ours, -0.5 * theirs)


def test_more_windows_than_it_was_built_for_are_refused():
    with pytest.raises(ValueError, match=r"expected up to 9 windows.*got 10; cut trials by a Seq"):
        make(DEAP_32)(torch.zeros(1, 10, 32, 5, dtype=torch.float64))


def test_one_side_is_not_enough():
    with pytest.raises(ValueError, match=r"both sides of the head, got none on the right \(Fp1, "):
        make(["Fp1", "F7"])
