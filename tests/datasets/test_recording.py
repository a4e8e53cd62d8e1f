"""Recordings in memory: what stays of them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets._recording import Recording, gather


@pytest.mark.parametrize(("starts", "is_kept"), [((0, 700), False), (range(0, 901, 50), True)])
def test_few_windows_of_a_long_signal_do_not_keep_it_in_memory(starts, is_kept):
    signal = np.random.default_rng(0).standard_normal((2, 1000)).astype("float32")

    def record(length):
        return Recording(
            files=[],
            rows=[{"onset": start} for start in starts],
            labels=[0] * len(starts),
            read=lambda: signal,
            starts=list(starts),
            length=length,
        )

    # Of different lengths, so that they stay in a list.
    trials, _ = gather([record(100), record(90)], sfreq=100)
    assert_array_equal(trials.data[1], signal[:, starts[1] : starts[1] + 100])
    assert np.shares_memory(trials.data[0], signal) == is_kept
