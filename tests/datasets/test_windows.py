"""Windows of published features, and of eye movements beside them, whatever the set."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._windows import fit_rows, place_windows
from sklearn_eeg.trials import Trials

EYES = [np.full((n, 3), float(n)) for n in (2, 2, 2)]


def test_windows_that_one_kind_lacks_are_missing():
    block = np.ones((2, 33))
    assert_array_equal(np.isnan(fit_rows(block, 3)).all(axis=1), [False, False, True])
    assert fit_rows(block[:0], 2).shape == (2, 33)
    assert_array_equal(fit_rows(block, 1), block[:1])


def signals(seconds):
    return Trials([np.zeros((2, 100 * s + 1)) for s in seconds], sfreq=100, extra={"eye": EYES})


def features(seconds):
    data = [np.zeros((s // 4, 2, 5)) for s in seconds]
    return Trials(data, axes=("window", "channel", "band"), extra={"eye": EYES})


@pytest.mark.parametrize("make", [signals, features])
def test_eye_movements_get_the_windows_of_their_trial(make):
    trials = place_windows(make([4, 11, 15]), 4.0)
    eye = trials.extra["eye"]
    assert [len(block) for block in eye] == [1, 2, 3]
    assert [np.isnan(block).any(axis=1).sum() for block in eye] == [0, 0, 1]
    assert np.nanmin(np.vstack(eye)) == 2
    # Of one length, they are an array.
    assert place_windows(make([8, 9, 11]), 4.0).extra["eye"].shape == (3, 2, 3)


def test_windows_of_features_adjoin():
    assert place_windows(features([4, 11, 15]), 4.0).window_onsets == (0.0, 4.0, 8.0)
    assert place_windows(signals([4, 4, 4]), 4.0).window_onsets is None
