"""Dense graphs over electrodes: normalised adjacency, polynomials of it, filters along edges.

A learned graph is the same for a whole batch, so its polynomial is computed once a step.
"""

import torch


def normalize(adjacency):
    """D^-1/2 A D^-1/2, where D has the sums of the absolute weights of each row.

    (..., node, node) -> the same. A node without an edge keeps none, and nothing is divided by
    zero.

    Examples
    --------
    >>> normalize(torch.tensor([[0.0, 4.0, 0.0], [4.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    tensor([[0., 1., 0.],
            [1., 0., 0.],
            [0., 0., 0.]])
    """
    scale = adjacency.abs().sum(-1).clamp(min=1e-6).rsqrt()
    return scale.unsqueeze(-1) * adjacency * scale.unsqueeze(-2)


def chebyshev(operator, n_terms):
    """Chebyshev polynomials of a matrix, T_0 = I first: (node, node) -> (term, node, node).

    Examples
    --------
    >>> chebyshev(torch.tensor([[0.5]]), 4).flatten()
    tensor([ 1.0000,  0.5000, -0.5000, -1.0000])
    """
    terms = [_identity(operator), operator]
    while len(terms) < n_terms:
        terms.append(2 * operator @ terms[-1] - terms[-2])
    return torch.stack(terms[:n_terms])


def powers(operator, n_terms):
    """Powers of a matrix, the identity first: (node, node) -> (term, node, node)."""
    terms = [_identity(operator)]
    while len(terms) < n_terms:
        terms.append(operator @ terms[-1])
    return torch.stack(terms)


def scaled_chebyshev(adjacency, n_terms):
    """Chebyshev polynomials of the rescaled Laplacian of a graph without directions and loops.

    Eigenvalues of L = I - D^-1/2 A D^-1/2 lie between 0 and 2; those of 2 L / 2 - I between -1 and
    1, where the polynomials stay small.
    """
    both = (adjacency + adjacency.mT) * (1 - _identity(adjacency))
    return chebyshev(-normalize(both), n_terms)


def laplacian_chebyshev(adjacency, n_terms):
    """Chebyshev polynomials of the Laplacian as it is, of a graph with directions and loops."""
    return chebyshev(_identity(adjacency) - normalize(adjacency), n_terms)


def adjacency_powers(adjacency, n_terms):
    """Powers of the normalised adjacency of a graph with directions and loops."""
    return powers(normalize(adjacency), n_terms)


def keep_strongest(adjacency, n_kept):
    """Set all but the largest weights of each row to zero; those equal to the least kept stay.

    Examples
    --------
    >>> keep_strongest(torch.tensor([[0.5, 0.1, 0.4], [0.3, 0.3, 0.2]]), 1)
    tensor([[0.5000, 0.0000, 0.0000],
            [0.3000, 0.3000, 0.0000]])
    """
    least = adjacency.topk(min(n_kept, adjacency.shape[-1]), -1).values[..., -1:]
    return adjacency * (adjacency >= least)


def filter_nodes(x, terms, weight):
    """Sum over k of terms_k x weight_k.

    Parameters
    ----------
    x : Tensor of shape (batch, node, n_in)
    terms : Tensor of shape (term, node, node)
    weight : Tensor of shape (term, n_in, n_out)

    Returns
    -------
    Tensor of shape (batch, node, n_out)

    Examples
    --------
    >>> x, terms, weight = torch.randn(2, 4, 3), torch.randn(2, 4, 4), torch.randn(2, 3, 5)
    >>> plain = sum(term @ x @ w for term, w in zip(terms, weight))
    >>> torch.allclose(filter_nodes(x, terms, weight), plain, atol=1e-5)
    True
    """
    if x.shape[-1] <= weight.shape[-1]:
        # Along the edges while the features are few.
        moved = torch.einsum("kij,bjf->bikf", terms, x)
        return torch.einsum("bikf,kfh->bih", moved, weight)
    wide = torch.einsum("bjf,kfh->bkjh", x, weight)
    return torch.einsum("kij,bkjh->bih", terms, wide)


def _identity(matrix):
    return torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)
