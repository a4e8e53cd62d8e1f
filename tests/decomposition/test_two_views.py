"""DCCA and BDAE on trials with a block of eye movements."""

import inspect
import pickle
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.cross_decomposition import CCA
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from skorch.callbacks import Callback

from sklearn_eeg import Trials, decomposition
from sklearn_eeg.classifiers import Runtime, WindowedClassifier
from sklearn_eeg.decomposition import BDAE, DCCA
from sklearn_eeg.montage import SEED_62
from sklearn_eeg.preprocessing import SubjectScaler
from tests.test_import import loaded_after

dcca = partial(DCCA, sizes=(12, 3), random_state=0)
bdae = partial(BDAE, sizes=(8, 6, 4), max_epochs=5, rbm_epochs=2, random_state=0)
MAKERS = pytest.mark.parametrize("make", [dcca, bdae], ids=["dcca", "bdae"])


@pytest.fixture(scope="module")
def data():
    """Windows of six subjects: three causes, one of them the label's, in both views."""
    rng = np.random.default_rng(0)
    y = np.tile(["calm", "tense"], 30)
    causes = rng.normal(size=(60, 8, 3))
    causes[..., 0] += 2.0 * (y == "tense")[:, None]
    eeg = causes @ rng.normal(size=(3, 20)) + rng.normal(size=(60, 8, 20))
    eye = causes @ rng.normal(size=(3, 7)) + rng.normal(size=(60, 8, 7))
    trials = Trials(
        eeg.reshape(60, 8, 4, 5),
        axes=("window", "channel", "band"),
        ch_names=("Fp1", "Fp2", "O1", "O2"),
        metadata={"subject": np.repeat(range(6), 10)},
        extra={"eye": eye},
    )
    return trials, y


@pytest.fixture
def rows(data):
    """The windows as rows of both views side by side."""
    trials, _ = data
    return np.hstack([trials.data.reshape(480, 20), trials.extra["eye"].reshape(480, 7)])


@MAKERS
def test_windows_come_out_as_features_of_the_same_trials(make, data):
    trials, _ = data
    out = make().fit(trials).transform(trials)
    assert out.axes == ("window", "feature")
    assert out.shape == (60, 8, 3 if make is dcca else 4)
    assert out.features == tuple(make().fit(trials).get_feature_names_out())
    assert out.ch_names is None
    assert_array_equal(out.subject, trials.subject)
    assert_array_equal(out.extra["eye"], trials.extra["eye"])


@MAKERS
def test_views_side_by_side_are_views_apart(make, data, rows):
    trials, _ = data
    flat = Trials(rows[:, :20], axes=("feature",), extra={"eye": rows[:, 20:]})
    expected = make().fit(flat).transform(flat).data
    assert_array_equal(make(split=20).fit_transform(rows), expected)
    assert_array_equal(make(split=20 / 27).fit_transform(rows), expected)
    assert_array_equal(make().fit_transform(trials).data.reshape(480, -1), expected)


@MAKERS
def test_rows_without_a_second_view_are_halved_and_that_is_said(make, rows):
    with pytest.warns(UserWarning, match=r"got rows of 27 features, whose halves are taken"):
        found = make().fit(rows)
    assert found.views_ == (14, 13)
    assert_array_equal(found.transform(rows), make(split=14).fit_transform(rows))


@MAKERS
def test_the_block_has_any_name_and_comes_in_any_order_of_trials(make, data):
    trials, _ = data
    expected = make().fit(trials).transform(trials)[::-1]
    renamed = trials.replace(extra={"gaze": trials.extra["eye"]})
    found = make(extra="gaze").fit(renamed).transform(renamed[::-1])
    assert_allclose(found.data, expected.data, rtol=1e-4, atol=1e-5)


@MAKERS
def test_trials_of_any_length_are_mapped_window_by_window(make, data):
    trials, _ = data
    model, lengths = make().fit(trials), [3, 8, 5]
    ragged = trials[:3].replace(
        data=[trials.data[i, :n] for i, n in enumerate(lengths)],
        extra={"eye": [trials.extra["eye"][i, :n] for i, n in enumerate(lengths)]},
    )
    expected = model.transform(trials[:3]).data
    for i, (found, n) in enumerate(zip(model.transform(ragged).data, lengths, strict=True)):
        assert_allclose(found, expected[i, :n], rtol=1e-4, atol=1e-5)


