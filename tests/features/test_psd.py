from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import periodogram, welch
from scipy.signal.windows import dpss

from sklearn_eeg.bands import BANDS
from sklearn_eeg.features import PSDExtractor
from sklearn_eeg.trials import Trials

METHODS = ["welch", "periodogram", "multitaper"]
SCALES = ["absolute", "relative", "log"]
# Edges halfway between bins of two seconds, where the share of a bin is all or nothing.
HALFWAY = {"theta": (3.75, 8.25), "beta": (14.25, 31.25)}


@pytest.fixture
def signals():
    return np.random.default_rng(0).normal(size=(3, 4, 1000)) * 10


def integrate(freqs, density, bands):
    inside = [(freqs > low) & (freqs < high) for low, high in bands.values()]
    return np.stack([density[..., chosen].sum(-1) for chosen in inside], axis=-1) * freqs[1]


@pytest.mark.parametrize("overlap", [0, 0.5, 0.75])
@pytest.mark.parametrize("taper", ["hann", "hamming", "boxcar"])
def test_welch_is_scipy_welch(signals, overlap, taper):
    options = {"overlap": overlap, "taper": taper, "sfreq": 200}
    freqs, density = welch(signals, 200, taper, 400, int(400 * overlap))
    psd = PSDExtractor(bands=None, **options)
    assert_allclose(psd.fit_transform(signals), density, rtol=1e-10, atol=1e-12)
    assert_array_equal(psd.freqs_, freqs)
    power = PSDExtractor(bands=HALFWAY, **options).fit_transform(signals)
    assert_allclose(power, integrate(freqs, density, HALFWAY), rtol=1e-10)


@pytest.mark.parametrize("n_times", [400, 399])
def test_the_periodogram_is_scipy_periodogram(signals, n_times):
    freqs, density = periodogram(signals[..., :n_times], 200, "hann")
    psd = PSDExtractor(bands=None, method="periodogram", sfreq=200)
    assert_allclose(psd.fit_transform(signals[..., :n_times]), density, rtol=1e-10, atol=1e-12)
    assert_array_equal(psd.freqs_, freqs)


def test_welch_is_mne_welch(signals):
    mne = pytest.importorskip("mne", reason="the oracle of EEG spectra")
    density, freqs = mne.time_frequency.psd_array_welch(
        signals, 200, n_fft=400, n_overlap=200, window="hann", average="mean", verbose="error"
    )
    # MNE subtracts the mean of the whole, not of the segment: up to the taper's width from zero.
    found = PSDExtractor(bands=None, sfreq=200).fit_transform(signals)
    assert_allclose(found[..., 2:], density[..., 2:], rtol=1e-10)
    assert_allclose(freqs, np.arange(201) / 2)


@pytest.mark.parametrize("bandwidth", [None, 2.0, 5.0])
def test_multitaper_is_mne_multitaper(signals, bandwidth):
    mne = pytest.importorskip("mne", reason="the oracle of EEG spectra")
    density, freqs = mne.time_frequency.psd_array_multitaper(
        signals, 200, bandwidth=bandwidth, normalization="full", verbose="error"
    )
    psd = PSDExtractor(bands=None, method="multitaper", bandwidth=bandwidth, sfreq=200)
    # MNE takes each periodic taper for one of unit energy, of which it lacks up to one sample.
    assert_allclose(psd.fit_transform(signals), density, rtol=1e-3)
    assert_allclose(psd.freqs_, freqs)


def test_multitaper_is_the_mean_of_periodograms_by_concentration(signals):
    tapers, concentrations = dpss(1000, 4, 8, sym=False, return_ratios=True)
    kept = concentrations > 0.9
    densities = [periodogram(signals, 200, taper)[1] for taper in tapers[kept]]
    expected = np.average(densities, axis=0, weights=concentrations[kept])
    found = PSDExtractor(bands=None, method="multitaper", sfreq=200).fit_transform(signals)
    assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_white_noise_has_a_flat_density(method):
    noise = np.random.default_rng(0).normal(0, 3, size=(8, 8, 8000))
    density = PSDExtractor(bands=None, method=method, sfreq=200).fit_transform(noise)
    assert_allclose(density.mean((0, 1))[5:-5].mean(), 9 / 100, rtol=0.01)
    power = PSDExtractor(bands={"x": (10.1, 30.2)}, method=method, sfreq=200).fit_transform(noise)
    assert_allclose(power.mean(), 9 * 20.1 / 100, rtol=0.01)


@given(inner=st.lists(st.floats(0.001, 0.999), max_size=5, unique=True), length=st.integers(4, 99))
def test_bands_that_tile_the_axis_add_up_to_the_variance(inner, length):
    edges = np.array([1e-9, *sorted(inner), 1 - 1e-12]) * 50
    bands = {f"from {low}": (low, high) for low, high in pairwise(edges)}
    x = np.random.default_rng(0).normal(size=(2, 3, length))
    psd = PSDExtractor(bands=bands, method="periodogram", taper="boxcar", sfreq=100)
    assert_allclose(psd.fit_transform(x).sum(-1), x.var(axis=-1), rtol=1e-6)
    shares = psd.set_params(scale="relative", taper="hann").fit_transform(x)
    assert_allclose(shares.sum(-1), 1, rtol=1e-6)


