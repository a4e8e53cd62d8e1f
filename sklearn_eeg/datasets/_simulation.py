"""Signals of simulated subjects: a 1/f background with band gains, blinks and the mains."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft
from scipy.signal import oaconvolve

from sklearn_eeg.bands import get_bands
from sklearn_eeg.montage import LOBES

BANDS = get_bands("seed")
REGIONS = tuple(LOBES)

POWER_AT_1_HZ = 20.0  # uV^2/Hz
ALPHA_POWER = {"frontal": 4.0, "temporal": 4.0, "central": 6.0, "posterior": 20.0}  # uV^2/Hz
FLAT_BELOW = 0.5  # Hz, as behind an amplifier's high-pass
SHARED_IN_REGION = 0.4  # of a channel's power
BLINK_UV, BLINK_SECONDS = 100.0, 0.35
BLINK_REACH = {"Fp": 1.0, "AF": 0.6, "F": 0.3, "FT": 0.1, "FC": 0.1}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all subjects have in common."""

    rows: list  # of each channel, by the letters of its name
    region_of: np.ndarray  # index of each channel's region
    sfreq: float
    n_times: int
    freqs: np.ndarray  # where spectra are shaped, in hertz
    band_of: np.ndarray  # index of each frequency's band, one past the last outside all
    session_of: np.ndarray  # of each trial
    effects: np.ndarray  # (trial, region, band), change of log power
    subject_effect: float
    trial_effect: float
    blinks: float
    line_noise: float
    line_freq: float


def bands_of(freqs):
    """Index of each frequency's band, one past the last outside all."""
    index = np.full(len(freqs), len(BANDS))
    for i, (low, high) in enumerate(BANDS.values()):
        index[(freqs >= low) & (freqs < high)] = i
    return index


def simulate_subject(setting, rng):
    """Signals (trial, channel, time) of one subject, in microvolts."""
    gains = np.exp(log_gains(setting, rng), dtype=np.float32)
    power = background(setting, rng) * gains[..., setting.band_of]
    signals = coloured_noise(power, setting, rng)
    add_blinks(signals, setting, rng)
    add_line_noise(signals, setting, rng)
    return signals


def log_gains(setting, rng):
    """Log gains of power (trial, channel, band), with a last column outside all bands."""
    n_channels, n_bands = len(setting.region_of), setting.effects.shape[-1]
    mood = setting.trial_effect * rng.standard_normal(setting.effects.shape)
    person = setting.subject_effect * rng.standard_normal((n_channels, n_bands))
    inside = (setting.effects + mood)[:, setting.region_of] + person
    gains = np.concatenate([inside, np.zeros_like(inside[..., :1])], axis=-1)
    # Electrodes are put on anew for each session.
    contact = rng.standard_normal((setting.session_of.max() + 1, n_channels, 1))
    return gains + setting.subject_effect / 4 * contact[setting.session_of]


def background(setting, rng):
    """One-sided spectral density (channel, frequency), in uV^2/Hz: 1/f and an alpha peak."""
    slope, peak, height = rng.standard_normal(3) * setting.subject_effect
    one_over_f = POWER_AT_1_HZ / np.maximum(setting.freqs, FLAT_BELOW) ** (1 + 0.2 * slope)
    distance = setting.freqs - np.clip(10 + 2 * peak, 8.5, 12.5)
    alpha = np.array(list(ALPHA_POWER.values()))[setting.region_of, None] * np.exp(height)
    power = one_over_f + alpha * np.exp(-(distance**2) / 2)
    power[:, 0] = 0
    return power.astype(np.float32)


def coloured_noise(power, setting, rng):
    """Gaussian signals (trial, channel, time) of a spectral density (trial, channel, frequency).

    Channels of a region share a part of their noise, as volume conduction has it.
    """
    n_trials, n_channels, n_freqs = power.shape
    shape = (n_trials, n_channels + len(REGIONS), n_freqs, 2)
    noise = rng.standard_normal(shape, dtype=np.float32).view(np.complex64)[..., 0]
    own, shared = noise[:, :n_channels], noise[:, n_channels:]
    own *= np.float32(np.sqrt(1 - SHARED_IN_REGION))
    own += np.float32(np.sqrt(SHARED_IN_REGION)) * shared[:, setting.region_of]
    n_fft = 2 * (n_freqs - 1)
    # A bin's variance, 4 |amplitude / n_fft|^2, is the density times the bin's width.
    own *= np.sqrt(power * np.float32(setting.sfreq * n_fft / 4))
    return irfft(own, n_fft)[..., : setting.n_times]


def add_blinks(signals, setting, rng):
    """Add bumps at random times, largest at the frontal pole."""
    height = BLINK_UV * np.exp(setting.subject_effect / 2 * rng.standard_normal())
    bump = height * np.hanning(round(BLINK_SECONDS * setting.sfreq) + 2)[1:-1]
    draws = rng.random((len(signals), setting.n_times), dtype=np.float32)
    starts = draws < setting.blinks / 60 / setting.sfreq
    train = oaconvolve(starts, bump[None], mode="same", axes=-1)
    for channel, row in enumerate(setting.rows):
        if row in BLINK_REACH:
            signals[:, channel] += BLINK_REACH[row] * train


def add_line_noise(signals, setting, rng):
    """Add the mains, as strong as each electrode takes it up."""
    n_trials, n_channels, n_times = signals.shape
    phase = 2 * np.pi * rng.random((n_trials, 1))
    uptake = setting.line_noise * rng.uniform(0.5, 1.5, (n_channels, 1))
    if setting.line_freq < setting.sfreq / 2:
        turns = 2 * np.pi * setting.line_freq / setting.sfreq * np.arange(n_times)
        signals += uptake * np.sin(turns + phase)[:, None]
