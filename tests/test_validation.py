from numbers import Integral

import numpy as np
import pytest

from sklearn_eeg._validation import check_number, check_overflow

WHOLE = {"kind": Integral, "least": 1}
SHARE = {"below": 1}


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (3, WHOLE),
        (np.int64(1), WHOLE),
        (0, {}),
        (np.float32(0.5), SHARE),
        (1e-300, {"reached": False}),
        (-7.5, {"least": None}),
        (None, {"optional": True}),
    ],
)
def test_numbers_of_their_kind_pass(value, rule):
    check_number("width", value, **rule, speaker="Step")


@pytest.mark.parametrize(
    ("value", "rule", "sentence"),
    [
        (0, WHOLE, "a whole number 1 or more, got 0"),
        (-1, {}, "a finite number 0 or more, got -1"),
        (0.0, {"reached": False}, "a finite number above 0, got 0.0"),
        (1, SHARE, "a finite number 0 or more and below 1, got 1"),
        (1.0, {"least": None, "below": 0}, "a finite number below 0, got 1.0"),
        (np.nan, {"least": None}, "a finite number, got nan"),
        (np.inf, {}, "a finite number 0 or more, got inf"),
        (-np.inf, {"least": None}, "a finite number, got -inf"),
    ],
)
def test_numbers_out_of_range_are_refused(value, rule, sentence):
    with pytest.raises(ValueError, match=f"Step: expected width to be {sentence}; give one"):
        check_number("width", value, **rule, speaker="Step")


@pytest.mark.parametrize("value", [True, np.True_, "1", None, [1], 1j, 2.0])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(TypeError, match="Step: expected width to be a whole number 1 or more, got"):
        check_number("width", value, **WHOLE, speaker="Step")


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e16), (float, 1e151)])
def test_infinite_powers_of_large_trials_are_refused_and_missing_ones_pass(dtype, size):
    trials = [np.ones((2, 3), dtype), np.full((2, 3), size, dtype)]
    powers = [np.array([1.0, np.nan]), np.array([1.0, np.inf])]
    with pytest.raises(ValueError, match=r"Step: expected signals up to .* in trial 1"):
        check_overflow(powers, trials, "Step")
    check_overflow(powers[:1] * 2, trials[:1] * 2, "Step")
    check_overflow([np.ones(2)] * 2, trials, "Step")
