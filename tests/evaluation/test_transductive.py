"""Test subjects' trials handed over without labels: what they may change, and what they may not."""

import json
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from torch import nn

from sklearn_eeg import evaluation
from sklearn_eeg.classifiers import (
    Aligned,
    BandPowerNetClassifier,
    ModuleClassifier,
    MSMDAClassifier,
    PRPLClassifier,
    RGNNClassifier,
    WindowedClassifier,
)
from sklearn_eeg.evaluation import compare
from sklearn_eeg.preprocessing import ChannelScaler, SubjectScaler
from sklearn_eeg.report import write_report
from sklearn_eeg.trials import Trials, Unlabelled

# The model alone: of a line beside it others tell.
evaluate = partial(evaluation.evaluate, logistic=False)


class Encoder(nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.encode = nn.Sequential(nn.Flatten(), nn.Linear(n_features, 4), nn.BatchNorm1d(4))
        self.head = nn.Linear(4, n_outputs)

    def forward(self, x):
        return self.head(self.encode(x))


FITTED = []


class Remembered:
    """Is kept once it is fitted."""

    def fit(self, X, y, *, sample_weight=None, groups=None, X_target=None):
        super().fit(X, y, sample_weight=sample_weight, groups=groups, X_target=X_target)
        FITTED.append((self, X, X_target))
        return self


class Kept(Remembered, ModuleClassifier):
    pass


class KeptNorm(Remembered, BandPowerNetClassifier):
    """With a norm of each person inside."""


small = partial(
    Kept, module=Encoder, alignment="coral", max_epochs=3, batch_size=12, lr=0.02, random_state=0
)
scaled_inside = partial(
    KeptNorm, transductive=True, alignment="coral", n_filters=2, max_epochs=2, random_state=0
)
ADAPTIVE = {
    **{name: small(alignment=name) for name in ("coral", "mmd", "dann", "adabn")},
    "MS-MDA": MSMDAClassifier(n_shared=(8, 8, 8), n_hidden=4, max_epochs=2, random_state=0),
    "PR-PL": PRPLClassifier(n_hidden=(8, 8), rank=4, max_epochs=2, random_state=0),
}
SCALED = {
    "scaled before": make_pipeline(SubjectScaler(), small()),
    "scaled inside": scaled_inside(),
}


@pytest.fixture(autouse=True)
def forget():
    FITTED.clear()


@pytest.fixture
def study():
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 24)
    subject = np.repeat([1, 2, 3, 4, 5, 6], 8)
    signals = rng.normal(size=(48, 3, 5)) + (y == "tense")[:, None, None]
    signals = signals * np.linspace(1, 3, 6)[subject - 1, None, None]
    # What tells the label stands in the metadata too, as in many data sets.
    metadata = {"subject": subject, "stimulus": y}
    return Trials(signals, axes=("channel", "band"), metadata=metadata), y


# Two of six subjects are tested, in one fold.
SPLIT = [(np.arange(32), np.arange(32, 48))]


def told_of(y, labels):
    """Labels of the training, and for those who are tested something else."""
    told = y.astype(object)
    rng = np.random.default_rng(1)
    told[32:] = {"noise": rng.permutation(y[32:]), "constant": "tense", "nothing": None}[labels]
    return told if labels == "nothing" else told.astype(str)


def by_hand(model, X, y, how):
    """Probabilities for the last two people by fits that were never given a label of theirs."""
    found = []
    for people in [(5, 6)] if how is True else [(5,), (6,)]:
        tested = X[np.isin(X.subject, people)]
        train, target, last = X[:32], tested, clone(model)
        if hasattr(model, "steps"):
            scaler, last = SubjectScaler(), clone(model[-1])
            train, target = scaler.fit_transform(train), scaler.transform(tested)
        last.fit(train, y, X_target=Unlabelled(target))
        found.append(last.predict_proba(target)[:, 1])
    return np.concatenate(found)


def weights(model):
    return [value.clone() for value in model.module_.state_dict().values()]


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


