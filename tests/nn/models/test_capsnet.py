import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn.models import CapsNet
from sklearn_eeg.nn.models._capsnet import squash


@pytest.fixture
def model():
    return CapsNet(n_channels=9, n_times=13, n_outputs=3, n_filters=16, n_class=5)


@pytest.fixture
def x():
    return torch.randn(4, 9, 13)


def routed(primary, weight, n_routing):
    """Capsules of the classes of one trial, each prediction by itself."""
    n_capsules, _, n_classes, n_class = weight.shape
    predicted = [
        [primary[i] @ weight[i, :, k] for k in range(n_classes)] for i in range(n_capsules)
    ]
    agreement = torch.zeros(n_capsules, n_classes)
    for _ in range(n_routing):
        shares = agreement.exp() / agreement.exp().sum(1, keepdim=True)
        capsules = []
        for k in range(n_classes):
            total = torch.zeros(n_class)
            for i in range(n_capsules):
                total = total + shares[i, k] * predicted[i][k]
            length = total.square().sum().sqrt()
            capsules.append(length**2 / (1 + length**2) * total / length)
        for i in range(n_capsules):
            for k in range(n_classes):
                agreement[i, k] += predicted[i][k] @ capsules[k]
    return torch.stack(capsules)


@torch.no_grad()
def test_routing_follows_the_equations_trial_by_trial(model, x):
    low = model.low(x.unsqueeze(1)).relu()
    mixed = model.mix(torch.cat([low, model.high(low)], 1)).relu()
    # Two kinds of capsules at each of three places, of eight maps each.
    assert mixed.shape == (4, 16, 1, 3)
    for trial, found in zip(mixed, model.capsules(x), strict=True):
        primary = [
            squash(torch.stack([trial[2 * number + kind, 0, place] for number in range(8)]))
            for kind in range(2)
            for place in range(3)
        ]
        wanted = routed(torch.stack(primary), model.weight, 3)
        assert_close(found, wanted, atol=1e-5, rtol=1e-4)


def test_logits_are_the_log_odds_of_lengths_below_one(model, x):
    for scale in (1e-3, 1.0, 1e3):
        lengths, logits = model.capsules(scale * x).norm(dim=-1), model(scale * x)
        assert (lengths <= 1).all()
        assert_close(logits.sigmoid(), lengths, atol=1e-5, rtol=1e-5)
    assert (model.double().capsules(x.double()).norm(dim=-1) < 1).all()


def test_the_first_routing_shares_alike(x):
    model = CapsNet(9, 13, 3, n_filters=16, n_class=5, n_routing=1)
    summed = model._predict(x).sum(2) / 3
    assert_close(model.capsules(x), squash(summed))


def test_squashing_keeps_directions_and_zero_has_a_gradient():
    x = torch.tensor([[3.0, 4.0], [0.03, 0.04], [0.0, 0.0]], requires_grad=True)
    short = squash(x)
    assert_close(short.norm(dim=1), torch.tensor([25 / 26, 0.0025 / 1.0025, 0.0]))
    assert_close(short[:2] / short[:2].norm(dim=1, keepdim=True), torch.tensor([[0.6, 0.8]] * 2))
    short.sum().backward()
    assert_close(x.grad[2], torch.zeros(2))


def test_silence_is_finite_and_trains(model):
    model(torch.zeros(2, 9, 13)).sum().backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize(
    ("sizes", "settings", "sentence"),
    [
        ((8, 13, 2), {}, "nine channels and samples or more, .* got 8 x 13"),
        ((9, 8, 2), {}, "nine channels and samples or more, .* got 9 x 8"),
        ((9, 13, 2), {"n_filters": 12}, "n_filters a multiple of n_primary, got .*12 and 8"),
    ],
)
def test_what_makes_no_capsule_is_refused(sizes, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        CapsNet(*sizes, **settings)
