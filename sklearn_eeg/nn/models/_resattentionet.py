"""ResAttentioNet: a residual encoder in time, attention pooling, a small head."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.attention import Attention, stretches
from sklearn_eeg.nn.functional import fill_missing, max_pool_rows, stride_missing
from sklearn_eeg.nn.layers._residual1d import Residual1d
from sklearn_eeg.nn.layers._row_batch_norm1d import RowBatchNorm1d
from sklearn_eeg.nn.layers._row_conv1d import RowConv1d
from sklearn_eeg.nn.layers._temporal_attention_pool import TemporalAttentionPool


class ResAttentioNet(nn.Module):
    """Residual temporal encoder, attention pooling and classifier for sequences of band features.

    (batch, window, ...) -> (batch, class), logits; what comes after the windows is flattened to
    features. Any number of windows from one on. The stem
    (7 taps) and its pooling, then four stages of two :class:`~sklearn_eeg.nn.layers.Residual1d`
    each make one step of the encoder from 32 windows; one learned query weighs the steps.

    A window with nothing but NaN is missing: it enters no convolution, no batch statistic and no
    attention, so windows missing at the end of a trial change nothing. A step of the encoder is
    missing when its 32 windows are. A trial without a window gets finite logits. A single NaN
    in a present window (a lost channel) counts as zero, the mean of scaled features.

    Parameters
    ----------
    n_features : int
        Features of a window, such as 62 channels x 5 bands = 310.
    n_outputs : int
    base_width : int, default=16
        Channels after the stem; the pooled vector has eight times as many.
    n_heads : int, default=2
    dropout : float, default=0.5
        On the encoder's steps and inside the head.

    Notes
    -----
    359,811 parameters for 310 features and 3 classes. ``state_dict`` runs from the stem through
    the blocks (two convolutions with their normalisations, then the shortcut) to the pooling and
    the head, which is the order of the published weights.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    Short trials (zeros, seen as data)      NaN, masked through every layer
    Lost channels                           Zero
    Width of pooling and head (fixed: 128)  8 x base_width
    A batch of one row while training       Refused by the batch normalisation, as in torch
    Learning rate: 5e-5, 1e-4 or 1e-3       5e-5, as in the call of the published results
    Which epoch: last, or best on subjects  The last; ``validation=0.15, patience=10`` for the best
    Least learning rate: 1e-6 or 1e-7       1e-6
    ======================================  =====================================================

    References
    ----------
    He et al. (2016), Deep residual learning for image recognition, CVPR.
    Vaswani et al. (2017), Attention is all you need, NeurIPS.
    Architecture and weights: https://github.com/sap03-ray/ResAttentioNet

    Examples
    --------
    >>> import torch
    >>> model = ResAttentioNet(n_features=310, n_outputs=3)
    >>> model(torch.randn(4, 60, 310)).shape
    torch.Size([4, 3])
    >>> model.attention_weights(torch.randn(4, 60, 310)).shape
    torch.Size([4, 2, 2])
    """

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        base_width: int = 16,
        n_heads: int = 2,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        width = base_width
        self.stem = RowConv1d(n_features, width, 7, stride=2, padding=3, bias=False)
        self.stem_bn = RowBatchNorm1d(width)
        self.layer1 = _stage(width, width, stride=1)
        self.layer2 = _stage(width, 2 * width, stride=2)
        self.layer3 = _stage(2 * width, 4 * width, stride=2)
        self.layer4 = _stage(4 * width, 8 * width, stride=2)
        self.dropout = nn.Dropout(dropout)
        self.pool = TemporalAttentionPool(8 * width, n_heads)
        self.head = nn.Sequential(
            nn.Linear(8 * width, 8 * width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(8 * width, n_outputs),
        )

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial.

        Parameters
        ----------
        x : Tensor of shape (batch, window, feature) or (batch, window, ...)
        missing : BoolTensor of shape (batch, window), None or False, default=None
            Missing windows beside those of NaN; ``False``: there are none, do not look.

        Returns
        -------
        Tensor of shape (batch, class)
        """
        steps, missing = self.encode(x, missing)
        return self.head(self.pool(self.dropout(steps), missing))

    def attention_weights(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Weight of each step of the encoder: (batch, head, step), sums to one over the steps.

        Step ``i`` stands for windows ``32 * i`` to ``32 * i + 31``. Call it in evaluation mode.
        """
        return self.pool.weights(*self.encode(x, missing))

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """The query to the steps of the encoder, each of which stands for 32 windows."""
        steps = stretches(-(-shape[0] // 32), shape[0], length=32, step=32)
        return {"windows": Attention([self.pool], steps)}

    def encode(
        self, x: torch.Tensor, missing: Missing = None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return steps (batch, ceil(window / 32), 8 * base_width) and which are missing."""
        x, absent = fill_missing(x.flatten(2), missing)
        absent = stride_missing(absent, 2)
        x = max_pool_rows(F.relu(self.stem_bn(self.stem(x), absent)))
        absent = stride_missing(absent, 2)
        if absent is not None:
            x = x.masked_fill(absent.unsqueeze(-1), 0)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            for block in stage:
                x, absent = block(x, absent)
        return x, absent


def _stage(n_in, n_out, stride):
    return nn.ModuleList([Residual1d(n_in, n_out, stride), Residual1d(n_out, n_out)])
