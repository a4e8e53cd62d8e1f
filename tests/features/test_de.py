from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import periodogram, welch
from scipy.signal.windows import dpss
from scipy.special import polygamma

from sklearn_eeg.bands import BANDS
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.trials import Trials

SPECTRAL = ["gaussian", "seed"]
ALL = ["gaussian", "seed", "filterbank"]


@pytest.fixture
def signals():
    return np.random.default_rng(0).normal(size=(3, 4, 1000)) * 10


def published_entropies(signals, n_window, stft_n, edges, fs=200):
    """The loop that the SEED-VII features were made with, band by band: (window, channel, band)."""
    starts = [int(low / fs * stft_n) for low, _ in edges]
    ends = [int(high / fs * stft_n) for _, high in edges]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_window) / (n_window - 1))
    entropies = []
    for window in range(signals.shape[1] // n_window):
        rows = []
        for channel in signals:
            tapered = channel[window * n_window : (window + 1) * n_window] * hann
            magnitudes = abs(np.fft.fft(tapered, stft_n))[: stft_n // 2]
            row = []
            for start, end in zip(starts, ends, strict=True):
                power = sum(magnitudes[k] ** 2 for k in range(start - 1, end))
                row.append(np.log2(100 * power / (end - start + 1)))
            rows.append(row)
        entropies.append(rows)
    return np.array(entropies)


@pytest.mark.parametrize("n_fft", [None, 256, 1024])
def test_the_published_loop_is_reproduced(signals, n_fft):
    de = DEExtractor(2.0, bands="seed-49", kind="seed", n_fft=n_fft, sfreq=200)
    found = de.fit_transform(signals)
    edges = BANDS["seed-49"].values()
    for trial, expected in zip(signals, found, strict=True):
        assert_allclose(published_entropies(trial, 400, n_fft or 400, edges), expected, rtol=1e-12)


TAPERS = ["tukey", "hann", "boxcar", "multitaper"]


@pytest.mark.parametrize("taper", ["tukey", "hann", "boxcar"])
def test_the_variance_is_the_density_of_scipy_between_the_edges(signals, taper):
    # Edges halfway between bins, where the share of a bin is all or nothing.
    bands = {"theta": (3.9, 8.1), "beta": (13.9, 31.1)}
    de = DEExtractor(bands=bands, taper=taper, sfreq=200).fit_transform(signals)
    window = ("tukey", 0.1) if taper == "tukey" else taper
    freqs, density = periodogram(signals, 200, window=window, detrend="constant")
    for band, (low, high) in enumerate(bands.values()):
        variance = density[..., (freqs > low) & (freqs < high)].sum(-1) * freqs[1]
        assert_allclose(de[..., band], 0.5 * np.log(2 * np.pi * np.e * variance), rtol=1e-12)


@pytest.mark.parametrize("taper", TAPERS)
def test_white_noise_has_the_entropy_of_its_share_of_the_variance(taper):
    noise = np.random.default_rng(0).normal(0, 3, size=(2, 2, 200_000))
    bands = {"low": (10, 20), "wide": (20, 60)}
    de = DEExtractor(bands=bands, taper=taper, sfreq=200).fit_transform(noise)
    variances = 9 * np.array([0.1, 0.4])
    expected = 0.5 * np.log(2 * np.pi * np.e * variances)
    assert_allclose(de, np.broadcast_to(expected, de.shape), atol=0.03)


@pytest.mark.parametrize("kind", ["gaussian", "filterbank"])
def test_a_sine_has_the_entropy_of_half_its_squared_amplitude(kind):
    t = np.arange(4000) / 200
    sine = 5 * np.sin(2 * np.pi * 10 * t)[None, None]
    de = DEExtractor(4.0, kind=kind, sfreq=200).fit_transform(sine)
    expected = 0.5 * np.log(2 * np.pi * np.e * 12.5)
    assert_allclose(de[0, 1:-1, 0, 2], expected, rtol=1e-3)
    assert (de[0, :, 0, [0, 1, 3, 4]] < expected - 2).all()


@settings(max_examples=20, deadline=None)
@given(gain=st.floats(1e-2, 1e3), kind=st.sampled_from(ALL))
def test_gain_adds_its_logarithm(gain, kind):
    signals = np.random.default_rng(0).normal(size=(2, 2, 800))
    de = DEExtractor(1.0, kind=kind, sfreq=200).fit(signals)
    shift = 2 * np.log2(gain) if kind == "seed" else np.log(gain)
    assert_allclose(de.transform(gain * signals), de.transform(signals) + shift, atol=1e-9)


@pytest.mark.parametrize("kind", ["gaussian", "filterbank"])
def test_an_offset_adds_nothing(signals, kind):
    de = DEExtractor(1.0, kind=kind, sfreq=200).fit(signals)
    assert_allclose(de.transform(signals + 500), de.transform(signals), rtol=1e-4)


@pytest.mark.parametrize("kind", ALL)
def test_permuted_channels_permute_features(signals, kind):
    de = DEExtractor(1.0, kind=kind, sfreq=200).fit(signals)
    order = [2, 0, 3, 1]
    assert_allclose(de.transform(signals[:, order]), de.transform(signals)[:, :, order], rtol=1e-12)


@pytest.mark.parametrize("kind", SPECTRAL)
@pytest.mark.parametrize("step", [None, 0.25, 0.7])
def test_a_window_depends_on_its_own_samples_only(signals, kind, step):
    de = DEExtractor(1.0, step, kind=kind, sfreq=200).fit(signals)
    whole = de.transform(signals)
    n_step = round((step or 1.0) * 200)
    assert whole.shape[1] == (1000 - 200) // n_step + 1
    single = DEExtractor(kind=kind, sfreq=200).fit(signals)
    for window in range(whole.shape[1]):
        start = window * n_step
        alone = single.transform(signals[..., start : start + 200])
        assert_allclose(whole[:, window], alone, rtol=1e-12)


@pytest.mark.parametrize("kind", SPECTRAL)
def test_signals_cut_already_give_the_same(signals, kind):
    cut = np.stack(np.split(signals, 5, axis=-1), axis=1)
    found = DEExtractor(kind=kind, sfreq=200).fit_transform(cut)
    expected = DEExtractor(1.0, kind=kind, sfreq=200).fit_transform(signals)
    assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("window", [None, 1.0])
def test_trials_of_different_length_give_their_own_numbers(signals, kind, window):
    de = DEExtractor(window, kind=kind, sfreq=200).fit(signals)
    ragged = de.transform([signals[0], signals[1, :, :777]])
    assert_allclose(ragged[0], de.transform(signals)[0], rtol=1e-12)
    assert_allclose(ragged[1], de.transform(signals[1:2, :, :777])[0], rtol=1e-12)


@pytest.mark.parametrize("window", [None, 1.0])
def test_two_axes_are_one_channel_without_its_axis(signals, window):
    de = DEExtractor(window, sfreq=200)
    flat = de.fit_transform(signals[:, 0])
    assert list(de.get_feature_names_out()) == list(BANDS["seed"])
    assert_allclose(flat, de.fit_transform(signals)[..., 0, :], rtol=1e-12)


@pytest.mark.parametrize("kind", ALL)
def test_single_precision_stays_and_is_close(signals, kind):
    de = DEExtractor(1.0, kind=kind, sfreq=200).fit(signals)
    single = de.transform(signals.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, de.transform(signals), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", ALL)
def test_threads_change_nothing(signals, kind):
    de = DEExtractor(1.0, 0.05, kind=kind, sfreq=200).fit(signals)
    assert_array_equal(
        de.set_params(n_jobs=2).transform(signals), de.set_params(n_jobs=None).transform(signals)
    )


@pytest.mark.parametrize("kind", SPECTRAL)
def test_a_window_with_nan_is_missing_and_the_others_are_not(signals, kind):
    spoilt = signals.copy()
    spoilt[1, 2, 450] = np.nan
    de = DEExtractor(1.0, kind=kind, sfreq=200).fit(signals)
    expected = de.transform(signals)
    expected[1, 2, 2] = np.nan
    assert_allclose(de.transform(spoilt), expected, rtol=1e-12)


def test_the_filter_bank_is_mne_filtered_signals_variance(signals):
    mne = pytest.importorskip("mne", reason="the oracle of filters")
    bands = {"alpha": (8, 14), "beta": (14, 31)}
    de = DEExtractor(1.0, bands=bands, kind="filterbank", sfreq=200).fit_transform(signals)
    for band, (low, high) in enumerate(bands.values()):
        filtered = mne.filter.filter_data(signals, 200, low, high, verbose="error")
        variances = filtered.reshape(3, 4, 5, 200).var(axis=-1).swapaxes(1, 2)
        assert_allclose(de[..., band], 0.5 * np.log(2 * np.pi * np.e * variances), rtol=1e-6)


def test_the_filter_bank_knows_lost_channels_but_no_gaps(signals):
    de = DEExtractor(1.0, bands="deap", kind="filterbank", sfreq=200)
    expected = de.fit_transform(signals)
    signals[1, 2] = np.nan
    expected[1, :, 2] = np.nan
    assert_allclose(de.transform(signals), expected, rtol=1e-12)
    signals[0, 1, 7] = np.nan
    with pytest.raises(ValueError, match="NaN in trial 0, channel 1"):
        de.transform(signals)


def test_the_filter_bank_refuses_tensors_and_warns_of_short_trials(signals):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    de = DEExtractor(1.0, kind="filterbank", sfreq=200)
    with pytest.raises(TypeError, match="expected arrays with kind='filterbank'"):
        de.fit(torch.from_numpy(signals))
    with pytest.warns(UserWarning, match="filter of the lowest band, 661 samples, got 400"):
        de.fit_transform(signals[..., :400])


def test_facts_and_names_travel(signals):
    trials = Trials(
        signals, sfreq=200, ch_names="Fp1 Fp2 O1 O2".split(), metadata={"subject": [1] * 3}
    )
    de = DEExtractor(1.0, bands={"mu": (8, 13), "beta": (13, 30)})
    out = de.fit_transform(trials)
    assert out.bands == {"mu": (8.0, 13.0), "beta": (13.0, 30.0)}
    assert (out.sfreq, out.ch_names, out.unit) == (200, trials.ch_names, "nat")
    assert list(out.subject) == [1, 1, 1]
    assert list(de.get_feature_names_out()[:3]) == ["Fp1_mu", "Fp1_beta", "Fp2_mu"]
    with pytest.raises(ValueError, match=r"expected signals, got features \(mu, beta\)"):
        DEExtractor(bands="clinical").fit(out)


@pytest.mark.parametrize("kind", SPECTRAL)
@pytest.mark.parametrize("shape", [(3, 4, 1000), (3, 2, 4, 500), (3, 1000)])
def test_tensors_give_the_same_numbers(kind, shape):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    X = np.random.default_rng(0).normal(size=shape)
    window = None if len(shape) == 4 else 1.0
    de = DEExtractor(window, kind=kind, sfreq=200).fit(X)
    for dtype, rtol in (("float64", 1e-12), ("float32", 1e-5)):
        found = de.transform(torch.from_numpy(X.astype(dtype)))
        assert isinstance(found, torch.Tensor)
        assert str(found.dtype) == f"torch.{dtype}"
        assert_allclose(found.numpy(), de.transform(X), rtol=rtol, atol=rtol)


@pytest.mark.parametrize("kind", ALL)
def test_flat_stretches_are_refused_by_channel_and_trial(signals, kind):
    signals[1, 2, 200:400] = 0.1
    names = "Fp1 Fp2 O1 O2".split()
    sentence = r"DEExtractor: .* flat stretch in trial 1, channel"
    with pytest.raises(ValueError, match=f"{sentence} O1, "):
        DEExtractor(1.0, kind=kind, sfreq=200).fit_transform(Trials(signals, ch_names=names))
    with pytest.raises(ValueError, match=f"{sentence} 2, "):
        DEExtractor(1.0, kind=kind, sfreq=200).fit_transform(list(signals))
    with pytest.raises(ValueError, match="flat stretch in trial 1, which"):
        DEExtractor(1.0, kind=kind, sfreq=200).fit_transform(signals[:, 2])


@pytest.mark.parametrize("kind", ALL)
def test_flat_stretches_may_be_missing(signals, kind):
    de = DEExtractor(1.0, kind=kind, flat="nan", sfreq=200)
    signals[1, 2, 200:400] = 0.1
    found = de.fit_transform(signals)
    expected = np.zeros(found.shape, dtype=bool)
    expected[1, 1, 2] = True
    assert_array_equal(np.isnan(found), expected)


@pytest.mark.parametrize("edges", [(0, 4), (8, 4), (4, 100)])
def test_impossible_bands_are_refused(edges, signals):
    with pytest.raises(ValueError, match="'odd' must satisfy 0 < low < high < 100 Hz"):
        DEExtractor(sfreq=200, bands={"odd": edges}).fit(signals)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"sfreq": None}, "expected a sampling rate"),
        ({"kind": "shannon"}, "kind to be one of"),
        ({"taper": "kaiser"}, "taper to be one of"),
        ({"taper": "boxcar", "kind": "seed"}, "only 'gaussian' offers a choice"),
        ({"segment": 1.0, "kind": "filterbank"}, "only 'gaussian' offers a choice"),
        ({"segment": 0.005}, "segment (of at least|to be a finite number)"),
        ({"segment": np.nan}, "segment (of at least|to be a finite number)"),
        ({"window": np.inf}, "window to be a finite number above 0"),
        ({"overlap": 1.0}, "overlap to be a finite number of 0 or more and below 1"),
        ({"overlap": np.nan}, "overlap to be a finite number"),
        ({"n_fft": 256}, "only 'seed' cuts its windows"),
        ({"n_fft": 1, "kind": "seed"}, "n_fft to be a whole number of 2 or more"),
        ({"window": 0.001}, "window of at least 0.01 s"),
        ({"window": 1, "step": 0}, "expected step to be a finite number above 0"),
        ({"step": 1}, "step only together with window"),
    ],
)
def test_impossible_settings_are_refused(signals, arguments, sentence):
    with pytest.raises(ValueError, match=f"DEExtractor: .*{sentence}"):
        DEExtractor(**({"sfreq": 200} | arguments)).fit(signals)


