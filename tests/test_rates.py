import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_eeg._rates import same_rate, to_samples


@given(rate=st.floats(1e-3, 1e6), shift=st.floats(-9e-7, 9e-7))
def test_rates_are_equal_to_a_millionth(rate, shift):
    assert same_rate(rate, rate * (1 + shift))
    assert not same_rate(rate, rate * (1 + 2e-6))
    assert not same_rate(rate * (1 - 2e-6), rate)


def test_a_rate_from_a_header_is_the_rate():
    assert 51 / 0.204 != 250
    assert same_rate(250, 51 / 0.204)


@given(n_samples=st.integers(1, 10**6), sfreq=st.floats(1, 5000), off=st.floats(-0.49, 0.49))
def test_seconds_are_the_nearest_number_of_samples(n_samples, sfreq, off):
    assert to_samples("window", (n_samples + off) / sfreq, sfreq, 1) == n_samples


@pytest.mark.parametrize("seconds", [0, -1.0, 0.004, np.nan, np.inf, -np.inf, 1e308, 10**400])
def test_too_few_seconds_are_refused(seconds):
    sentence = r"^expected window of at least 0.01 s at 100 Hz, got .* given in seconds"
    with pytest.raises(ValueError, match=sentence):
        to_samples("window", seconds, 100.0, 1)


@pytest.mark.parametrize("seconds", ["1", None, True, [1.0]])
def test_what_is_no_number_is_refused(seconds):
    with pytest.raises(TypeError, match=r"^expected window of at least"):
        to_samples("window", seconds, 100.0, 1)
