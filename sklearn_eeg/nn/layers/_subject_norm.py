"""z-scores within each person, inside a network."""

import torch
from torch import nn


class SubjectNorm(nn.Module):
    """z-scores of features within each subject: (batch, feature) -> (batch, feature).

    People differ in the level and in the spread of log power more than conditions do. While
    training, each row is scaled by mean and deviation of its subject's rows in the batch, so a
    batch should have many of them. Afterwards by what :meth:`describe` says of the same person's
    rows, if it is given, which is transductive; else by running averages of the moments within the
    subjects trained on. A feature that does not vary becomes zero.

    Parameters
    ----------
    n_features : int
    momentum : float, default=0.1
        Weight of a batch in the running averages.
    eps : float, default=1e-5
        Added to variances.

    Examples
    --------
    >>> norm = SubjectNorm(1)
    >>> x = torch.tensor([[1.0], [3.0], [10.0], [30.0]])
    >>> norm(x, domain=torch.tensor([0, 0, 1, 1])).flatten()
    tensor([-1.0000,  1.0000, -1.0000,  1.0000])
    """

    mean: torch.Tensor
    variance: torch.Tensor

    def __init__(self, n_features: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("variance", torch.ones(n_features))

    def forward(
        self,
        x: torch.Tensor,
        domain: torch.Tensor | None = None,
        subject: tuple[torch.Tensor, torch.Tensor] | None = None,
    ) -> torch.Tensor:
        """Scale rows.

        Parameters
        ----------
        x : Tensor of shape (batch, feature)
        domain : Tensor of shape (batch,) or None, default=None
            While training, a code of each row's subject; ``None``: all are one's, of which the
            running averages learn nothing.
        subject : (Tensor, Tensor) or None, default=None
            Mean and variance of the one whose rows these are.
        """
        if subject is not None:
            mean, variance = subject
        elif not self.training:
            mean, variance = self.mean, self.variance
        elif domain is None:
            mean, variance = self.describe(x)
        else:
            mean, variance = self._learn(x, domain)
        return (x - mean) / (variance + self.eps).sqrt()

    @staticmethod
    def describe(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and variance of each feature over rows of one subject."""
        return x.mean(0), x.var(0, correction=0)

    def _learn(self, x, domain):
        # Row i of the product is the mean over the rows of i's subject.
        same = (domain[:, None] == domain).to(x.dtype)
        share = same / same.sum(1, keepdim=True)
        mean = share @ x
        variance = share @ (x - mean).square()
        with torch.no_grad():
            self.mean.lerp_(mean.mean(0).to(self.mean.dtype), self.momentum)
            self.variance.lerp_(variance.mean(0).to(self.mean.dtype), self.momentum)
        return mean, variance
