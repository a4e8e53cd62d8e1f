"""Convolutional LSTM over sequences of maps."""

import torch
from torch import nn

# Values of gates that a CPU core keeps at hand between the product that makes them and their use.
_CACHED_GATES = 2**19


class ConvLSTM2dCell(nn.Module):
    """An LSTM cell whose products are convolutions of maps, gate by gate as in Keras.

    ``z = conv(x) + conv(h) + b`` has the gates input, forget, candidate, output in this order;
    ``c' = f * c + i * tanh(candidate)`` and ``h' = o * tanh(c')``. Maps keep their size. Kernels
    begin Glorot-uniform (input) and orthogonal (recurrent), biases zero, those of the forget gate
    one.

    Parameters
    ----------
    n_in : int
        Planes of the input maps.
    n_filters : int
        Planes of the state.
    kernel_size : int, default=5

    References
    ----------
    Shi et al. (2015), Convolutional LSTM network, NeurIPS, eq. 3, without its peepholes.
    Jozefowicz et al. (2015), An empirical exploration of recurrent network architectures, ICML
    (forget bias).
    """

    def __init__(self, n_in: int, n_filters: int, kernel_size: int = 5) -> None:
        super().__init__()
        self.input = nn.Conv2d(n_in, 4 * n_filters, kernel_size, padding="same")
        self.recurrent = nn.Conv2d(
            n_filters, 4 * n_filters, kernel_size, padding="same", bias=False
        )
        nn.init.xavier_uniform_(self.input.weight)
        nn.init.orthogonal_(self.recurrent.weight)
        bias = self.input.get_parameter("bias")
        nn.init.zeros_(bias)
        nn.init.ones_(bias[n_filters : 2 * n_filters])

    def forward(
        self, projected: torch.Tensor, state: tuple[torch.Tensor, torch.Tensor] | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """One step.

        Parameters
        ----------
        projected : Tensor of shape (batch, 4 * n_filters, row, column)
            ``cell.input(x)``, which needs no state and so can be had for all steps at once.
        state : pair of Tensors of shape (batch, n_filters, row, column) or None
            Hidden and cell state; ``None``: zeros.

        Returns
        -------
        The next pair of states.
        """
        if state is None:
            i, _, candidate, o = projected.chunk(4, 1)
            cell = torch.sigmoid(i) * torch.tanh(candidate)
        else:
            hidden, cell = state
            i, f, candidate, o = (projected + self.recurrent(hidden)).chunk(4, 1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(candidate)
        return torch.sigmoid(o) * torch.tanh(cell), cell


class ConvLSTM2d(nn.Module):
    """A convolutional LSTM: (batch, time, plane, row, column) -> (batch, filter, row, column).

    Returns the state after the last step. A missing step leaves the state as it was, so padding
    at either end changes nothing.

    Parameters
    ----------
    n_in, n_filters : int
    kernel_size : int, default=5

    References
    ----------
    Shi et al. (2015), Convolutional LSTM network, NeurIPS.

    Examples
    --------
    >>> layer = ConvLSTM2d(15, 16)
    >>> layer(torch.randn(2, 4, 15, 8, 9)).shape
    torch.Size([2, 16, 8, 9])
    """

    def __init__(self, n_in: int, n_filters: int, kernel_size: int = 5) -> None:
        super().__init__()
        self.cell = ConvLSTM2dCell(n_in, n_filters, kernel_size)

    def forward(
        self, x: torch.Tensor, missing: torch.Tensor | None = None, sequence: bool = False
    ) -> torch.Tensor:
        """Run over the steps.

        Parameters
        ----------
        x : Tensor of shape (batch, time, plane, row, column)
        missing : BoolTensor of shape (batch, time) or None, default=None
        sequence : bool, default=False
            Return the hidden state after every step, (batch, time, filter, row, column).
        """
        hidden: list[torch.Tensor] = []
        state = None
        for step, gates in enumerate(self._gates(x)):
            after = self.cell(gates, state)
            if missing is not None:
                gone = missing[:, step, None, None, None]
                before = (0.0, 0.0) if state is None else state
                after = tuple(torch.where(gone, b, a) for a, b in zip(after, before, strict=True))
            state = after
            if not sequence:
                hidden.clear()
            hidden.append(state[0])
        return torch.stack(hidden, 1) if sequence else hidden[-1]

    def _gates(self, x):
        """What the input gives to the gates of each step, by one convolution for many steps."""
        n_steps = x.shape[1]
        # A graph is for batches of any size, which blocks would fix.
        if x.device.type == "cpu" and not torch.compiler.is_compiling():
            gates_of_a_step = len(x) * self.cell.input.out_channels * x[0, 0, 0].numel()
            n_steps = max(1, _CACHED_GATES // gates_of_a_step)
        for block in x.split(n_steps, 1):
            gates = self.cell.input(block.flatten(0, 1)).unflatten(0, block.shape[:2])
            # Not by index, each of which would give the backward pass a gradient of all steps.
            yield from gates.unbind(1)
