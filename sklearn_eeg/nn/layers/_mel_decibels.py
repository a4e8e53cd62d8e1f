"""Mel spectrogram inside a network."""

import numpy as np
import torch
from torch import nn

from sklearn_eeg._mel import mel_filters
from sklearn_eeg.nn.functional import reflect_frames


class MelDecibels(nn.Module):
    """Log-mel spectrogram of signals: (..., time) -> (..., mel, frame), in decibels.

    The definition of :class:`sklearn_eeg.spectrogram.MelSpectrogram` (centred frames with
    reflected ends, periodic Hann taper, power, HTK mel filters of unit height),
    here so that augmentation can act on signals and the GPU makes the spectrogram. It learns
    nothing, and works in single precision also where the network around it works in less.

    Parameters
    ----------
    sfreq : float, default=200.0
        Sampling rate, in hertz.
    n_fft : int, default=1024
    win_length : int or None, default=128
        Samples of a frame that the taper lets through; ``None``: all of them.
    hop_length : int, default=39
    n_mels : int, default=128
    l_freq, h_freq : float, default=0.53, 40.0
        Outer corners of the filters, in hertz.
    amin : float, default=1e-10
        Least power, so that silence has a logarithm.
    top_db : float, default=None
        Largest distance below the loudest value of a row's image, in decibels.

    Examples
    --------
    >>> MelDecibels()(torch.randn(2, 16, 10_000)).shape
    torch.Size([2, 16, 128, 257])
    """

    filters: torch.Tensor
    taper: torch.Tensor

    def __init__(
        self,
        sfreq: float = 200.0,
        n_fft: int = 1024,
        win_length: int = 128,
        hop_length: int = 39,
        n_mels: int = 128,
        l_freq: float = 0.53,
        h_freq: float = 40.0,
        amin: float = 1e-10,
        top_db: float | None = None,
    ) -> None:
        super().__init__()
        win_length = n_fft if win_length is None else win_length
        if h_freq > sfreq / 2:
            raise ValueError(
                f"MelDecibels: expected h_freq up to {sfreq / 2:g} Hz, half the sampling rate, got "
                f"{h_freq:g} Hz; lower it."
            )
        if not 1 <= win_length <= n_fft:
            raise ValueError(
                f"MelDecibels: expected win_length from 1 to n_fft={n_fft}, got {win_length}; "
                "lower it or raise n_fft."
            )
        self.n_fft = n_fft
        self.amin = amin
        self.top_db = top_db
        # A frame is centred as one of n_fft samples, of which only those under the taper count.
        self.lead = n_fft // 2 - (n_fft - win_length) // 2
        self.hop_length = hop_length
        filters = mel_filters(sfreq, n_fft, n_mels, l_freq, h_freq)
        # Above the last filter nothing is needed of a spectrum.
        filters = filters[:, : np.flatnonzero(filters.any(0))[-1] + 1]
        filters = torch.tensor(filters.T, dtype=torch.get_default_dtype())
        self.register_buffer("filters", filters, persistent=False)
        self.register_buffer("taper", torch.hann_window(win_length), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spectrogram of every row of `x`."""
        rows = x.to(self.taper.dtype).reshape(-1, x.shape[-1])
        with torch.autocast(x.device.type, enabled=False):
            # Rows in small blocks, whose spectra stay in a CPU's cache; a GPU takes them at once.
            # A graph is for batches of any size, which blocks would fix.
            at_once = x.device.type != "cpu" or torch.compiler.is_compiling()
            blocks = [rows] if at_once else rows.split(16)
            levels = torch.cat([self._levels(block) for block in blocks])
        return levels.reshape(*x.shape[:-1], *levels.shape[1:])

    def _levels(self, rows):
        n_frames = 1 + rows.shape[-1] // self.hop_length
        frames = reflect_frames(rows, n_frames, self.hop_length, len(self.taper), self.lead)
        spectra = torch.fft.rfft(frames * self.taper, n=self.n_fft)[..., : len(self.filters)]
        power = spectra.real.square() + spectra.imag.square()
        levels = (power @ self.filters).clamp(min=self.amin).log10().mul(10).mT
        if self.top_db is None:
            return levels
        return levels.maximum(levels.amax((1, 2), keepdim=True) - self.top_db)
