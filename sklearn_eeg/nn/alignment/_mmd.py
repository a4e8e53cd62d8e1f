"""Maximum mean discrepancy with several kernels."""

import torch

# Of the bandwidth, each a kernel.
WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)


def mmd(source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    r"""Squared maximum mean discrepancy, over the mean of five Gaussian kernels.

    The biased estimate (all pairs, a row with itself too), which is zero for equal samples and
    never negative:

    .. math:: \overline{k(s, s')} + \overline{k(t, t')} - 2\,\overline{k(s, t)}, \qquad
       k(a, b) = \frac{1}{5} \sum_m \exp\!\left(-\frac{\lVert a - b \rVert^2}{m\,\sigma^2}\right)

    with m from 1/4 to 4 and :math:`\sigma^2` the mean squared distance between different rows of
    both samples together, through which no gradient flows.

    Parameters
    ----------
    source, target : Tensor of shape (batch, feature)
        The batches may differ in length.

    Returns
    -------
    Tensor of no axes

    References
    ----------
    Gretton et al. (2012), A kernel two-sample test, JMLR 13, eq. 5.
    Long et al. (2015), Learning transferable features with deep adaptation networks, ICML, whose
    estimate is unbiased and linear in time.

    Examples
    --------
    >>> mmd(torch.zeros(2, 3), torch.zeros(4, 3))
    tensor(0.)
    """
    n, rows = len(source), torch.cat([source, target])
    distances = (rows[:, None] - rows).square().sum(-1)
    width = distances.detach().sum() / (len(rows) * (len(rows) - 1))
    width = width.clamp(min=torch.finfo(rows.dtype).tiny)
    kernels = [torch.exp(-distances / (factor * width)) for factor in WIDTHS]
    kernel = sum(kernels, torch.zeros_like(distances)) / len(WIDTHS)
    return kernel[:n, :n].mean() + kernel[n:, n:].mean() - 2 * kernel[:n, n:].mean()
