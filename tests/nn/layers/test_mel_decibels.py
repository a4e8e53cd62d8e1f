import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg._mel import mel_filters, mel_to_hertz
from sklearn_eeg.nn.layers import MelDecibels
from sklearn_eeg.spectrogram import MelSpectrogram


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"n_fft": 512, "win_length": 512, "hop_length": 50, "n_mels": 64, "h_freq": 30.0},
        {"n_fft": 255, "win_length": 100, "n_mels": 20},
        {"n_fft": 256, "win_length": 101, "n_mels": 20},
    ],
)
def test_levels_are_those_of_torchs_stft(settings):
    front_end = MelDecibels(**settings)
    settings = {"n_fft": 1024, "win_length": 128, "hop_length": 39, **settings}
    n_fft, win_length, hop = (settings.pop(k) for k in ("n_fft", "win_length", "hop_length"))
    x = torch.randn(2, 3, 2000)
    spectra = torch.stft(
        x.flatten(0, 1), n_fft, hop, win_length, torch.hann_window(win_length), return_complex=True
    )
    filters = mel_filters(
        200, n_fft, settings.get("n_mels", 128), 0.53, settings.get("h_freq", 40.0)
    )
    power = torch.tensor(filters, dtype=torch.float32) @ spectra.abs().square()
    wanted = 10 * power.clamp(min=1e-10).log10().unflatten(0, (2, 3))
    assert_close(front_end(x), wanted, atol=1e-2, rtol=0)


def test_levels_are_those_of_the_transformer():
    x = np.random.default_rng(0).standard_normal((2, 3, 1500), dtype=np.float32)
    wanted = MelSpectrogram(sfreq=200).fit_transform(x)
    assert_close(MelDecibels()(torch.from_numpy(x)).numpy(), wanted, atol=1e-2, rtol=0)


def test_a_tone_is_loudest_in_its_band():
    seconds = torch.arange(4000) / 200
    levels = MelDecibels(n_fft=1024, win_length=1024, n_mels=32)(
        torch.sin(2 * math.pi * 10 * seconds)
    )
    centres = mel_to_hertz(np.linspace(*(2595 * np.log10(1 + np.array([0.53, 40]) / 700)), 34))[
        1:-1
    ]
    loudest = levels[:, 10:-10].argmax(0)
    assert (loudest == int(np.abs(centres - 10).argmin())).all()


def test_gain_adds_its_decibels():
    front_end = MelDecibels()
    x = torch.randn(2, 1000)
    assert_close(front_end(10 * x), front_end(x) + 20, atol=1e-3, rtol=0)


def test_silence_is_the_floor():
    assert (MelDecibels()(torch.zeros(1, 500)) == -100).all()


@pytest.mark.parametrize("n_times", [1, 2, 60])
def test_signals_shorter_than_a_frame_have_a_spectrogram(n_times):
    levels = MelDecibels()(torch.randn(2, n_times))
    assert levels.shape == (2, 128, 1 + n_times // 39)
    assert levels.isfinite().all()


def test_low_precision_around_it_changes_nothing():
    front_end = MelDecibels()
    x = torch.randn(2, 1000)
    with torch.autocast("cpu", torch.bfloat16):
        low = front_end(x)
    assert torch.equal(low, front_end(x))


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"sfreq": 60}, "h_freq up to 30 Hz, half the sampling rate, got 40 Hz"),
        ({"win_length": 2000}, "win_length from 1 to n_fft=1024, got 2000"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        MelDecibels(**settings)
