import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn._graphs import (
    adjacency_powers,
    chebyshev,
    filter_nodes,
    keep_strongest,
    laplacian_chebyshev,
    normalize,
    powers,
    scaled_chebyshev,
)

POLYNOMIALS = [scaled_chebyshev, laplacian_chebyshev, adjacency_powers]


def make_graph(n_nodes=7, signed=False):
    """A symmetric graph without loops."""
    weights = torch.rand(n_nodes, n_nodes, dtype=torch.float64) - 0.5 * signed
    return (weights + weights.mT).fill_diagonal_(0)


def laplacian(adjacency):
    root = adjacency.sum(1).rsqrt().diag()
    return torch.eye(len(adjacency), dtype=adjacency.dtype) - root @ adjacency @ root


@pytest.mark.parametrize("n_terms", [1, 2, 3, 6])
def test_chebyshev_terms_are_cosines_of_the_eigenvalues_angle(n_terms):
    adjacency = make_graph()
    values, vectors = torch.linalg.eigh(laplacian(adjacency))
    angle = (values - 1).clamp(-1, 1).acos()
    wanted = [vectors @ (k * angle).cos().diag() @ vectors.T for k in range(n_terms)]
    assert_close(scaled_chebyshev(adjacency, n_terms), torch.stack(wanted))


def test_the_unscaled_terms_are_the_polynomials_of_the_laplacians_eigenvalues():
    adjacency = make_graph()
    values, vectors = torch.linalg.eigh(laplacian(adjacency))
    polynomials = [values**0, values, 2 * values**2 - 1, 4 * values**3 - 3 * values]
    wanted = [vectors @ value.diag() @ vectors.T for value in polynomials]
    assert_close(laplacian_chebyshev(adjacency, 4), torch.stack(wanted))


def test_powers_are_those_of_the_eigenvalues():
    operator = make_graph(signed=True)
    values, vectors = torch.linalg.eigh(operator)
    wanted = [vectors @ (values**k).diag() @ vectors.T for k in range(5)]
    assert_close(powers(operator, 5), torch.stack(wanted))
    assert_close(adjacency_powers(operator, 3), powers(normalize(operator), 3))


def test_terms_of_a_scaled_graph_stay_below_one():
    terms = scaled_chebyshev(make_graph(20), 9)
    assert (torch.linalg.matrix_norm(terms, 2) <= 1 + 1e-12).all()


@pytest.mark.parametrize("signed", [False, True])
def test_normalised_weights_are_divided_by_the_roots_of_both_degrees(signed):
    adjacency = make_graph(signed=signed)
    degree = adjacency.abs().sum(1)
    wanted = adjacency / (degree[:, None] * degree).sqrt()
    assert_close(normalize(adjacency), wanted)
    assert_close(normalize(torch.stack([adjacency, 3 * adjacency])), torch.stack([wanted] * 2))


@pytest.mark.parametrize("polynomial", POLYNOMIALS)
def test_terms_without_an_edge_leave_each_node_alone(polynomial):
    empty = torch.zeros(5, 5, dtype=torch.float64, requires_grad=True)
    terms = polynomial(empty, 4)
    assert_close(terms, torch.diag_embed(terms.diagonal(dim1=1, dim2=2)))
    terms.square().sum().backward()
    assert empty.grad.isfinite().all()


@pytest.mark.parametrize("polynomial", POLYNOMIALS)
def test_relabelled_nodes_relabel_the_terms(polynomial):
    adjacency, order = make_graph(), torch.randperm(7)
    terms = polynomial(adjacency, 4)
    assert_close(polynomial(adjacency[order][:, order], 4), terms[:, order][:, :, order])


def test_a_scaled_graph_has_no_directions_and_no_loops():
    adjacency = torch.rand(5, 5, dtype=torch.float64)
    both = (adjacency + adjacency.mT).fill_diagonal_(0)
    before = adjacency.clone()
    assert_close(scaled_chebyshev(adjacency, 3), scaled_chebyshev(both, 3))
    assert torch.equal(adjacency, before)


@pytest.mark.parametrize("n_in, n_out", [(2, 9), (9, 2)])
def test_either_association_is_the_plain_sum(n_in, n_out):
    x = torch.randn(3, 5, n_in, dtype=torch.float64)
    terms = torch.randn(4, 5, 5, dtype=torch.float64)
    weight = torch.randn(4, n_in, n_out, dtype=torch.float64)
    plain = sum(term @ x @ w for term, w in zip(terms, weight, strict=True))
    assert_close(filter_nodes(x, terms, weight), plain)


def test_chebyshev_of_a_number_is_the_cosine_of_multiples():
    angle = torch.tensor(0.3, dtype=torch.float64)
    terms = chebyshev(angle.cos().reshape(1, 1), 6).flatten()
    assert_close(terms, (torch.arange(6, dtype=torch.float64) * angle).cos())


def test_the_strongest_edges_of_each_row_stay():
    adjacency = torch.rand(2, 6, 6)
    kept = keep_strongest(adjacency, 3)
    assert ((kept > 0).sum(-1) == 3).all()
    assert_close(kept.amax(-1), adjacency.amax(-1))
    assert_close(keep_strongest(adjacency, 10), adjacency)
