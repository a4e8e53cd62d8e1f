"""BiDANN: an LSTM for each hemisphere, and three heads that make features forget the domain."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._heads import confusion, dense
from sklearn_eeg.nn._sides import find_hemispheres
from sklearn_eeg.nn._types import Missing
from sklearn_eeg.nn.functional import fill_missing, held_states


class BiDANN(nn.Module):
    """Two hemispheres by themselves: (batch, window, channel, band) -> (batch, class), logits.

    The features of a hemisphere's electrodes go through two layers of LSTM; a linear map over the
    windows makes ``n_steps`` of their states, batch normalisation and ReLU the features of the
    hemisphere; a dense head reads those of both. Where there are unlabelled trials of another
    domain, a discriminator for each hemisphere and one for both tell the domains apart, and the
    features before them, whose gradient is reversed, unlearn the difference.

    A window with nothing but NaN is missing and leaves the state of the LSTM as it was; a single
    NaN counts as zero. The map over windows has one weight a window: sequences of fewer windows
    than the network was built for are missing the rest, those of more are refused.

    Parameters
    ----------
    n_windows, n_channels, n_bands, n_outputs : int
    n_hidden : int, default=128
        Units of a layer of the LSTM.
    n_steps : int, default=8
        States that the map over windows makes.
    n_local : tuple of (int, int), default=(256, 64)
        Units of the discriminator of a hemisphere; the head and the discriminator of both have
        twice as many.
    dropout : float, default=0.3
        Between the layers of the LSTM.
    reversal : float, default=0.5
        What the gradient of the three discriminators is multiplied by, beside -1.
    ch_names : sequence of str, default=None
        Names of the electrodes, of which :func:`~sklearn_eeg.montage.hemispheres` tells the side; a
        lone channel needs none and is in both hemispheres.

    Notes
    -----
    3,348,649 parameters for 9 windows of SEED's 62 channels and 5 bands and 3 classes; of these
    1,675,526 are the discriminators'.

    =========================================  ==================================================
    Left open by the source                    Our decision
    =========================================  ==================================================
    Sides of the midline                       Left and right by turns, as in the public code
    Which windows                              Any number; nine in a row have the published count
    Strength of the reversal                   0.5 throughout, as in the public training script
    Missing windows                            They hold the state
    BiDANN-S: a discriminator of subjects      Left out: its layers could not be established
    LibEER: the right hemisphere's bands are   Both hemispheres are read alike
    mixed up with its windows
    LibEER: always three classes               ``n_outputs``
    =========================================  ==================================================

    References
    ----------
    Li, Zheng, Zong, Cui, Zhang & Zhou (2021), A bi-hemisphere domain adversarial neural network
    model for EEG emotion recognition, IEEE Transactions on Affective Computing 12(2),
    https://doi.org/10.1109/TAFFC.2018.2885474
    Ganin et al. (2016), Domain-adversarial training of neural networks, JMLR 17(59).

    Examples
    --------
    >>> from sklearn_eeg.montage import SEED_62
    >>> model = BiDANN(n_windows=9, n_channels=62, n_bands=5, n_outputs=3, ch_names=SEED_62)
    >>> model(torch.randn(2, 9, 62, 5)).shape
    torch.Size([2, 3])
    """

    left: torch.Tensor
    right: torch.Tensor

    def __init__(
        self,
        n_windows: int,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        n_hidden: int = 128,
        n_steps: int = 8,
        n_local: tuple[int, int] = (256, 64),
        dropout: float = 0.3,
        reversal: float = 0.5,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        left, right = find_hemispheres(n_channels, ch_names, "BiDANN")
        self.n_windows, self.reversal = n_windows, reversal
        self.register_buffer("left", torch.tensor(left), persistent=False)
        self.register_buffer("right", torch.tensor(right), persistent=False)
        self.left_side, self.right_side = (
            HemisphereLSTM(n_windows, n_bands * len(side), n_hidden, n_steps, dropout)
            for side in (left, right)
        )
        n_side, n_global = n_steps * n_hidden, [2 * n_units for n_units in n_local]
        self.head = dense(2 * n_side, n_global, n_outputs)
        self.left_discriminator, self.right_discriminator = (
            dense(n_side, n_local, 2) for _ in range(2)
        )
        self.discriminator = dense(2 * n_side, n_global, 2)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.LSTM):
                for values in module.parameters():
                    nn.init.kaiming_normal_(values) if values.ndim > 1 else nn.init.zeros_(values)

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        x, missing = self._lengthen(*fill_missing(x, missing))
        left = self.left_side(x[:, :, self.left].flatten(2), missing)
        right = self.right_side(x[:, :, self.right].flatten(2), missing)
        return self.head(torch.cat([left, right], 1))

    def _lengthen(self, x, missing):
        lacking = self.n_windows - x.shape[1]
        if lacking < 0:
            raise ValueError(
                f"expected up to {self.n_windows} windows, for which the network was built, got "
                f"{x.shape[1]}; cut trials by a SequenceCutter({self.n_windows})."
            )
        if lacking == 0:
            return x, missing
        if missing is None:
            missing = x.new_zeros(x.shape[:2], dtype=torch.bool)
        return F.pad(x, (0, 0, 0, 0, 0, lacking)), F.pad(missing, (0, lacking), value=True)

    def domain_loss(
        self,
        source: torch.Tensor,
        target: torch.Tensor,
        progress: float,
        domain: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Sum of what the three discriminators lose, their gradient reversed before the features.

        Parameters
        ----------
        source, target : Tensor of shape (batch, feature)
        progress, domain : ignored
        """
        heads = (self.left_discriminator, self.right_discriminator)
        sides = zip(heads, source.chunk(2, 1), target.chunk(2, 1), strict=True)
        local = sum(confusion(*side, self.reversal) for side in sides)
        return local + confusion(self.discriminator, source, target, self.reversal)


class HemisphereLSTM(nn.Module):
    """LSTM over windows and a map of its states: (batch, window, feature) -> (batch, feature)."""

    def __init__(self, n_windows, n_features, n_hidden, n_steps, dropout):
        super().__init__()
        self.lower = nn.LSTM(n_features, n_hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.upper = nn.LSTM(n_hidden, n_hidden, batch_first=True)
        self.mix = nn.Linear(n_windows, n_steps)
        self.norm = nn.BatchNorm1d(n_hidden)

    def forward(self, x, missing=None):
        """Features, step by step."""
        states = held_states(self._run, x, missing)
        return F.relu(self.norm(self.mix(states.mT))).mT.flatten(1)

    def _run(self, x):
        return self.upper(self.dropout(self.lower(x)[0]))[0]
