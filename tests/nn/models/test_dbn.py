import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.layers import RBM
from sklearn_eeg.nn.models import DBN


@pytest.fixture
def windows():
    """Forty windows of three electrodes and four bands that share two causes."""
    return torch.randn(40, 2) @ torch.randn(2, 12) + 0.1 * torch.randn(40, 12)


def passes(windows):
    return lambda: iter(windows.unflatten(1, (3, 4)).split(10))


def error(model, windows):
    with torch.no_grad():
        visible = model.scaled(windows)
        return F.mse_loss(model.rebuilt(visible), visible).item()


def make(**settings):
    torch.manual_seed(0)
    return DBN(12, 3, n_hidden=(8, 6), **settings)


def test_answer_is_that_of_a_perceptron_of_the_machines_weights(windows):
    model = make().double()
    model.pretrain(passes(windows.double()))
    layers = []
    for machine in model.machines:
        layers += [nn.Linear(*machine.weight.T.shape), nn.Sigmoid()]
        layers[-2].weight, layers[-2].bias = machine.weight, machine.hidden_bias
    plain = nn.Sequential(*layers, model.head)
    x = windows.double()
    low, high = x.amin(0), x.amax(0)
    assert_close(model(x), plain((x - low) / (high - low)))


def test_range_is_that_of_each_value_and_what_lies_beyond_is_clipped(windows):
    windows[:, 5] = 7.0
    model = make()
    model.pretrain(passes(windows))
    scaled = model.scaled(windows)
    varying = torch.arange(12) != 5
    assert_close(scaled.amin(0), torch.zeros(12))
    assert_close(scaled.amax(0), varying.float())
    assert_close(model.scaled(1e3 * torch.ones(1, 12)), torch.ones(1, 12))
    assert_close(model.scaled(-1e3 * torch.ones(1, 12)), torch.zeros(1, 12))


def test_units_of_the_values_change_nothing(windows):
    answers = []
    for gain, offset in [(1.0, 0.0), (3.0, -20.0)]:
        x = (gain * windows + offset).double()
        model = make().double()
        model.pretrain(passes(x))
        answers.append(model(x))
    assert_close(*answers)


def test_both_ways_of_training_lower_the_error_of_rebuilding(windows):
    untrained = make(rbm_epochs=0, rebuilding_epochs=0)
    stacked = make(rbm_epochs=60, rbm_lr=0.1, rebuilding_epochs=0)
    rebuilding = make(rbm_epochs=0, rebuilding_epochs=60)
    both = make(rbm_epochs=60, rbm_lr=0.1, rebuilding_epochs=60)
    for model in (untrained, stacked, rebuilding, both):
        model.pretrain(passes(windows))
    errors = [error(model, windows) for model in (untrained, stacked, both)]
    assert errors == sorted(errors, reverse=True)
    assert errors[1] < 0.7 * errors[0]
    assert error(rebuilding, windows) < 0.9 * errors[0]


def test_the_published_settings_lower_the_error_too(windows):
    torch.manual_seed(0)
    model = DBN(12, 3)
    model._learn_range(passes(windows))
    before = error(model, windows)
    model.pretrain(passes(windows))
    assert error(model, windows) < before


def test_each_machine_learns_what_the_finished_ones_below_give(windows):
    model = make(rebuilding_epochs=0)
    model.pretrain(passes(windows))
    torch.manual_seed(0)
    first, second = RBM(12, 8, spread=1.0), RBM(8, 6, spread=1.0)
    nn.Linear(6, 3)
    visible = model.scaled(windows)
    first.learn(lambda: visible.split(10))
    hidden = first(visible).detach()
    second.learn(lambda: hidden.split(10))
    assert_close(list(model.machines.parameters()), [*first.parameters(), *second.parameters()])


def test_rebuilding_teaches_every_machine_and_leaves_no_gradients(windows):
    model, before = make(rbm_epochs=0), make(rbm_epochs=0)
    model.pretrain(passes(windows))
    for after, start in zip(model.machines.parameters(), before.machines.parameters(), strict=True):
        assert not torch.equal(after, start)
    assert torch.equal(model.head.weight, before.head.weight)
    assert all(p.grad is None for p in model.parameters())


def test_labels_leave_the_biases_of_visible_units_alone(windows):
    model = make()
    model(windows).sum().backward()
    idle = {name for name, p in model.named_parameters() if p.grad is None}
    assert idle == {"machines.0.visible_bias", "machines.1.visible_bias"}


def test_range_is_saved_with_the_weights(windows):
    model = make()
    model.pretrain(passes(5 * windows))
    again = make()
    again.load_state_dict(model.state_dict())
    assert torch.equal(again(windows), model(windows))
