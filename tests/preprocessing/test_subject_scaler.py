import tracemalloc

import numpy as np
import pytest
import sklearn
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_eeg.preprocessing import Flatten, SubjectScaler
from sklearn_eeg.trials import Trials

SUBJECTS = np.array(["a", "b", "a", "c", "b", "a"])
BANDS = {"delta": (1, 4), "theta": (4, 8), "alpha": (8, 13)}


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    return rng.standard_normal((6, 20, 4, 3)) * np.arange(1, 7)[:, None, None, None] + 5


def scale_by_scikit_learn(x):
    return StandardScaler().fit_transform(x.reshape(-1, x.shape[-2] * x.shape[-1])).reshape(x.shape)


def test_each_subject_is_scaled_as_by_a_standard_scaler_of_its_own(features):
    found = SubjectScaler(unknown="one").fit_transform(features, groups=SUBJECTS)
    for subject in "abc":
        rows = subject == SUBJECTS
        assert_allclose(found[rows], scale_by_scikit_learn(features[rows]), atol=1e-12)


def test_trials_carry_their_subjects(features):
    trials = Trials(features, bands=BANDS, metadata={"subject": SUBJECTS})
    found = SubjectScaler().fit_transform(trials)
    assert_array_equal(
        found.data, SubjectScaler(unknown="one").fit_transform(features, groups=SUBJECTS)
    )
    assert list(found.subject) == list(SUBJECTS)
    again = SubjectScaler().fit(trials).transform(trials, groups=SUBJECTS)
    assert_array_equal(again.data, found.data)


def test_without_subjects_all_are_one(features):
    found = SubjectScaler(unknown="one").fit_transform(features)
    assert_allclose(found, scale_by_scikit_learn(features), atol=1e-12)


def test_statistics_are_of_the_data_being_transformed(features):
    scaler = SubjectScaler(unknown="one").fit(features)
    other = 100 * features[:3] - 7
    assert_allclose(scaler.transform(other), scaler.transform(features[:3]), atol=1e-10)


def test_missing_windows_are_left_out_and_stay(features):
    padded = np.concatenate([features, np.full((6, 7, 4, 3), np.nan)], axis=1)
    padded[2, 3, 1] = np.nan
    found = SubjectScaler().fit_transform(padded, groups=SUBJECTS)
    assert_array_equal(np.isnan(found), np.isnan(padded))
    rows = SUBJECTS == "a"
    expected = (padded - np.nanmean(padded[rows], axis=(0, 1))) / np.nanstd(
        padded[rows], axis=(0, 1)
    )
    assert_allclose(found[rows], expected[rows], atol=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e6, 1e-300])
def test_a_constant_feature_becomes_zero(features, value):
    features[..., 2, 1] = value
    found = SubjectScaler(unknown="one").fit_transform(features)
    assert_array_equal(found[..., 2, 1], 0)
    assert np.isfinite(found).all()
    single = SubjectScaler(unknown="one").fit_transform(features.astype(np.float32))
    assert_array_equal(single[..., 2, 1], 0)


def test_a_channel_missing_in_a_subject_stays_missing_without_a_warning(features):
    features[0, :, 2] = np.nan
    found = SubjectScaler(unknown="one").fit_transform(features, groups=[1, 2, 2, 2, 2, 2])
    assert np.isnan(found[0, :, 2]).all()
    assert np.isnan(found).sum() == 20 * 3


def test_channels_of_signals():
    signals = np.random.default_rng(0).standard_normal((6, 3, 400)) * 20 + 3
    trials = Trials(signals, sfreq=100, metadata={"subject": SUBJECTS})
    found = SubjectScaler("channel").fit_transform(trials)
    for subject in "abc":
        own = found.data[subject == SUBJECTS]
        assert_allclose(own.mean(axis=(0, 2)), 0, atol=1e-12)
        assert_allclose(own.std(axis=(0, 2)), 1)
    with pytest.raises(ValueError, match="say per='channel' for signals"):
        SubjectScaler().fit(trials)


def test_ragged_equals_padded(features):
    lengths = [20, 5, 8, 20, 1, 13]
    ragged = [trial[:n] for trial, n in zip(features, lengths, strict=True)]
    padded = features.copy()
    for trial, n in zip(padded, lengths, strict=True):
        trial[n:] = np.nan
    expected = SubjectScaler().fit_transform(padded, groups=SUBJECTS)
    found = SubjectScaler().fit_transform(ragged, groups=SUBJECTS)
    for trial, whole, n in zip(found, expected, lengths, strict=True):
        assert_allclose(trial, whole[:n], atol=1e-12)


