"""Objects of other libraries take what our steps give, by the ways that the guide names."""

import copy
import json
import os
import pickle
import subprocess
import sys
import textwrap
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mne_features.feature_extraction import FeatureExtractor
from numpy.testing import assert_allclose, assert_array_equal
from pyriemann.classification import MDM
from pyriemann.estimation import Covariances
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import WideDeepClassifier, WindowedClassifier
from sklearn_eeg.features import DEExtractor, FeatureStack
from sklearn_eeg.preprocessing import BandpassNotch, Flatten, Windower
from sklearn_eeg.trials import Unlabelled
from tests.test_docs import python_blocks

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "other_libraries.rst"
NAMES = ("Fz", "Cz", "Pz")


@pytest.fixture
def trials():
    """24 trials of four subjects; those of the second class are twice as loud."""
    y = np.tile([0, 1], 12)
    data = np.random.default_rng(0).standard_normal((24, 3, 512)) * (10 + 10 * y[:, None, None])
    metadata = {"subject": np.repeat(np.arange(4), 6)}
    return Trials(data, sfreq=128, ch_names=NAMES, metadata=metadata), y


def test_the_blocks_of_the_guide_run():
    assert len(python_blocks(PAGE.read_text(encoding="utf-8"))) == 10
    names = names_of_the_guide()
    assert isinstance(names["table"], pd.DataFrame) and type(names["array"]) is np.ndarray
    assert_allclose(names["shares"].sum(axis=1), 1)
    assert names["saliency"].shape == names["seen"].shape
    assert_array_equal(names["theirs"].subject, names["trials"].subject)
    assert_array_equal(names["adapted"].classes_, [0, 1])


def test_mne_features_indexes_trials_one_by_one(trials):
    X, _ = trials
    with warnings.catch_warnings():
        # Its own names of features will change.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = FeatureExtractor(128, ["variance"]).fit_transform(X)
    assert_allclose(found, X.data.var(axis=-1, ddof=1))


def test_pyriemann_behind_our_steps_is_pyriemann_on_their_output(trials):
    X, y = trials
    step = BandpassNotch(1, 40, method="iir")
    filtered = step.fit_transform(X).data
    expected = make_pipeline(Covariances("oas"), MDM()).fit(filtered, y).predict_proba(filtered)
    whole = make_pipeline(step, FunctionTransformer(np.asarray), Covariances("oas"), MDM())
    assert_array_equal(whole.fit(X, y).predict_proba(X), expected)


@pytest.mark.parametrize("already", [False, True])
def test_pyriemann_inside_windows_trains_on_all_of_them(trials, already):
    X, y = trials
    windows = Windower(1.0).fit_transform(X)
    covariances = Covariances("oas").fit_transform(windows.data.reshape(96, 3, 128))
    expected = MDM().fit(covariances, np.repeat(y, 4)).predict_proba(covariances)
    if already:
        given, inner = covariances.reshape(24, 4, 3, 3), MDM()
    else:
        given, inner = windows, make_pipeline(Covariances("oas"), MDM())
    model = WindowedClassifier(inner, flatten=False).fit(given, y)
    assert_allclose(model.predict_proba_windows(given), expected.reshape(24, 4, 2))
    assert_allclose(model.predict_proba(given), expected.reshape(24, 4, 2).mean(axis=1))
    with pytest.raises(TypeError, match="expected flatten to be True or False, got 'no'"):
        clone(model).set_params(flatten="no").fit(given, y)


def test_one_row_a_trial_is_a_table_where_one_is_asked_for(trials):
    X, y = trials
    rows = make_pipeline(DEExtractor(), Flatten())
    assert isinstance(rows.fit_transform(X), Trials)
    table = clone(rows).set_output(transform="pandas").fit_transform(X)
    assert_array_equal(table.to_numpy(), rows.transform(X).data)
    assert list(table) == list(rows.get_feature_names_out())
    model = make_pipeline(rows, StandardScaler(), LogisticRegression())
    model.set_output(transform="pandas").fit(X, y)
    assert model[-1].feature_names_in_[0] == "Fz_delta"
    # What has windows or channels is no table.
    windowed = DEExtractor(window=1.0).set_output(transform="pandas").fit_transform(X)
    assert isinstance(windowed, Trials)


def test_a_stack_of_features_works_whatever_table_is_asked_for(trials):
    X, _ = trials
    flat = make_pipeline(DEExtractor(), Flatten()).set_output(transform="pandas")
    stack = FeatureStack([("a", flat), ("b", flat)]).fit(X)
    assert stack.transform(X).shape == (24, 30)
    assert isinstance(stack.set_output(transform="pandas").transform(X), pd.DataFrame)


@pytest.mark.parametrize("rows", [0, slice(2, 5), [4, 1], np.arange(24) % 2 == 0])
@pytest.mark.parametrize("rest", [(...,), (slice(None),), (slice(None), slice(None))])
def test_trials_answer_to_the_index_of_an_array(trials, rows, rest):
    X, _ = trials
    found = X[(rows, *rest)]
    assert type(found) is (np.ndarray if isinstance(rows, int) else Trials)
    assert_array_equal(np.asarray(found), X.data[rows])