class TestInnocence:
    @pytest.mark.parametrize("name", ADAPTIVE)
    def test_labels_of_the_tested_change_no_prediction(self, study, name):
        X, y = study
        found = []
        for labels in ("true", "noise", "constant"):
            other = y.copy()
            other[32:] = {
                "true": y[32:],
                "noise": np.random.default_rng(1).permutation(y[32:]),
                "constant": "tense",
            }[labels]
            told = X.replace(metadata=X.metadata.assign(stimulus=other))
            found.append(evaluate(ADAPTIVE[name], told, other, cv=SPLIT, transductive=True))
        first = found[0].predictions.drop(columns="true")
        assert found[1].scores["accuracy"].tolist() != found[0].scores["accuracy"].tolist()
        for result in found[1:]:
            assert_frame_equal(result.predictions.drop(columns="true"), first)
            quiet = [table.drop(columns="dur") for table in (result.history, found[0].history)]
            assert_frame_equal(*quiet)

    @pytest.mark.parametrize("alignment", ["coral", "mmd", "dann", "adabn"])
    def test_labels_of_the_tested_change_no_weight(self, study, alignment):
        X, y = study
        other = y.copy()
        other[32:] = np.random.default_rng(1).permutation(y[32:])
        settings = {"validation": 0.25, "patience": 2, "lr_schedule": "plateau", "max_epochs": 6}
        for labels in (y, other):
            model = small(alignment=alignment, **settings)
            evaluate(model, X, labels, cv=SPLIT, transductive=True)
        (one, seen, target), (two, *_) = FITTED
        assert same(weights(one), weights(two))
        # Nor is there anything that could tell a label.
        assert list(target.trials.metadata) == ["subject"]
        # What chooses the epoch and lowers the rate are people of the training.
        held = seen.subject[one.validation_trials_]
        assert len(held) == 8 and set(held) < {1, 2, 3, 4}

    @pytest.mark.parametrize("labels", ["noise", "constant", "nothing"])
    @pytest.mark.parametrize("how", [True, "subject"])
    @pytest.mark.parametrize("kind", ["scaled before", "scaled inside"])
    def test_nor_where_each_person_is_scaled_by_their_own(self, kind, how, labels, study):
        X, y = study
        rng = np.random.default_rng(2)
        if kind == "scaled inside":
            X = X.replace(
                data=rng.normal(size=(48, 3, 128)) * X.data[..., :1], axes=None, sfreq=128
            )
        told = told_of(y, labels)
        known = X.replace(metadata=X.metadata.assign(stimulus=[str(label) for label in told]))
        truth = evaluate(SCALED[kind], X, y, cv=SPLIT, transductive=how)
        fitted = [weights(one) for one, *_ in FITTED]
        FITTED.clear()
        if labels == "nothing":
            found = by_hand(SCALED[kind], known, y[:32], how)
        else:
            result = evaluate(SCALED[kind], known, told, cv=SPLIT, transductive=how)
            found = result.predictions["p(tense)"]
        assert len(FITTED) == len(fitted) == (1 if how is True else 2)
        assert all(map(same, [weights(one) for one, *_ in FITTED], fitted))
        assert_array_equal(found, truth.predictions["p(tense)"])

    @pytest.mark.parametrize("alignment", ["coral", "mmd", "dann", "adabn"])
    def test_their_trials_do_change_it(self, study, alignment):
        X, y = study
        louder = X.data.copy()
        louder[32:] *= 3
        for trials in (X, X.replace(data=louder)):
            evaluate(small(alignment=alignment), trials, y, cv=SPLIT, transductive=True)
        assert not same(weights(FITTED[0][0]), weights(FITTED[1][0]))

    @pytest.mark.parametrize(
        "alignment",
        [None, Aligned("coral", between="sources"), "mldg"],
        ids=["none", "coral between sources", "mldg"],
    )
    def test_an_inductive_model_has_nothing_of_the_tested(self, study, alignment):
        X, y = study
        louder = X.data.copy()
        louder[32:] *= 100
        for trials in (X, X.replace(data=louder)):
            evaluate(small(alignment=alignment, validation=0.25), trials, y, cv=SPLIT)
        # Running statistics are among what is compared.
        assert same(weights(FITTED[0][0]), weights(FITTED[1][0]))

    def test_predicting_leaves_a_model_as_it_was(self, study):
        X, y = study
        model = small().fit(X[:32], y[:32], X_target=Unlabelled(X[32:]))
        before, answers = weights(model), model.predict_proba(X[32:])
        model.predict_proba(X.replace(data=100 * X.data))
        assert same(before, weights(model))
        assert_array_equal(model.predict_proba(X[32:]), answers)
        alone = np.concatenate([model.predict_proba(X[[row]]) for row in range(32, 48)])
        np.testing.assert_allclose(alone, answers, rtol=1e-5)

    def test_held_out_people_reach_no_batch_statistics(self, study):
        X, y = study
        # One epoch, so that there is nothing to choose.
        settings = {"alignment": None, "validation": 0.25, "max_epochs": 1}
        model = small(**settings).fit(X, y)
        louder = X.data.copy()
        louder[model.validation_trials_] *= 100
        assert same(weights(model), weights(small(**settings).fit(X.replace(data=louder), y)))


