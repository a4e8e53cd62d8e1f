"""Who says what is wrong: the public method that was called, once."""

import errno

import numpy as np
import pytest

from sklearn_eeg._speaker import speaking
from sklearn_eeg.classifiers import ResAttentioNetClassifier, WindowedClassifier
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.montage import GridMapper


def test_the_name_stands_before_the_sentence_once():
    with pytest.raises(ValueError, match=r"^Step: expected two, got one\.$"), speaking("Step"):
        with speaking("Step"):
            raise ValueError("expected two, got one.")


def test_who_called_stands_before_who_was_called():
    with pytest.raises(TypeError, match=r"^Outer: Inner: expected"), speaking("Outer"):
        with speaking("Inner"):
            raise TypeError("expected a number.")


def test_errors_with_arguments_of_their_own_are_left_alone():
    error = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
    with pytest.raises(UnicodeDecodeError) as caught, speaking("Step"):
        raise error
    assert caught.value.args == ("utf-8", b"\xff", 0, 1, "invalid start byte")


def test_a_file_that_is_not_there_is_told_by_who_looked_for_it():
    with pytest.raises(FileNotFoundError, match=r"^load: expected a\.mat$"), speaking("load"):
        raise FileNotFoundError("expected a.mat")


def test_errors_of_the_system_keep_their_number(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, speaking("load"):
        (tmp_path / "a.mat").read_bytes()
    assert caught.value.errno == errno.ENOENT


SIGNALS, LABELS = np.random.default_rng(0).standard_normal((6, 4, 300)), [0, 1] * 3


@pytest.mark.parametrize(
    ("speaker", "call"),
    [
        ("DEExtractor", lambda: DEExtractor(window=1.0).fit(SIGNALS)),
        ("GridMapper", lambda: GridMapper(grid="none", ch_names=["Fz"]).fit(SIGNALS[:, :1])),
        ("WindowedClassifier", lambda: WindowedClassifier().fit(SIGNALS, LABELS[:3])),
        (
            "ResAttentioNetClassifier",
            lambda: ResAttentioNetClassifier(max_epochs=1).fit(SIGNALS, LABELS[:3]),
        ),
        (
            "ResAttentioNetClassifier",
            lambda: ResAttentioNetClassifier(device="nowhere").fit(SIGNALS, LABELS),
        ),
    ],
)
def test_an_estimator_says_its_name_whatever_refused(speaker, call):
    with pytest.raises((TypeError, ValueError), match=rf"^{speaker}: expected"):
        call()