@pytest.mark.parametrize("bands", ["seed", None])
@pytest.mark.parametrize("method", METHODS)
def test_scales_are_functions_of_the_absolute_power(signals, bands, method):
    psd = PSDExtractor(2.5, bands=bands, method=method, sfreq=200)
    power = psd.fit_transform(signals)
    decibels = psd.set_params(scale="log").fit_transform(signals)
    assert_allclose(decibels, 10 * np.log10(power), rtol=1e-10)
    shares = psd.set_params(scale="relative").fit_transform(signals)
    assert_allclose(shares / shares[..., :1], power / power[..., :1], rtol=1e-10)
    if bands is None:
        assert_allclose(shares.sum(-1), 1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scale", SCALES)
def test_a_window_depends_on_its_own_samples_only(signals, method, scale):
    psd = PSDExtractor(1.0, 0.25, method=method, scale=scale, segment=0.5, sfreq=200)
    whole = psd.fit_transform(signals)
    single = PSDExtractor(method=method, scale=scale, segment=0.5, sfreq=200).fit(signals)
    for window in range(whole.shape[1]):
        alone = single.transform(signals[..., window * 50 : window * 50 + 200])
        assert_allclose(whole[:, window], alone, rtol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_trials_of_different_length_give_their_own_numbers(signals, method):
    psd = PSDExtractor(method=method, sfreq=200).fit(signals)
    ragged = psd.transform([signals[0], signals[1, :, :777]])
    assert_allclose(ragged[0], psd.transform(signals)[0], rtol=1e-10)
    assert_allclose(ragged[1], psd.transform(signals[1:2, :, :777])[0], rtol=1e-10)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("bands", ["seed", None])
def test_single_precision_and_tensors_give_the_same_numbers(signals, method, scale, bands):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    psd = PSDExtractor(2.5, bands=bands, method=method, scale=scale, sfreq=200).fit(signals)
    expected = psd.transform(signals)
    single = psd.transform(signals.astype(np.float32))
    assert single.dtype == np.float32
    usual = np.median(np.abs(expected))
    # The bin at zero holds what the taper leaves of the mean: rounding.
    assert_allclose(single[..., 1:], expected[..., 1:], rtol=1e-4, atol=1e-4 * usual)
    tensor = psd.transform(torch.from_numpy(signals))
    assert isinstance(tensor, torch.Tensor)
    assert_allclose(tensor.numpy(), expected, rtol=1e-9, atol=1e-12 * usual)


def test_missing_and_flat_windows(signals):
    signals[0, 1, 450] = np.nan
    signals[1, 2, 400:600] = 5
    psd = PSDExtractor(1.0, sfreq=200)
    found = psd.fit_transform(signals)
    expected = np.zeros(found.shape, dtype=bool)
    expected[0, 2, 1] = True
    assert_array_equal(np.isnan(found), expected)
    assert_array_equal(found[1, 2, 2], 0)
    for scale in ("relative", "log"):
        with pytest.raises(
            ValueError, match=r"PSDExtractor: .* flat stretch in trial 1, channel 2"
        ):
            psd.set_params(scale=scale).fit_transform(signals)
        missing = PSDExtractor(1.0, scale=scale, flat="nan", sfreq=200).fit_transform(signals)
        expected[1, 2, 2] = True
        assert_array_equal(np.isnan(missing), expected)


def test_facts_and_names_travel(signals):
    trials = Trials(signals, sfreq=200, ch_names="Fp1 Fp2 O1 O2".split())
    psd = PSDExtractor(1.0, bands=None, segment=0.04)
    out = psd.fit_transform(trials)
    assert out.unit == "uV²/Hz"
    assert out.features[:2] == ("0Hz", "25Hz") and out.axes[-1] == "frequency"
    assert list(psd.get_feature_names_out()[:2]) == ["Fp1_0Hz", "Fp1_25Hz"]
    assert PSDExtractor().fit_transform(trials).bands == BANDS["seed"]
    assert PSDExtractor(scale="log").fit_transform(trials).unit == "dB"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"method": "burg"}, "method to be one of"),
        ({"scale": "db"}, "scale to be one of"),
        ({"taper": "kaiser"}, "taper to be one of"),
        ({"overlap": 1}, "overlap to be a finite number of 0 or more and below 1"),
        ({"overlap": np.nan}, "overlap to be a finite number"),
        ({"segment": np.inf}, "segment (of at least|to be a finite number)"),
        (
            {"segment": np.nan, "method": "periodogram"},
            "segment (of at least|to be a finite number)",
        ),
        ({"window": np.nan}, "window (of at least|to be a finite number)"),
        ({"bandwidth": np.inf}, "bandwidth to be a finite number above 0"),
        ({"segment": 0}, "segment (of at least|to be a finite number)"),
        ({"method": "multitaper", "bandwidth": 200}, "narrower than 200 Hz"),
        ({"method": "multitaper", "window": 0.04}, "eight bins unless given"),
        ({"bandwidth": 0}, "bandwidth to be a finite number above 0"),
        ({"bands": {"odd": (4, 100)}}, "'odd' must satisfy"),
    ],
)
def test_impossible_settings_are_refused(signals, arguments, sentence):
    with pytest.raises(ValueError, match=f"PSDExtractor: .*{sentence}"):
        PSDExtractor(**({"sfreq": 200} | arguments)).fit_transform(signals)


def test_densities_at_other_frequencies_than_in_fit_are_refused(signals):
    psd = PSDExtractor(bands=None, method="periodogram", sfreq=200).fit(signals)
    with pytest.raises(ValueError, match="501 frequencies as in fit, got windows of 999 samples"):
        psd.transform(signals[..., :999])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e20), (float, 1e160)])
def test_what_is_too_large_to_square_is_refused(signals, method, dtype, size):
    signals[1] *= size
    psd = PSDExtractor(1.0, method=method, sfreq=200)
    with pytest.raises(ValueError, match=r"expected values whose squares .* in trial 1"):
        psd.fit_transform(signals.astype(dtype))
