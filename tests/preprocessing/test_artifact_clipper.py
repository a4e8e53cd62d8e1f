import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklearn_eeg.preprocessing import ArtifactClipper
from sklearn_eeg.trials import Trials


@given(
    value=st.floats(-1e6, 1e6),
    limit=st.floats(1e-3, 1e4),
    scale=st.floats(1e-2, 1e3),
)
def test_keeps_what_is_within_the_limit(value, limit, scale):
    found = ArtifactClipper(limit, scale).fit_transform(np.full((1, 1, 2), value))
    expected = value if abs(value) <= limit else np.sign(value) * limit
    assert_array_equal(found, expected / scale)


def test_default_recipe_missing_values_and_unit():
    data = np.array([[[0.0, 32.0, -5000.0, np.nan]]], dtype=np.float32)
    found = ArtifactClipper().fit_transform(Trials(data, sfreq=200))
    assert_array_equal(found.data, [[[0, 1, -32, np.nan]]])
    assert (found.data.dtype, found.unit) == (np.float32, "32 uV")
    assert data[0, 0, 2] == -5000


@pytest.mark.parametrize("arguments", [{"limit": 0}, {"limit": -5}, {"scale": 0}])
def test_impossible_arguments_are_refused(arguments):
    with pytest.raises(ValueError, match=f"expected {next(iter(arguments))} to be a finite"):
        ArtifactClipper(**arguments).fit(np.zeros((1, 1, 5)))