@pytest.mark.parametrize(
    "key", [(0, 0), (0, slice(1, 2)), (..., 0), (0, ..., ...), (0, *[slice(None)] * 3)]
)
def test_trials_have_no_index_of_other_axes(trials, key):
    with pytest.raises(IndexError, match="expected an index of trials alone"):
        trials[0][key]


@pytest.mark.parametrize(
    "twin", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_are_the_same_trials(trials, twin):
    X, _ = trials
    other = twin(X)
    assert other is not X
    assert_array_equal(other.data, X.data)
    assert_array_equal(other.subject, X.subject)
    assert (other.ch_names, other.axes, other.sfreq) == (X.ch_names, X.axes, X.sfreq)


@pytest.mark.parametrize(
    "join",
    [
        np.concatenate,
        np.vstack,
        lambda parts: np.concatenate(parts, axis=0),
        lambda parts: np.concatenate(parts, 0),
        lambda parts: np.concatenate([np.asarray(parts[0]), parts[1]]),
    ],
)
def test_numpy_does_not_join_trials(trials, join):
    with pytest.raises(TypeError, match=r"join them by Trials.concat\(\[...\]\)"):
        join([trials[0], trials[0]])


def test_numpy_reads_trials_as_their_array(trials):
    X, _ = trials
    assert np.shape(X) == X.shape and np.mean(X) == X.data.mean()
    assert_array_equal(np.concatenate([X, X], axis=1), np.concatenate([X.data, X.data], axis=1))
    assert_array_equal(np.isfinite(X), np.isfinite(X.data))
    flat = make_pipeline(DEExtractor(), Flatten())
    union = FeatureUnion([("a", flat), ("b", flat)]).fit_transform(X)
    assert_array_equal(union, np.hstack([flat.fit_transform(X).data] * 2))


def nameless_warnings(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [str(warning.message) for warning in caught]


def test_data_without_names_after_a_fit_with_names_are_told_once_a_call(trials):
    X, y = trials
    steps = [BandpassNotch(1, 40, method="iir", sfreq=128), DEExtractor(window=1.0, sfreq=128)]
    model = make_pipeline(*steps, WindowedClassifier()).fit(X, y)
    for call in (model.predict, model.predict_proba):
        (text,) = nameless_warnings(lambda call=call: call(X.data))
        assert text.startswith("BandpassNotch: expected channels named as in fit (Fz, …)")
        assert text.endswith("give Trials with ch_names=.")
    listed = nameless_warnings(lambda: model.predict(list(X.data)))
    assert len(listed) == 1
    assert nameless_warnings(lambda: model.predict(X)) == []
    assert nameless_warnings(lambda: clone(model).fit(X.data, y).predict(X.data)) == []


def test_names_given_as_an_argument_are_names(trials):
    X, _ = trials
    step = DEExtractor(sfreq=128).fit(X)
    assert len(nameless_warnings(lambda: step.transform(X.data))) == 1
    assert nameless_warnings(lambda: step.transform(X.replace(data=X.data + 1))) == []


@cache
def names_of_the_guide():
    """What the guide's page defines, run as it stands."""
    names = {"__name__": "guide"}
    for block in python_blocks(PAGE.read_text(encoding="utf-8")):
        exec(compile(block, PAGE.name, "exec"), names)
    return names


@pytest.fixture
def domains():
    """Rows of two sources and a target whose labels are masked, as skada packs them."""
    rng = np.random.default_rng(0)
    y, sample_domain = np.tile([0, 1], 30), np.repeat([1, 2, -3], 20)
    X = rng.normal(size=(60, 4)) + y[:, None] + 3 * (sample_domain < 0)[:, None]
    return X, np.where(sample_domain < 0, -1, y), sample_domain


@pytest.mark.parametrize("alignment", ["coral", "mmd", "dann"])
def test_domains_of_skada_are_people_and_a_target(domains, alignment):
    X, masked, sample_domain = domains
    settings = {"alignment": alignment, "max_epochs": 2, "random_state": 0}
    model = names_of_the_guide()["InDomains"](**settings)
    found = clone(model).fit(X, masked, sample_domain=sample_domain)
    assert_array_equal(found.classes_, [0, 1])
    assert_array_equal(found.domains_, [1, 2])
    sources, target = sample_domain > 0, Unlabelled(X[sample_domain < 0])
    people = Trials(X[sources], metadata={"subject": sample_domain[sources]})
    expected = WideDeepClassifier(**settings).fit(people, masked[sources], X_target=target)
    assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
    # Whatever masks them, nobody reads the labels of the target.
    for mask in (0, np.random.default_rng(1).permutation(60) % 2):
        other = clone(model).fit(X, np.where(sources, masked, mask), sample_domain=sample_domain)
        assert_array_equal(found.predict_proba(X), other.predict_proba(X))


def run_apart(code, tmp_path):
    """In a process of its own, for libraries that change settings of the whole process."""
    guide = "import tests.test_other_libraries as t; names = t.names_of_the_guide()\n"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", guide + textwrap.dedent(code), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.skipif(find_spec("skada") is None, reason="skada is not installed")
def test_a_network_in_a_pipeline_of_skada_splits_and_scores_as_its_own_do(tmp_path):
    found = run_apart(
        """
        import json
        import numpy as np
        from skada import CORALAdapter, make_da_pipeline
        from skada.datasets import make_shifted_datasets
        from skada.metrics import PredictionEntropyScorer, SupervisedScorer
        from skada.model_selection import DomainShuffleSplit, SourceTargetShuffleSplit
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import cross_validate
        from sklearn.preprocessing import StandardScaler

        made = make_shifted_datasets(20, 20, noise=0.1, random_state=0, return_dataset=True)
        X, y, domain = made.pack(as_sources=["s"], as_targets=["t"], mask_target_labels=True)
        truth = made.pack(as_sources=["s"], as_targets=["t"], mask_target_labels=False)[1]
        network = names["InDomains"](alignment="coral", max_epochs=20, lr=0.01, random_state=0)
        models = {
            "theirs": make_da_pipeline(StandardScaler(), CORALAdapter(), LogisticRegression()),
            "ours": make_da_pipeline(StandardScaler(), network),
        }
        found = {}
        for name, model in models.items():
            for cv in (DomainShuffleSplit(2, random_state=0), SourceTargetShuffleSplit(2)):
                params = {"sample_domain": domain, "target_labels": truth}
                run = {"cv": cv, "error_score": "raise"}
                scores = cross_validate(
                    model, X, y, params=params, scoring=SupervisedScorer(), **run
                )
                blind = cross_validate(
                    model,
                    X,
                    y,
                    params={"sample_domain": domain},
                    scoring=PredictionEntropyScorer(),
                    **run,
                )
                assert np.isfinite(blind["test_score"]).all()
                found.setdefault(name, []).extend(scores["test_score"].tolist())
        masked = models["ours"].fit(X, y, sample_domain=domain).predict_proba(X)
        told = models["ours"].fit(X, np.where(domain < 0, truth, y), sample_domain=domain)
        found["innocent"] = bool((masked == told.predict_proba(X)).all())
        print(json.dumps(found))
        """,
        tmp_path,
    )
    assert found["innocent"]
    assert np.mean(found["theirs"]) > 0.9 and np.mean(found["ours"]) > 0.8


@pytest.mark.skipif(find_spec("moabb") is None, reason="MOABB is not installed")
@pytest.mark.parametrize(("mode", "n_target"), [("full", 24), ("20p", 4)])
def test_moabb_hands_a_target_to_a_network(mode, n_target, tmp_path):
    found = run_apart(
        f"""
        import json
        import sys
        import sklearn
        from moabb.datasets.fake import FakeDataset
        from moabb.evaluations import CrossSubjectEvaluation
        from moabb.paradigms import LeftRightImagery
        from sklearn.pipeline import make_pipeline
        from sklearn_eeg import Trials
        from sklearn_eeg.features import DEExtractor

        targets = []

        class Telling(names["Adapting"]):
            def fit(self, X, y, X_target_unlabeled=None):
                targets.append(len(X_target_unlabeled))
                return super().fit(X, y, X_target_unlabeled)

        events = ["left_hand", "right_hand"]
        data = FakeDataset(events, n_sessions=1, n_runs=1, n_events=24, n_subjects=3, seed=0)
        paradigm = LeftRightImagery(fmin=4, fmax=40)
        X, y, metadata = paradigm.get_data(data)
        trials = Trials(X, sfreq=128, metadata=metadata)
        with sklearn.config_context(enable_metadata_routing=True):
            last = Telling(base_width=2, alignment="coral", max_epochs=1, random_state=0)
            last.set_fit_request(X_target_unlabeled=True)
            bands = {{"alpha": (8, 13), "beta": (13, 30)}}
            steps = [DEExtractor(window=0.5, bands=bands, sfreq=128), last]
            model = make_pipeline(*steps, transform_input=["X_target_unlabeled"])
        settings = {{"cs_mode": "train_and_target_unlabeled_{mode}", "overwrite": True}}
        run = CrossSubjectEvaluation(
            paradigm=paradigm, datasets=[data], hdf5_path=sys.argv[1], **settings
        )
        scores = run.process({{"ours": model}})["score"].tolist()
        people = sorted(map(str, set(trials.subject)))
        print(json.dumps({{"scores": scores, "targets": targets, "people": people}}))
        """,
        tmp_path,
    )
    assert len(found["scores"]) == 3 and np.isfinite(found["scores"]).all()
    assert found["targets"] == [n_target] * 3
    assert found["people"] == ["1", "2", "3"]
