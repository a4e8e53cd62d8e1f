import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.montage import SEED_62, TEN_TWENTY_19
from sklearn_eeg.preprocessing import Rereference
from sklearn_eeg.preprocessing._rereference import sphere_forward
from sklearn_eeg.trials import Trials


@pytest.fixture
def signals():
    return np.random.default_rng(0).standard_normal((2, 19, 50))


@pytest.fixture(scope="module")
def forward():
    return sphere_forward(TEN_TWENTY_19)


def raw_of(signals, names=TEN_TWENTY_19):
    import mne

    return mne.io.RawArray(signals, mne.create_info(list(names), 100.0, "eeg"), verbose="error")


@pytest.mark.parametrize("reference", ["average", ["T7", "T8"], "Cz"])
def test_references_equal_those_of_mne(reference, signals):
    ours = Rereference(reference, ch_names=TEN_TWENTY_19).fit_transform(signals)
    raw = raw_of(signals[0]).set_eeg_reference(reference, verbose="error")
    assert_allclose(ours[0], raw.get_data(), atol=1e-12)


def test_rest_equals_that_of_mne(signals, forward):
    rest = Rereference("REST", ch_names=TEN_TWENTY_19)
    raw = raw_of(signals[0]).set_eeg_reference("REST", forward=forward, verbose="error")
    assert_allclose(rest.fit_transform(signals)[0], raw.get_data(), atol=1e-10)


def test_rest_comes_nearer_to_infinity_than_the_average():
    gain = sphere_forward(SEED_62)["sol"]["data"]
    sources = np.random.default_rng(0).standard_normal((gain.shape[1], 40))
    true = (gain @ sources)[None]
    recorded = true - true[:, [27]]

    def error(reference):
        found = Rereference(reference, ch_names=SEED_62).fit_transform(recorded)
        return np.linalg.norm(found - true)

    assert error("REST") < 0.5 * error("average")


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 100), reference=st.sampled_from(["average", "REST", "Cz"]))
def test_the_recording_reference_does_not_matter(seed, reference):
    rng = np.random.default_rng(seed)
    X, offset = rng.standard_normal((1, 19, 5)), rng.standard_normal((1, 1, 5))
    step = Rereference(reference, ch_names=TEN_TWENTY_19).fit(X)
    assert_allclose(step.transform(X + offset), step.transform(X), atol=1e-9)


def test_lost_channels_do_not_enter_the_mean(signals):
    signals[0, 3] = np.nan
    out = Rereference().fit_transform(signals)
    assert np.isnan(out[0, 3]).all()
    present = np.delete(np.arange(19), 3)
    assert_allclose(out[0, present], Rereference().fit_transform(signals[:1, present])[0])
    assert_allclose(out[1].mean(0), 0, atol=1e-12)


def test_lost_references_are_refused(signals):
    names = {"ch_names": TEN_TWENTY_19}
    signals[1, TEN_TWENTY_19.index("T7")] = np.nan
    assert np.isfinite(Rereference(["T7", "T8"], **names).fit_transform(signals)[1, 0]).all()
    with pytest.raises(ValueError, match="in every trial, got NaN in trial 1; interpolate"):
        Rereference("T7", **names).fit_transform(signals)
    with pytest.raises(ValueError, match="in every trial, got NaN in trial 1; interpolate"):
        Rereference("REST", **names).fit_transform(signals)


def test_a_refit_forgets_the_reference_before(signals):
    step = Rereference("REST", ch_names=TEN_TWENTY_19).fit(signals)
    again = step.set_params(reference="average").fit(signals)
    assert_array_equal(again.transform(signals), Rereference().fit_transform(signals))


def test_windows_are_referred_one_by_one(signals):
    windows = signals.reshape(2, 19, 5, 10).swapaxes(1, 2)
    whole = Rereference().fit_transform(signals).reshape(2, 19, 5, 10).swapaxes(1, 2)
    assert_allclose(Rereference().fit_transform(windows), whole)


def test_single_precision_stays(signals):
    for reference in ("average", "REST", "Cz"):
        step = Rereference(reference, ch_names=TEN_TWENTY_19)
        single = step.fit_transform(signals.astype(np.float32))
        assert single.dtype == np.float32
        assert_allclose(single, step.fit_transform(signals), atol=1e-5)


def test_impossible_references_are_refused(signals):
    with pytest.raises(ValueError, match="Rereference: expected channels A1, got data without"):
        Rereference("A1", ch_names=TEN_TWENTY_19).fit(signals)
    with pytest.raises(ValueError, match="as reference, got no channel"):
        Rereference([], ch_names=TEN_TWENTY_19).fit(signals)
    with pytest.raises(ValueError, match="Rereference: expected channel names"):
        Rereference("REST").fit(signals)
    with pytest.raises(ValueError, match=r"Rereference: for 'REST', positions: .* got EKG"):
        Rereference("REST", ch_names=["Cz", "EKG"]).fit(signals[:, :2])
    trials = Trials(np.ones((1, 2, 1)), ch_names=("Cz", "Pz"), bands={"alpha": (8, 14)})
    with pytest.raises(ValueError, match="Rereference: expected signals, got features"):
        Rereference().fit(trials)
