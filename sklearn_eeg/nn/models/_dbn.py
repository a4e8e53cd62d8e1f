"""DBN: Boltzmann machines stacked on each other, and a linear head."""

from functools import partial
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._types import Passes
from sklearn_eeg.nn.layers._rbm import RBM


class DBN(nn.Module):
    """Deep belief network: (batch, ...) -> (batch, class), logits.

    The values of a window, scaled to 0 ... 1, pass the hidden probabilities of one
    :class:`~sklearn_eeg.nn.layers.RBM` after the other, then a linear head. :meth:`pretrain`
    learns the scale, then trains each machine on what the ones below give (contrastive
    divergence), then all of them together to rebuild the window; labels come after. Before it,
    values should lie between 0 and 1 already.

    Parameters
    ----------
    n_features : int
        Values of a window, such as 62 electrodes x 5 bands = 310.
    n_outputs : int
    n_hidden : tuple of (int, int), default=(300, 400)
        Hidden units of each machine; of any number of machines, if the module is built by hand.
    spread : float, default=1.0
        Standard deviation of the machines' first weights.
    rbm_epochs : int, default=10
        Passes through the windows, for each machine.
    rbm_lr : float, default=0.005
        Learning rate of these passes.
    rebuilding_epochs : int, default=5
        Passes through the windows, for all machines together.
    rebuilding_lr : float, default=0.5
        Learning rate of these passes.
    rbm_momentum : float, default=0.1
        Of the passes of each machine.

    Notes
    -----
    215,513 parameters for 310 values and 3 classes, among them 610 biases of visible units: they
    rebuild and have no part in the answer, so learning from labels leaves them as they are.

    ==========================================  ===================================================
    Left open by the source                     Our decision
    ==========================================  ===================================================
    Range of the values                         0 ... 1, which units of probabilities need: by the
                                                range of each value in training, learnt here and
                                                kept with the weights; values beyond are clipped
    Hidden layers: 200 to 500 and 150 to 500    300 and 400, as in the public code
    Learning from labels: rate 0.6, 0.5, 0.2    0.2
    Machines trained in turn, batch by batch    One after the other; the one below then stands still
    First biases, drawn like the weights        Zero
    Bug: drawn hidden states in the rebuilding  Probabilities, through which all machines learn
    keep the gradient from most of the machine
    Bug: Gaussian noise on binary units         None
    ==========================================  ===================================================

    References
    ----------
    Zheng & Lu (2015), Investigating critical frequency bands and channels for EEG-based emotion
    recognition with deep neural networks, IEEE TAMD 7(3), https://doi.org/10.1109/TAMD.2015.2431497
    Hinton & Salakhutdinov (2006), Reducing the dimensionality of data with neural networks, Science
    313, https://doi.org/10.1126/science.1127647

    Examples
    --------
    >>> model = DBN(n_features=310, n_outputs=3)
    >>> windows = torch.randn(40, 62, 5)
    >>> model.pretrain(lambda: windows.split(20))
    >>> model(windows).shape
    torch.Size([40, 3])
    """

    # Machines, which the type of a torch.nn.Sequential does not know.
    machines: Any
    least: torch.Tensor
    span: torch.Tensor

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        n_hidden: tuple[int, int] = (300, 400),
        spread: float = 1.0,
        rbm_epochs: int = 10,
        rbm_lr: float = 0.005,
        rebuilding_epochs: int = 5,
        rebuilding_lr: float = 0.5,
        rbm_momentum: float = 0.1,
    ) -> None:
        super().__init__()
        sizes = pairwise((n_features, *n_hidden))
        self.machines = nn.Sequential(*(RBM(*size, spread=spread) for size in sizes))
        self.head = nn.Linear(n_hidden[-1], n_outputs)
        self.rbm = {"n_epochs": rbm_epochs, "lr": rbm_lr, "momentum": rbm_momentum}
        self.rebuilding_epochs, self.rebuilding_lr = rebuilding_epochs, rebuilding_lr
        self.register_buffer("least", torch.zeros(n_features))
        self.register_buffer("span", torch.ones(n_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        return self.head(self.machines(self.scaled(x)))

    def scaled(self, x: torch.Tensor) -> torch.Tensor:
        """Values from 0 to 1, by the range seen in :meth:`pretrain`: (batch, ...) -> (batch, n)."""
        return ((x.flatten(1) - self.least) / self.span).clamp(0, 1)

    def rebuilt(self, visible: torch.Tensor) -> torch.Tensor:
        """Scaled values after the way up and down again through all machines."""
        hidden = self.machines(visible)
        for machine in reversed(self.machines):
            hidden = machine.reconstruct(hidden)
        return hidden

    def pretrain(self, passes: Passes) -> None:
        """Learn from windows alone; `passes` returns what walks through batches of them."""
        self._learn_range(passes)
        for depth, machine in enumerate(self.machines):
            machine.learn(partial(self._reached, depth, passes), **self.rbm)
        self._learn_to_rebuild(passes)

    def _learn_range(self, passes):
        rows = (x.flatten(1) for x in passes())
        ends = torch.stack([torch.stack(row.aminmax(dim=0)) for row in rows])
        least, most = ends[:, 0].amin(0), ends[:, 1].amax(0)
        # A value that never varies becomes zero.
        self.least, self.span = least, torch.where(most > least, most - least, 1)

    def _reached(self, depth, passes):
        for x in passes():
            yield self.machines[:depth](self.scaled(x)).detach()

    def _learn_to_rebuild(self, passes):
        optimizer = torch.optim.SGD(self.machines.parameters(), self.rebuilding_lr)
        for _ in range(self.rebuilding_epochs):
            for visible in self._reached(0, passes):
                optimizer.zero_grad()
                F.mse_loss(self.rebuilt(visible), visible).backward()
                optimizer.step()
        optimizer.zero_grad()
