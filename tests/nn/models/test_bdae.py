"""The autoencoder against numpy, and what its machines leave it."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_eeg.nn.models import BDAENet


@pytest.fixture
def views():
    """Rows of 12 and 8 features that two hidden causes make, standardised."""
    torch.manual_seed(0)
    x = torch.randn(400, 2) @ torch.randn(2, 20) + 0.3 * torch.randn(400, 20)
    return ((x - x.mean(0)) / x.std(0, correction=0)).double()


def make(**settings):
    torch.manual_seed(1)
    return BDAENet(**{"n_features": 20, "n_first": 12, "sizes": (6, 5, 3)} | settings).double()


def error(model, x):
    with torch.no_grad():
        return model(x).square().mean().item()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_both_views_are_coded_together_and_rebuilt(views):
    model, x = make(), views.numpy()
    w = {name: p.detach().numpy() for name, p in model.named_parameters()}

    def layer(name, rows):
        return rows @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    hidden = sigmoid(np.hstack([layer("encoders.0", x[:, :12]), layer("encoders.1", x[:, 12:])]))
    code = sigmoid(layer("joint", hidden))
    assert_allclose(model.encode(views).detach(), code)
    hidden = sigmoid(layer("split", code))
    rebuilt = np.hstack([layer("decoders.0", hidden[:, :6]), layer("decoders.1", hidden[:, 6:])])
    assert_allclose(model(views).detach(), rebuilt - x)


def test_machines_leave_a_decoder_that_mirrors_the_encoder(views):
    model = make()
    model.pretrain(lambda: views.split(100))
    for encoder, decoder in zip(
        [*model.encoders, model.joint], [*model.decoders, model.split], strict=True
    ):
        assert torch.equal(encoder.weight, decoder.weight.T)
    assert all(p.requires_grad for p in model.parameters())


def test_machines_lower_the_error_before_any_training(views):
    errors = []
    for n_epochs in (20, 60):
        model = make(rbm_epochs=n_epochs, rbm_lr=0.02)
        model.pretrain(lambda: views.split(50))
        errors.append(error(model, views))
    assert 1 > errors[0] > errors[1] < 0.7


def test_training_lowers_it_further(views):
    model = make(rbm_epochs=20, rbm_lr=0.02)
    model.pretrain(lambda: views.split(50))
    before = error(model, views)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        model(views).square().mean().backward()
        optimizer.step()
    assert error(model, views) < 0.5 * before


def test_the_code_is_of_both_views(views):
    model, code = make(), make().encode(views)
    for part in (slice(0, 12), slice(12, 20)):
        other = views.clone()
        other[:, part] = 0
        assert not torch.allclose(model.encode(other), code)


def test_units_of_the_features_do_not_matter(views):
    one, two = make(rbm_epochs=2), make(rbm_epochs=2)
    other = views * 100 - 3
    for model, x in ((one, views), (two, other)):
        torch.manual_seed(2)
        model.pretrain(lambda x=x: x.split(100))
    assert_allclose(two(other).detach(), one(views).detach(), atol=1e-8)
