"""Correlation alignment."""

import torch


def coral(source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    r"""Squared Frobenius distance of covariances, over four times the squared number of features.

    .. math:: \frac{1}{4 d^2} \lVert C_S - C_T \rVert_F^2

    Parameters
    ----------
    source, target : Tensor of shape (batch, feature)
        Two rows or more each; the batches may differ in length.

    Returns
    -------
    Tensor of no axes
        Zero or more; blind to means.

    References
    ----------
    Sun & Saenko (2016), Deep CORAL: correlation alignment for deep domain adaptation, ECCV
    workshops, eq. 1 to 3.

    Examples
    --------
    >>> x = torch.tensor([[0.0], [2.0]])
    >>> coral(x, 2 * x)
    tensor(9.)
    """
    if min(len(source), len(target)) < 2:
        raise ValueError(
            f"coral: expected two rows or more of each domain, got {len(source)} and "
            f"{len(target)}; make batches larger."
        )
    source, target = map(_scale, (source, target))
    n_rows, n_features = len(source) + len(target), source.shape[1]
    if n_rows < n_features:
        # The same sum over pairs of rows, of which there are fewer than pairs of features.
        rows = torch.cat([source, target])
        sign = torch.cat([torch.ones_like(source[:, 0]), -torch.ones_like(target[:, 0])])
        total = (sign @ (rows @ rows.T).square() @ sign).clamp(min=0)
    else:
        total = (source.T @ source - target.T @ target).square().sum()
    return total / (4 * n_features**2)


def _scale(rows):
    """Rows whose products are their covariance."""
    return (rows - rows.mean(0)) / (len(rows) - 1) ** 0.5
