"""Warnings of trainings that will be short, and of networks over time that see none."""

import re
import warnings
from functools import partial

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    GRUClassifier,
    ResAttentioNetClassifier,
    Runtime,
    WideDeepClassifier,
)
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.exceptions import FewStepsWarning, SingleStepWarning
from sklearn_eeg.preprocessing import SequenceCutter, SubjectScaler
from sklearn_eeg.trials import Trials

few = pytest.mark.filterwarnings("error::sklearn_eeg.exceptions.FewStepsWarning")
single = pytest.mark.filterwarnings("error::sklearn_eeg.exceptions.SingleStepWarning")
small = partial(WideDeepClassifier, n_hidden=2, random_state=0)
attention = partial(ResAttentioNetClassifier, base_width=2, max_epochs=1, random_state=0)


def make_trials(n_windows=6):
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 12)
    data = rng.normal(size=(24, n_windows, 4, 5)) + (y == "tense")[:, None, None, None]
    return Trials(data, metadata={"subject": np.repeat([1, 2, 3, 4], 6)}), y


@pytest.fixture
def data():
    return make_trials()


def heard(call, category):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", category)
        call()
    return [warning for warning in caught if issubclass(warning.category, category)]


# Of 24 trials of six windows.
@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        ({"max_epochs": 10}, 30),
        ({"max_epochs": 10, "batch_size": 9}, 160),
        ({"max_epochs": 299, "batch_size": 144}, 299),
        ({"max_epochs": 10, "batch_size": 9, "accumulation": 4}, 40),
        ({"max_epochs": 10, "batch_size": 9, "validation": 0.25}, 120),
    ],
)
def test_a_fit_of_few_steps_says_how_many_it_will_make(settings, steps, data):
    model = small(**settings)
    (warning,) = heard(lambda: model.fit(*data), FewStepsWarning)
    words = f"WideDeepClassifier: expected 300 steps of the optimizer or so, .* got {steps} in"
    assert model.n_steps_ == steps
    assert re.match(words, str(warning.message))
    assert issubclass(warning.category, ConvergenceWarning)
    # Where it was called.
    assert warning.filename == __file__


def test_it_is_said_before_the_training(data):
    def stop(output, target):
        raise RuntimeError("begun")

    model = small(max_epochs=2, loss=stop)
    with pytest.warns(FewStepsWarning), pytest.raises(RuntimeError, match="begun"):
        model.fit(*data)


@few
class TestNothingIsSaid:
    def test_of_enough_steps(self, data):
        assert small(max_epochs=300, batch_size=144).fit(*data).n_steps_ == 300

    def test_of_rows_of_nobody(self, data):
        X, y = data
        small(max_epochs=1).fit(X.data, y)
        small(max_epochs=1).fit(X.data.reshape(24, -1), y)

    def test_of_a_solution_as_a_start(self, data):
        small(start="logistic", max_epochs=1).fit(*data)

    def test_of_a_training_that_goes_on(self, data):
        model = small(max_epochs=1, runtime=Runtime(warm_start=True))
        with pytest.warns(FewStepsWarning):
            model.fit(*data)
        model.fit(*data)

    def test_of_one_that_patience_ends(self, data):
        model = small(max_epochs=300, batch_size=144, validation=0.25, patience=1, lr=0.5)
        assert model.fit(*data).n_steps_ < 300


def test_arrays_of_known_people_are_a_study_too(data):
    X, y = data
    with pytest.warns(FewStepsWarning):
        small(max_epochs=1).fit(X.data, y, groups=X.subject)


@pytest.mark.parametrize("n_windows", [1, 6, 32])
def test_attention_over_one_step_says_so(n_windows):
    X, y = make_trials(n_windows)
    advice = ", or set sequence_length=8 on few trials" * (n_windows > 8)
    words = (
        f"expected trials of 33 windows or more, got {n_windows}, .* such that overlap{advice}.$"
    )
    with pytest.warns(SingleStepWarning, match=f"^ResAttentioNetClassifier: {words}") as caught:
        attention().fit(X, y)
    assert {w.filename for w in caught if w.category is SingleStepWarning} == {__file__}


def test_recurrence_over_one_window_says_so():
    words = "GRUClassifier: expected trials of 2 windows or more, got 1, .* such that overlap.$"
    with pytest.warns(SingleStepWarning, match=words):
        GRUClassifier(n_hidden=2, max_epochs=1).fit(*make_trials(1))


def test_an_evaluation_says_it_once(data):
    settings = {"cv": 4, "baseline": None, "verbose": False}
    for category in (FewStepsWarning, SingleStepWarning):
        assert len(heard(lambda: evaluate(attention(), *data, **settings), category)) == 1
    behind = make_pipeline(SubjectScaler(), attention())
    assert len(heard(lambda: evaluate(behind, *data, **settings), FewStepsWarning)) == 1


@single
class TestNothingIsSaidOf:
    def test_two_steps(self):
        attention().fit(*make_trials(33))
        GRUClassifier(n_hidden=2, max_epochs=1).fit(*make_trials(2))

    def test_trials_of_which_one_is_long_enough(self):
        X, y = make_trials(40)
        ragged = [trial[: 5 if i else 40] for i, trial in enumerate(X.data)]
        attention().fit(X.replace(data=ragged, metadata=X.metadata), y)

    def test_short_sequences_that_were_asked_for(self, data):
        attention(sequence_length=4).fit(*data)
        make_pipeline(SequenceCutter(4), attention()).fit(*data)

    def test_rows_of_nobody(self, data):
        X, y = data
        attention().fit(X.data, y)
        attention().fit(X.data.reshape(24, -1), y, groups=X.subject)