def degrees_of_freedom(n_times, hertz, tapers, shares, hop=None):
    """Of the power between two edges: a quadratic form whose weight over time is what counts."""
    a = sum(
        share * taper**2 / np.mean(taper**2) for taper, share in zip(tapers, shares, strict=True)
    )
    starts = range(0, n_times - len(a) + 1, hop or n_times)
    whole = np.zeros(n_times)
    for start in starts:
        whole[start : start + len(a)] += a / a.sum() * n_times / len(starts)
    return 2 * hertz * n_times / 200 / np.mean(whole**2)


def slepian(length):
    tapers, concentrations = dpss(length, 2, 3, sym=False, return_ratios=True)
    return tapers, concentrations / concentrations.sum()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"taper": "boxcar"}, 160),
        # Mean fourth power over squared mean square, in closed form.
        ({"taper": "tukey"}, 160 * (1 - 5 / 80) ** 2 / (1 - 93 / 1280)),
        ({}, 160 * (1 - 5 / 80) ** 2 / (1 - 93 / 1280)),
        ({"taper": "hann"}, 160 * 18 / 35),
        ({"taper": "multitaper"}, degrees_of_freedom(800, 20, *slepian(800))),
    ],
)
def test_the_scatter_is_that_of_its_degrees_of_freedom(options, expected):
    noise = np.random.default_rng(0).standard_normal((1, 20, 200 * 800))
    de = DEExtractor(4.0, bands={"wide": (20, 40)}, sfreq=200, **options).fit_transform(noise)
    assert_allclose(de.std(), np.sqrt(polygamma(1, expected / 2)) / 2, rtol=0.04)