@MAKERS
def test_a_window_without_one_view_is_left_out(make, data):
    trials, _ = data
    eeg, eye = trials.data.copy(), trials.extra["eye"].copy()
    eeg[0, 2], eye[1, 3] = np.nan, np.nan
    model = make().fit(trials.replace(data=eeg, extra={"eye": eye}))
    out = model.transform(trials.replace(data=eeg, extra={"eye": eye})).data
    missing = np.zeros((60, 8), dtype=bool)
    missing[0, 2] = missing[1, 3] = True
    assert_array_equal(np.isnan(out).all(2), missing)
    assert_array_equal(np.isnan(out).any(2), missing)
    kept = np.hstack([x.reshape(480, -1)[~missing.ravel()] for x in (eeg, eye)])
    expected = make(split=20).fit_transform(kept)
    assert_allclose(out[~missing], expected, rtol=1e-4, atol=1e-5)


@MAKERS
def test_what_lacks_a_view_is_refused_in_a_sentence(make, data, rows):
    trials, _ = data
    name, eye = type(make()).__name__, trials.extra["eye"]
    fitted = make().fit(trials)
    spoilt, lost = eye.copy(), eye.copy()
    spoilt[5, 2, 3], lost[7] = np.inf, np.nan
    for extra, words in [
        ({}, r"the block 'eye' in extra, got \[\]; give Trials with extra="),
        ({"gaze": eye}, r"the block 'eye' in extra, got \['gaze'\]"),
        ({"eye": spoilt}, "finite numbers in extra.*part of trial 5"),
        ({"eye": lost}, "both views in a window of every trial.*throughout trial 7"),
        ({"eye": eye[:, :5]}, "a row of extra.* for each of 480 instances, got 300"),
        ({"eye": eye[..., 0]}, "of shape .* got no axis of features"),
        ({"eye": eye.astype(str)}, "numbers in extra.*, got <U"),
    ]:
        others = trials.replace(extra=extra)
        for act in (fitted.transform, make().fit):
            with pytest.raises(ValueError, match=f"^{name}: expected .*{words}"):
                act(others)
    with pytest.raises(ValueError, match=f"^{name}: expected 7 features .*as in fit, got 6"):
        fitted.transform(trials.replace(extra={"eye": eye[..., :6]}))
    with pytest.raises(ValueError, match=f"^{name}: expected one place for the second view"):
        make(split=3).fit(trials)
    with pytest.raises(ValueError, match=f"^{name}: expected features of both views"):
        make(split=27).fit(rows)
    with pytest.raises(ValueError, match=f"^{name}: expected signals|^{name}: expected features"):
        make().fit(Trials(np.zeros((4, 2, 50)), sfreq=100, extra={"eye": np.zeros((4, 2))}))


@MAKERS
@pytest.mark.parametrize("split", [0, 1.0, -3, "half", True])
def test_no_place_to_split_is_refused(make, split, rows):
    with pytest.raises(ValueError, match="expected split"):
        make(split=split).fit(rows)


@MAKERS
def test_copies_give_the_same(make, data):
    trials, _ = data
    model = make().fit(trials)
    expected = model.transform(trials).data
    for twin in (clone(model).fit(trials), pickle.loads(pickle.dumps(model))):
        assert_array_equal(twin.transform(trials).data, expected)
    smaller = trials.replace(extra={"eye": trials.extra["eye"][..., :3]})
    assert model.fit(smaller).views_ == (20, 3)


@MAKERS
def test_a_table_has_named_columns(make, rows):
    table = make(split=20).set_output(transform="pandas").fit_transform(rows)
    assert isinstance(table, pd.DataFrame)
    prefix = "dcca" if make is dcca else "bdae"
    assert table.columns[0] == f"{prefix}0"
    assert len(set(table.columns)) == table.shape[1]


