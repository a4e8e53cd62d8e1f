"""TSception: kernels of several lengths in time, of the whole head and a hemisphere in space."""

from collections.abc import Sequence
from itertools import count

import torch
from torch import nn

from sklearn_eeg._validation import require_sfreq
from sklearn_eeg.nn._sides import find_pairs

# Values that a CPU core keeps at hand between the convolution that makes them and their pooling.
_CACHED_COURSES = 2**18


class TSception(nn.Module):
    """Temporal and spatial kernels of several sizes: (batch, channel, time) -> (batch, class).

    Three lengths of kernels filter each electrode in time, and their courses are put one after the
    other. One spatial kernel spans all electrodes, the other a hemisphere and serves both; a last
    one fuses the three.

    Electrodes are found by name, in any order and of any cap: the left ones row by row, then their
    mirror images. The midline is not used, nor an electrode whose mirror image is missing: 54 of
    the 62 of SEED are used, 28 of the 32 of DEAP. A lone electrode, which needs no name, is both
    hemispheres.

    Parameters
    ----------
    n_channels, n_outputs : int
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it; it gives the kernels their samples.
    n_temporal : int, default=15
        Filters in time of each length.
    n_spatial : int, default=15
        Filters over electrodes of each size.
    n_hidden : int, default=32
        Units of the layer before the last.
    windows : tuple of (float, float, float), default=(0.5, 0.25, 0.125)
        Lengths of the kernels in time, in seconds.
    dropout : float, default=0.5
        Before the last layer.
    ch_names : sequence of str, default=None
        Names of the channels; needed for more than one.

    Raises
    ------
    ValueError
        The rate is not known; channels have no names or are no electrodes, or no two of them mirror
        each other.

    Notes
    -----
    12,563 parameters for 28 electrodes at 128 Hz and 2 classes; 22,316 for the 54 of SEED that are
    used, at 200 Hz, and 3 classes.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    Caps of other electrodes                Pairs by name, row by row
    Kernels of half a sample                Down to whole samples, and one at least
    Up to 500 epochs                        500; ``validation=`` and ``patience=`` for fewer
    ======================================  =====================================================

    Public codes that differ, which is not reproduced: LibEER passes the length of a window as the
    rate, and knows 54 and 28 electrodes only; braindecode's has other sizes (208,787 parameters for
    28 x 512).

    References
    ----------
    Ding et al. (2023), TSception: capturing temporal dynamics and spatial asymmetry from EEG for
    emotion recognition, IEEE TAFFC 14(3), https://doi.org/10.1109/TAFFC.2022.3169001

    Examples
    --------
    >>> from sklearn_eeg.montage import SEED_62
    >>> model = TSception(n_channels=62, n_outputs=3, sfreq=200, ch_names=SEED_62)
    >>> model(torch.randn(2, 62, 800)).shape
    torch.Size([2, 3])
    """

    order: torch.Tensor

    def __init__(
        self,
        n_channels: int,
        n_outputs: int,
        sfreq: float | None = None,
        n_temporal: int = 15,
        n_spatial: int = 15,
        n_hidden: int = 32,
        windows: tuple[float, float, float] = (0.5, 0.25, 0.125),
        dropout: float = 0.5,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        require_sfreq(sfreq)
        left, right = find_pairs(n_channels, ch_names, "TSception")[0]
        self.register_buffer("order", torch.tensor([*left, *right]), persistent=False)
        self.temporal = nn.ModuleList(
            _conv(1, n_temporal, (1, taps), pool=8) for taps in taps_of(sfreq, windows)
        )
        self.temporal_norm = nn.BatchNorm2d(n_temporal)
        self.spatial = nn.ModuleList(
            _conv(n_temporal, n_spatial, (n, 1), pool=2) for n in (len(self.order), len(left))
        )
        self.spatial_norm = nn.BatchNorm2d(n_spatial)
        self.fusion = nn.Sequential(
            _conv(n_spatial, n_spatial, (3, 1), pool=4), nn.BatchNorm2d(n_spatial)
        )
        self.hidden = nn.Sequential(nn.Linear(n_spatial, n_hidden), nn.ReLU(), nn.Dropout(dropout))
        self.head = nn.Linear(n_hidden, n_outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each trial."""
        x = x[:, self.order].unsqueeze(1)
        x = self.temporal_norm(self._filter_in_time(x))
        x = self.spatial_norm(torch.cat([conv(x) for conv in self.spatial], 2))
        return self.head(self.hidden(self.fusion(x).mean((2, 3))))

    def _filter_in_time(self, x):
        """Courses of all lengths of kernels, one after the other in time."""
        # A few trials at a time, whose courses before the pooling stay in a CPU's cache. A graph is
        # for batches of any size, which parts would fix; and who asks a trained network for
        # gradients, to explain it, may look at the maps of a layer, of all trials.
        parts, explained = [x], torch.is_grad_enabled() and not self.training
        if x.device.type == "cpu" and not torch.compiler.is_compiling() and not explained:
            courses = x.shape[1:].numel() * self.temporal_norm.num_features
            parts = x.split(max(1, _CACHED_COURSES // courses))
        return torch.cat([torch.cat([conv(part) for conv in self.temporal], -1) for part in parts])


def taps_of(sfreq, windows=(0.5, 0.25, 0.125)):
    """Samples of the kernels in time."""
    return [max(1, int(window * sfreq)) for window in windows]


def least_times(sfreq, windows=(0.5, 0.25, 0.125)):
    """Fewest samples that leave a step after all pooling.

    Examples
    --------
    >>> least_times(128)
    71
    """
    taps = taps_of(sfreq, windows)
    # Each length gives a pooled step, and the poolings of 2 and 4 that follow need eight together.
    return next(
        n for n in count(max(taps) + 7) if sum((n - length + 1) // 8 for length in taps) >= 8
    )


def _conv(n_in, n_out, size, pool):
    # A kernel over rows steps by its own length: over all of them once, or one side at a time.
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, size, stride=(size[0], 1)),
        nn.LeakyReLU(),
        _Means(pool),
    )


class _Means(nn.Module):
    """Means of so many samples in a row, as of AvgPool2d, which would keep its input for a size."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        n_means = x.shape[-1] // self.size
        if not n_means:
            raise RuntimeError(
                f"expected {self.size} samples or more behind a kernel in time, got "
                f"{x.shape[-1]}; give longer windows."
            )
        return x[..., : n_means * self.size].unflatten(-1, (n_means, self.size)).mean(-1)