@pytest.mark.parametrize("segment", [1.0, 2.0])
@pytest.mark.parametrize("taper", ["hann", "tukey"])
def test_overlapping_segments_scatter_less_than_one_hann_taper(taper, segment):
    noise = np.random.default_rng(0).standard_normal((1, 20, 100 * 800))
    options = {"bands": {"wide": (20, 40)}, "sfreq": 200}
    one = DEExtractor(4.0, taper="hann", **options).fit_transform(noise).std()
    some = DEExtractor(4.0, taper=taper, segment=segment, **options).fit_transform(noise).std()
    # Half a Hann taper's data are lost at its ends, which lie in the middle of the neighbours.
    assert 0.65 < some / one < 0.9


@pytest.mark.parametrize("overlap", [0, 0.5, 0.75])
@pytest.mark.parametrize("taper", ["hann", "boxcar", "tukey"])
def test_segments_are_welchs(signals, taper, overlap):
    bands = {"theta": (3.5, 8.5), "beta": (13.5, 31.5)}
    de = DEExtractor(bands=bands, taper=taper, segment=1.0, overlap=overlap, sfreq=200)
    window = ("tukey", 0.1) if taper == "tukey" else taper
    freqs, density = welch(signals, 200, window, 200, int(200 * overlap))
    for band, (low, high) in enumerate(bands.values()):
        variance = density[..., (freqs > low) & (freqs < high)].sum(-1) * freqs[1]
        expected = 0.5 * np.log(2 * np.pi * np.e * variance)
        assert_allclose(de.fit_transform(signals)[..., band], expected, rtol=1e-12)


