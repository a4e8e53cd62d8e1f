"""Restricted Boltzmann machine."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._types import Passes


class RBM(nn.Module):
    r"""Restricted Boltzmann machine: (batch, visible) -> (batch, hidden) probabilities.

    .. math:: E(v, h) = -h^\top W v - c^\top h - b^\top v

    for binary visible units; for Gaussian ones of unit variance, whose data should be standardised,
    the last term is :math:`\tfrac12 \lVert v - b \rVert^2`.

    Parameters
    ----------
    n_visible, n_hidden : int
    visible : {"binary", "gaussian"}, default="binary"
        Binary units take probabilities too.
    spread : float, default=0.01
        Standard deviation of the first weights; biases begin at zero.

    References
    ----------
    Hinton (2002), Training products of experts by minimizing contrastive divergence, Neural
    Computation 14(8).
    Hinton & Salakhutdinov (2006), Reducing the dimensionality of data with neural networks, Science
    313.

    Examples
    --------
    >>> rbm = RBM(6, 3)
    >>> x = torch.rand(20, 6)
    >>> rbm.learn(lambda: x.split(10), n_epochs=2)
    >>> rbm(x).shape, rbm.reconstruct(rbm(x)).shape
    (torch.Size([20, 3]), torch.Size([20, 6]))
    """

    def __init__(
        self,
        n_visible: int,
        n_hidden: int,
        visible: Literal["binary", "gaussian"] = "binary",
        spread: float = 0.01,
    ) -> None:
        super().__init__()
        if visible not in ("binary", "gaussian"):
            raise ValueError(f"expected visible to be 'binary' or 'gaussian', got {visible!r}.")
        self.visible = visible
        self.weight = nn.Parameter(torch.randn(n_hidden, n_visible) * spread)
        self.hidden_bias = nn.Parameter(torch.zeros(n_hidden))
        self.visible_bias = nn.Parameter(torch.zeros(n_visible))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Probability of each hidden unit."""
        return F.linear(x, self.weight, self.hidden_bias).sigmoid()

    def reconstruct(self, hidden: torch.Tensor) -> torch.Tensor:
        """Mean of each visible unit."""
        mean = F.linear(hidden, self.weight.T, self.visible_bias)
        return mean if self.visible == "gaussian" else mean.sigmoid()

    def free_energy(self, x: torch.Tensor) -> torch.Tensor:
        """Minus the logarithm of a row's probability, but for a constant: (batch,)."""
        hidden = F.softplus(F.linear(x, self.weight, self.hidden_bias)).sum(1)
        if self.visible == "gaussian":
            return (x - self.visible_bias).square().sum(1) / 2 - hidden
        return -x @ self.visible_bias - hidden

    def contrast(self, x: torch.Tensor) -> torch.Tensor:
        """Loss whose gradient is that of contrastive divergence, one step of Gibbs sampling.

        Hidden units are drawn, visible ones take their mean.
        """
        with torch.no_grad():
            imagined = self.reconstruct(draw(self(x)))
        return (self.free_energy(x) - self.free_energy(imagined)).mean()

    @torch.enable_grad()
    def learn(
        self, passes: Passes, n_epochs: int = 10, lr: float = 0.005, momentum: float = 0.1
    ) -> None:
        """Train by gradient descent on :meth:`contrast`.

        Parameters
        ----------
        passes : callable
            Walks through all rows in batches of shape (batch, visible), one pass a call.
        n_epochs : int, default=10
        lr, momentum : float, default=0.005, 0.1
        """
        optimizer = torch.optim.SGD(self.parameters(), lr, momentum)
        for _ in range(n_epochs):
            for x in passes():
                optimizer.zero_grad()
                self.contrast(x).backward()
                optimizer.step()
        optimizer.zero_grad()


def draw(probability):
    """Ones with these probabilities; torch's own would end a process on a GPU if one is NaN."""
    return (torch.rand_like(probability) < probability).to(probability)
