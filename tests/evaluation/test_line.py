"""Logistic regression on band features stands beside every model whose data say what they are."""

import json
import warnings

import mne
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials, recipes
from sklearn_eeg._commands import running
from sklearn_eeg.classifiers import ModuleClassifier, WindowedClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.evaluation import EvaluationFailed, _line, evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.preprocessing import SubjectScaler, Windower
from sklearn_eeg.report import describe_evaluation, render

SIGNALS, Y = make_emotion_trials(4, n_stimuli=3, duration=16.0, random_state=0)
FEATURES = DEExtractor(4.0).fit_transform(SIGNALS)
BAYES = WindowedClassifier(GaussianNB())
ON_SIGNALS = make_pipeline(DEExtractor(4.0), BAYES)
HOW = {"cv": 2, "confounds": False}


class Guess(ClassifierMixin, BaseEstimator):
    """Answers with the first label, whatever it is given."""

    def fit(self, X, y):
        self.classes_ = np.unique(y) if np.ndim(y) == 1 else np.array(y.columns)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


def beside(X, model=None, **settings):
    return evaluate(Guess() if model is None else model, X, Y, **HOW, **settings)


def steps(result):
    return [type(step).__name__ for _, step in result.references["logistic"].estimator.steps]


def test_it_is_the_recipe_evaluated_on_the_same_folds():
    result = beside(SIGNALS)
    alone = recipes.make("logistic", resample=128.0, scaling="training", random_state=0)
    expected = evaluate(alone, SIGNALS, Y, **HOW)
    assert_frame_equal(result.references["logistic"].scores, expected.scores)
    assert "Guess minus logistic, subject by subject" in repr(result)
    assert result.protocol["without_logistic"] is None


def test_it_is_the_line_of_the_command_line():
    from sklearn_eeg import __main__ as cli

    args = cli.make_parser().parse_args(["evaluate", "--model", "svm"])
    _, expected = running.make_with_line(args, SIGNALS, args.parser)
    result = beside(SIGNALS, make_pipeline(DEExtractor(4.0), SubjectScaler(), BAYES))
    assert repr(result.references["logistic"].estimator) == repr(expected["logistic"])


@pytest.mark.parametrize(
    ("X", "model", "expected"),
    [
        (SIGNALS, ON_SIGNALS, ["BandpassNotch", "DEExtractor", "ChannelScaler"]),
        (FEATURES, BAYES, ["ChannelScaler"]),
        (FEATURES, make_pipeline(SubjectScaler(), BAYES), ["SubjectScaler"]),
        (DEExtractor().fit_transform(SIGNALS), BAYES, ["ChannelScaler"]),
        (Windower(4.0).fit_transform(SIGNALS), None, ["BandpassNotch", "DEExtractor"]),
    ],
)
def test_it_takes_signals_and_band_features_and_scales_by_whom_the_model_may_see(
    X, model, expected
):
    found = steps(beside(X, model))
    assert found[: len(expected)] == expected and found[-1] == "WindowedClassifier"


def test_mne_epochs_have_one():
    info = mne.create_info(list(SIGNALS.ch_names), SIGNALS.sfreq, "eeg")
    epochs = mne.EpochsArray(np.asarray(SIGNALS.data) * 1e-6, info, verbose="error")
    epochs.metadata = pd.DataFrame({"subject": SIGNALS.subject})
    assert steps(beside(epochs)) == steps(beside(SIGNALS))


def test_gaps_and_lost_channels_are_mended_for_it():
    signals = SIGNALS.data.copy()
    signals[0, 3], signals[1], signals[2, :, 100:700] = np.nan, np.nan, np.nan
    found = steps(beside(SIGNALS.replace(data=signals)))
    assert found[:2] == ["GapInterpolator", "ChannelAligner"]


@pytest.mark.parametrize(
    ("X", "settings"),
    [
        (FEATURES.data, {"groups": FEATURES.subject}),
        (Trials(FEATURES.data[:, 0], metadata=FEATURES.metadata), {}),
        (
            Trials(
                FEATURES.data[:, 0, :, 0],
                features=[f"feature {i}" for i in range(19)],
                metadata=FEATURES.metadata,
            ),
            {},
        ),
        (SIGNALS, {"logistic": False}),
        (SIGNALS, {"model": recipes.make("logistic", window=8.0)}),
        (SIGNALS, {"references": {"mine": recipes.make("logistic", window=8.0)}}),
        (FEATURES, {"model": WindowedClassifier(LogisticRegression(max_iter=1000))}),
        (
            FEATURES,
            {"model": GridSearchCV(recipes.make("logistic", features=True), {}, cv=2)},
        ),
    ],
    ids=[
        "array",
        "no names",
        "other features",
        "unwanted",
        "itself",
        "a reference",
        "of features",
        "searched",
    ],
)
def test_without_names_or_beside_itself_there_is_none_and_nothing_is_said(X, settings):
    result = beside(X, **settings)
    assert "logistic" not in result.references and result.protocol["without_logistic"] is None
    assert "logistic:" not in repr(result)


