"""Spectrograms against closed forms, librosa, and the formula written out slowly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sklearn_eeg._mel import hertz_to_mel, mel_filters, mel_to_hertz
from sklearn_eeg.spectrogram import MelSpectrogram, STFTSpectrogram, frame_power
from sklearn_eeg.trials import Trials


@pytest.fixture
def signals():
    return np.random.default_rng(0).standard_normal((2, 3, 2000)) * 10


@given(st.floats(0, 1e4))
def test_mel_scale_inverts(frequency):
    assert_allclose(mel_to_hertz(hertz_to_mel(frequency)), frequency, atol=1e-6)


def test_filters_cover_the_range_and_sum_to_one_inside():
    filters = mel_filters(200, 4096, 16, 2, 40)
    frequencies = np.fft.rfftfreq(4096, 1 / 200)
    corners = mel_to_hertz(np.linspace(hertz_to_mel(2), hertz_to_mel(40), 18))
    inside = (frequencies >= corners[1]) & (frequencies <= corners[-2])
    assert_allclose(filters.sum(axis=0)[inside], 1)
    assert not filters[:, (frequencies <= 2) | (frequencies >= 40)].any()


def test_filters_equal_librosa():
    librosa = pytest.importorskip("librosa", reason="librosa is the oracle of the mel bank")
    theirs = librosa.filters.mel(
        sr=200, n_fft=512, n_mels=64, fmin=0.5, fmax=40, htk=True, norm=None
    )
    assert_allclose(mel_filters(200, 512, 64, 0.5, 40), theirs, atol=1e-6)


def test_mel_spectrogram_equals_librosa(signals):
    librosa = pytest.importorskip("librosa", reason="librosa is the oracle of the spectrogram")
    ours = MelSpectrogram(512, 128, 50, 32, 0.5, 40, sfreq=200).fit_transform(signals)
    theirs = librosa.feature.melspectrogram(
        y=signals, sr=200, n_fft=512, hop_length=50, win_length=128, center=True,
        pad_mode="reflect", power=2.0, n_mels=32, fmin=0.5, fmax=40, htk=True, norm=None,
    )  # fmt: skip
    assert_allclose(ours, 10 * np.log10(np.maximum(theirs, 1e-10)), atol=1e-5)


@pytest.mark.parametrize(("n_fft", "win_length", "hop"), [(64, 64, 16), (64, 20, 7), (65, 21, 9)])
def test_frames_equal_the_formula_written_out(n_fft, win_length, hop):
    x = np.random.default_rng(1).standard_normal((1, 200))
    taper = np.random.default_rng(2).uniform(size=win_length)
    padded = np.pad(x[0], n_fft // 2, mode="reflect")
    wide = np.zeros(n_fft)
    wide[(n_fft - win_length) // 2 :][:win_length] = taper
    n_frames = 1 + 200 // hop if n_fft % 2 == 0 else 1 + (200 - 1) // hop
    slow = [np.abs(np.fft.rfft(padded[i * hop :][:n_fft] * wide)) ** 2 for i in range(n_frames)]
    found = frame_power(x, taper, hop, n_fft, slice(None))[0]
    assert_allclose(found, slow, atol=1e-9)


def test_a_tone_lands_in_its_band():
    t = np.arange(4000) / 200
    mel = MelSpectrogram(sfreq=200, n_mels=32)
    image = mel.fit_transform(np.sin(2 * np.pi * 10 * t)[None])
    corners = mel_to_hertz(np.linspace(hertz_to_mel(0.53), hertz_to_mel(40), 34))
    loudest = image[0, :, 50].argmax()
    assert_allclose(mel.frequencies_, corners[1:-1])
    assert corners[loudest] < 10 < corners[loudest + 2]


def test_power_of_whole_frames_obeys_parseval(signals):
    power = STFTSpectrogram(n_fft=100, hop_length=100, sfreq=200, decibels=False).fit_transform(
        signals
    )
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(100) / 100)
    frame = signals[0, 0, 50:150] * taper
    two_sided = 2 * power[0, 0, :, 1].sum() - power[0, 0, 0, 1] - power[0, 0, -1, 1]
    assert_allclose(two_sided / 100, (frame**2).sum())


def test_a_gain_adds_its_decibels(signals):
    mel = MelSpectrogram(sfreq=200).fit(signals)
    assert_allclose(mel.transform(10 * signals), mel.transform(signals) + 20)


def test_top_db_is_the_floor_below_the_loudest(signals):
    image = MelSpectrogram(sfreq=200, top_db=15.0).fit_transform(signals)
    assert_allclose(image.max((-2, -1)) - image.min((-2, -1)), 15)


def test_silence_has_a_logarithm():
    assert (MelSpectrogram(sfreq=200).fit_transform(np.zeros((1, 2, 2000))) == -100).all()


def test_published_sizes():
    X = np.random.default_rng(0).standard_normal((1, 1, 10_000)).astype(np.float32)
    image = MelSpectrogram(sfreq=200).fit_transform(X)
    assert image.shape == (1, 1, 128, 257)
    assert image.dtype == np.float32


def test_a_lost_channel_stays_lost(signals):
    signals[0, 1] = np.nan
    image = MelSpectrogram(sfreq=200).fit_transform(signals)
    assert np.isnan(image[0, 1]).all()
    assert np.isfinite(image[0, 0]).all()


@pytest.mark.parametrize("step", [MelSpectrogram(sfreq=200), STFTSpectrogram(sfreq=200, h_freq=40)])
def test_tensors_give_the_same_numbers(step, signals):
    torch = pytest.importorskip("torch")
    expected = step.fit_transform(signals)
    found = step.fit_transform(torch.from_numpy(signals))
    assert isinstance(found, torch.Tensor)
    assert_allclose(found.numpy(), expected, rtol=1e-9)


def test_single_precision_is_close_to_double(signals):
    mel = MelSpectrogram(sfreq=200).fit(signals)
    single = mel.transform(signals.astype(np.float32))
    assert_allclose(single, mel.transform(signals), atol=1e-3)


def test_ragged_equals_rectangular_trial_by_trial(signals):
    mel = MelSpectrogram(sfreq=200).fit(signals)
    ragged = mel.transform([signals[0], signals[1, :, :1500]])
    assert_allclose(ragged[0], mel.transform(signals)[0])
    assert_allclose(ragged[1], mel.transform(signals[1:, :, :1500])[0])


def test_trials_keep_their_table(signals):
    trials = Trials(signals, sfreq=200, ch_names=["a", "b", "c"], metadata={"subject": [1, 2]})
    out = MelSpectrogram(n_mels=8).fit_transform(trials)
    assert out.subject.tolist() == [1, 2]
    assert out.unit == "dB"
    names = MelSpectrogram(n_mels=2).fit(trials).get_feature_names_out()
    assert names.tolist() == ["a_mel0", "a_mel1", "b_mel0", "b_mel1", "c_mel0", "c_mel1"]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (MelSpectrogram(), "expected a sampling rate"),
        (MelSpectrogram(sfreq=60), "expected 0 <= l_freq < h_freq <= 30 Hz"),
        (MelSpectrogram(sfreq=200, n_fft=128), "expected every mel filter to cover a frequency"),
        (MelSpectrogram(sfreq=200, win_length=2000), "expected 1 <= win_length <= n_fft=1024"),
        (MelSpectrogram(sfreq=200, hop_length=0), "hop_length to be a whole number of 1 or more"),
        (MelSpectrogram(sfreq=200, n_mels=0), "n_mels to be a whole number of 1 or more"),
        (MelSpectrogram(sfreq=200, amin=np.nan), "amin to be a finite number above 0"),
        (MelSpectrogram(sfreq=200, amin=0), "amin to be a finite number above 0"),
        (MelSpectrogram(sfreq=200, top_db=np.nan), "top_db to be a finite number of 0 or more"),
        (MelSpectrogram(sfreq=200, l_freq=np.nan), "l_freq to be a finite number of 0 or more"),
        (STFTSpectrogram(sfreq=200, h_freq=np.inf), "h_freq to be a finite number above 0"),
        (STFTSpectrogram(sfreq=200, l_freq=10.2, h_freq=10.3), "expected a frequency between"),
    ],
)
def test_impossible_settings_are_refused(step, sentence, signals):
    with pytest.raises(ValueError, match=sentence):
        step.fit(signals)


def test_threads_change_nothing(signals):
    alone = MelSpectrogram(sfreq=200).fit_transform(signals)
    assert_allclose(MelSpectrogram(sfreq=200, n_jobs=2).fit_transform(signals), alone)


@pytest.mark.parametrize("step", [MelSpectrogram(sfreq=200), STFTSpectrogram(sfreq=200)])
@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e20), (float, 1e160)])
def test_what_is_too_large_to_square_is_refused(step, dtype, size):
    x = np.random.default_rng(0).standard_normal((2, 3, 2000))
    x[1] *= size
    with pytest.raises(ValueError, match=r"expected values whose squares .* in trial 1"):
        step.fit_transform(x.astype(dtype))


@pytest.mark.parametrize("setting", ["n_fft", "win_length", "hop_length", "n_mels", "l_freq"])
def test_settings_of_another_kind_are_refused(setting):
    with pytest.raises(TypeError, match=f"MelSpectrogram: expected {setting} to be a"):
        MelSpectrogram(**{setting: "8"}, sfreq=200).fit(np.zeros((2, 3, 2000)))
