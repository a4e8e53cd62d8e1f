"""Correlation alignment."""

import torch


def coral(source, target):
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
    difference = torch.cov(source.T) - torch.cov(target.T)
    return difference.square().sum() / (4 * source.shape[1] ** 2)
