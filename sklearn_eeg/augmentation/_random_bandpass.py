"""Random re-band-pass: some channels lose more of their low and high frequencies."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from sklearn_eeg.augmentation._random import chosen, random_subset, uniform


@dataclass(frozen=True)
class RandomBandpass:
    """Band-pass random channels of signals (batch, channel, time) between random edges.

    The gain is that of a Butterworth filter run forward and backward, so phases stay.

    Parameters
    ----------
    l_freq : (float, float), default=(1e-4, 2.0)
        Range of the lower edge, in hertz.
    h_freq : (float, float), default=(10.0, 20.0)
        Range of the upper edge, in hertz.
    order : int, default=2
    max_channels : int, default=8
        Largest number of channels that change in a trial.
    p : float, default=0.2
        Probability for each trial.
    sfreq : float
        Sampling rate, in hertz.

    Examples
    --------
    >>> t = torch.arange(400) / 200
    >>> tone = torch.sin(2 * torch.pi * 60 * t).expand(1, 1, -1)
    >>> quiet, _ = RandomBandpass(p=1.0, sfreq=200.0)(tone, None, torch.Generator().manual_seed(0))
    >>> bool(quiet.std() < 0.05 * tone.std())
    True
    """

    l_freq: tuple[float, float] = (1e-4, 2.0)
    h_freq: tuple[float, float] = (10.0, 20.0)
    order: int = 2
    max_channels: int = 8
    p: float = 0.2
    sfreq: float = field(kw_only=True)

    def __call__(
        self, batch: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        n, n_channels, n_times = batch.shape
        f = torch.fft.rfftfreq(n_times, 1 / self.sfreq, device=batch.device, dtype=batch.dtype)
        low = uniform((n, n_channels, 1), *self.l_freq, batch, generator)
        high = uniform((n, n_channels, 1), *self.h_freq, batch, generator)
        steepness = 2 * self.order
        gain = 1 / (1 + (f / high) ** steepness)
        # (f/low)^2N / (1 + (f/low)^2N), written so that f = 0 divides by nothing.
        gain = gain * f**steepness / (f**steepness + low**steepness)
        filtered = torch.fft.irfft(torch.fft.rfft(batch) * gain, n=n_times)
        which = random_subset(n, n_channels, self.max_channels, batch, generator)[..., None]
        return torch.where(which & chosen(batch, self.p, generator), filtered, batch), labels
