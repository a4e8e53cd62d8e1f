import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.preprocessing import Flatten
from sklearn_eeg.trials import Trials

BANDS = {"theta": (4, 8), "alpha": (8, 13)}


def test_values_meet_their_names():
    data = np.arange(2 * 3 * 2 * 2.0).reshape(2, 3, 2, 2)
    trials = Trials(data, ch_names=["Fz", "Cz"], bands=BANDS, metadata={"subject": [7, 8]})
    flatten = Flatten().fit(trials)
    found = flatten.transform(trials)
    names = list(flatten.get_feature_names_out())
    assert names[:5] == [
        "window0_Fz_theta", "window0_Fz_alpha", "window0_Cz_theta", "window0_Cz_alpha",
        "window1_Fz_theta",
    ]  # fmt: skip
    assert_array_equal(found.data[:, names.index("window2_Cz_alpha")], data[:, 2, 1, 1])
    assert (found.shape, list(found.features), list(found.subject)) == ((2, 12), names, [7, 8])


def test_arrays_without_names_and_views():
    x = np.random.default_rng(0).standard_normal((3, 4, 5)).astype(np.float32)
    flatten = Flatten().fit(x)
    found = flatten.transform(x)
    assert np.shares_memory(found, x)
    assert_array_equal(found, x.reshape(3, 20))
    assert list(flatten.get_feature_names_out()) == [f"x{index}" for index in range(20)]


def test_signals_number_their_samples():
    trials = Trials(np.zeros((2, 2, 3)), sfreq=100, ch_names=["Fz", "Cz"])
    names = Flatten().fit(trials).get_feature_names_out()
    assert list(names) == ["Fz_0", "Fz_1", "Fz_2", "Cz_0", "Cz_1", "Cz_2"]


def test_frames_have_the_names():
    x = np.arange(12.0).reshape(2, 2, 3)
    flatten = Flatten().set_output(transform="pandas")
    frame = flatten.fit_transform(x)
    assert list(frame.columns) == list(flatten.get_feature_names_out())
    assert_array_equal(frame.to_numpy(), x.reshape(2, 6))


def test_equal_trials_in_a_list_become_an_array():
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    assert_array_equal(Flatten().fit_transform(list(x)), x.reshape(3, 20))


def test_ragged_trials_are_refused():
    ragged = [np.zeros((3, 2, 5)), np.zeros((4, 2, 5))]
    with pytest.raises(ValueError, match=r"Flatten: expected trials of one shape.*SequencePadder"):
        Flatten().fit(ragged)
    with pytest.raises(ValueError, match="Flatten: expected"):
        Flatten().fit(ragged[:1]).transform(ragged[1:])