def test_multitaper_is_the_mean_by_concentration(signals):
    bands = {"theta": (3.9, 8.1), "beta": (13.9, 31.1)}
    found = DEExtractor(bands=bands, taper="multitaper", sfreq=200).fit_transform(signals)
    for band, (low, high) in enumerate(bands.values()):
        variance = 0
        for taper, share in zip(*slepian(1000), strict=True):
            freqs, density = periodogram(signals, 200, taper)
            inside = (freqs > low) & (freqs < high)
            variance = variance + share * density[..., inside].sum(-1) * freqs[1]
        assert_allclose(found[..., band], 0.5 * np.log(2 * np.pi * np.e * variance), rtol=1e-10)


@pytest.mark.parametrize(
    ("taper", "bias", "within"),
    [("boxcar", np.log(2) / 2, 0.03), ("tukey", 0, 0.03), ("hann", 0, 0.03)],
)
def test_only_a_boxcar_doubles_a_random_walk(taper, bias, within):
    steps = np.random.default_rng(0).standard_normal((1, 20, 100 * 800))
    walk = steps.cumsum(axis=-1)
    bands = {"beta": (14, 31), "gamma": (31, 49)}
    de = DEExtractor(4.0, bands=bands, taper=taper, sfreq=200).fit_transform(walk)
    freqs = np.arange(0.005, 100, 0.01)
    density = 1 / (2 * np.sin(np.pi * freqs / 200)) ** 2 / 100
    for band, (low, high) in enumerate(bands.values()):
        variance = density[(freqs > low) & (freqs < high)].sum() * 0.01
        found = np.log(np.exp(2 * de[..., band]).mean() / (2 * np.pi * np.e)) / 2
        assert abs(found - np.log(variance) / 2 - bias) < within


