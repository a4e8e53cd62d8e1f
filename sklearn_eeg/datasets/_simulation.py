"""Signals of simulated subjects: a 1/f background with band gains, blinks and the mains."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft
from scipy.signal import oaconvolve
from scipy.special import expit

from sklearn_eeg.datasets._effects import BANDS, REGIONS, Effect

POWER_AT_1_HZ = 20.0  # uV^2/Hz
ALPHA_POWER = {"frontal": 4.0, "temporal": 4.0, "central": 6.0, "posterior": 20.0}  # uV^2/Hz
FLAT_BELOW = 0.5  # Hz, as behind an amplifier's high-pass
SHARED_IN_REGION = 0.4  # of a channel's power
LAG = np.pi / 9  # of a rhythm between one region and the next
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
    lengths: np.ndarray  # of each trial, in samples
    classes: np.ndarray  # of each trial
    effect: Effect
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


def simulate_subject(setting, turn, rng):
    """Signals (trial, channel, time) of one subject, in microvolts.

    ``turn`` is what the subject makes of a change of regions, see :func:`draw_turn`.
    """
    parts = {"course": None, "bond": None, **draw_changes(setting, turn, rng)}
    gains = np.exp(log_gains(setting, parts["power"], rng), dtype=np.float32)
    power = background(setting, rng) * gains[..., setting.band_of]
    signals = coloured_noise(power, setting, parts["bond"], rng)
    if parts["course"] is not None:
        modulate(signals, setting, parts["course"])
    add_blinks(signals, setting, rng)
    add_line_noise(signals, setting, rng)
    return signals


def draw_changes(setting, turn, rng):
    """What each trial changes of the regions, (trial, region, band), by the part it acts on."""
    effect, n_trials = setting.effect, len(setting.classes)
    # Another generator for what only some effects draw, so that the rest is the same for all.
    chance = rng.spawn(1)[0]
    pattern = effect.draw(setting.classes, chance)
    mood = setting.trial_effect * rng.standard_normal((n_trials, len(REGIONS), len(BANDS)))
    if effect.part == "power":
        noise = mood
    else:
        noise = effect.draw_noise(n_trials, setting.trial_effect, chance)
    change = np.einsum("qr,trb->tqb", turn, pattern + noise)
    return {"power": mood, effect.part: change}


def log_gains(setting, change, rng):
    """Log gains of power (trial, channel, band), with a last column outside all bands.

    ``change`` is what regions do, (trial, region, band).
    """
    n_channels, n_bands = len(setting.region_of), change.shape[-1]
    person = setting.subject_effect * rng.standard_normal((n_channels, n_bands))
    inside = change[:, setting.region_of] + person
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


def coloured_noise(power, setting, bond, rng):
    """Gaussian signals (trial, channel, time) of a spectral density (trial, channel, frequency).

    Channels of a region share a part of their noise, as volume conduction has it; ``bond`` is
    ``None`` or the log odds, (trial, region, 1), of what this part has from a rhythm of all.
    """
    n_trials, n_channels, n_freqs = power.shape
    shape = (n_trials, n_channels + len(REGIONS), n_freqs, 2)
    noise = rng.standard_normal(shape, dtype=np.float32).view(np.complex64)[..., 0]
    own, shared = noise[:, :n_channels], noise[:, n_channels:]
    if bond is not None:
        shared = bind(shared, bond, rng)
    own *= np.float32(np.sqrt(1 - SHARED_IN_REGION))
    own += np.float32(np.sqrt(SHARED_IN_REGION)) * shared[:, setting.region_of]
    n_fft = 2 * (n_freqs - 1)
    # A bin's variance, 4 |amplitude / n_fft|^2, is the density times the bin's width.
    own *= np.sqrt(power * np.float32(setting.sfreq * n_fft / 4))
    return irfft(own, n_fft)[..., : setting.n_times]


def bind(shared, bond, rng):
    """Noise of the regions (trial, region, frequency), in part a rhythm that they have in common.

    Each region has it a little later than the one before.
    """
    noise = rng.standard_normal((*shared[:, :1].shape, 2), dtype=np.float32)
    lag = np.exp(-1j * LAG * np.arange(len(REGIONS)))[:, None]
    rhythm = lag * noise.view(np.complex64)[..., 0]
    share = expit(bond)
    return (np.sqrt(share) * rhythm + np.sqrt(1 - share) * shared).astype(np.complex64)


def modulate(signals, setting, course):
    """Let log power go through one cycle in a trial; ``course`` is complex, (trial, region, 1)."""
    turns = np.arange(setting.n_times) / setting.lengths[:, None]
    cycle = np.exp(-2j * np.pi * turns)[:, None]
    amplitude = np.exp((course * cycle).real / 2, dtype=np.float32)
    signals *= amplitude[:, setting.region_of]


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
