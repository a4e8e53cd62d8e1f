import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklearn_eeg.preprocessing import SequencePadder
from sklearn_eeg.trials import Trials

RNG = np.random.default_rng(0)


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    n_windows=st.integers(1, 9),
    rest=st.lists(st.integers(1, 3), min_size=1, max_size=3),
)
def test_keeps_what_fits_and_fills_the_rest(lengths, n_windows, rest):
    trials = [np.random.default_rng(n).standard_normal((n, *rest)) for n in lengths]
    found = SequencePadder(n_windows).fit_transform(trials)
    assert found.shape == (len(trials), n_windows, *rest)
    for padded, trial in zip(found, trials, strict=True):
        n_kept = min(n_windows, len(trial))
        assert_array_equal(padded[:n_kept], trial[:n_kept])
        assert np.isnan(padded[n_kept:]).all()


def test_arrays_of_any_rank_and_another_fill():
    for shape in [(2, 3), (2, 3, 4), (2, 3, 4, 5), (2, 3, 4, 5, 6)]:
        x = RNG.standard_normal(shape).astype(np.float32)
        found = SequencePadder(5, fill=0.0).fit_transform(x)
        assert found.dtype == np.float32
        assert_array_equal(found[:, :3], x)
        assert_array_equal(found[:, 3:], 0)


def test_ragged_trials_become_rectangular_trials():
    data = [RNG.standard_normal((n, 2, 5)) for n in (4, 6)]
    facts = {"ch_names": ["C3", "C4"], "features": "a b c d e".split()}
    trials = Trials(data, **facts, metadata={"subject": ["s1", "s2"]})
    found = SequencePadder(6).fit_transform(trials)
    assert found.shape == (2, 6, 2, 5)
    assert not found.is_ragged
    assert list(found.subject) == ["s1", "s2"]
    assert found.ch_names == ("C3", "C4")


def test_missing_values_stay():
    x = RNG.standard_normal((2, 3, 4, 5))
    x[0, 1] = np.nan
    assert_array_equal(SequencePadder(3).fit_transform(x), x)


def test_names_of_one_channels_windows():
    padder = SequencePadder(5).fit(np.zeros((2, 3)))
    assert list(padder.get_feature_names_out()) == ["x0", "x1", "x2", "window3", "window4"]
    assert list(padder.set_params(n_windows=2).get_feature_names_out()) == ["x0", "x1"]


@pytest.mark.parametrize("n_windows", [0, -3, 2.5, "all"])
def test_impossible_lengths_are_refused(n_windows):
    with pytest.raises((TypeError, ValueError), match="expected n_windows to be a whole"):
        SequencePadder(n_windows).fit(np.zeros((2, 3, 4, 5)))


def test_trials_without_windows_are_refused():
    trials = Trials(np.zeros((2, 3, 100)), sfreq=100, ch_names=["Fz", "Cz", "Pz"])
    with pytest.raises(ValueError, match=r"expected a window axis, .*got \(trial, channel, time"):
        SequencePadder(3).fit(trials)


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    n_windows=st.integers(1, 9),
)
def test_the_last_windows_can_be_kept(lengths, n_windows):
    trials = [np.random.default_rng(n).standard_normal((n, 2, 3)) for n in lengths]
    found = SequencePadder(n_windows, keep="last").fit_transform(trials)
    for padded, trial in zip(found, trials, strict=True):
        n_kept = min(n_windows, len(trial))
        assert_array_equal(padded[:n_kept], trial[len(trial) - n_kept :])
        assert np.isnan(padded[n_kept:]).all()


def test_onsets_and_names_are_those_of_the_windows_that_stay():
    facts = {"axes": ("window", "channel"), "window_onsets": [0, 2, 4, 6]}
    trials = Trials(np.zeros((2, 4, 3)), **facts)
    assert SequencePadder(2, keep="last").fit_transform(trials).window_onsets == (4, 6)
    assert SequencePadder(5, keep="last").fit_transform(trials).window_onsets == (0, 2, 4, 6, 8)
    # The last windows of trials of different length begin at different times.
    ragged = Trials([np.zeros((n, 3)) for n in (4, 3)], **facts)
    assert SequencePadder(2, keep="last").fit_transform(ragged).window_onsets is None
    padder = SequencePadder(2, keep="last").fit(np.zeros((2, 4)))
    assert list(padder.get_feature_names_out()) == ["x2", "x3"]


def test_nothing_but_first_and_last_can_be_kept():
    with pytest.raises(ValueError, match="expected keep"):
        SequencePadder(2, keep="middle").fit(np.zeros((2, 3, 4, 5)))
