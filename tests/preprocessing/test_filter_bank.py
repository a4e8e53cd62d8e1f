import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import cheb2ord, cheby2, freqz_sos, sosfilt, sosfiltfilt

from sklearn_eeg.bands import get_bands
from sklearn_eeg.preprocessing import BandpassNotch, FilterBank, Windower
from sklearn_eeg.trials import Trials


@pytest.fixture
def signals():
    return np.random.default_rng(0).standard_normal((2, 3, 1000))


@pytest.mark.parametrize("sfreq", [128, 200, 250])
def test_order_is_the_least_that_meets_the_published_edges(sfreq):
    for low, high in get_bands("fbcnet").values():
        stop = low - 2, high + 2
        assert cheb2ord((low, high), stop, 3, 30, fs=sfreq)[0] == FilterBank().order


def test_published_bank_has_the_published_gains():
    bank = FilterBank(sfreq=250).fit(np.zeros((1, 1, 100)))
    assert list(bank.bands_.values()) == [(low, low + 4) for low in range(4, 40, 4)]
    frequencies = np.array([2, 3, 8, 10])
    gains = 20 * np.log10(np.abs(freqz_sos(bank.sos_[0], frequencies, fs=250)[1]))
    assert_allclose(gains, [-30.0, -0.21, -5.4, -30.0], atol=0.05)


def test_a_causal_bank_from_zero_is_scipys(signals):
    bank = FilterBank({"one": (4, 8), "two": (20, 30)}, start="zero", sfreq=250)
    found = bank.fit_transform(signals)
    for band, stop in enumerate([(2, 10), (18, 32)]):
        sos = cheby2(4, 30, stop, "bandpass", fs=250, output="sos")
        assert_allclose(found[:, band], sosfilt(sos, signals), rtol=1e-10, atol=1e-12)


def test_a_bank_of_zero_phase_is_scipys_away_from_the_ends(signals):
    found = FilterBank({"one": (8, 30)}, phase="zero", sfreq=250).fit_transform(signals)
    sos = cheby2(4, 30, (6, 32), "bandpass", fs=250, output="sos")
    inside = slice(300, -300)
    assert_allclose(found[:, 0, :, inside], sosfiltfilt(sos, signals)[..., inside], atol=1e-3)


def test_a_causal_bank_ignores_what_comes_later(signals):
    bank = FilterBank(sfreq=250).fit(signals)
    changed = signals.copy()
    changed[..., 600:] = 0
    assert_array_equal(bank.transform(changed)[..., :600], bank.transform(signals)[..., :600])


def test_an_offset_does_not_ring_and_keeps_what_the_ripple_lets_pass(signals):
    bank = FilterBank(sfreq=250).fit(signals)
    shift = bank.transform(signals + 4200) - bank.transform(signals)
    assert_allclose(np.abs(shift), 4200 * 10 ** (-30 / 20), rtol=1e-6)


def test_bands_lie_before_channels_and_keep_their_names(signals):
    trials = Trials(signals, sfreq=250, ch_names=["Fz", "Cz", "Pz"], metadata={"subject": [1, 2]})
    out = FilterBank().fit_transform(trials)
    assert out.axes == ("band", "channel", "time")
    assert out.shape == (2, 9, 3, 1000)
    assert out.bands == get_bands("fbcnet")
    assert out.ch_names == trials.ch_names
    flat = FilterBank().fit_transform(Trials(signals[:, 0], sfreq=250))
    assert flat.axes == ("band", "time")
    assert_array_equal(flat.data, out.data[:, :, 0])


def test_windows_of_the_bank_are_the_bank_of_a_signal_cut(signals):
    trials = Trials(signals, sfreq=250)
    whole = FilterBank().fit_transform(trials)
    cut = Windower(2.0).fit_transform(whole)
    assert cut.axes == ("window", "band", "channel", "time")
    assert_array_equal(cut.data[:, 1], whole.data[..., 500:])
    windows = FilterBank().fit_transform(Windower(2.0).fit_transform(trials))
    assert windows.axes == cut.axes
    assert_array_equal(windows.data[:, 0], cut.data[:, 0])


def test_a_lost_channel_stays_lost_and_harms_no_other(signals):
    lost = signals.copy()
    lost[0, 1] = np.nan
    bank = FilterBank(sfreq=250).fit(signals)
    found, expected = bank.transform(lost), bank.transform(signals)
    assert np.isnan(found[0, :, 1]).all()
    expected[0, :, 1] = np.nan
    assert_array_equal(found, expected)


def test_threads_and_single_precision_change_nothing_but_digits(signals):
    expected = FilterBank(sfreq=250).fit_transform(signals)
    assert_array_equal(FilterBank(sfreq=250, n_jobs=2).fit_transform(signals), expected)
    single = FilterBank(sfreq=250).fit_transform(signals.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, expected, atol=1e-5)


def test_a_filtered_signal_can_be_filtered_again(signals):
    bank = FilterBank({"a": (8, 12)}).fit_transform(Trials(signals, sfreq=250))
    assert BandpassNotch(1, 40, method="iir").fit_transform(bank).axes == bank.axes


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"bands": "seed"}, "stop edges between 0 and 125 Hz.*-1 and 6 Hz for band 'delta'"),
        ({"bands": {"high": (100, 124)}}, "stop edges between 0 and 125 Hz.*98 and 126 Hz"),
        ({"bands": {"odd": (8, 4)}}, "band 'odd' must satisfy"),
        ({"bands": "usual"}, "expected one of"),
        ({"phase": "zero", "start": "zero"}, "expected start='rest' with phase='zero'"),
        ({"phase": "linear"}, "expected phase to be one of"),
        ({"order": 0}, "expected order to be a whole number of 1 or more"),
        ({"attenuation": 0.0}, "expected attenuation to be a finite number above 0"),
        ({"transition": -1.0}, "expected transition to be a finite number of 0 or more"),
        ({"sfreq": None}, "expected a sampling rate"),
    ],
)
def test_impossible_banks_are_refused(arguments, sentence, signals):
    with pytest.raises(ValueError, match=f"FilterBank: .*{sentence}"):
        FilterBank(**{"sfreq": 250, **arguments}).fit(signals)