class TestPipelines:
    def test_steps_before_learn_from_the_training_alone(self, study, tmp_path):
        X, y = study
        scaler = ChannelScaler().fit(X[:32])
        by_hand = small().fit(
            scaler.transform(X[:32]), y[:32], X_target=Unlabelled(scaler.transform(X[32:]))
        )
        FITTED.clear()
        for memory in (None, str(tmp_path)):
            pipeline = make_pipeline(ChannelScaler(), small(), memory=memory)
            result = evaluate(pipeline, X, y, cv=SPLIT, transductive=True)
            (model, *_) = FITTED.pop()
            assert same(weights(model), weights(by_hand))
            assert_array_equal(
                result.predictions["p(tense)"],
                by_hand.predict_proba(scaler.transform(X[32:]))[:, 1],
            )

    def test_a_pipeline_in_a_pipeline_and_a_pipeline_of_one(self, study):
        X, y = study
        inner = make_pipeline(ChannelScaler(), make_pipeline(small()))
        evaluate(inner, X, y, cv=SPLIT, transductive=True)
        evaluate(make_pipeline(ChannelScaler(), small()), X, y, cv=SPLIT, transductive=True)
        assert same(weights(FITTED[0][0]), weights(FITTED[1][0]))

    def test_a_search_at_the_end_hands_it_on_whole(self, study):
        X, y = study
        search = GridSearchCV(small(), {"lr": [0.1, 0.01]}, cv=GroupKFold(2))
        evaluate(make_pipeline(ChannelScaler(), search), X, y, cv=SPLIT, transductive=True)
        sizes = [(len(seen), len(target.trials)) for _, seen, target in FITTED]
        assert sizes == [(16, 16)] * 4 + [(32, 16)]

    def test_one_subject_at_a_time_is_a_target_of_its_own(self, study):
        X, y = study
        result = evaluate(small(), X, y, cv=SPLIT, transductive="subject")
        assert [set(target.trials.subject) for *_, target in FITTED] == [{5}, {6}]
        assert [set(seen.subject) for _, seen, _ in FITTED] == [{1, 2, 3, 4}] * 2
        assert result.folds["test_subjects"].tolist() == [[5], [6]] and result.is_complete
        by_hand = [(np.arange(32), np.flatnonzero(X.subject == one)) for one in (5, 6)]
        expected = evaluate(small(), X, y, cv=by_hand, transductive=True)
        assert_frame_equal(result.predictions, expected.predictions)
        assert repr(result).startswith("1 splits as given, one subject at a time: 2 subjects")
        assert result.protocol["transductive"] is True

    def test_a_comparison_takes_one_subject_at_a_time(self, study):
        X, y = study
        models = {"line": WindowedClassifier(LogisticRegression()), "aligned": small()}
        result = compare(models, {"a": (X, y)}, seeds=1, cv=SPLIT, transductive="subject")
        assert result.summary()["transductive"].tolist() == [False, True]
        assert [len(target.trials) for *_, target in FITTED] == [8, 8]

    def test_a_baseline_or_reference_that_adapts_is_given_it_too(self, study):
        X, y = study
        evaluate(small(), X, y, cv=SPLIT, transductive=True, baseline=small(alignment="mmd"))
        assert [len(target.trials) for *_, target in FITTED] == [16, 16]
        evaluate(small(), X, y, cv=SPLIT, transductive=True, baseline=small(alignment=None))
        assert FITTED[-1][2] is None
        FITTED.clear()
        references = {"adapts": small(alignment="mmd"), "does not": small(alignment=None)}
        settings = {"transductive": True, "baseline": None, "references": references}
        result = evaluate(small(), X, y, cv=SPLIT, **settings)
        assert [target is None for *_, target in FITTED] == [False, False, True]
        told = [result.references[name].protocol["transductive"] for name in references]
        assert told == [True, False]