@MAKERS
def test_a_training_goes_on_from_its_checkpoint(make, data, tmp_path):
    trials, _ = data
    whole = make(max_epochs=4).fit(trials).transform(trials).data
    runtime = Runtime(checkpoint=tmp_path)

    class Cut(Callback):
        def on_epoch_begin(self, net, **news):
            if len(net.history) == 3:
                raise TimeoutError

    with pytest.raises(TimeoutError):
        make(max_epochs=4, runtime=runtime, callbacks=[Cut()]).fit(trials)
    again = make(max_epochs=4, runtime=runtime).fit(trials)
    assert len(again.history_) == 4
    assert_array_equal(again.transform(trials).data, whole)


@MAKERS
def test_a_warm_start_needs_the_same_views(make, data):
    trials, _ = data
    model = make(runtime=Runtime(warm_start=True)).fit(trials).fit(trials)
    with pytest.raises(ValueError, match="expected data like those of the fit"):
        model.fit(trials.replace(extra={"eye": trials.extra["eye"][..., :3]}))


@MAKERS
def test_a_moving_average_knows_what_was_measured(make, data):
    trials, _ = data
    scale = make(ema=0.9).fit(trials).module_.standardise.scale
    torch.testing.assert_close(scale, make().fit(trials).module_.standardise.scale)


@MAKERS
@pytest.mark.parametrize("precision", ["float64", "bf16"])
def test_other_precisions_train(make, precision, data):
    trials, _ = data
    model = make(runtime=Runtime(precision=precision)).fit(trials)
    assert np.isfinite(model.transform(trials).data).all()


@MAKERS
def test_validation_holds_out_subjects(make, data):
    trials, _ = data
    model = make(validation=0.3, max_epochs=3).fit(trials)
    held = set(trials.subject[model.validation_trials_])
    assert len(held) == 2
    assert "valid_loss" in model.history_[-1]
    others = np.setdiff1d(np.arange(60), model.validation_trials_)
    alone = make(max_epochs=3).fit(trials[others]).module_.standardise.mean
    torch.testing.assert_close(model.module_.standardise.mean, alone)


@MAKERS
def test_a_linear_classifier_follows(make, data):
    trials, y = data
    model = make_pipeline(SubjectScaler(), make(), WindowedClassifier(LinearSVC(C=100, dual=False)))
    scores = cross_val_score(model, trials, y, groups=trials.subject, cv=GroupKFold(3))
    assert scores.mean() > 0.9


def test_settings_are_searched_in_a_pipeline(data):
    trials, y = data
    model = make_pipeline(dcca(max_epochs=1), WindowedClassifier())
    search = GridSearchCV(model, {"dcca__weight": [0.3, 0.7]}, cv=GroupKFold(2))
    assert set(search.fit(trials, y, groups=trials.subject).best_params_) == {"dcca__weight"}


def unseen_correlations(first, second, **settings):
    """Correlations of the variates of the rows that were not trained on."""
    X, variates = np.hstack([first, second]), []
    for weight in (0.0, 1.0):
        model = dcca(split=first.shape[1], weight=weight, **settings).fit(X[:2000])
        variates.append(model.transform(X[2000:]).T)
    return np.array([np.corrcoef(*pair)[0, 1] for pair in zip(*variates, strict=True)])


def test_causes_in_common_are_found():
    rng = np.random.default_rng(0)
    causes = rng.normal(size=(3000, 2))
    views = [causes @ rng.normal(size=(2, n)) + 0.3 * rng.normal(size=(3000, n)) for n in (8, 6)]
    assert (unseen_correlations(*views, sizes=(16, 2)) > 0.9).all()


def test_where_nothing_is_in_common_nothing_is_found():
    rng = np.random.default_rng(0)
    views = [rng.normal(size=(4000, n)) for n in (8, 6)]
    assert (np.abs(unseen_correlations(*views, sizes=(16, 2))) < 0.1).all()


def test_a_view_correlates_with_itself():
    x = np.random.default_rng(0).normal(size=(1000, 5))
    model = dcca(split=5, sizes=(3,), max_epochs=60, lr=0.01).fit(np.hstack([x, x]))
    assert (model.correlations_ > 0.99).all()


