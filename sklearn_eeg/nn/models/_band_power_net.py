"""BandPowerNet: power of learnt mixtures of electrodes in bands, scaled within each person."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from sklearn_eeg._spectral import band_shares, make_taper, power_scale
from sklearn_eeg._validation import check_bands, require_sfreq
from sklearn_eeg.bands import get_bands
from sklearn_eeg.nn._types import Passes
from sklearn_eeg.nn.layers._subject_norm import SubjectNorm
from sklearn_eeg.nn.models._wide_deep import WideDeep


class BandPowerNet(nn.Module):
    """Log power of filters over electrodes in bands: (batch, channel, time) -> (batch, class).

    Some filters of each band mix the electrodes of a window; the logarithm of their power, which is
    scaled by :class:`~sklearn_eeg.nn.layers.SubjectNorm`, enters :class:`WideDeep`. Where filters
    are single electrodes, this is differential entropy, z-scores within each subject and a line
    that may bend; but it learns which mixtures tell most, and so sees what electrodes have in
    common.

    Parameters
    ----------
    n_channels, n_times, n_outputs : int
    sfreq : float, default=None
        Sampling rate in hertz, if the data do not carry it.
    bands : str or mapping of str to (float, float), default="seed"
        Edges of each band, in hertz; a string names a table in :mod:`sklearn_eeg.bands`.
    n_filters : int, default=8
        Filters over electrodes in each band.
    n_hidden : int, default=32
        Units of the hidden layer beside the line.
    dropout : float, default=0.5
        Of the hidden units; half of it of the values that enter them.

    Raises
    ------
    ValueError
        The rate is not known, or a band reaches half of it.

    Notes
    -----
    4,014 parameters for 62 electrodes and 3 classes. One window takes its place by itself, but for
    the scale of its person: while training, from the windows of the same subject in the batch;
    afterwards see ``subject`` of :meth:`forward`.

    ==========================================  ===================================================
    Left open by the source                     Our decision
    ==========================================  ===================================================
    Filters: eigenvectors, class by class       Learnt with the rest, from random ones
    Which features count: mutual information    All of them, dropout before the hidden layer
    Filters in time                             The spectrum under a Tukey taper, as for entropies
    Differences between people                  :class:`~sklearn_eeg.nn.layers.SubjectNorm`
    ==========================================  ===================================================

    References
    ----------
    Ang et al. (2008), Filter bank common spatial pattern (FBCSP) in brain-computer interface,
    IJCNN, https://doi.org/10.1109/IJCNN.2008.4634130

    Examples
    --------
    >>> model = BandPowerNet(n_channels=62, n_times=400, n_outputs=3, sfreq=200)
    >>> model(torch.randn(2, 62, 400)).shape
    torch.Size([2, 3])
    """

    taper: torch.Tensor
    roots: torch.Tensor

    def __init__(
        self,
        n_channels: int,
        n_times: int,
        n_outputs: int,
        sfreq: float | None = None,
        bands: str | Mapping[str, tuple[float, float]] = "seed",
        n_filters: int = 8,
        n_hidden: int = 32,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        require_sfreq(sfreq)
        bands = get_bands(bands)
        check_bands(bands, sfreq)
        taper = make_taper(("tukey", 0.1), n_times)
        weights = power_scale(taper)[:, None] * band_shares(n_times, sfreq, bands)
        # A band's bins follow each other.
        self.bins = [slice(k[0], k[-1] + 1) for k in map(np.flatnonzero, weights.T)]
        self.register_buffer("taper", _single(taper), persistent=False)
        self.register_buffer("roots", _single(np.sqrt(weights)), persistent=False)
        self.filters = nn.Parameter(torch.randn(len(bands), n_filters, n_channels))
        self.norm = SubjectNorm(len(bands) * n_filters)
        self.head = WideDeep(len(bands) * n_filters, n_outputs, n_hidden, dropout)

    def forward(
        self,
        x: torch.Tensor,
        domain: torch.Tensor | None = None,
        subject: tuple[torch.Tensor, torch.Tensor] | None = None,
    ) -> torch.Tensor:
        """Logits of each window.

        Parameters
        ----------
        x : Tensor of shape (batch, channel, time)
        domain : Tensor of shape (batch,) or None, default=None
            While training, a code of each row's subject.
        subject : (Tensor, Tensor) or None, default=None
            What :meth:`describe_subject` says of the person whose windows these are; ``None``:
            scaled as the subjects of the training were on the average.
        """
        return self.head(self.norm(self.log_power(x), domain, subject))

    def log_power(self, x: torch.Tensor) -> torch.Tensor:
        """Log power of each band and filter: (batch, band * filter)."""
        with torch.autocast(x.device.type, enabled=False):
            mixed = torch.einsum("bfc,nbcd->nbfd", self.filters, self.covariances(x))
            power = (mixed * self.filters).sum(-1)
        return power.clamp(min=torch.finfo(power.dtype).tiny).log().flatten(1)

    def covariances(self, x: torch.Tensor) -> torch.Tensor:
        """Covariance of the electrodes in each band: (batch, band, channel, channel)."""
        spectrum = torch.fft.rfft((x - x.mean(-1, keepdim=True)) * self.taper)
        # Real and imaginary parts side by side, which filters of real numbers mix alike.
        spectrum = torch.view_as_real(spectrum)
        parts = [
            (spectrum[:, :, bins] * self.roots[bins, band, None]).flatten(2)
            for band, bins in enumerate(self.bins)
        ]
        return torch.stack([part @ part.transpose(1, 2) for part in parts], 1)

    def describe_subject(self, passes: Passes) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and variance of each log power, of all windows of one person."""
        return self.norm.describe(torch.cat([self.log_power(x) for x in passes()]))


def _single(array):
    return torch.as_tensor(array, dtype=torch.get_default_dtype())