@pytest.mark.parametrize(
    ("taper", "most"), [("boxcar", 0.8), ("multitaper", 0.2), ("tukey", 0.5), ("hann", 0.01)]
)
def test_a_line_beside_a_band_leaks_by_its_taper(taper, most):
    # A hundred times the power of the band, a hertz above its edge, between two bins.
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((1, 1, 200 * 800))
    line = np.sqrt(2 * 100 * 0.18) * np.sin(2 * np.pi * 50.13 * np.arange(noise.shape[-1]) / 200)
    de = DEExtractor(4.0, bands="seed-49", taper=taper, sfreq=200)
    bias = (de.fit_transform(noise + line) - de.fit_transform(noise)).mean(axis=(0, 1, 2))
    assert -0.005 < bias[4] < most
    assert (abs(bias[:4]) < 0.05).all()
    if taper == "boxcar":
        assert bias[4] > 0.4


@given(
    length=st.integers(8, 99),
    taper=st.sampled_from(TAPERS),
    inner=st.lists(st.floats(0.01, 0.99), max_size=4, unique=True),
)
def test_bands_that_tile_the_axis_add_up_to_the_tapered_variance(length, taper, inner):
    edges = np.array([1e-9, *sorted(inner), 1 - 1e-12]) * 50
    bands = {f"from {low}": (low, high) for low, high in pairwise(edges)}
    x = np.random.default_rng(length).standard_normal((2, 3, length))
    # Under a boxcar the bin at zero, which may be a band, is empty.
    options = {"taper": taper, "flat": "nan", "sfreq": 100}
    parts = np.nansum(np.exp(2 * DEExtractor(bands=bands, **options).fit_transform(x)), axis=-1)
    whole = np.exp(2 * DEExtractor(bands={"all": (5e-8, 50 - 5e-11)}, **options).fit_transform(x))
    assert_allclose(parts, whole[..., 0], rtol=1e-6)
    if taper == "boxcar":
        assert_allclose(parts, 2 * np.pi * np.e * x.var(axis=-1), rtol=1e-6)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e20), (float, 1e160)])