def test_linear_layers_find_what_linear_cca_finds(rows):
    first, second = rows[:, :20], rows[:, 20:]
    theirs = CCA(3, max_iter=10_000).fit(first, second).transform(first, second)
    expected = [np.corrcoef(*pair)[0, 1] for pair in zip(*(v.T for v in theirs), strict=True)]
    model = dcca(split=20, sizes=(3,), batch_size=480, max_epochs=300, lr=0.01).fit(rows)
    assert_allclose(model.correlations_, expected, atol=0.01)


def test_attention_needs_labels_and_learns_them(data):
    trials, y = data
    model = dcca(fusion="attention", max_epochs=20).fit(trials, y)
    assert_array_equal(model.classes_, ["calm", "tense"])
    fused = model.transform(trials)
    assert fused.shape == (60, 8, 3)
    assert WindowedClassifier().fit(fused, y).score(fused, y) > 0.9
    for target, words in [(None, "requires y"), (y[:5], "one target a trial"), (["a"] * 60, "two")]:
        with pytest.raises(ValueError, match=f"^DCCA: expected .*{words}"):
            dcca(fusion="attention").fit(trials, target)


def test_labels_change_nothing_but_attention(data):
    trials, y = data
    assert_array_equal(
        dcca().fit(trials, y).transform(trials), dcca().fit(trials).transform(trials)
    )


def test_batches_too_small_to_correlate_by_more_than_chance_are_told_of(data):
    with pytest.warns(UserWarning, match="more instances than 2 x 3 components, got 6"):
        dcca(batch_size=6, max_epochs=1).fit(data[0])


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("sizes", ()), ("sizes", (8, 0)), ("sizes", 20), ("sizes", "20"), ("fusion", "mean"),
        ("weight", 1.1), ("weight", -0.1), ("ridge", 0.0), ("cca_weight", -1), ("extra", None),
        ("lr", 0),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(setting, value, data):
    with pytest.raises(ValueError, match=f"^DCCA: expected .*{setting}"):
        DCCA(**{setting: value}).fit(data[0])


@pytest.mark.parametrize("sizes", [(8, 4), (8, 4, 0), 8])
def test_three_sizes_are_needed(sizes, data):
    with pytest.raises(ValueError, match=r"^BDAE: expected .*sizes"):
        BDAE(sizes=sizes).fit(data[0])


@pytest.mark.parametrize("model", [dcca(lr=1e38), bdae(lr=1e38), bdae(rbm_lr=1e30, rbm_epochs=5)])
def test_a_training_that_diverges_says_so(model, data):
    with pytest.raises(FloatingPointError, match="diverged"):
        model.fit(data[0])


@pytest.mark.parametrize("cls", [DCCA, BDAE])
def test_there_are_no_settings_for_targets(cls):
    arguments = set(inspect.signature(cls).parameters)
    assert len(arguments) <= 28
    assert not {"loss", "alignment", "augmentation"} & arguments
    assert list(inspect.signature(cls.fit).parameters) == ["self", "X", "y", "groups"]


def test_published_sizes_fit_a_cap_and_its_eye_tracker():
    rng = np.random.default_rng(0)
    trials = Trials(
        rng.normal(size=(110, 62, 5)),
        axes=("channel", "band"),
        ch_names=SEED_62,
        extra={"eye": rng.normal(size=(110, 33))},
    )
    model = DCCA(max_epochs=1, batch_size=110, random_state=0).fit(trials)
    assert sum(p.numel() for p in model.module_.parameters()) == 359_255
    assert model.transform(trials).shape == (110, 20)
    with pytest.raises(ValueError, match="channels in the order of fit"):
        model.transform(trials.replace(ch_names=SEED_62[::-1]))


def test_names_cost_no_torch():
    loaded = loaded_after("import sklearn_eeg.decomposition as d; dir(d)")
    assert not {"torch", "skorch", "sklearn", "numpy"} & loaded
    assert set(decomposition.__all__) == {"BDAE", "DCCA"}
