"""Connectivity against mne-connectivity, NumPy's correlation and closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_eeg.features._connectivity import KINDS, ConnectivityExtractor, band_connectivity
from sklearn_eeg.trials import Trials

BANDS = {"theta": (4.0, 8.0), "alpha": (8.0, 14.0)}


@pytest.fixture
def segments():
    rng = np.random.default_rng(0)
    common = rng.standard_normal((12, 1, 205))
    # Channels hear the common source at different delays.
    delayed = np.concatenate([common[..., k : 200 + k] for k in range(4)], axis=1)
    return delayed + rng.standard_normal((12, 4, 200))


@pytest.mark.parametrize(
    ("kind", "method"),
    [("coherence", "coh"), ("imaginary_coherence", "imcoh"), ("plv", "plv"), ("wpli", "wpli")],
)
def test_equals_mne_connectivity(segments, kind, method):
    theirs = pytest.importorskip("mne_connectivity", reason="mne-connectivity is the oracle")
    expected = theirs.spectral_connectivity_epochs(
        segments, method=method, mode="fourier", sfreq=200, fmin=(4, 8), fmax=(8, 14),
        faverage=True, verbose="error",
    ).get_data("dense")  # fmt: skip
    found = band_connectivity(segments, np.hanning(200), 200, BANDS, kind)
    lower = np.tril_indices(4, -1)
    assert_allclose(found[:, *lower], np.moveaxis(expected, -1, 0)[:, *lower], atol=1e-6)


def test_correlation_over_all_frequencies_is_pearson(segments):
    bands = {"all": (0.0, 99.5)}
    found = band_connectivity(segments[:, :, :199], np.ones(199), 200, bands, "correlation")[0]
    centred = segments[:, :, :199] - segments[:, :, :199].mean(-1, keepdims=True)
    expected = np.corrcoef(np.concatenate(list(centred), axis=1))
    assert_allclose(found, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_matrices_are_symmetric_up_to_the_sign_of_the_lag(segments, kind):
    found = band_connectivity(segments, np.hanning(200), 200, BANDS, kind)
    sign = -1 if kind == "imaginary_coherence" else 1
    assert_allclose(found, sign * found.transpose(0, 2, 1), atol=1e-12)
    diagonal = 0 if kind in ("imaginary_coherence", "wpli") else 1
    assert_allclose(np.einsum("bcc->bc", found), diagonal, atol=1e-12)


def test_an_instant_copy_is_coherent_without_lag():
    x = np.random.default_rng(0).standard_normal((1, 1, 1000))
    X = np.concatenate([x, -2 * x], axis=1)
    values = {k: ConnectivityExtractor(k, bands=BANDS, sfreq=200).fit_transform(X) for k in KINDS}
    assert_allclose(values["coherence"], 1)
    assert_allclose(values["plv"], 1)
    assert_allclose(values["correlation"], -1)
    assert_allclose(values["imaginary_coherence"], 0, atol=1e-12)


def test_a_quarter_cycle_lag_is_phase_locked_and_lagged():
    t = np.arange(2000) / 200
    amplitude = 1 + np.random.default_rng(0).uniform(size=2000).cumsum() / 2000
    X = np.stack([np.cos(2 * np.pi * 10 * t), np.sin(2 * np.pi * 10 * t)])[None] * amplitude
    bands = {"alpha": (9.5, 10.5)}
    values = {k: ConnectivityExtractor(k, bands=bands, sfreq=200).fit_transform(X) for k in KINDS}
    assert_allclose(values["plv"], 1, atol=1e-3)
    assert_allclose(values["wpli"], 1)
    assert_allclose(values["imaginary_coherence"], 1, atol=1e-3)
    assert_allclose(values["correlation"], 0, atol=1e-3)


def test_permuted_channels_permute_the_matrix(segments):
    X = segments.reshape(2, 6, 4, 200).swapaxes(1, 2).reshape(2, 4, 1200)
    step = ConnectivityExtractor(bands=BANDS, output="matrix", sfreq=200)
    order = [2, 0, 3, 1]
    expected = step.fit_transform(X)[:, :, order][..., order]
    assert_allclose(step.fit_transform(X[:, order]), expected)


def test_shapes_names_and_pairs(segments):
    X = segments.reshape(2, 6, 4, 200).swapaxes(1, 2).reshape(2, 4, 1200)
    trials = Trials(X, sfreq=200, ch_names=list("abcd"), metadata={"subject": [1, 2]})
    step = ConnectivityExtractor(window=3.0, bands=BANDS)
    out = step.fit_transform(trials)
    assert out.shape == (2, 2, 6, 2)
    assert out.ch_names == ("a-b", "a-c", "a-d", "b-c", "b-d", "c-d")
    assert step.get_feature_names_out()[:2].tolist() == ["a-b_theta", "a-b_alpha"]
    square = ConnectivityExtractor(window=3.0, bands=BANDS, output="matrix").fit_transform(trials)
    assert square.shape == (2, 2, 2, 4, 4)
    assert_allclose(out.data[0, 0, 2], square.data[0, 0, :, 0, 3])


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (ConnectivityExtractor("pli", sfreq=200), "expected kind to be one of"),
        (ConnectivityExtractor(segment=0.1, sfreq=200), "expected band 'delta' to hold a multiple"),
        (ConnectivityExtractor(segment=4.0, sfreq=200), "at least two segments of 4 s"),
        (ConnectivityExtractor(bands={"x": (10, 120)}, sfreq=200), "must satisfy 0 < low < high"),
    ],
)
def test_impossible_settings_are_refused(step, sentence):
    with pytest.raises(ValueError, match=sentence):
        step.fit(np.random.default_rng(0).standard_normal((2, 3, 1000)))


def test_one_channel_is_refused():
    with pytest.raises(ValueError, match="expected at least 2 channels, got 1"):
        ConnectivityExtractor(sfreq=200).fit(np.zeros((2, 1, 1000)))
