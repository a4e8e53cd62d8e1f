"""EEGNet: filters in time, filters over electrodes for each of them, a separable convolution."""

import torch
from torch import nn

from sklearn_eeg._validation import require_sfreq


class EEGNet(nn.Module):
    """A compact network for raw signals: (batch, channel, time) -> (batch, class), logits.

    Each filter in time gets ``depth`` filters over all electrodes, as in filter-bank common spatial
    patterns; a separable convolution of half a second combines their courses, pooled to 32 Hz.

    The sizes are those of signals at 128 Hz. For other rates the authors advise to scale kernels
    and pools; here the first of each scales, so that all lengths stay the same in seconds.

    Parameters
    ----------
    n_channels, n_times, n_outputs : int
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it; it sets ``kernel`` and ``pool``.
    n_filters : int, default=8
        Filters in time. (F1 in the source.)
    depth : int, default=2
        Filters over electrodes for each filter in time. (D; F2 is their product.)
    kernel : int, default=None
        Samples of a filter in time; ``None``: half a second. The authors have a quarter where the
        signals were high-passed at 4 Hz.
    pool : int, default=None
        Samples that the first pooling averages; ``None``: to 32 Hz.
    dropout : float, default=0.5
        The authors' for data of one subject; they have 0.25 across subjects.

    Raises
    ------
    ValueError
        The rate is not known, or the signals are shorter than the two poolings.

    Notes
    -----
    2,388 parameters for 64 x 128 at 128 Hz and 4 classes, 2,468 with the running statistics of the
    normalisations, as Keras counts. :meth:`constrain` is for after each step of the training.

    =======================================  ====================================================
    Left open by the source                  Our decision
    =======================================  ====================================================
    Other rates: scale kernels and pools     The first kernel and pool; what follows sees 32 Hz
    Other frameworks                         Padding, normalisation, initial values, constraints
                                             as of Keras
    Dropout: 0.5 or 0.25                     0.5; 0.25 in the recipe, which crosses subjects
    Epochs: 500 or 300, the best by          300, the last; ``validation=0.15`` for the best
    validation
    =======================================  ====================================================

    Public codes that differ, which is not reproduced: TorchEEG pads even kernels by one sample
    more, and its last layer has neither bias nor constraint (1,744 parameters for 32 x 128 and 2
    classes, 2,672 for 62 x 200, 3 classes, ``kernel=100`` and ``pool=4``: ours without the biases
    of the head). LibEER's filters over electrodes are one full convolution with a bias, whose
    output is cut off at one instead of its weights (9,635 parameters).

    References
    ----------
    Lawhern et al. (2018), EEGNet: a compact convolutional neural network for EEG-based
    brain-computer interfaces, J. Neural Eng. 15, https://doi.org/10.1088/1741-2552/aace8c
    Code: https://github.com/vlawhern/arl-eegmodels

    Examples
    --------
    >>> model = EEGNet(n_channels=62, n_times=200, n_outputs=3, sfreq=200)
    >>> model(torch.randn(2, 62, 200)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_channels: int,
        n_times: int,
        n_outputs: int,
        sfreq: float | None = None,
        n_filters: int = 8,
        depth: int = 2,
        kernel: int | None = None,
        pool: int | None = None,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        sfreq = require_sfreq(sfreq)
        kernel = max(1, round(sfreq / 2)) if kernel is None else kernel
        pool = first_pool(sfreq, pool)
        n_steps = n_times // pool // 8
        if n_steps < 1:
            raise ValueError(
                f"expected signals of {8 * pool} samples or more, which two poolings make one step "
                f"of, got {n_times}; give longer signals, or set pool=1."
            )
        width = n_filters * depth
        self.temporal = nn.Sequential(
            _same(kernel), nn.Conv2d(1, n_filters, (1, kernel), bias=False), _norm(n_filters)
        )
        self.spatial = nn.Conv2d(n_filters, width, (n_channels, 1), groups=n_filters, bias=False)
        self.squeeze = _activate(width, pool, dropout)
        self.separable = nn.Sequential(
            _same(16),
            nn.Conv2d(width, width, (1, 16), groups=width, bias=False),
            nn.Conv2d(width, width, 1, bias=False),
            _activate(width, 8, dropout),
        )
        self.head = nn.Linear(width * n_steps, n_outputs)
        self._draw_weights()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each trial."""
        x = self.squeeze(self.spatial(self.temporal(x.unsqueeze(1))))
        return self.head(self.separable(x).flatten(1))

    @torch.no_grad()
    def constrain(self) -> None:
        """Shorten filters over electrodes to a norm of one, weights of a class to a quarter."""
        self.spatial.weight.renorm_(2, 0, 1.0)
        self.head.weight.renorm_(2, 0, 0.25)

    def _draw_weights(self):
        # As Keras: of a depthwise kernel the fan in counts all channels, the fan out one.
        for layer in (m for m in self.modules() if isinstance(m, nn.Conv2d)):
            n_out, _, *taps = layer.weight.shape
            taps, grouped = taps[0] * taps[1], layer.groups > 1
            fan = layer.in_channels + (n_out // layer.groups if grouped else n_out)
            limit = (6 / (taps * fan)) ** 0.5
            nn.init.uniform_(layer.weight, -limit, limit)
        nn.init.xavier_uniform_(self.head.weight)
        nn.init.zeros_(self.head.bias)


def first_pool(sfreq, pool=None):
    """Samples that the first pooling averages, to 32 Hz where nobody says."""
    return max(1, round(sfreq / 32)) if pool is None else pool


def _same(kernel):
    # An even kernel has one sample more after than before it.
    return nn.ZeroPad2d(((kernel - 1) // 2, kernel // 2, 0, 0))


def _norm(n_filters):
    return nn.BatchNorm2d(n_filters, eps=1e-3, momentum=0.01)


def _activate(n_filters, pool, dropout):
    return nn.Sequential(_norm(n_filters), nn.ELU(), nn.AvgPool2d((1, pool)), nn.Dropout(dropout))
