"""Conv2D-LSTM: the same convolutions for every map of a sequence, then an LSTM."""

from typing import Literal

import torch
from torch import nn

from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.functional import fill_missing
from sklearn_eeg.nn.layers._masked_lstm import MaskedLSTM


class Conv2DLSTM(nn.Module):
    """h = LSTM(flatten(conv(map of each step))): maps become vectors before they meet time.

    (batch, window, band, row, column) -> (batch, output): logits of classes, or values to regress.
    A step whose map is all NaN is missing and passed over; other NaN count as zero.

    Parameters
    ----------
    n_bands, n_rows, n_columns : int
        Shape of a map: one plane a band, or a kind of feature and band.
    n_outputs : int
        Classes, or values of the forecast (a flat map of ``n_rows * n_columns``, say).
    padding : {"same", "valid"}, default="same"
        Of the convolutions. ``"valid"`` is the source's, whose maps have 48 x 28 cells; it needs
        ten rows and columns or more, and a grid of 8 x 9 electrodes would vanish under it.
    n_filters : tuple of (int, int), default=(32, 64)
        Of the two convolutions.
    n_hidden : int, default=64
        Units of the LSTM and of the layer after it.

    Notes
    -----
    109,444 parameters for 15 bands of 8 x 9 and 4 classes; 946,752 with ``padding="valid"`` for
    3 bands of 48 x 28 and 1,344 outputs.

    =======================================  ====================================================
    Left open by the source                  Our decision
    =======================================  ====================================================
    Electrode maps (it forecasts the ocean)  Same padding, so that 8 x 9 survives two poolings
    Classes                                  Logits instead of the linear forecast
    Missing steps                            The LSTM's state passes over them
    Initial values of the convolutions       Torch's; the LSTM's are those of Keras
    A fifth of the data held out, unused     None; ``validation=0.2`` chooses the best epoch
    =======================================  ====================================================

    References
    ----------
    Architecture: https://github.com/subhadeep-maishal/Conv2D-LSTM
    Its relative on differential entropy: https://doi.org/10.1186/s13634-024-01146-y

    Examples
    --------
    >>> import torch
    >>> model = Conv2DLSTM(n_bands=15, n_rows=8, n_columns=9, n_outputs=4)
    >>> model(torch.randn(2, 6, 15, 8, 9)).shape
    torch.Size([2, 4])
    """

    def __init__(
        self,
        n_bands: int,
        n_rows: int,
        n_columns: int,
        n_outputs: int,
        padding: Literal["same", "valid"] = "same",
        n_filters: tuple[int, int] = (32, 64),
        n_hidden: int = 64,
    ) -> None:
        super().__init__()
        first, second = n_filters
        # ReLU after the maximum is the same, on a fourth of the cells.
        self.encoder = nn.Sequential(
            nn.Conv2d(n_bands, first, 3, padding=padding),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(first, second, 3, padding=padding),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
        )
        rows, columns = (_pooled_twice(size, padding) for size in (n_rows, n_columns))
        if not rows or not columns:
            raise ValueError(
                f"Conv2DLSTM: expected maps that outlast two convolutions and two poolings with "
                f"padding={padding!r}, got {n_rows} x {n_columns} cells; use "
                f"{'larger maps' if padding == 'same' else 'same padding or larger maps'}."
            )
        self.recurrent = MaskedLSTM(second * rows * columns, n_hidden)
        self.head = nn.Sequential(
            nn.Linear(n_hidden, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_outputs)
        )

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Outputs of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        x, missing = fill_missing(x, missing)
        # Channels last in memory: a CPU finds the maxima of all filters at once.
        maps = x.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        steps = self.encoder(maps).unflatten(0, x.shape[:2])
        return self.head(self.recurrent(steps, missing))


def _pooled_twice(size, padding):
    lost = 2 if padding == "valid" else 0
    for _ in range(2):
        size = max(0, size - lost) // 2
    return size
