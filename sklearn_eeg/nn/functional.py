"""Plain functions of the networks: missing values, rows in time, pooling, gradients, ramps.

"Rows" are sequences laid out ``(batch, time, channel)``, one row of channels for each step.
"""

import math

import torch
import torch.nn.functional as F


def fill_missing(x, missing=None):
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


def stride_missing(missing, stride):
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


def lstm_step(gates, cell):
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


def conv_rows(x, weight, bias=None, stride=1, padding=0):
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
    wide = x.reshape(len(x), -1, stride * n_in)
    products = F.linear(wide, weight.reshape(n_shifts * n_out, stride * n_in))
    missing = n_steps - 1 + n_shifts - lead - wide.shape[1]
    products = F.pad(products, (0, 0, lead, max(0, missing)))
    parts = products.unflatten(-1, (n_shifts, n_out)).unbind(2)
    out = sum(part[:, shift : shift + n_steps] for shift, part in enumerate(parts))
    return out if bias is None else out + bias


def max_pool_rows(x):
    """Maximum over three rows, every second step, the ends padded by nothing.

    (batch, time, channel) -> (batch, ceil(time / 2), channel).
    """
    x = F.pad(x, (0, 0, 1, 1), value=-torch.inf)
    n_steps = (x.shape[1] - 3) // 2 + 1
    first, second, third = (x[:, tap : tap + 2 * n_steps - 1 : 2] for tap in range(3))
    return torch.maximum(torch.maximum(first, second), third)


def gem(x, p, eps=1e-6):
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


def reverse_gradient(x, strength=1.0):
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


def reflect_frames(x, n_frames, hop, length, lead):
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


def sigmoid_ramp(progress):
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
