"""MLF-CapsNet: capsules of convolutional features of two levels, routed to one of each class."""

import torch
import torch.nn.functional as F
from torch import nn


class CapsNet(nn.Module):
    """Capsule network with multi-level features: (batch, channel, time) -> (batch, class), logits.

    Signals are an image of channels and time. The features of a first convolution and those of a
    second on top of them, side by side, are mixed to capsules: vectors of ``n_primary`` numbers,
    ``n_filters / n_primary`` at each place. Each predicts the capsule of each class, and routing by
    agreement weighs the predictions, trial by trial.

    The length of a class's capsule, between zero and one, says whether the class is there. A logit
    is the log-odds of this length, which is the logarithm of the capsule's squared length before
    squashing: ``logits.sigmoid()`` are the lengths, and the softmax of logits the shares of squared
    lengths. The channels' order matters, since the convolutions see neighbours.

    Parameters
    ----------
    n_channels, n_times, n_outputs : int
        Nine channels and nine samples or more.
    n_filters : int, default=256
        Maps of each convolution, a multiple of ``n_primary``.
    n_primary : int, default=8
        Numbers of a primary capsule.
    n_class : int, default=16
        Numbers of a class's capsule.
    n_routing : int, default=3
        Iterations of the routing.

    Notes
    -----
    11,359,232 parameters for 32 x 128 and 2 classes, counted from the sizes of the source.

    ======================================  =====================================================
    Left open by the source                 Our decision
    ======================================  =====================================================
    Which numbers make a capsule            ``n_primary`` maps at one place, a unit's each
    Answer                                  Log-odds of the lengths
    The routing's gradient                  Through all its iterations, as in the authors' code
    A capsule of zeros                      Its gradient is zero
    Rate of learning                        Adam goes on, where the authors' begins anew each epoch
    ======================================  =====================================================

    The authors' code differs, which is not reproduced: it squashes a unit's numbers of all places
    together instead of a capsule's, and averages the agreement over the batch, so that an answer
    depends on the trials beside it.

    References
    ----------
    Liu et al. (2020), Multi-channel EEG-based emotion recognition via a multi-level features guided
    capsule network, Comput. Biol. Med. 123, https://doi.org/10.1016/j.compbiomed.2020.103927
    Sabour, Frosst & Hinton (2017), Dynamic routing between capsules, NeurIPS.
    Code: https://github.com/jzephyrl/MLF-CapsNet

    Examples
    --------
    >>> model = CapsNet(n_channels=32, n_times=128, n_outputs=2, n_filters=16)
    >>> x = torch.randn(4, 32, 128)
    >>> model(x).shape, model.capsules(x).shape
    (torch.Size([4, 2]), torch.Size([4, 2, 16]))
    """

    def __init__(
        self,
        n_channels: int,
        n_times: int,
        n_outputs: int,
        n_filters: int = 256,
        n_primary: int = 8,
        n_class: int = 16,
        n_routing: int = 3,
    ) -> None:
        super().__init__()
        if n_channels < 9 or n_times < 9 or n_filters % n_primary:
            raise ValueError(
                f"expected nine channels and samples or more, and n_filters a multiple of "
                f"n_primary, got {n_channels} x {n_times}, {n_filters} and {n_primary}."
            )
        self.n_primary, self.n_routing = n_primary, n_routing
        self.low = nn.Conv2d(1, n_filters, 9, stride=2)
        self.high = nn.Conv2d(n_filters, n_filters, 9, padding=4)
        self.mix = nn.Conv2d(2 * n_filters, n_filters, 1)
        n_places = ((n_channels - 9) // 2 + 1) * ((n_times - 9) // 2 + 1)
        n_capsules = n_filters // n_primary * n_places
        self.weight = nn.Parameter(torch.randn(n_capsules, n_primary, n_outputs, n_class))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each trial: log-odds of the lengths of :meth:`capsules`."""
        power = self._route(self._predict(x)).square().sum(-1)
        return power.clamp(min=1e-12).log()

    def capsules(self, x: torch.Tensor) -> torch.Tensor:
        """Capsules of the classes: (batch, class, n_class), each shorter than one."""
        return squash(self._route(self._predict(x)))

    def _predict(self, x):
        """What each primary capsule predicts for each class: (batch, class, capsule, n_class)."""
        low = F.relu(self.low(x.unsqueeze(1)))
        mixed = F.relu(self.mix(torch.cat([low, self.high(low)], 1)))
        primary = squash(mixed.flatten(1).unflatten(1, (self.n_primary, -1)).transpose(1, 2))
        return torch.einsum("bip,ipkd->bkid", primary, self.weight)

    def _route(self, predicted):
        """Weighted sums of the predictions, before squashing: (batch, class, n_class)."""
        agreement = predicted.new_zeros(predicted.shape[:3])
        for _ in range(self.n_routing - 1):
            capsules = squash(weigh(predicted, agreement))
            agreement = agreement + (predicted @ capsules.unsqueeze(-1)).squeeze(-1)
        return weigh(predicted, agreement)


def weigh(predicted, agreement):
    """Sum of the predictions for each class, each capsule sharing its weight among the classes."""
    return (agreement.softmax(1).unsqueeze(2) @ predicted).squeeze(2)


def squash(x):
    """Shorten vectors to a length below one: (..., n) -> (..., n), x |x| / (1 + |x|²).

    References
    ----------
    Sabour, Frosst & Hinton (2017), Dynamic routing between capsules, NeurIPS, eq. 1.

    Examples
    --------
    >>> squash(torch.tensor([3.0, 4.0]))
    tensor([0.5769, 0.7692])
    """
    length = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return x * (length / (1 + length.square()))
