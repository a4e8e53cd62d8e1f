"""The networks of DCCA against numpy, linear CCA and their own symmetries."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.cross_decomposition import CCA

from sklearn_eeg.nn.canonical import canonical_correlations
from sklearn_eeg.nn.models import DCCANet


@pytest.fixture
def views():
    """Rows of 6 and 4 features, of which two directions are common."""
    rng = np.random.default_rng(0)
    common = rng.normal(size=(300, 2))
    first = common @ rng.normal(size=(2, 6)) + rng.normal(size=(300, 6))
    second = common @ rng.normal(size=(2, 4)) + rng.normal(size=(300, 4))
    return torch.tensor(np.hstack([first, second]))


def make(**settings):
    torch.manual_seed(0)
    return DCCANet(**{"n_features": 10, "n_first": 6, "sizes": (8, 5, 2)} | settings).double()


def finished(model, x):
    model.pretrain(lambda: [x])
    with torch.no_grad():
        model.finish(lambda: [(x, None, None)])
    return model


def test_each_view_goes_through_sigmoid_layers_and_a_linear_one(views):
    model = make()
    weights = [p.detach().numpy() for p in model.parameters()]
    for view, w in ((views[:, :6], weights[:6]), (views[:, 6:], weights[6:])):
        h = view.numpy()
        for i in (0, 2):
            h = 1 / (1 + np.exp(-(h @ w[i].T + w[i + 1])))
        expected = h @ w[4].T + w[5]
        found = model.components(views)[0 if view.shape[1] == 6 else 1]
        assert_allclose(found.detach(), expected)
    assert torch.equal(model(views), torch.cat([*model.components(views)], 1))


def test_views_do_not_see_each_other(views):
    model, other = make(), views.clone()
    other[:, 6:] = 0
    assert torch.equal(model(other)[:, :2], model(views)[:, :2])
    assert not torch.equal(model(other)[:, 2:], model(views)[:, 2:])


def test_without_hidden_layers_training_reaches_linear_cca(views):
    model = make(sizes=(2,))
    model.pretrain(lambda: [views])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        loss = -canonical_correlations(*model.components(views)).sum()
        loss.backward()
        optimizer.step()
    first, second = views[:, :6], views[:, 6:]
    theirs = CCA(2, max_iter=10_000, tol=1e-12).fit(first, second).transform(first, second)
    expected = [np.corrcoef(*pair)[0, 1] for pair in zip(*(v.T for v in theirs), strict=True)]
    ours = finished(model, views)
    assert_allclose(ours.correlations, expected, rtol=1e-4)
    for variates, other in zip(ours.variates(views).detach(), theirs, strict=True):
        alike = np.corrcoef(variates, other, rowvar=False)[:2, 2:]
        assert_allclose(np.abs(alike), np.eye(2), atol=0.02)


def test_variates_are_white_and_correlate_in_pairs(views):
    model = finished(make(ridge=1e-12), views)
    first, second = model.variates(views).detach()
    assert_allclose(torch.cov(first.T), np.eye(2), atol=1e-6)
    assert_allclose(torch.cov(second.T), np.eye(2), atol=1e-6)
    cross = np.cov(first, second, rowvar=False)[:2, 2:]
    assert_allclose(cross, np.diag(model.correlations), atol=1e-6)


def test_fused_are_a_weighted_sum_or_both(views):
    first, second = finished(make(), views).variates(views)
    assert_allclose(
        finished(make(weight=0.7), views).fuse(views).detach(),
        (0.7 * first + 0.3 * second).detach(),
    )
    assert torch.equal(finished(make(weight=1.0), views).fuse(views), first)
    both = finished(make(fusion="concatenate"), views).fuse(views)
    assert torch.equal(both, torch.cat([first, second], 1))


def test_attention_is_a_mean_of_the_views_with_shares_of_each_row(views):
    model = make(fusion="attention", n_outputs=3)
    first, second = model.components(views).detach()
    odds = torch.cat([first, second], 1) @ model.gate.weight.T + model.gate.bias
    share = (odds[:, 0] - odds[:, 1]).sigmoid()[:, None]
    fused = model.fuse(views)
    assert_allclose(fused.detach(), (share * first + (1 - share) * second).detach())
    assert model(views).shape == (300, 2 * 2 + 3)
    assert torch.equal(model(views)[:, 4:], model.head(fused))


def test_attention_learns_with_all_its_parameters(views):
    model = make(fusion="attention", n_outputs=3)
    model(views).square().sum().backward()
    assert all(p.grad.any() for p in model.parameters())


def test_units_of_the_features_do_not_matter(views):
    other = views * torch.logspace(-3, 3, 10) + 7
    one, two = make(), make()
    one.pretrain(lambda: views.split(100))
    two.pretrain(lambda: other.split(50))
    assert_allclose(two(other).detach(), one(views).detach())


def test_attention_fuses_what_the_published_sizes_give():
    model = DCCANet(343, 310, 3, fusion="attention")
    attention = sum(p.numel() for part in (model.gate, model.head) for p in part.parameters())
    assert attention == (40 * 2 + 2) + (20 * 3 + 3)
    assert sum(p.numel() for p in model.parameters()) - attention == 359_255
