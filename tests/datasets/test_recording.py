"""Recordings become trials of floating numbers, and only of numbers that their type can hold."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg.datasets import load_seed_vii
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.datasets.testing import write_seed_vii


def record(signals, **settings):
    """A recording of two trials, and of movements of eyes beside them, as it was read."""
    return Recording(
        files=["a b.mat", "eyes.mat"],
        rows=[{"subject": 1}, {"subject": 1}],
        labels=["a", "b"],
        read=partial(list, signals),
        **settings,
    )


@pytest.mark.parametrize("dtype", ["float16", "f4", np.float64, float, np.dtype("float32")])
def test_numbers_are_of_the_floating_type_that_is_asked_for(dtype):
    trials, y = gather([record(np.ones((2, 3, 4)))], dtype=dtype, sfreq=100)
    assert trials.dtype == np.dtype(dtype)
    assert trials.shape == (2, 3, 4)
    assert_array_equal(y, ["a", "b"])


@pytest.mark.parametrize(
    "dtype", ["int16", int, bool, complex, object, str, "M8[s]", "flot", None, 5, ["f4"], "f4,f4"]
)
def test_another_type_is_refused_before_anything_is_read(dtype):
    def read():
        raise AssertionError("nothing is to be read")

    recording = Recording(files=["a.mat"], rows=[{}], labels=["a"], read=read)
    with pytest.raises(ValueError, match=r"expected dtype to be one of floating numbers.*, got"):
        gather([recording], dtype=dtype)


@pytest.mark.parametrize(("dtype", "number"), [("float32", 1e300), ("float16", 1e5)])
def test_numbers_beyond_their_type_are_refused_by_the_file(dtype, number):
    signals = np.ones((2, 3, 4))
    signals[1, 2, 3] = number
    sentence = r"numbers that dtype can hold in a b\.mat and eyes\.mat, got others \(overflow"
    with pytest.raises(ValueError, match=sentence):
        gather([record(signals)], dtype=dtype, sfreq=100)
    assert gather([record(signals)], dtype="float64", sfreq=100)[0].data.max() == number
    eyes = {"eye": lambda: list(signals.astype(dtype))}
    with pytest.raises(ValueError, match=sentence):
        gather([record(np.ones((2, 3, 4)), read_extra=eyes)], dtype=dtype, sfreq=100)


def test_missing_numbers_are_held_by_any_type():
    signals = np.full((2, 3, 4), np.nan)
    signals[0] = np.inf
    trials, _ = gather([record(signals)], dtype="float16", sfreq=100)
    assert_array_equal(trials.data, signals)


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


@pytest.mark.parametrize("eye", [True, False])
def test_a_damaged_file_of_features_is_refused_by_its_name(eye, tmp_path):
    """The exponent of the last number of a file that is not compressed."""
    write_seed_vii(tmp_path, n_subjects=1)
    file = tmp_path / ("EYE_features" if eye else "EEG_features") / "9.mat"
    file.write_bytes(file.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(ValueError, match=r"^load_seed_vii: expected numbers that dtype can hold"):
        load_seed_vii(tmp_path, kind="de_LDS", eye=eye)
