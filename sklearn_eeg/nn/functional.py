"""Plain functions of the networks: missing values, rows, states, pooling, gradients, ridge.

"Rows" are sequences laid out ``(batch, time, channel)``, one row of channels for each step.
"""

import math
from collections.abc import Callable, Iterable

import torch
import torch.nn.functional as F

from sklearn_eeg.nn._types import Missing


def fill_missing(
    x: torch.Tensor, missing: Missing = None
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Zero what is NaN and tell which steps have nothing but NaN.

    Parameters
    ----------
    x : Tensor of shape (batch, time, ...)
        Values, NaN where one is missing.
    missing : BoolTensor of shape (batch, time), None or False, default=None
        Steps to treat as missing beside those that `x` marks by NaN; ``False``: nothing is
        missing and nobody looks, which saves a GPU the wait for the answer.

    Returns
    -------
    filled : Tensor of shape (batch, time, ...)
        `x` with zeros where a value or its whole step is missing.
    missing : BoolTensor of shape (batch, time) or None
        The missing steps; ``None`` if there are none.

    Examples
    --------
    >>> x = torch.tensor([[[1.0, torch.nan], [torch.nan, torch.nan]]])
    >>> fill_missing(x)
    (tensor([[[1., 0.],
             [0., 0.]]]), tensor([[False,  True]]))
    """
    if missing is False:
        return x, None
    # A sum is NaN or infinite if anything in it is, and costs a fraction of looking at each value.
    if missing is None and x.sum().isfinite():
        return x, None
    nan = x.isnan()
    steps = nan.flatten(2).all(-1)
    if missing is not None:
        steps = steps | missing
    absent = nan | steps.reshape(steps.shape + (1,) * (x.ndim - 2))
    return x.masked_fill(absent, 0), steps if missing is not None or steps.any() else None


def stride_missing(missing: torch.Tensor | None, stride: int) -> torch.Tensor | None:
    """Missing steps after a stride: one is missing when all the steps it stands for are.

    Step ``j`` of the output stands for steps ``j * stride`` to ``(j + 1) * stride - 1``, so steps
    missing at the end of a sequence give missing steps and no other change.

    Parameters
    ----------
    missing : BoolTensor of shape (batch, time) or None
    stride : int

    Returns
    -------
    BoolTensor of shape (batch, ceil(time / stride)) or None

    Examples
    --------
    >>> stride_missing(torch.tensor([[False, True, True, True, True]]), 2)
    tensor([[False,  True,  True]])
    """
    if missing is None or stride == 1:
        return missing
    tail = -missing.shape[1] % stride
    return F.pad(missing, (0, tail), value=True).unflatten(1, (-1, stride)).all(-1)


def held_states(
    run: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    missing: torch.Tensor | None = None,
) -> torch.Tensor:
    """State after each step, where a missing step leaves it as it was.

    Parameters
    ----------
    run : callable
        (batch, time, feature) -> (batch, time, hidden), each step from itself and those before it.
    x : Tensor of shape (batch, time, feature)
    missing : BoolTensor of shape (batch, time) or None, default=None

    Returns
    -------
    Tensor of shape (batch, time, hidden)
        Zero before the first step that is present.

    Examples
    --------
    >>> missing = torch.tensor([[True, False, True, False]])
    >>> x = torch.tensor([[9.0, 1.0, 9.0, 2.0]]).unsqueeze(-1)
    >>> held_states(lambda x: x.cumsum(1), x, missing).flatten()
    tensor([0., 1., 1., 3.])
    """
    if missing is None:
        return run(x)
    # With the present steps first, in their order, nothing that is missing comes before them.
    n_seen = (~missing).cumsum(1)
    places = torch.where(missing, n_seen[:, -1:] + missing.cumsum(1), n_seen) - 1
    states = run(torch.zeros_like(x).scatter(1, places.unsqueeze(-1).expand(x.shape), x))
    places = (n_seen - 1).clamp(min=0).unsqueeze(-1).expand(states.shape)
    return states.gather(1, places) * (n_seen > 0).unsqueeze(-1)


def last_state(
    recurrent: torch.nn.RNNBase, x: torch.Tensor, missing: torch.Tensor | None = None
) -> torch.Tensor:
    """State of a recurrent network after the last step that is present.

    A missing step leaves the state as it was, so it may lie anywhere. A sequence without a present
    step gives zeros.

    Parameters
    ----------
    recurrent : torch.nn.LSTM, torch.nn.GRU or torch.nn.RNN
        Any number of layers, one direction, batch first.
    x : Tensor of shape (batch, time, feature)
    missing : BoolTensor of shape (batch, time) or None, default=None

    Returns
    -------
    Tensor of shape (batch, hidden)
        Of the uppermost layer.

    Examples
    --------
    >>> gru, x = torch.nn.GRU(3, 2, batch_first=True), torch.randn(1, 3, 3)
    >>> missing = torch.tensor([[False, True, False]])
    >>> torch.allclose(last_state(gru, x, missing), last_state(gru, x[:, [0, 2]]), atol=1e-6)
    True
    """
    return held_states(lambda x: recurrent(x)[0], x, missing)[:, -1]


def lstm_step(gates: torch.Tensor, cell: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """One step of an LSTM: (..., 4 x hidden) and (..., hidden) to the next hidden and cell state.

    Parameters
    ----------
    gates : Tensor of shape (..., 4 * hidden)
        Before their nonlinearities, in torch's order: input, forget, cell, output.
    cell : Tensor of shape (..., hidden)

    Returns
    -------
    hidden, cell : Tensor of shape (..., hidden)

    Examples
    --------
    >>> lstm = torch.nn.LSTMCell(3, 2)
    >>> x, hidden, cell = torch.randn(5, 3), torch.randn(5, 2), torch.randn(5, 2)
    >>> gates = F.linear(x, lstm.weight_ih, lstm.bias_ih)
    >>> gates = gates + F.linear(hidden, lstm.weight_hh, lstm.bias_hh)
    >>> theirs = lstm(x, (hidden, cell))
    >>> all(map(torch.allclose, lstm_step(gates, cell), theirs))
    True
    """
    into, keep, new, out = gates.chunk(4, -1)
    cell = keep.sigmoid() * cell + into.sigmoid() * new.tanh()
    return out.sigmoid() * cell.tanh(), cell


def conv_rows(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:
    """Convolve rows in time as one matrix product.

    Parameters
    ----------
    x : Tensor of shape (batch, time, n_in)
    weight : Tensor of shape (n_out, n_in, n_taps)
        Laid out as in :class:`torch.nn.Conv1d`.
    bias : Tensor of shape (n_out,) or None, default=None
    stride, padding : int, default=1, 0

    Returns
    -------
    Tensor of shape (batch, time_out, n_out)

    Examples
    --------
    >>> x, weight = torch.randn(2, 9, 4), torch.randn(5, 4, 3)
    >>> ours = conv_rows(x, weight, stride=2, padding=1)
    >>> theirs = F.conv1d(x.transpose(1, 2), weight, stride=2, padding=1).transpose(1, 2)
    >>> torch.allclose(ours, theirs, atol=1e-5)
    True
    """
    n_out, n_in, n_taps = weight.shape
    if n_taps == 1 and padding == 0:
        return F.linear(x[:, ::stride], weight.squeeze(-1), bias)
    n_steps = (x.shape[1] + 2 * padding - n_taps) // stride + 1
    if n_out < n_in:
        return _multiply_then_shift(x, weight, bias, stride, padding, n_steps)
    x = F.pad(x, (0, 0, padding, padding))
    reach = (n_steps - 1) * stride + 1
    taps = [x[:, tap : tap + reach : stride] for tap in range(n_taps)]
    return F.linear(torch.cat(taps, -1), weight.transpose(1, 2).flatten(1), bias)


def _multiply_then_shift(x, weight, bias, stride, padding, n_steps):
    # Wide rows become narrow ones: copying them, tap by tap or to pad them, would cost more than
    # the product. So `stride` steps as they lie make one wide row, all taps multiply it, and the
    # narrow results are padded, shifted and added.
    n_out, n_in, n_taps = weight.shape
    lead = -(-padding // stride)
    early = lead * stride - padding
    n_shifts = -(-(early + n_taps) // stride)
    weight = F.pad(weight, (early, n_shifts * stride - n_taps - early))
    weight = weight.unflatten(-1, (n_shifts, stride)).permute(2, 0, 3, 1)
    x = F.pad(x, (0, 0, 0, -x.shape[1] % stride)) if x.shape[1] % stride else x
    wide = x.reshape(x.shape[0], -1, stride * n_in)
    products = F.linear(wide, weight.reshape(n_shifts * n_out, stride * n_in))
    missing = n_steps - 1 + n_shifts - lead - wide.shape[1]
    products = F.pad(products, (0, 0, lead, max(0, missing)))
    parts = products.unflatten(-1, (n_shifts, n_out)).unbind(2)
    out = sum(part[:, shift : shift + n_steps] for shift, part in enumerate(parts))
    return out if bias is None else out + bias


def max_pool_rows(x: torch.Tensor) -> torch.Tensor:
    """Maximum over three rows, every second step, the ends padded by nothing.

    (batch, time, channel) -> (batch, ceil(time / 2), channel).
    """
    x = F.pad(x, (0, 0, 1, 1), value=-torch.inf)
    n_steps = (x.shape[1] - 3) // 2 + 1
    first, second, third = (x[:, tap : tap + 2 * n_steps - 1 : 2] for tap in range(3))
    return torch.maximum(torch.maximum(first, second), third)


def gem(x: torch.Tensor, p: float | torch.Tensor, eps: float = 1e-6) -> torch.Tensor:
    """Generalised mean over all axes after the second: ``mean(max(x, eps) ** p) ** (1 / p)``.

    Parameters
    ----------
    x : Tensor of shape (batch, feature, ...)
    p : float or Tensor of one value
        1 is the mean; as it grows, the maximum is approached.
    eps : float, default=1e-6
        Floor of the values.

    Returns
    -------
    Tensor of shape (batch, feature)

    References
    ----------
    Radenović, Tolias & Chum (2019), Fine-tuning CNN image retrieval with no human annotation,
    IEEE TPAMI 41(7), eq. 3.

    Examples
    --------
    >>> gem(torch.tensor([[[1.0, 7.0]]]), p=2)
    tensor([[5.]])
    """
    return x.clamp(min=eps).pow(p).mean(tuple(range(2, x.ndim))).pow(1 / p)


def count_stretches(n_times: int, kernel: int, stretch: int, stride: int) -> int:
    """Whole stretches, a stride apart, of what a filter of so many samples leaves of a window.

    Raises
    ------
    ValueError
        There is none.

    Examples
    --------
    >>> count_stretches(200, kernel=25, stretch=75, stride=15)
    7
    """
    least = kernel + stretch - 1
    if n_times < least:
        raise ValueError(
            f"expected windows of {least} samples or more, got {n_times}; take longer windows, or "
            f"shorter lengths than {(kernel, stretch, stride)}."
        )
    return (n_times - least) // stride + 1


def reverse_gradient(x: torch.Tensor, strength: float | torch.Tensor = 1.0) -> torch.Tensor:
    """Return `x`, but turn the sign of its gradient.

    What comes behind learns from it, such as a head that tells domains apart; what comes before
    unlearns.

    Parameters
    ----------
    x : Tensor
    strength : float or Tensor of one value, default=1.0
        What the gradient is multiplied by, beside -1.

    Returns
    -------
    Tensor
        With the values of `x`.

    References
    ----------
    Ganin et al. (2016), Domain-adversarial training of neural networks, JMLR 17(59), section 4.2.

    Examples
    --------
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> reverse_gradient(x, 0.5).square().sum().backward()
    >>> x.grad
    tensor([-1., -2.])
    """
    return _ReverseGradient.apply(x, strength)


class _ReverseGradient(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x, strength):
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.strength = inputs[1]

    @staticmethod
    def backward(ctx, gradient):
        return -ctx.strength * gradient, None


def reflect_frames(
    x: torch.Tensor, n_frames: int, hop: int, length: int, lead: int
) -> torch.Tensor:
    """Frames that begin `lead` before every `hop`-th sample, the ends reflected as it takes.

    (..., time) -> (..., frame, length).

    Examples
    --------
    >>> reflect_frames(torch.arange(4), n_frames=2, hop=3, length=4, lead=2)
    tensor([[2, 1, 0, 1],
            [1, 2, 3, 2]])
    """
    n_times = x.shape[-1]
    index = torch.arange(-lead, (n_frames - 1) * hop + length - lead, device=x.device)
    period = max(1, 2 * (n_times - 1))
    index = index.abs() % period
    return x[..., torch.minimum(index, period - index)].unfold(-1, length, hop)


def sigmoid_ramp(progress: float) -> float:
    """2 / (1 + exp(-10 progress)) - 1, from zero to nearly one.

    Parameters
    ----------
    progress : float
        Share of the training done, from 0 to 1.

    Returns
    -------
    float

    References
    ----------
    Ganin et al. (2016), Domain-adversarial training of neural networks, JMLR 17(59), section 5.2.2.

    Examples
    --------
    >>> sigmoid_ramp(0.0), round(sigmoid_ramp(0.1), 3)
    (0.0, 0.462)
    """
    return 2 / (1 + math.exp(-10 * progress)) - 1


def ridge(
    batches: Iterable[tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]],
    n_outputs: int,
    alpha: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Ridge regression of classes on features, from one pass over batches.

    Parameters
    ----------
    batches : iterable of (Tensor, Tensor, Tensor or None)
        Features (batch, feature); codes (batch,) or shares (batch, class) of the classes; weights
        (batch,) or ``None``.
    n_outputs : int
        Classes.
    alpha : float
        Strength of the penalty, above zero; the bias has none.

    Returns
    -------
    weight : Tensor of shape (feature, class)
    bias : Tensor of shape (class,)

    Examples
    --------
    >>> x, codes = torch.tensor([[0.0], [1.0]]), torch.tensor([0, 1])
    >>> weight, bias = ridge([(x, codes, None)], n_outputs=2, alpha=0.5)
    >>> weight.tolist(), bias.tolist()
    ([[-0.5, 0.5]], [0.75, 0.25])
    """
    moments = sum(_moments(*batch, n_outputs) for batch in batches)
    mean = moments[0, 1:] / moments[0, 0]
    centred = moments[1:, 1:] - moments[0, 0] * mean.outer(mean)
    n = len(mean) - n_outputs
    penalty = alpha * torch.eye(n, dtype=mean.dtype, device=mean.device)
    weight = torch.linalg.solve(centred[:n, :n] + penalty, centred[:n, n:])
    return weight, mean[n:] - mean[:n] @ weight


def _moments(x, target, weight, n_outputs):
    # Of a constant, the features and the classes. Sums over many batches need all their digits.
    target = F.one_hot(target, n_outputs) if target.ndim == 1 else target
    rows = torch.cat([F.pad(x.double(), (1, 0), value=1.0), target.double()], 1)
    return rows.mT @ (rows if weight is None else rows * weight.unsqueeze(1))
