"""Several seeds: the same splits, other states of what is random; their spread is kept apart."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, GroupKFold, LeaveOneGroupOut
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import EEGNetClassifier
from sklearn_eeg.evaluation import EvaluationFailed, evaluate

SUBJECTS, Y = np.repeat([f"s{i}" for i in range(6)], 12), np.tile(["rest", "task"], 36)
NOISE = np.random.default_rng(0).standard_normal((72, 5))
TRIALS = Trials(NOISE + 0.7 * (Y == "task")[:, None], metadata={"subject": SUBJECTS})
MODEL = SGDClassifier(max_iter=5, tol=None)


def run(seeds, model=MODEL, **settings):
    return evaluate(model, TRIALS, Y, cv=GroupKFold(3), seeds=seeds, **settings)


def test_scores_are_means_of_the_runs_by_each_seed():
    result = run([3, 5])
    alone = [run(None, SGDClassifier(max_iter=5, tol=None, random_state=s)) for s in (3, 5)]
    assert_frame_equal(result.scores, (alone[0].scores + alone[1].scores) / 2)
    means = [one.mean["accuracy"] for one in alone]
    told = result.metrics().loc["accuracy"]
    assert_allclose(told["mean"], np.mean(means))
    assert_allclose(told["sd_seeds"], np.std(means, ddof=1))
    assert told["sd_seeds"] > 0
    assert_allclose(told["sd"], result.scores["accuracy"].std(ddof=1))
    of_folds = [one.fold_scores["accuracy"].groupby("fold").mean() for one in alone]
    assert_allclose(told["sd_folds"], np.mean(of_folds, axis=0).std(ddof=1))


def test_each_run_has_its_rows_and_its_number():
    result = run(2)
    assert result.folds["seed"].tolist() == [0, 0, 0, 1, 1, 1]
    assert result.folds["split"].tolist() == [1, 2, 3, 1, 2, 3]
    assert result.folds.index.tolist() == [1, 2, 3, 4, 5, 6]
    assert len(result.predictions) == 144 and len(result.of_first_seed()) == 72
    assert result.predictions.groupby("seed")["fold"].unique().map(list).to_dict() == {
        0: [1, 2, 3], 1: [4, 5, 6],
    }  # fmt: skip
    assert result.is_complete and result.n_folds == 6
    assert result.protocol["seeds"] == [0, 1]
    assert "6 subjects, 72 trials, 2 classes, mean of seeds 0, 1" in repr(result)
    assert result.to_frame()["n_trials"].tolist() == [12] * 6


def test_seeds_reach_every_random_state_in_a_pipeline():
    model = make_pipeline(StandardScaler(), MODEL)
    seven = make_pipeline(StandardScaler(), SGDClassifier(max_iter=5, tol=None, random_state=7))
    assert_frame_equal(run([7], model).scores, run(None, seven).scores)


def test_the_estimator_that_was_given_stays_as_it_was():
    run(2)
    assert MODEL.random_state is None


def test_a_network_learns_otherwise_by_each_seed():
    signals = np.random.default_rng(0).standard_normal((12, 3, 64))
    X = Trials(signals, sfreq=64, metadata={"subject": np.repeat([1, 2, 3], 4)})
    settings = {"cv": LeaveOneGroupOut(), "seeds": 2, "logistic": False}
    result = evaluate(EEGNetClassifier(max_epochs=2), X, Y[:12], **settings)
    p = [rows["p(rest)"].to_numpy() for _, rows in result.predictions.groupby("seed")]
    assert np.abs(p[0] - p[1]).max() > 1e-4
    assert sorted(result.history["fold"].unique()) == [1, 2, 3, 4, 5, 6]
    assert sorted(result.history["seed"].unique()) == [0, 1]


def test_references_without_anything_random_run_once():
    result = run(3, references={"bayes": GaussianNB(), "line": LogisticRegression()})
    assert len(result.references["bayes"].folds) == 3 and result.references["bayes"].is_complete
    assert len(result.references["line"].folds) == 9 and result.references["line"].is_complete
    assert_allclose(
        result.differences().loc[("bayes", "accuracy"), "mean"],
        (result.scores - result.references["bayes"].scores)["accuracy"].mean(),
    )


def test_more_seeds_go_on_from_those_that_are_there(tmp_path):
    run(2, store=tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == 6
    first = run(3, store=tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == 9
    again = run(3, store=tmp_path)
    assert_frame_equal(again.predictions, first.predictions)
    assert_frame_equal(again.folds, first.folds)
    # The run by a seed is that of an estimator that has it.
    run(None, SGDClassifier(max_iter=5, tol=None, random_state=1), store=tmp_path)


def test_an_error_says_by_which_seed():
    class Fails(SGDClassifier):
        def fit(self, X, y):
            if self.random_state == 1:
                raise RuntimeError("no luck")
            return super().fit(X, y)

    with pytest.raises(EvaluationFailed, match=r"seed 1, fold 1, which tests .*no luck") as stop:
        run(2, Fails())
    assert len(stop.value.partial.folds) == 3 and not stop.value.partial.is_complete
    assert np.isfinite(stop.value.partial.metrics().loc["accuracy", "mean"])


@pytest.mark.parametrize("seeds", [0, -1, [], [1, 1], ["a"], "ab", 2.5, True, [-1], [None]])
def test_seeds_are_whole_numbers(seeds):
    with pytest.raises(ValueError, match="expected seeds as a number of runs"):
        run(seeds)


def test_seeds_of_what_is_never_random_are_refused():
    with pytest.raises(ValueError, match=r"expected an estimator with a random_state .*GaussianNB"):
        run(3, GaussianNB())


def test_a_search_chooses_by_each_seed():
    result = run(2, GridSearchCV(MODEL, {"alpha": [1e-4, 1.0]}, cv=3))
    assert result.choices["seed"].tolist() == [0, 0, 0, 1, 1, 1]
