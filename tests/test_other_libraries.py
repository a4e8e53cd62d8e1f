"""Objects of other libraries take what our steps give, by the ways that the guide names."""

import copy
import pickle
import warnings
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
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.features import DEExtractor, FeatureStack
from sklearn_eeg.preprocessing import BandpassNotch, Flatten, Windower
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
    blocks = python_blocks(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) == 8
    names = {"__name__": "guide"}
    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), names)
    assert isinstance(names["table"], pd.DataFrame) and type(names["array"]) is np.ndarray
    assert_allclose(names["shares"].sum(axis=1), 1)
    assert names["saliency"].shape == names["seen"].shape


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
