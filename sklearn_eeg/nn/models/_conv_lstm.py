"""ConvLSTM: a convolutional LSTM over maps of band features, and a small head."""

import torch
from torch import nn

from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.functional import fill_missing
from sklearn_eeg.nn.layers._conv_lstm2d import ConvLSTM2d


class ConvLSTMNet(nn.Module):
    """Convolutional LSTM over sequences of electrode maps.

    (batch, window, band, row, column) -> (batch, class), logits. A step whose map is all NaN is
    missing and leaves the state as it was; other NaN (cells without an electrode, lost channels)
    count as zero.

    Parameters
    ----------
    n_bands, n_rows, n_columns : int
        Shape of a map: one plane a band (or a kind of feature and band).
    n_outputs : int
    n_filters : int, default=16
    kernel_size : int, default=5
    n_hidden : int, default=256
    dropout : float, default=0.2

    Notes
    -----
    345,860 parameters for 15 bands of 8 x 9 and 4 classes.

    ===========================================  ================================================
    Left open by the source                      Our decision
    ===========================================  ================================================
    Which 15 bands (5 of three kinds)            Any number
    Shorter trials (zeros, seen as data)         NaN, passed over
    Dense layers' initial values                 Torch's; the cell's are those of Keras
    Epochs: 40 to 100 among its copies           40
    Batch size                                   32, the default of Keras
    L2 decay (said to come with Adam: it does    None
    not)
    ===========================================  ================================================

    References
    ----------
    Shi et al. (2015), Convolutional LSTM network: a machine learning approach for precipitation
    nowcasting, NeurIPS, eq. 3.

    Examples
    --------
    >>> import torch
    >>> model = ConvLSTMNet(n_bands=15, n_rows=8, n_columns=9, n_outputs=4)
    >>> model(torch.randn(2, 6, 15, 8, 9)).shape
    torch.Size([2, 4])
    """

    def __init__(
        self,
        n_bands: int,
        n_rows: int,
        n_columns: int,
        n_outputs: int,
        n_filters: int = 16,
        kernel_size: int = 5,
        n_hidden: int = 256,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        self.recurrent = ConvLSTM2d(n_bands, n_filters, kernel_size)
        self.head = nn.Sequential(
            nn.Dropout(dropout),
            nn.Flatten(),
            nn.Linear(n_filters * n_rows * n_columns, n_hidden),
            nn.ReLU(),
            nn.Linear(n_hidden, n_outputs),
        )

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        return self.head(self.recurrent(*fill_missing(x, missing)))
