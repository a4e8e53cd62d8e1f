import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.montage import (
    DEAP_32,
    SEED_62,
    TEN_TWENTY_19,
    canonical_name,
    hemisphere,
    mirror_name,
)
from sklearn_eeg.nn.models import TSception, _tsception
from sklearn_eeg.nn.models._tsception import least_times

NAMES = ["Fp1", "Cz", "F4", "T5", "Fp2", "O1", "F3", "P8"]


@pytest.fixture
def model():
    return TSception(8, 3, sfreq=64, ch_names=NAMES).eval()


def by_the_equations(model, x):
    """Sums of products at every place, without a convolution."""
    state = model.state_dict(keep_vars=True)

    def filtered(x, part, pool):
        """Kernels over rows step by their own length; means of so many samples."""
        weight, bias = state[f"{part}.0.weight"], state[f"{part}.0.bias"]
        rows, taps = weight.shape[2:]
        windows = x.unfold(2, rows, rows).unfold(3, taps, 1)
        y = torch.einsum("bcetrk,fcrk->bfet", windows, weight)
        y = F.leaky_relu(y + bias[:, None, None], 0.01)
        y = y[..., : y.shape[-1] // pool * pool]
        return y.unflatten(-1, (-1, pool)).mean(-1)

    def normalised(x, part):
        mean, var, weight, bias = (
            state[f"{part}.{name}"][:, None, None]
            for name in ("running_mean", "running_var", "weight", "bias")
        )
        return (x - mean) / (var + 1e-5).sqrt() * weight + bias

    x = x[:, [0, 6, 3, 4, 2, 7]].unsqueeze(1)
    x = torch.cat([filtered(x, f"temporal.{i}", 8) for i in range(3)], -1)
    x = normalised(x, "temporal_norm")
    x = torch.cat([filtered(x, f"spatial.{i}", 2) for i in range(2)], 2)
    x = normalised(x, "spatial_norm")
    x = normalised(filtered(x, "fusion.0", 4), "fusion.1").mean((2, 3))
    hidden = F.relu(x @ state["hidden.0.weight"].T + state["hidden.0.bias"])
    return hidden @ state["head.weight"].T + state["head.bias"]


@pytest.mark.parametrize("n_at_once", [1, 3, 9])
def test_answers_and_gradients_follow_the_equations(model, n_at_once, monkeypatch):
    monkeypatch.setattr(_tsception, "_CACHED_COURSES", n_at_once * 15 * 6 * 200)
    model.double()
    for norm in (model.temporal_norm, model.spatial_norm, model.fusion[1]):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2)
    # A training, but for dropout and the statistics of a batch, which are its parts' own.
    model.training = True
    calls = []
    model.temporal[0].register_forward_hook(lambda *_: calls.append(1))
    x = torch.randn(4, 8, 200, dtype=torch.float64)
    answers = model(x), by_the_equations(model, x)
    assert len(calls) == -(-4 // n_at_once)
    assert_close(*answers)
    weights = list(model.parameters())
    assert_close(*(torch.autograd.grad(answer.square().sum(), weights) for answer in answers))


@pytest.mark.parametrize(("names", "n_used"), [(SEED_62, 54), (DEAP_32, 28), (TEN_TWENTY_19, 16)])
def test_pairs_across_the_midline_are_used(names, n_used):
    used = [names[i] for i in TSception(len(names), 2, sfreq=64, ch_names=names).order]
    assert len(set(used)) == len(used) == n_used
    left, right = used[: n_used // 2], used[n_used // 2 :]
    assert [mirror_name(name) for name in left] == [canonical_name(name) for name in right]
    assert {hemisphere(name) for name in left} == {"left"}


def test_count_of_seed_is_the_published_one():
    model = TSception(62, 3, sfreq=200, ch_names=SEED_62)
    assert sum(p.numel() for p in model.parameters()) == 22_316


def test_the_midline_and_electrodes_without_a_twin_say_nothing():
    names = [*NAMES, "O9", "Pz"]
    model = TSception(10, 3, sfreq=64, ch_names=names).eval()
    x = torch.randn(2, 10, 200, requires_grad=True)
    (grad,) = torch.autograd.grad(model(x).square().sum(), x)
    silent = [name for name, power in zip(names, grad.abs().sum((0, 2)), strict=True) if not power]
    assert silent == ["Cz", "O1", "O9", "Pz"]


def test_a_mirrored_head_gives_the_hemispheres_in_exchange(model):
    x = torch.randn(2, 8, 200)
    mirrored, order = x.clone(), model.order
    mirrored[:, order] = x[:, order.roll(len(order) // 2)]
    sides = []
    for signals in (x, mirrored):
        steps = signals[:, model.order].unsqueeze(1)
        steps = torch.cat([conv(steps) for conv in model.temporal], -1)
        sides.append(model.spatial[1](steps))
    assert_close(sides[0].flip(2), sides[1])


def test_channels_may_come_in_any_order(model):
    order = torch.randperm(8)
    other = TSception(8, 3, sfreq=64, ch_names=[NAMES[i] for i in order]).eval()
    other.load_state_dict(model.state_dict())
    x = torch.randn(2, 8, 200)
    assert_close(other(x[:, order]), model(x))


def test_a_layer_that_is_looked_at_has_the_maps_of_all_trials(model, monkeypatch):
    monkeypatch.setattr(_tsception, "_CACHED_COURSES", 1)
    seen = []
    model.temporal[0][0].register_forward_hook(lambda layer, inputs, maps: seen.append(maps))
    answer = model(torch.randn(4, 8, 200))
    (maps,) = seen
    (gradient,) = torch.autograd.grad(answer.sum(), maps)
    assert gradient.flatten(1).any(1).tolist() == [True] * 4


def test_a_lone_electrode_is_both_hemispheres():
    for names in (None, ["Cz"], ["F3"]):
        model = TSception(1, 2, sfreq=64, ch_names=names).eval()
        assert model(torch.randn(3, 1, 100)).shape == (3, 2)
        assert model.order.tolist() == [0, 0]


@pytest.mark.parametrize("sfreq", [8, 50, 64, 100, 128, 200, 250, 512])
def test_the_fewest_samples_are_enough_and_fewer_are_not(sfreq):
    model = TSception(1, 2, sfreq=sfreq).eval()
    n_times = least_times(sfreq)
    assert model(torch.randn(2, 1, n_times)).isfinite().all()
    with pytest.raises(RuntimeError):
        model(torch.randn(2, 1, n_times - 1))


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (None, "expected channel names, which TSception reads its electrodes from, got none for 2"),
        (
            ["F3", "EKG"],
            "expected electrodes of the scalp by their names .* got EKG; drop or rename",
        ),
        (["F3", "P4"], "expected electrodes that mirror each other, got none among F3, P4; add"),
    ],
)
def test_channels_that_are_no_pairs_are_refused(names, sentence):
    with pytest.raises(ValueError, match=sentence):
        TSception(2, 2, sfreq=128, ch_names=names)