@settings(deadline=None, max_examples=30)
@given(gain=st.floats(1e-3, 1e3), offset=st.floats(-1e3, 1e3))
def test_gain_and_offset_of_a_subject_are_taken_out(gain, offset):
    x = np.random.default_rng(0).standard_normal((4, 10, 2, 3))
    moved = x.copy()
    moved[1] = moved[1] * gain + offset
    groups = [0, 1, 0, 2]
    expected = SubjectScaler().fit_transform(x, groups=groups)
    assert_allclose(SubjectScaler().fit_transform(moved, groups=groups), expected, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_give_tensors_of_the_same_numbers(features, dtype):
    features[1, 3] = np.nan
    tensor = torch.from_numpy(features).to(dtype)
    found = SubjectScaler().fit_transform(tensor, groups=SUBJECTS)
    assert found.dtype == dtype
    expected = SubjectScaler().fit_transform(tensor.numpy(), groups=SUBJECTS)
    assert_allclose(found.numpy(), expected, rtol=1e-6)
    listed = SubjectScaler().fit_transform(list(tensor), groups=SUBJECTS)
    assert_allclose(torch.stack(listed).numpy(), expected, rtol=1e-6)


@pytest.mark.gpu
def test_tensors_stay_on_their_device(features):
    tensor = torch.tensor(features, device="cuda")
    found = SubjectScaler().fit_transform(tensor, groups=SUBJECTS)
    assert found.is_cuda
    expected = SubjectScaler(unknown="one").fit_transform(features, groups=SUBJECTS)
    assert_allclose(found.cpu().numpy(), expected, atol=1e-12)


def test_memory_is_one_copy_and_a_few_blocks():
    x = np.random.default_rng(0).standard_normal((400, 60, 20, 5)).astype(np.float32)
    scaler = SubjectScaler(unknown="one").fit(x)
    groups = np.arange(400) % 3
    scaler.takes_groups_ = True
    tracemalloc.start()
    scaler.transform(x, groups=groups)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes + 12 * 2**20


def test_folds_of_trials_keep_their_subjects(features):
    trials = Trials(features, bands=BANDS, metadata={"subject": SUBJECTS})
    model = make_pipeline(SubjectScaler(), Flatten())
    expected = model.fit_transform(trials)
    for train, test in GroupKFold(3).split(trials, groups=trials.subject):
        found = model.fit(trials[train]).transform(trials[test])
        assert_allclose(found.data, expected.data[test], atol=1e-12)


def test_routing_that_loses_groups_is_refused(features):
    y = np.array([0, 1, 1, 0, 0, 1])
    with sklearn.config_context(enable_metadata_routing=True):
        scaler = SubjectScaler().set_fit_request(groups=True).set_transform_request(groups=True)
        model = make_pipeline(scaler, Flatten(), LogisticRegression())
        kwargs = {"params": {"groups": SUBJECTS}, "cv": GroupKFold(3)}
        assert (
            len(cross_validate(model, features, y, error_score="raise", **kwargs)["test_score"])
            == 3
        )
        with pytest.raises(ValueError, match="expected groups= as in fit, got none"):
            cross_val_predict(model, features, y, **kwargs)


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ([1, 2], "expected one group a trial, 6, got 2"),
        ([1, 1, 1, None, 2, 2], "expected the subject of every trial, got none for trial 3"),
        (list("aaabbb"), "part the trials otherwise"),
    ],
)
def test_groups_that_do_not_fit_are_refused(groups, sentence, features):
    trials = Trials(features, bands=BANDS, metadata={"subject": SUBJECTS})
    with pytest.raises(ValueError, match=f"SubjectScaler: .*{sentence}"):
        SubjectScaler().fit(trials, groups=groups)


def test_unknown_choices_are_refused(features):
    with pytest.raises(ValueError, match="expected per to be one of"):
        SubjectScaler("window").fit(features)
    with pytest.raises(ValueError, match="expected channels with per='channel', got maps"):
        SubjectScaler("channel").fit(np.zeros((2, 3, 4, 5, 6)))


def test_a_scaler_that_knows_no_subject_says_so(features):
    with pytest.warns(UserWarning, match="SubjectScaler: expected to know whose each of 6 trials"):
        SubjectScaler().fit_transform(features)
    with pytest.raises(ValueError, match="SubjectScaler: expected to know whose"):
        SubjectScaler(unknown="raise").fit_transform(features)
    alone = SubjectScaler(unknown="one").fit_transform(features)
    assert_array_equal(SubjectScaler().fit_transform(features, groups=[1] * 6), alone)


def test_groups_that_scikit_learn_keeps_from_a_step_do_not_pass_in_silence(features):
    y = np.array([0, 1, 1, 0, 0, 1])
    model = make_pipeline(SubjectScaler(), Flatten(), LogisticRegression())
    with pytest.warns(UserWarning, match="got neither Trials with a 'subject' column nor groups="):
        cross_validate(model, features, y, groups=SUBJECTS, cv=GroupKFold(3))


def test_what_was_fitted_on_subjects_takes_one_new_person_where_that_is_said(features):
    scaler = SubjectScaler(unknown="one")
    scaled = scaler.fit_transform(features, groups=SUBJECTS)
    assert_allclose(scaled, SubjectScaler().fit_transform(features, groups=SUBJECTS))
    expected = SubjectScaler().fit_transform(features, groups=np.ones(len(features)))
    assert_allclose(scaler.transform(features), expected)
    with pytest.raises(ValueError, match="expected groups= as in fit, got none"):
        SubjectScaler().fit(features, groups=SUBJECTS).transform(features)
