"""What folds warn of in processes of their own is said where the evaluation was asked for."""

import os
import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.evaluation._heard import listen, repeat

SUBJECTS, Y = np.repeat([1, 2, 3, 4], 6), np.tile([0, 1], 12)
TRIALS = Trials(np.random.default_rng(0).normal(size=(24, 3)), metadata={"subject": SUBJECTS})


class Worried(LogisticRegression):
    """Warns whenever it is fitted."""

    def fit(self, X, y):
        warnings.warn("Worried: few trials.", UserWarning, stacklevel=1)
        return super().fit(np.asarray(X), y)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_warning_of_a_fold_is_heard(n_jobs):
    with pytest.warns(UserWarning, match="few trials") as heard:
        evaluate(Worried(), TRIALS, Y, cv=2, n_jobs=n_jobs)
    assert heard[0].filename == __file__


def test_what_runs_here_is_not_recorded():
    with pytest.warns(UserWarning, match="here"):
        assert listen(os.getpid(), warn, "here") == ("here", ())


def test_what_ran_elsewhere_is_repeated_once():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        result, heard = listen(-1, warn, "there", "there")
    assert result == "there"
    assert [said[:2] for said in heard] == [("there", UserWarning)]
    with warnings.catch_warnings(record=True) as again:
        warnings.simplefilter("default")
        said = {}
        repeat(heard, said)
        repeat(heard, said)
    assert [str(each.message) for each in again] == ["there"]


def warn(*texts):
    for text in texts:
        warnings.warn(text, UserWarning, stacklevel=1)
    return texts[-1]
