"""Canonical correlations against closed forms, scikit-learn and their own invariances."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.linalg import sqrtm
from sklearn.cross_decomposition import CCA

from sklearn_eeg.nn.canonical import canonical_correlations, canonical_projections


@pytest.fixture
def views():
    """Two views with a share in common, more rows than columns."""
    rng = np.random.default_rng(0)
    common = rng.normal(size=(200, 3))
    x = common @ rng.normal(size=(3, 4)) + rng.normal(size=(200, 4))
    y = common @ rng.normal(size=(3, 3)) + rng.normal(size=(200, 3))
    return torch.tensor(x), torch.tensor(y)


def test_they_are_singular_values_of_the_whitened_covariance(views):
    x, y = (np.asarray(view) for view in views)
    covariance = np.cov(x, y, rowvar=False) + 0.01 * np.eye(7)
    s11, s12, s22 = covariance[:4, :4], covariance[:4, 4:], covariance[4:, 4:]
    whitened = np.linalg.inv(sqrtm(s11)) @ s12 @ np.linalg.inv(sqrtm(s22))
    expected = np.linalg.svd(whitened, compute_uv=False)
    assert_allclose(canonical_correlations(*views, ridge=0.01), expected)
    eigenvalues = np.linalg.eigvals(np.linalg.solve(s22, s12.T) @ np.linalg.solve(s11, s12))
    assert_allclose(np.sort(expected**2), np.sort(eigenvalues.real))


def test_scikit_learn_finds_the_same(views):
    theirs = CCA(n_components=3, max_iter=10_000, tol=1e-12).fit(*views).transform(*views)
    expected = [np.corrcoef(*pair)[0, 1] for pair in zip(*(part.T for part in theirs), strict=True)]
    assert_allclose(canonical_correlations(*views, ridge=0.0), expected, rtol=1e-6)
    of_x, of_y, correlations = canonical_projections(*views, ridge=0.0)
    assert_allclose(correlations, expected, rtol=1e-6)
    for ours, other in zip((views[0] @ of_x, views[1] @ of_y), theirs, strict=True):
        alike = np.corrcoef(ours, other, rowvar=False)[:3, 3:]
        assert_allclose(np.abs(alike), np.eye(3), atol=1e-5)


def test_projections_are_white_and_correlate_pairwise(views):
    x, y = views
    of_x, of_y, correlations = canonical_projections(x, y, ridge=0.0)
    together = torch.cov(torch.cat([x @ of_x, y @ of_y], 1).T)
    assert_allclose(together[:3, :3], np.eye(3), atol=1e-12)
    assert_allclose(together[3:, 3:], np.eye(3), atol=1e-12)
    assert_allclose(together[:3, 3:], np.diag(correlations), atol=1e-12)


def test_views_that_are_maps_of_each_other_correlate_fully():
    x = torch.randn(50, 4, dtype=torch.float64)
    y = x @ torch.randn(4, 4, dtype=torch.float64) + 3
    assert_allclose(canonical_correlations(x, y, ridge=0.0), np.ones(4))
    assert_allclose(canonical_correlations(x, x), np.ones(4), atol=1e-3)


def test_views_that_know_nothing_of_each_other_hardly_correlate():
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(20_000, 3, generator=generator) for _ in range(2))
    assert canonical_correlations(x, y).max() < 0.03


def test_they_do_not_change_under_affine_maps_of_a_view(views):
    x, y = views
    moved = x @ torch.randn(4, 4, dtype=torch.float64) - 5
    assert_allclose(
        canonical_correlations(moved, y, ridge=0.0), canonical_correlations(x, y, ridge=0.0)
    )


def test_views_change_places(views):
    x, y = views
    assert_allclose(canonical_correlations(y, x), canonical_correlations(x, y))


@pytest.mark.parametrize("ridge", [0.0, 1e-5, 0.1])
def test_gradient_is_the_slope(ridge):
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(12, n, generator=generator, dtype=torch.float64) for n in (3, 2))
    x.requires_grad_(), y.requires_grad_()
    assert torch.autograd.gradcheck(lambda x, y: canonical_correlations(x, y, ridge), (x, y))


def test_gradient_is_finite_where_eigenvalues_coincide():
    # Columns that are orthogonal and of one length: all gaps are zero, at the maximum of one.
    x = torch.linalg.qr(torch.randn(12, 12, dtype=torch.float64))[0][:, :3]
    x = (x - x.mean(0)).requires_grad_()
    canonical_correlations(x, x.detach().flip(1)).sum().backward()
    assert x.grad.isfinite().all()
    assert x.grad.norm() < 1e-3


def test_single_precision_is_only_the_form(views):
    x, y = views
    found = canonical_correlations(x.float(), y.float())
    assert found.dtype == torch.float32
    assert_allclose(found, canonical_correlations(x, y), rtol=1e-5)


def test_one_row_has_no_correlation():
    with pytest.raises(ValueError, match="two rows or more"):
        canonical_correlations(torch.zeros(1, 2), torch.zeros(1, 2))
