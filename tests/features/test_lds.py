import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.features import LDSSmoother
from sklearn_eeg.features._lds import sweep

pykalman = pytest.importorskip("pykalman", reason="the oracle of Kalman smoothing")


def kalman(series, q=1e-3, r=1.0, p0=0.1, mean=None):
    """The peer's model of one series, NaN masked, and its observations."""
    mean = np.nanmean(series) if mean is None else mean
    model = pykalman.KalmanFilter(
        transition_matrices=np.eye(1),
        observation_matrices=np.eye(1),
        transition_covariance=q * np.eye(1),
        observation_covariance=r * np.eye(1),
        initial_state_mean=[mean],
        initial_state_covariance=p0 * np.eye(1),
    )
    return model, np.ma.masked_invalid(series[:, None])


@pytest.fixture
def features(rng):
    """Random walks seen through noise: (trial, window, channel, band)."""
    steps = rng.normal(size=(2, 40, 3, 2)) * 0.1
    return steps.cumsum(1) + rng.normal(size=steps.shape) + 20


@pytest.fixture
def rng():
    return np.random.default_rng(0)


positive = st.floats(1e-4, 10)


@settings(max_examples=20, deadline=None)
@given(q=positive, r=positive, p0=positive, seed=st.integers(0, 99), lost=st.integers(0, 25))
def test_smoothing_equals_pykalman_masked_or_not(q, r, p0, seed, lost):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(1, 30, 2)) * 5 + 3
    X[0, rng.permutation(30)[:lost], 0] = np.nan
    ours = LDSSmoother(q=q, r=r, p0=p0).fit_transform(X)
    for series, smoothed in zip(X[0].T, ours[0].T, strict=True):
        model, observations = kalman(series, q, r, p0)
        assert_allclose(smoothed, model.smooth(observations)[0][:, 0], rtol=0, atol=1e-10)


@settings(max_examples=10, deadline=None)
@given(q=positive, r=positive, p0=positive, seed=st.integers(0, 99), lost=st.integers(0, 15))
def test_filtering_equals_pykalman_started_at_the_first_observation(q, r, p0, seed, lost):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(1, 20, 2))
    X[0, 1 + rng.permutation(19)[:lost], 0] = np.nan
    ours = LDSSmoother(kind="filter", q=q, r=r, p0=p0).fit_transform(X)
    for series, filtered in zip(X[0].T, ours[0].T, strict=True):
        model, observations = kalman(series, q, r, p0, mean=series[0])
        assert_allclose(filtered, model.filter(observations)[0][:, 0], rtol=0, atol=1e-10)


@given(n_windows=st.integers(1, 70), backward=st.booleans(), seed=st.integers(0, 99))
def test_chunks_of_windows_make_no_difference(n_windows, backward, seed):
    rng = np.random.default_rng(seed)
    weights, start = rng.uniform(size=n_windows), rng.normal(size=(2, 3))
    together, alone = (rng.normal(size=(n_windows, 2, 3)) for _ in range(2))
    alone[...] = together
    sweep(together, weights, start, backward)
    sweep(alone, weights[:, None, None], start, backward)
    assert_allclose(together, alone, rtol=0, atol=1e-13)


