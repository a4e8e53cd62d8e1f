import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SequenceCutter, SequencePadder
from sklearn_eeg.trials import Trials

RNG = np.random.default_rng(0)


@given(
    n_found=st.integers(1, 20),
    n_windows=st.integers(1, 9),
    step=st.integers(1, 12),
    rest=st.lists(st.integers(1, 3), max_size=3),
)
def test_sequences_are_slices_of_the_trial(n_found, n_windows, step, rest):
    x = np.random.default_rng(0).standard_normal((2, n_found, *rest))
    found = SequenceCutter(n_windows, step).fit_transform(x)
    starts = range(0, max(1, n_found - n_windows + 1), step)
    assert found.shape == (2, len(starts), n_windows, *rest)
    for index, start in enumerate(starts):
        piece = x[:, start : start + n_windows]
        assert_array_equal(found[:, index, : piece.shape[1]], piece)
        assert np.isnan(found[:, index, piece.shape[1] :]).all()


def test_one_adjoining_sequence_of_each_trial_is_what_a_padder_makes():
    trials = [RNG.standard_normal((n, 3, 2)) for n in (4, 9, 5)]
    found = SequenceCutter(9, 9).fit_transform(trials)
    assert_array_equal(np.concatenate(found), SequencePadder(9).fit_transform(trials))


def test_no_copy_is_made():
    x = np.zeros((2, 60, 62, 5), dtype=np.float32)
    found = SequenceCutter().fit_transform(x)
    assert found.shape == (2, 52, 9, 62, 5)
    assert np.shares_memory(found, x)
    assert found.dtype == np.float32


def test_ragged_trials_have_as_many_sequences_as_fit():
    data = [RNG.standard_normal((n, 2, 5)) for n in (2, 4, 7)]
    facts = {"ch_names": ["C3", "C4"], "features": "a b c d e".split()}
    trials = Trials(data, **facts, metadata={"subject": [1, 1, 2]}, extra={"eye": np.arange(3)})
    found = SequenceCutter(4, step=2).fit_transform(trials)
    assert [trial.shape for trial in found.data] == [(1, 4, 2, 5), (1, 4, 2, 5), (2, 4, 2, 5)]
    assert found.axes == ("segment", "window", "channel", "feature")
    assert (found.ch_names, found.features) == (("C3", "C4"), tuple("abcde"))
    assert (list(found.subject), list(found.extra["eye"])) == ([1, 1, 2], [0, 1, 2])


def test_other_numbers_of_windows_than_in_fit_are_welcome():
    cutter = SequenceCutter(3).fit(np.zeros((1, 5, 2, 2)))
    assert cutter.transform(np.zeros((1, 8, 2, 2))).shape == (1, 6, 3, 2, 2)


@pytest.mark.parametrize("seconds", [3.0, 12.0])
def test_windows_know_when_they_begin_in_their_sequence(seconds):
    trials = Trials(RNG.standard_normal((2, 2, int(seconds * 200))), sfreq=200)
    found = make_pipeline(DEExtractor(1.0, 0.5), SequenceCutter(9, 3)).fit_transform(trials)
    assert_allclose(found.window_onsets, 0.5 * np.arange(9))


def test_unevenly_spaced_windows_begin_otherwise_in_each_sequence():
    axes = ("window", "channel")
    trials = Trials(np.zeros((1, 4, 2)), axes=axes, window_onsets=(0, 1, 3, 4))
    assert SequenceCutter(2).fit_transform(trials).window_onsets is None
    late = trials.replace(window_onsets=(5, 7, 9, 11))
    assert SequenceCutter(2).fit_transform(late).window_onsets == (0, 2)


def test_one_channel_has_named_sequences():
    cutter = SequenceCutter(3, 2).fit(np.zeros((2, 8)))
    assert cutter.transform(np.zeros((2, 8))).shape == (2, 3, 3)
    assert list(cutter.get_feature_names_out()) == ["segment0", "segment1", "segment2"]


@pytest.mark.parametrize("arguments", [{"n_windows": 0}, {"n_windows": 2.5}, {"step": 0}])
def test_impossible_sequences_are_refused(arguments):
    with pytest.raises((TypeError, ValueError), match="to be a whole number of 1 or more"):
        SequenceCutter(**arguments).fit(np.zeros((2, 3, 4, 5)))


def test_trials_without_windows_are_refused():
    trials = Trials(np.zeros((2, 3, 100)), sfreq=100, ch_names=["Fz", "Cz", "Pz"])
    with pytest.raises(ValueError, match=r"expected a window axis, .*got \(trial, channel, time"):
        SequenceCutter().fit(trials)