@pytest.mark.parametrize("argument", ["logistic", "confounds"])
def test_a_word_is_no_truth_value(argument):
    with pytest.raises(TypeError, match=f"^evaluate: expected {argument} to be True or False"):
        evaluate(Guess(), SIGNALS, Y, **(HOW | {argument: "no"}))


def test_another_model_of_that_name_takes_its_place():
    result = beside(SIGNALS, references={"logistic": ON_SIGNALS})
    assert steps(result) == ["DEExtractor", "WindowedClassifier"]
    others = beside(SIGNALS, references={"bayes": ON_SIGNALS})
    assert list(others.references) == ["bayes", "logistic"]


RAGGED = SIGNALS.replace(data=[x[:, : 300 if i == 5 else None] for i, x in enumerate(SIGNALS.data)])


@pytest.mark.parametrize(
    ("X", "reason"),
    [
        (RAGGED, "trial 5 lasts 2.34 s, its windows 4 s"),
        (SIGNALS.replace(sfreq=60.0), "the signals, of 60 Hz, do not"),
        (Trials(SIGNALS.data, axes=SIGNALS.axes, metadata=SIGNALS.metadata), "their rate, sfreq="),
    ],
    ids=["short", "too high a band", "no rate"],
)
def test_where_there_cannot_be_one_a_sentence_says_why(X, reason):
    result = beside(X)
    assert result.references == {} and reason in result.protocol["without_logistic"]
    said = repr(result).splitlines()[-1]
    assert said.startswith("logistic: no logistic regression") and reason in said
    assert said.count(". ") <= said.count("0.") and said.endswith("make('logistic', …)}.")
    record = describe_evaluation(result)
    assert reason in json.loads(json.dumps(record))["protocol"]["without_logistic"]
    assert "no logistic regression on band features" in render(record)


@pytest.mark.parametrize(("sfreq", "edges"), [(100.0, (45.0, None)), (128.0, (60.0, 50.0))])
def test_slow_signals_are_filtered_where_there_is_room(sfreq, edges):
    line = beside(SIGNALS.replace(sfreq=sfreq)).references["logistic"].estimator
    assert (line[0].h_freq, line[0].notch) == edges


@pytest.mark.parametrize("ragged", [False, True])
def test_many_data_on_disk_are_not_read_for_it(ragged, tmp_path, monkeypatch):
    np.save(tmp_path / "signals.npy", SIGNALS.data)
    data = np.load(tmp_path / "signals.npy", mmap_mode="r")
    X = SIGNALS.replace(data=list(data) if ragged else data)
    assert "logistic" in beside(X).references
    monkeypatch.setattr(_line, "MOST_BYTES", 1000)
    assert "GiB of data lie on disk" in beside(X).protocol["without_logistic"]
    assert "logistic" in beside(SIGNALS).references


def test_what_it_cannot_learn_from_in_a_fold_does_not_fail_the_evaluation(tmp_path):
    holed = FEATURES.data.copy()
    holed[3, 0, 0, 0] = np.nan
    X = FEATURES.replace(data=holed)
    result = beside(X, store=tmp_path)
    assert result.is_complete and result.references == {}
    assert "WindowedClassifier: expected windows" in result.protocol["without_logistic"]
    assert beside(X, store=tmp_path).to_dict() == result.to_dict()
    asked = {"logistic": recipes.make("logistic", features=True)}
    with pytest.raises(EvaluationFailed, match="of the reference logistic"):
        beside(X, references=asked)


def test_its_warnings_are_not_the_models():
    short = SIGNALS.replace(data=SIGNALS.data[:, :, :600])
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        assert "logistic" in beside(short).references
    assert not heard


def test_a_model_that_uses_the_test_subjects_trials_has_one_that_does():
    from torch import nn

    class Flat(nn.Module):
        def __init__(self, n_channels, n_bands, n_outputs):
            super().__init__()
            self.head = nn.Linear(n_channels * n_bands, n_outputs)

        def forward(self, x):
            return self.head(x.flatten(1))

    settings = {"alignment": "mmd", "max_epochs": 1, "random_state": 0}
    model = ModuleClassifier(module=Flat, axes=("channel", "band"), **settings)
    result = beside(FEATURES, model, transductive=True, seeds=2)
    assert steps(result) == ["SubjectScaler", "WindowedClassifier"]
    line = result.references["logistic"]
    assert line.protocol["transductive"] is False and line.is_complete


def test_votes_are_its_labels():
    votes = pd.get_dummies(Y, dtype=float) * 2 + 1
    result = evaluate(Guess(), FEATURES, votes, **HOW)
    assert_frame_equal(
        result.references["logistic"].scores, beside(FEATURES).references["logistic"].scores
    )


def test_a_kept_evaluation_finds_it_again_and_two_processes_find_the_same(tmp_path):
    first = beside(FEATURES, store=tmp_path)
    again, two = beside(FEATURES, store=tmp_path), beside(FEATURES, n_jobs=2)
    assert first.to_dict() == again.to_dict() == two.to_dict()