def test_what_is_too_large_to_square_is_refused(signals, kind, dtype, size):
    signals[1] *= size
    de = DEExtractor(1.0, kind=kind, sfreq=200, n_jobs=2)
    with pytest.raises(ValueError, match=r"expected values whose squares .* in trial 1"):
        de.fit_transform(signals.astype(dtype))


@pytest.mark.parametrize("setting", ["window", "step", "segment", "overlap", "n_fft"])
def test_settings_of_another_kind_are_refused(signals, setting):
    options = {"window": 1.0, "kind": "seed" if setting == "n_fft" else "gaussian"}
    with pytest.raises(TypeError, match=f"DEExtractor: expected {setting}"):
        DEExtractor(**(options | {setting: "2"}), sfreq=200).fit(signals)


def test_slepian_tapers_need_their_length():
    x = np.random.default_rng(0).standard_normal((2, 3, 4))
    de = DEExtractor(bands={"odd": (10, 40)}, taper="multitaper", sfreq=100)
    with pytest.raises(
        ValueError, match="DEExtractor: expected windows and segments of at least 5"
    ):
        de.fit_transform(x)


def test_data_that_do_not_fit_the_windows_are_refused(signals):
    de = DEExtractor(4.0, sfreq=200).fit(signals)
    with pytest.raises(ValueError, match="one window of 4 s, 800 samples, got 799 in trial 1"):
        de.transform([signals[0], signals[1, :, :799]])
    with pytest.raises(ValueError, match="window=None for signals that are cut"):
        de.fit(signals[:, None])
    with pytest.raises(ValueError, match="at least 200 samples for a band from 1 Hz"):
        DEExtractor(0.5, kind="seed", sfreq=200).fit_transform(signals)
