"""The machine against its joint distribution, written out, and Hinton's rule."""

from itertools import product

import pytest
import torch

from sklearn_eeg.nn.layers import RBM


@pytest.fixture
def small():
    torch.manual_seed(0)
    rbm = RBM(3, 2, spread=1.0).double()
    with torch.no_grad():
        rbm.hidden_bias.normal_()
        rbm.visible_bias.normal_()
    return rbm


def states(n):
    return torch.tensor(list(product([0.0, 1.0], repeat=n)), dtype=torch.float64)


@pytest.fixture
def joint(small):
    """Probability of every (visible, hidden), by the energies of all 32 states."""
    v, h = states(3), states(2)
    score = v @ small.weight.T @ h.T + (v @ small.visible_bias)[:, None] + h @ small.hidden_bias
    return score.flatten().softmax(0).reshape(8, 4)


def test_conditionals_are_those_of_the_joint_distribution(small, joint):
    of_hidden = joint / joint.sum(1, keepdim=True)
    torch.testing.assert_close(small(states(3)), of_hidden @ states(2))
    of_visible = (joint / joint.sum(0)).T
    torch.testing.assert_close(small.reconstruct(states(2)), of_visible @ states(3))


def test_free_energy_is_the_logarithm_of_the_marginal(small, joint):
    marginal = (-small.free_energy(states(3))).softmax(0)
    torch.testing.assert_close(marginal, joint.sum(1))


def test_gaussian_free_energy_integrates_to_the_conditionals():
    torch.manual_seed(0)
    rbm = RBM(1, 2, "gaussian", spread=1.0).double()
    x = torch.linspace(-12, 12, 4001, dtype=torch.float64)[:, None]
    density = (-rbm.free_energy(x)).softmax(0)
    hidden = states(2)
    score = x @ rbm.weight.T @ hidden.T - x.square() / 2
    joint = score.flatten().softmax(0).reshape(len(x), 4)
    torch.testing.assert_close(density, joint.sum(1))
    means = (joint / joint.sum(0)).T @ x
    torch.testing.assert_close(rbm.reconstruct(hidden), means)


def test_gradient_is_hintons_rule(small):
    x = torch.rand(20, 3, dtype=torch.float64)
    torch.manual_seed(1)
    small.contrast(x).backward()
    torch.manual_seed(1)
    imagined = small.reconstruct((torch.rand(20, 2, dtype=torch.float64) < small(x)).double())
    rule = (small(x).T @ x - small(imagined).T @ imagined) / len(x)
    torch.testing.assert_close(-small.weight.grad, rule)
    torch.testing.assert_close(-small.visible_bias.grad, (x - imagined).mean(0))
    torch.testing.assert_close(-small.hidden_bias.grad, (small(x) - small(imagined)).mean(0))


@pytest.mark.parametrize("visible", ["binary", "gaussian"])
def test_training_lowers_the_error_of_reconstruction(visible):
    torch.manual_seed(0)
    x = torch.randn(300, 2) @ torch.randn(2, 12) + 0.1 * torch.randn(300, 12)
    x = (x > 0).float() if visible == "binary" else (x - x.mean(0)) / x.std(0)
    rbm = RBM(12, 6, visible)

    def error():
        with torch.no_grad():
            return (rbm.reconstruct(rbm(x)) - x).square().mean().item()

    errors = [error()]
    for _ in range(3):
        rbm.learn(lambda: x.split(50), n_epochs=20, lr=0.2 if visible == "binary" else 0.02)
        errors.append(error())
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.6 * errors[0]


def test_it_learns_within_no_grad_and_leaves_no_gradients():
    rbm, x = RBM(4, 2), torch.rand(8, 4)
    before = rbm.weight.detach().clone()
    with torch.no_grad():
        rbm.learn(lambda: [x], n_epochs=1)
    assert not torch.equal(rbm.weight, before)
    assert all(p.grad is None for p in rbm.parameters())


def test_other_units_are_refused():
    with pytest.raises(ValueError, match="visible to be 'binary' or 'gaussian', got 'poisson'"):
        RBM(2, 2, "poisson")
