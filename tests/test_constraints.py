"""What an argument may be: numbers of their kind and range, words, truth values."""

import math

import numpy as np
import pytest

from sklearn_eeg._constraints import Choice, Flag, Number

WHOLE, SHARE = Number(least=1, whole=True), Number(least=0, below=1)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (3, WHOLE),
        (np.int64(1), WHOLE),
        (0, Number()),
        (10**400, WHOLE),
        (np.float32(0.5), SHARE),
        (1e-300, Number(above=0)),
        (-7.5, Number()),
        (None, Number(optional=True)),
        (1, Number(most=1)),
    ],
)
def test_numbers_of_their_kind_pass(value, rule):
    rule.check("width", value)


@pytest.mark.parametrize(
    ("value", "rule", "sentence"),
    [
        (0, WHOLE, "a whole number of 1 or more, got 0"),
        (-1, Number(least=0), "a finite number of 0 or more, got -1"),
        (0.0, Number(above=0), "a finite number above 0, got 0.0"),
        (1, SHARE, "a finite number of 0 or more and below 1, got 1"),
        (1.0, Number(below=0), "a finite number below 0, got 1.0"),
        (2, Number(most=1), "a finite number up to 1, got 2"),
        (np.nan, Number(), "a finite number, got nan"),
        (np.inf, Number(least=0), "a finite number of 0 or more, got inf"),
        (-math.inf, Number(), "a finite number, got -inf"),
        (np.nan, Number(optional=True), "a finite number or None, got nan"),
    ],
)
def test_numbers_out_of_range_are_refused(value, rule, sentence):
    with pytest.raises(ValueError, match=f"expected width to be {sentence}"):
        rule.check("width", value)


@pytest.mark.parametrize("value", [True, np.True_, "1", None, [1], 1j, 2.0])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(TypeError, match="expected width to be a whole number of 1 or more, got"):
        WHOLE.check("width", value)


@pytest.mark.parametrize("value", ["C", "", None, 1, ["a"], np.array(["a", "b"])])
def test_another_word_is_refused(value):
    Choice(("a", "b")).check("kind", "b")
    with pytest.raises(ValueError, match=r"expected kind to be one of \['a', 'b'\], got"):
        Choice(("a", "b")).check("kind", value)


@pytest.mark.parametrize("value", [1, 0, "yes", None, [], np.array([True])])
def test_what_is_merely_true_is_no_truth_value(value):
    Flag().check("causal", np.False_)
    with pytest.raises(TypeError, match="expected causal to be True or False, got"):
        Flag().check("causal", value)