def test_a_long_series_equals_pykalman(rng):
    series = rng.normal(size=1200).cumsum() * 0.03 + rng.normal(size=1200)
    model, observations = kalman(series)
    expected = model.smooth(observations)[0][:, 0]
    assert_allclose(LDSSmoother().fit_transform(series[None])[0], expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("lag", [0, 1, 7, 60])
def test_fixed_lag_is_the_smoother_of_what_was_seen(features, lag):
    series = features[:1, :, 0, 0]
    ours = LDSSmoother("fixed_lag", lag).fit_transform(series)[0]
    for t in range(40):
        model, seen = kalman(series[0, : t + lag + 1], mean=series[0, 0])
        assert_allclose(ours[t], model.smooth(seen)[0][t, 0], rtol=0, atol=1e-10)


@pytest.mark.parametrize(("kind", "lag"), [("filter", None), ("fixed_lag", 4)])
def test_causal_modes_know_nothing_beyond_their_lag(features, kind, lag):
    features[:, 15] = np.nan
    features[0, :12, 0, 0] = np.nan
    smoother = LDSSmoother(kind, lag).fit(features)
    whole = smoother.transform(features)
    for n in range(5, 40):
        begun = smoother.transform(features[:, :n])
        settled = n - (lag or 0)
        assert_allclose(begun[:, :settled], whole[:, :settled], rtol=1e-12)


def test_smoothing_looks_ahead(features):
    smoother = LDSSmoother().fit(features)
    changed = features.copy()
    changed[:, -1] += 1
    assert (smoother.transform(changed)[:, 0] != smoother.transform(features)[:, 0]).all()


def test_each_feature_is_smoothed_by_itself_whatever_the_rank(features):
    expected = LDSSmoother().fit_transform(features)
    flat = LDSSmoother().fit_transform(features.reshape(2, 40, 6))
    assert_allclose(flat.reshape(expected.shape), expected, rtol=1e-14)
    series = LDSSmoother().fit_transform(features[:, :, 1, 1])
    assert_allclose(series, expected[:, :, 1, 1], rtol=1e-14)
    maps = LDSSmoother().fit_transform(features[..., None])
    assert_allclose(maps[..., 0], expected, rtol=1e-14)


def test_smoothing_commutes_with_scale_and_offset(features):
    smoother = LDSSmoother().fit(features)
    assert_allclose(
        smoother.transform(3 * features - 5), 3 * smoother.transform(features) - 5, rtol=1e-12
    )


def test_trials_of_different_length_are_smoothed_one_by_one(features):
    smoother = LDSSmoother().fit(features)
    ragged = smoother.transform([features[0], features[1, :17]])
    assert_allclose(ragged[0], smoother.transform(features)[0], rtol=1e-14)
    assert_allclose(ragged[1], smoother.transform(features[1:, :17])[0], rtol=1e-14)


@pytest.mark.parametrize("kind", ["smooth", "filter"])
def test_single_precision_stays_and_is_close(features, kind):
    single = LDSSmoother(kind).fit_transform(features.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, LDSSmoother(kind).fit_transform(features), rtol=1e-5)


def test_padding_stays_padding_and_changes_nothing(features):
    padded = np.concatenate([features, np.full((2, 9, 3, 2), np.nan)], axis=1)
    smooth = LDSSmoother().fit_transform(padded)
    assert np.isnan(smooth[:, 40:]).all()
    assert_allclose(smooth[:, :40], LDSSmoother().fit_transform(features), rtol=1e-12)


def test_a_channel_lost_for_a_trial_stays_lost_alone(features):
    features[0, :, 1] = np.nan
    smooth = LDSSmoother().fit_transform(features)
    expected = np.zeros(features.shape, dtype=bool)
    expected[0, :, 1] = True
    assert_array_equal(np.isnan(smooth), expected)


def test_causal_modes_are_missing_until_something_was_observed(features):
    features[0, :8, 1] = np.nan
    filtered = LDSSmoother("filter").fit_transform(features)
    lagged = LDSSmoother("fixed_lag", 3).fit_transform(features)
    assert np.isnan(filtered[0, :8, 1]).all()
    assert_array_equal(filtered[0, 8, 1], features[0, 8, 1])
    assert np.isnan(lagged[0, :5, 1]).all()
    assert np.isfinite(lagged[0, 5:, 1]).all()


@pytest.mark.parametrize("lost", [[], [3, 4, 20]])
def test_noise_terms_are_learned_as_pykalman_learns_them(rng, lost):
    series = rng.normal(size=50).cumsum() * 0.3 + rng.normal(size=50)
    series[lost] = np.nan
    model, observations = kalman(series)
    learned = ["transition_covariance", "observation_covariance"]
    model.em(observations, n_iter=4, em_vars=learned)
    smoother = LDSSmoother(learn="em", n_iter=4).fit(series[None])
    assert_allclose(smoother.q_, model.transition_covariance[0, 0], rtol=1e-9)
    assert_allclose(smoother.r_, model.observation_covariance[0, 0], rtol=1e-9)


def test_learned_noise_terms_find_the_truth(rng):
    X = rng.normal(0, 0.2, size=(20, 100, 8)).cumsum(1) + rng.normal(0, 0.5, size=(20, 100, 8))
    smoother = LDSSmoother(learn="em", n_iter=60).fit(X)
    assert_allclose([smoother.q_, smoother.r_], [0.04, 0.25], rtol=0.1)


def test_learning_pools_trials_of_different_length_and_skips_lost_channels(features):
    lost = features.copy()
    lost[:, :, 2] = np.nan
    whole = LDSSmoother(learn="em").fit(lost)
    ragged = LDSSmoother(learn="em").fit([trial[:, :2] for trial in features])
    assert_allclose([whole.q_, whole.r_], [ragged.q_, ragged.r_], rtol=1e-12)


@pytest.mark.parametrize("kind", ["smooth", "filter", "fixed_lag"])
@pytest.mark.parametrize("gap", [False, True])
def test_tensors_give_the_same_numbers(features, kind, gap):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    if gap:
        features[0, 5:9, 1] = features[:, 30:] = np.nan
        features[1, :3, 0] = np.nan
    smoother = LDSSmoother(kind, 3 if kind == "fixed_lag" else None).fit(features)
    found = smoother.transform(torch.from_numpy(features))
    assert isinstance(found, torch.Tensor)
    assert_allclose(found.numpy(), smoother.transform(features), rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"kind": "both"}, "kind to be one of"),
        ({"q": 0}, "q to be a finite number above 0"),
        ({"kind": "fixed_lag"}, "expected lag"),
        ({"lag": 3}, "expected lag"),
        ({"kind": "fixed_lag", "lag": -1}, "expected lag"),
        ({"learn": "mle"}, "learn to be one of"),
    ],
)
def test_impossible_settings_are_refused(features, arguments, sentence):
    with pytest.raises(ValueError, match=f"LDSSmoother: .*{sentence}"):
        LDSSmoother(**arguments).fit(features)


def test_features_without_windows_are_refused(features):
    from sklearn_eeg.trials import Trials

    trials = Trials(features[:, 0], ch_names=["a", "b", "c"], bands={"x": (1, 2), "y": (3, 4)})
    with pytest.raises(ValueError, match=r"a window axis, .*got \(trial, channel, band\)"):
        LDSSmoother().fit(trials)
