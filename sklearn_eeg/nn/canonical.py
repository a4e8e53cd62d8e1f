"""Canonical correlations of two views of the same rows, with gradients."""

import torch


def canonical_correlations(x: torch.Tensor, y: torch.Tensor, ridge: float = 1e-5) -> torch.Tensor:
    r"""Correlations of the best pairs of projections, the largest first.

    They are the singular values of

    .. math:: S_{11}^{-1/2} S_{12} S_{22}^{-1/2},

    with :math:`r` added to the diagonals of both covariances; their negative sum is the loss of
    deep canonical correlation analysis. Computed in double precision from Cholesky factors, which
    have the same singular values as square roots and no gaps of eigenvalues in their gradient.

    Parameters
    ----------
    x : Tensor of shape (batch, n_x)
    y : Tensor of shape (batch, n_y)
    ridge : float, default=1e-5
        Variance added to every column of both; zero is exact, and needs more rows than columns.

    Returns
    -------
    Tensor of shape (min(n_x, n_y),)
        In the precision of ``x``. Near one where there are no more rows than columns, whatever the
        views are.

    References
    ----------
    Andrew, Arora, Bilmes & Livescu (2013), Deep canonical correlation analysis, ICML, section 3.

    Examples
    --------
    >>> x = torch.randn(50, 3, dtype=torch.float64)
    >>> canonical_correlations(x, 2 * x.flip(1) + 1, ridge=0).round(decimals=4)
    tensor([1., 1., 1.], dtype=torch.float64)
    """
    _, _, coherence = _whiten(x, y, ridge)
    return torch.linalg.svdvals(coherence).to(x.dtype)


def canonical_projections(
    x: torch.Tensor, y: torch.Tensor, ridge: float = 1e-5
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Projections whose columns correlate pairwise as much as can be, and not otherwise.

    Parameters
    ----------
    x : Tensor of shape (batch, n_x)
    y : Tensor of shape (batch, n_y)
    ridge : float, default=1e-5
        As in :func:`canonical_correlations`.

    Returns
    -------
    of_x, of_y : float64 Tensor of shape (n_x, k) and (n_y, k)
        The centred views times these have unit variance, the ridge included. The largest weight of
        each column of ``of_x`` is positive.
    correlations : float64 Tensor of shape (k,)
        Of the pairs, the largest first; ``k`` is the smaller number of columns.

    References
    ----------
    Hotelling (1936), Relations between two sets of variates, Biometrika 28(3/4).

    Examples
    --------
    >>> x, y = torch.randn(50, 3), torch.randn(50, 2)
    >>> [tuple(part.shape) for part in canonical_projections(x, y)]
    [(3, 2), (2, 2), (2,)]
    """
    of_x, of_y, coherence = _whiten(x, y, ridge)
    left, correlations, right = torch.linalg.svd(coherence, full_matrices=False)
    of_x = torch.linalg.solve_triangular(of_x.mT, left, upper=True)
    of_y = torch.linalg.solve_triangular(of_y.mT, right.mT, upper=True)
    largest = of_x.take_along_dim(of_x.abs().argmax(0, keepdim=True), 0)
    signs = torch.where(largest < 0, -1.0, 1.0)
    return of_x * signs, of_y * signs, correlations


def _whiten(x, y, ridge):
    """Cholesky factors of both covariances, and the covariance of what they whiten."""
    if len(x) < 2:
        raise ValueError(
            f"expected two rows or more, of which something can be correlated, got n_samples = "
            f"{len(x)}; make batches larger."
        )
    x, y = (view.double() - view.double().mean(0) for view in (x, y))
    of_x, of_y = (_factor(view, ridge) for view in (x, y))
    shared = torch.linalg.solve_triangular(of_x, x.mT @ y / (len(x) - 1), upper=False)
    return of_x, of_y, torch.linalg.solve_triangular(of_y, shared.mT, upper=False).mT


def _factor(x, ridge):
    covariance = x.mT @ x / (len(x) - 1)
    kind = {"dtype": x.dtype, "device": x.device}
    return torch.linalg.cholesky(covariance + ridge * torch.eye(x.shape[1], **kind))
