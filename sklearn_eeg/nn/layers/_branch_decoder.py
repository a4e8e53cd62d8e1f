"""An LSTM for each of several branches, which goes on from a state by itself."""

import torch
from torch import nn

from sklearn_eeg.nn.functional import lstm_step
from sklearn_eeg.nn.layers._branch_linear import BranchLinear


class BranchDecoder(nn.Module):
    """Sequences that each branch's LSTM makes of a state: (batch, hidden) twice to hidden states.

    The first answer is that of the given state, and every answer is the LSTM's next input. So the
    input is a linear function of the state, and a step needs no more than one product with the
    state for all branches. Initial values are those of torch.

    Parameters
    ----------
    n_branches, n_features, n_hidden : int

    Examples
    --------
    >>> decoder = BranchDecoder(14, 310, 64)
    >>> states = decoder(torch.randn(8, 64), torch.randn(8, 64), n_steps=5)
    >>> states.shape
    torch.Size([8, 5, 14, 64])
    >>> decoder.answer(states).shape
    torch.Size([8, 5, 14, 310])
    """

    def __init__(self, n_branches: int, n_features: int, n_hidden: int) -> None:
        super().__init__()
        self.input = BranchLinear(n_branches, n_features, 4 * n_hidden)
        self.recurrent = BranchLinear(n_branches, n_hidden, 4 * n_hidden)
        self.output = BranchLinear(n_branches, n_hidden, n_features)
        for values in (*self.input.parameters(), *self.recurrent.parameters()):
            nn.init.uniform_(values, -(n_hidden**-0.5), n_hidden**-0.5)

    def forward(self, hidden: torch.Tensor, cell: torch.Tensor, n_steps: int) -> torch.Tensor:
        """Hidden states, the given one last: (batch, step, branch, hidden)."""
        kernel = self.recurrent.weight + self.input.weight @ self.output.weight
        bias = self.recurrent.bias + self.input.bias
        bias = bias + (self.input.weight @ self.output.bias.unsqueeze(2)).squeeze(2)
        hidden = hidden.unsqueeze(1).expand(-1, len(kernel), -1)
        cell = cell.unsqueeze(1)
        states = [hidden]
        for _ in range(n_steps - 1):
            gates = torch.einsum("nbi,boi->nbo", hidden, kernel) + bias
            hidden, cell = lstm_step(gates, cell)
            states.append(hidden)
        return torch.stack(states[::-1], 1)

    def answer(self, states: torch.Tensor) -> torch.Tensor:
        """Each branch's answer to its states: (batch, step, branch, feature)."""
        return self.output(states.flatten(0, 1)).unflatten(0, states.shape[:2])

    def mix(self, states: torch.Tensor) -> torch.Tensor:
        """Sum of the branches' answers: (batch, step, feature)."""
        return torch.einsum("ntbh,bfh->ntf", states, self.output.weight) + self.output.bias.sum(0)