class TestTold:
    def test_the_result_says_so(self, study, tmp_path):
        X, y = study
        for transductive, alignment in ((True, "coral"), (False, None)):
            model = make_pipeline(ChannelScaler(), small(alignment=alignment))
            result = evaluate(model, X, y, cv=3, transductive=transductive)
            words = "transductive: trained on the test subjects' unlabelled trials too"
            assert (words in repr(result)) == transductive
            assert result.to_dict()["protocol"]["transductive"] is transductive
            folder = write_report(result, tmp_path / "report")
            manifest = json.loads((folder / "report.json").read_text())
            assert manifest["protocol"]["transductive"] is transductive
            page = (folder / "index.html").read_text()
            assert ("Kept was trained on the test subjects' trials too" in page) == transductive
            assert ("Inductive: no step uses" in page) != transductive

    def test_both_kinds_are_told_apart(self, study, tmp_path):
        X, y = study
        model = make_pipeline(SubjectScaler(), small())
        result = evaluate(model, X, y, cv=3, transductive=True)
        page = (write_report(result, tmp_path / "report") / "index.html").read_text()
        assert "Kept was trained on" in page and "SubjectScaler uses the test" in page

    def test_a_comparison_says_which(self, study, tmp_path):
        X, y = study
        line = WindowedClassifier(LogisticRegression())
        models = {"line": line, "aligned": small(), "alone": small(alignment=None)}
        settings = {"seeds": 1, "cv": 3, "folder": tmp_path}
        result = compare(models, {"simulated": (X, y)}, transductive=True, **settings)
        told = result.table()["target data"].to_dict()
        assert told == {"chance": "–", "majority": "–", "line": "–", "aligned": "transductive",
                        "alone": "–"}  # fmt: skip
        assert result.summary()["transductive"].tolist() == [False, True, False]
        n_fits = len(FITTED)
        again = compare(models, {"simulated": (X, y)}, transductive=True, **settings)
        assert again.table().equals(result.table()) and len(FITTED) == n_fits
        # What was run with a target is no result of a run without.
        del models["aligned"]
        plain = compare(models, {"simulated": (X, y)}, **settings)
        assert "target data" not in plain.table() and len(FITTED) == n_fits

    def test_a_comparison_says_whose_steps_look_at_the_test_subjects(self, study):
        X, y = study
        line = WindowedClassifier(LogisticRegression())
        models = {"scaled": make_pipeline(SubjectScaler(), line), "line": line}
        summary = compare(models, {"simulated": (X, y)}, seeds=1, cv=3).summary()
        assert summary.set_index("model")["transductive"].to_dict() == {
            "scaled": True,
            "line": False,
        }


class TestRefusals:
    @pytest.mark.parametrize(
        "model",
        [
            LogisticRegression(),
            make_pipeline(ChannelScaler(), WindowedClassifier()),
            small(alignment=None),
            small(alignment="mldg"),
            small(alignment=Aligned("coral", between="sources")),
            RGNNClassifier(node_dat=False),
            GridSearchCV(make_pipeline(ChannelScaler(), small()), {}),
            GridSearchCV(small(alignment=None), {}),
        ],
        ids=lambda model: type(model).__name__,
    )
    def test_who_has_no_use_for_a_target(self, study, model):
        with pytest.raises(ValueError, match="expected a network with an alignment to a target"):
            evaluate(model, *study, transductive=True)
        assert not FITTED

    @pytest.mark.parametrize("how", ["fold", "subjects", None, 2])
    def test_another_way_to_hand_it_over(self, study, how):
        with pytest.raises(ValueError, match="transductive to be True, False or 'subject'"):
            evaluate(small(), *study, transductive=how)
        with pytest.raises(ValueError, match="compare: expected transductive to be True, False"):
            compare({"line": LogisticRegression()}, {"a": study}, transductive=how)

    def test_an_alignment_to_a_target_without_one(self, study):
        with pytest.raises(Exception, match="evaluate with transductive=True"):
            evaluate(small(), *study, cv=3)

    def test_trials_that_are_marked_as_unlabelled(self, study):
        X, y = study
        marked = X.replace(metadata=X.metadata.assign(unlabelled=X.subject == 6))
        with pytest.raises(ValueError, match="evaluate: expected trials with labels, got 8 marked"):
            evaluate(small(), marked, y, transductive=True)
