import inspect
import pickle
import time
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.utils import get_tags
from skorch.callbacks import (
    Checkpoint,
    EarlyStopping,
    EpochScoring,
    GradientNormClipping,
    LRScheduler,
    TrainEndCheckpoint,
)
from torch import nn

from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg.classifiers import (
    ModuleClassifier,
    NeuralClassifier,
    ResAttentioNetClassifier,
    Runtime,
)


class Linear(nn.Module):
    """A linear layer on a flat instance."""

    def __init__(self, n_features, n_outputs, n_windows=1):
        super().__init__()
        self.linear = nn.Linear(n_windows * n_features, n_outputs)

    def forward(self, x):
        return self.linear(x.flatten(1))


class Normed(nn.Module):
    """Batch normalisation, which fails on a batch of one row."""

    def __init__(self, n_windows, n_features, n_outputs):
        super().__init__()
        n = n_windows * n_features
        self.layers = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(n), nn.Linear(n, n_outputs))

    def forward(self, x):
        return self.layers(x)


DOUBLE = Runtime(precision="float64")
small = partial(ResAttentioNetClassifier, base_width=2, max_epochs=3, lr=0.01, random_state=0)
linear = partial(ModuleClassifier, module=Linear, max_epochs=20, lr=0.02, random_state=0)


def test_settings_are_flat_and_each_architecture_has_its_own_defaults():
    settings = inspect.signature(ResAttentioNetClassifier).parameters
    assert settings["lr"].default == 5e-5
    assert settings["label_smoothing"].default == 0.1
    assert inspect.signature(ModuleClassifier).parameters["lr"].default == 1e-3
    assert not any("__" in name for name in settings)
    kinds = {p.kind for p in settings.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


def test_the_base_is_abstract():
    with pytest.raises(TypeError, match="abstract"):
        NeuralClassifier()


def test_published_size_and_recipe():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 60, 62, 5)), np.array([0, 1, 2, 0, 1, 2])
    model = ResAttentioNetClassifier(max_epochs=1, random_state=0).fit(X, y)
    assert sum(p.numel() for p in model.module_.parameters()) == 359_811
    assert type(model.net_.optimizer_) is torch.optim.AdamW
    group = model.net_.optimizer_.param_groups[0]
    assert (group["lr"], group["weight_decay"]) == (5e-5, 1e-4)


def test_learns_and_predicts_labels_of_the_user(sequences):
    X, y = sequences
    model = small(base_width=4, dropout=0.1, max_epochs=40).fit(X, y)
    assert_array_equal(model.classes_, ["calm", "tense"])
    assert model.score(X, y) == 1
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("labels", [(3, 5), (False, True), ("a", "b"), (-1.0, 1.0)])
def test_any_type_of_label_gives_the_same_model(labels, sequences):
    X, y = sequences
    named = np.asarray(labels)[(y == "tense").astype(int)]
    model = small().fit(X, named)
    assert_array_equal(model.classes_, np.sort(labels))
    assert_array_equal(model.predict_proba(X), small().fit(X, y).predict_proba(X))


def test_two_fits_are_bit_equal_and_leave_global_state(sequences):
    X, y = sequences
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    n_threads = torch.get_num_threads()
    first, second = small().fit(X, y), small().fit(X, y)
    for one, other in zip(first.module_.parameters(), second.module_.parameters(), strict=True):
        assert torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert_array_equal(np.random.get_state()[1], numpy_state)  # noqa: NPY002
    assert torch.get_num_threads() == n_threads
    other_seed = small(random_state=1).fit(X, y).predict_proba(X)
    assert np.abs(first.predict_proba(X) - other_seed).max() > 1e-4


def test_threads_come_back_after_an_error(sequences):
    X, y = sequences
    before = torch.get_num_threads()

    def fail(logits, target):
        assert torch.get_num_threads() == before + 1
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        small(runtime=Runtime(n_threads=before + 1), loss=fail).fit(X, y)
    assert torch.get_num_threads() == before


def test_pickle_clone_and_refit_on_another_shape(sequences):
    X, y = sequences
    model = small().fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "net_")
    narrow, flat = X.data[:, :3, :2], X.data[:, 0, 0]
    assert model.fit(narrow, y).predict(narrow).shape == (24,)
    assert model.fit(flat, y).predict(flat).shape == (24,)


def test_votes_train_by_divergence_and_columns_name_the_classes(sequences):
    X, y = sequences
    votes = np.where((y == "tense")[:, None], [1, 9], [6, 2])
    frame = pd.DataFrame(votes, columns=["lpd", "gpd"])
    model = linear(max_epochs=300, lr=0.05).fit(np.ones_like(X.data), frame)
    assert_array_equal(model.classes_, ["lpd", "gpd"])
    # Nothing to see in constant data: the best answer is the mean of the shares.
    assert_allclose(model.predict_proba(np.ones_like(X.data))[0], [0.425, 0.575], atol=0.01)
    shares = votes / votes.sum(axis=1, keepdims=True)
    assert_array_equal(
        linear().fit(X, shares * 7).predict_proba(X), linear().fit(X, shares).predict_proba(X)
    )


def test_one_hot_votes_equal_labels(sequences):
    X, y = sequences
    votes = (y[:, None] == ["calm", "tense"]).astype(int)
    by_votes = linear(loss="cross_entropy").fit(X, votes).predict_proba(X)
    assert_allclose(by_votes, linear().fit(X, y).predict_proba(X), rtol=1e-4)


def test_whole_weights_are_copies(sequences):
    X, y = sequences
    weight = np.arange(24) % 3
    make = partial(linear, batch_size=100, runtime=DOUBLE, loss="cross_entropy")
    weighted = make().fit(X, y, sample_weight=weight).predict_proba(X)
    copied = make().fit(X.data.repeat(weight, axis=0), y.repeat(weight)).predict_proba(X.data)
    assert_allclose(weighted, copied, rtol=1e-9)


def test_of_copies_an_epoch_sees_one(sequences):
    X, y = sequences
    make = partial(linear, batch_size=1000, runtime=DOUBLE)
    rows = np.repeat(np.arange(24), 1 + np.arange(24) % 3)
    copies = X[rows].replace(metadata=X.metadata.iloc[rows].assign(copy_of=rows))
    plain = make().fit(X, y)
    model = make().fit(copies, y[rows])
    assert model.n_steps_ == plain.n_steps_ == 20
    assert_allclose(model.predict_proba(X), plain.predict_proba(X), rtol=1e-9)


def test_a_copy_is_drawn_anew_in_each_epoch_and_by_the_random_state(sequences):
    X, y = sequences
    X = X.replace(metadata=X.metadata.assign(copy_of=np.arange(24) // 2))
    y = np.repeat(y[:12], 2)
    make = partial(linear, batch_size=100)
    one, same, other = make().fit(X, y), make().fit(X, y), make(random_state=1).fit(X, y)
    assert one.n_steps_ == 20
    assert_array_equal(one.predict_proba(X), same.predict_proba(X))
    assert np.abs(one.predict_proba(X) - other.predict_proba(X)).max() > 1e-3


def test_a_trial_that_is_said_to_be_no_copy_is_seen(sequences):
    X, y = sequences
    make = partial(linear, batch_size=1000, runtime=DOUBLE)
    # Of two that are copies of each other, which are the same trial.
    rows = np.concatenate([np.arange(24), [5]])
    origin = np.where(rows == 5, "five", None)
    marked = X[rows].replace(metadata=X.metadata.iloc[rows].assign(copy_of=origin))
    plain = make().fit(X, y).predict_proba(X)
    assert_allclose(make().fit(marked, y[rows]).predict_proba(X), plain, rtol=1e-9)


def test_where_copies_are_known_whole_weights_multiply_the_loss(sequences):
    X, y = sequences
    weight = 1.0 + np.arange(24) % 3
    make = partial(linear, batch_size=100, runtime=DOUBLE)
    marked = X.replace(metadata=X.metadata.assign(copy_of=np.arange(24)))
    whole = make().fit(marked, y, sample_weight=4 * weight)
    broken = make().fit(X, y, sample_weight=weight / 4)
    assert_allclose(whole.predict_proba(X), broken.predict_proba(X), rtol=1e-9)


def test_broken_weights_multiply_the_loss(sequences):
    X, y = sequences
    weight = np.where(np.arange(24) % 3 == 0, 0.5, 1.0)
    make = partial(linear, batch_size=100, runtime=DOUBLE)
    broken = make().fit(X, y, sample_weight=weight).predict_proba(X)
    whole = make().fit(X, y, sample_weight=2 * weight).predict_proba(X)
    assert_allclose(broken, whole, rtol=1e-9)


def test_weights_that_would_copy_too_much_multiply_the_loss(sequences):
    X, y = sequences
    weight = np.where(np.arange(24) == 3, 2e9, 1.0)
    make = partial(linear, batch_size=100, runtime=DOUBLE, max_epochs=2)
    start = time.perf_counter()
    whole = make().fit(X, y, sample_weight=weight).predict_proba(X)
    assert time.perf_counter() - start < 5
    assert_allclose(whole, make().fit(X, y, sample_weight=weight / 4).predict_proba(X), rtol=1e-9)


@pytest.mark.parametrize("as_frame", [False, True])
def test_a_column_of_labels_is_labels(as_frame, sequences):
    X, y = sequences
    column = pd.DataFrame({"mood": y}) if as_frame else y[:, None]
    with pytest.warns(DataConversionWarning):
        model = linear().fit(X, column)
    assert_array_equal(model.classes_, ["calm", "tense"])
    assert model.score(X, column) == model.score(X, y) == 1


def test_the_score_of_votes_is_the_share_of_the_most_voted(sequences):
    X, y = sequences
    votes = pd.DataFrame({"calm": 3 + 4 * (y == "calm"), "tense": np.full(24, 5)})
    model = linear().fit(X, votes)
    assert model.score(X, votes) == model.score(X, y) == 1
    assert model.score(X, votes[["tense", "calm"]]) == 1
    assert linear().fit(X, votes.to_numpy()).score(X, votes.to_numpy()) == 1
    grid = GridSearchCV(linear(), {"lr": [0.02]}, cv=2).fit(X, votes)
    assert np.isfinite(grid.cv_results_["mean_test_score"]).all()


def test_class_weights_may_name_classes_that_a_fold_lacks(sequences):
    X, y = sequences
    named = linear(class_weight={"calm": 1.0, "tense": 2.0, "glad": 3.0}).fit(X, y)
    expected = linear(class_weight={"calm": 1.0, "tense": 2.0}).fit(X, y)
    assert_array_equal(named.predict_proba(X), expected.predict_proba(X))


def test_a_class_of_no_mass_has_no_weight(sequences):
    X, _ = sequences
    y = np.tile([0, 1, 2, 0], 6)
    settings = {"class_weight": "balanced", "label_smoothing": 0.1}
    for loss in ("cross_entropy", "kl"):
        model = linear(loss=loss, **settings).fit(X, y, sample_weight=(y != 2) * 1.0)
        assert 0 < model.history_[0]["train_loss"] < 2


def test_balanced_classes_undo_the_prior():
    X = np.ones((40, 3))
    y = np.repeat([0, 1], [36, 4])
    plain = linear(max_epochs=200, lr=0.05).fit(X, y).predict_proba(X)[0, 1]
    balanced = linear(max_epochs=200, lr=0.05, class_weight="balanced", batch_size=40)
    named = linear(max_epochs=200, lr=0.05, class_weight={1: 9.0}, batch_size=40)
    assert_allclose(plain, 0.1, atol=0.02)
    assert_allclose(balanced.fit(X, y).predict_proba(X)[0, 1], 0.5, atol=0.01)
    assert_allclose(named.fit(X, y).predict_proba(X)[0, 1], 0.5, atol=0.01)


def test_a_table_of_label_smoothing_is_what_constant_data_predict():
    X, y = np.ones((40, 3)), np.repeat([0, 1], 20)
    table = [[0.9, 0.1], [0.4, 0.6]]
    model = linear(label_smoothing=table, max_epochs=300, lr=0.05, batch_size=40).fit(X, y)
    assert_allclose(model.predict_proba(X)[0], [0.65, 0.35], atol=0.01)
    for wrong in (np.eye(3), [[1, 1], [0, 1]], [[2, -1], [0, 1]], [[np.nan, 1], [0, 1]]):
        with pytest.raises(ValueError, match=r"label_smoothing as a table \(2, 2\) of shares"):
            linear(label_smoothing=wrong).fit(X, y)


def test_windows_train_with_their_trials_label_and_are_averaged(sequences):
    X, y = sequences
    model = linear(axes=("channel", "band"), runtime=Runtime(n_threads=None)).fit(X, y)
    windows, owner = X.data.reshape(-1, 4, 5), np.repeat(np.arange(24), 6)
    flat = linear(axes=("channel", "band")).fit(windows, y[owner])
    by_window = flat.predict_proba(windows).reshape(24, 6, 2)
    assert_allclose(model.predict_proba(X), by_window.mean(axis=1), rtol=1e-6)


def test_missing_windows_train_nothing_and_have_no_say(sequences):
    X, y = sequences
    lengths = 3 + np.arange(24) % 4
    padded = X.data.copy()
    for trial, n in zip(padded, lengths, strict=True):
        trial[n:] = np.nan
    ragged = X.replace(data=[t[:n] for t, n in zip(X.data, lengths, strict=True)])
    model = linear(axes=("channel", "band")).fit(padded, y)
    assert_array_equal(
        model.predict_proba(padded),
        linear(axes=("channel", "band")).fit(ragged, y).predict_proba(ragged),
    )


def test_ragged_sequences_equal_padded_ones(sequences):
    X, y = sequences
    lengths = 3 + np.arange(24) % 4
    padded = X.data.copy()
    for trial, n in zip(padded, lengths, strict=True):
        trial[n:] = np.nan
    ragged = X.replace(data=[t[:n] for t, n in zip(X.data, lengths, strict=True)])
    expected = small().fit(padded, y).predict_proba(padded)
    assert_array_equal(small().fit(ragged, y).predict_proba(ragged), expected)


def test_more_missing_windows_change_nothing(sequences):
    X, y = sequences
    model = small().fit(X, y)
    longer = X.replace(data=np.concatenate([X.data, np.full_like(X.data, np.nan)], axis=1))
    assert_allclose(model.predict_proba(longer), model.predict_proba(X), rtol=1e-5)


def test_a_last_batch_of_one_joins_the_one_before(sequences):
    X, y = sequences
    model = ModuleClassifier(module=Normed, batch_size=23, max_epochs=2, random_state=0)
    assert model.fit(X, y).n_iter_ == 2


def test_fewer_trials_than_a_batch_are_trained_on(sequences):
    X, y = sequences
    model = linear(batch_size=500).fit(X, y)
    losses = model.history_[:, "train_loss"]
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("known_by", ["trials", "groups"])
def test_validation_holds_out_whole_subjects(known_by, sequences):
    X, y = sequences
    groups = None if known_by == "trials" else X.subject
    data = X if known_by == "trials" else X.data
    model = linear(validation=0.25, patience=5, max_epochs=200)
    model.fit(data, y, groups=groups)
    held = model.validation_trials_
    assert len(held) == 6
    assert len(set(X.subject[held])) == 1
    assert "valid_acc" in model.history_[-1]


def test_best_epoch_is_kept_and_patience_ends(sequences):
    X, y = sequences
    model = linear(validation=0.25, patience=4, max_epochs=500, lr=0.1).fit(X, np.roll(y, 7))
    losses = model.history_[:, "valid_loss"]
    assert model.best_epoch_ == 1 + int(np.argmin(losses))
    assert model.n_iter_ == model.best_epoch_ + 4
    held = model.validation_trials_
    probabilities = model.predict_proba(X[held])[np.arange(6), (np.roll(y, 7)[held] == "tense") * 1]
    assert_allclose(-np.log(probabilities).mean(), min(losses), rtol=1e-5)


def test_without_subjects_trials_are_held_out_and_that_is_said(sequences):
    X, y = sequences
    with pytest.warns(UserWarning, match="Classifier: expected to know whose each trial is"):
        model = linear(validation=0.5).fit(X.data, y)
    assert len(model.validation_trials_) == 12


def test_skorch_callbacks_work(sequences):
    X, y = sequences
    callbacks = [
        EpochScoring("accuracy", name="ours", lower_is_better=False, on_train=True),
        EpochScoring("accuracy", name="slow", lower_is_better=False, use_caching=False),
        ("stop", EarlyStopping("train_loss", patience=3, threshold=0.9)),
        LRScheduler("StepLR", step_size=1),
        GradientNormClipping(1.0),
    ]
    model = linear(callbacks=callbacks, validation=0.25, max_epochs=50).fit(X, y)
    assert model.n_iter_ < 50
    assert not model.interrupted_
    assert_allclose(model.history_[:, "ours"], model.history_[:, "train_acc"], atol=0.3)
    assert_allclose(model.history_[:, "slow"], model.history_[:, "valid_acc"])
    assert pickle.loads(pickle.dumps(model)).history_ == model.history_


def test_callbacks_that_save_find_what_they_save(sequences, tmp_path):
    X, y = sequences
    callbacks = [
        Checkpoint(dirname=tmp_path / "best"),
        TrainEndCheckpoint(dirname=tmp_path / "last"),
    ]
    model = linear(callbacks=callbacks, validation=0.25, max_epochs=5).fit(X, y)
    for name in ("best/params.pt", "last/train_end_params.pt"):
        saved = torch.load(tmp_path / name, weights_only=True)
        for ours, theirs in zip(model.module_.state_dict().values(), saved.values(), strict=True):
            assert torch.equal(ours, theirs)


def test_scorers_of_callbacks_get_probabilities(sequences):
    X, y = sequences
    scoring = ["roc_auc", "neg_log_loss", "accuracy"]
    callbacks = [
        EpochScoring(score, name=f"{score}_{cached}", lower_is_better=False, use_caching=cached)
        for score in scoring
        for cached in (True, False)
    ]
    model = linear(callbacks=callbacks, validation=0.25, max_epochs=5).fit(X, np.roll(y, 3))
    held = model.validation_trials_
    p, truth = model.predict_proba(X[held]), np.roll(y, 3)[held] == "tense"
    last = model.history_[model.best_epoch_ - 1]
    for cached in (True, False):
        assert_allclose(last[f"roc_auc_{cached}"], roc_auc_score(truth, p[:, 1]))
        assert_allclose(last[f"neg_log_loss_{cached}"], -log_loss(truth, p), rtol=1e-5)
        assert_allclose(last[f"accuracy_{cached}"], last["valid_acc"])
    assert_allclose(model.net_.predict_proba(X.data), model.predict_proba(X), rtol=1e-6)


def test_callbacks_of_the_user_stay_as_they_were(sequences):
    X, y = sequences
    scoring = EpochScoring("accuracy", name="ours", lower_is_better=False)
    before = vars(scoring).copy()
    model = linear(callbacks=[scoring], validation=0.25).fit(X, y)
    assert model.callbacks[0] is scoring
    assert vars(scoring) == before


def test_settings_that_name_optimizers(sequences):
    X, y = sequences
    by_name = linear(optimizer="SGD").fit(X, y).predict_proba(X)
    by_class = linear(optimizer=torch.optim.SGD).fit(X, y).predict_proba(X)
    momentum = linear(optimizer=partial(torch.optim.SGD, momentum=0.9)).fit(X, y)
    assert_array_equal(by_name, by_class)
    assert momentum.net_.optimizer_.param_groups[0]["momentum"] == 0.9


def test_single_precision_input_trains_the_same_model(sequences):
    X, y = sequences
    double = X.data.astype(np.float64)
    assert_array_equal(
        small().fit(X.data, y).predict_proba(X.data), small().fit(double, y).predict_proba(double)
    )


def test_tags_say_who_masks():
    assert get_tags(small()).input_tags.allow_nan
    assert not get_tags(linear()).input_tags.allow_nan


def test_warm_start_goes_on(sequences):
    X, y = sequences
    model = linear(runtime=Runtime(warm_start=True), max_epochs=5).fit(X, y)
    first = model.history_[-1]["train_loss"]
    model.fit(X, y)
    assert model.history_[0]["train_loss"] < first
    with pytest.raises(ValueError, match="set warm_start=False"):
        model.fit(X.data[:, :2], y)


def test_verbose_says_nothing_where_no_terminal_is(sequences, capsys):
    X, y = sequences
    model = linear(verbose=1, max_epochs=2).fit(X, y)
    assert capsys.readouterr() == ("", "")
    pickle.dumps(model)
    linear(verbose=2, max_epochs=2).fit(X, y)
    assert "train_loss" in capsys.readouterr().out


class TestRefusals:
    def test_other_channels(self, sequences):
        X, y = sequences
        model = small().fit(X, y)
        fewer = X.replace(data=X.data[:, :, 1:3], ch_names=["Fp2", "O1"])
        sentence = (
            "ResAttentioNetClassifier: expected 4 channels as in fit, got 2 .missing Fp1, O2."
        )
        with pytest.raises(ValueError, match=sentence):
            model.predict(fewer)

    @pytest.mark.parametrize("value", [np.inf, -np.inf])
    def test_infinity(self, value, sequences):
        X, y = sequences
        X.data[3, 0, 0, 0] = value
        with pytest.raises(ValueError, match="ResAttentioNetClassifier: expected finite values"):
            small().fit(X, y)

    def test_nan_in_part_of_a_window_that_is_not_masked(self, sequences):
        X, y = sequences
        X.data[3, 0, 0, 0] = np.nan
        with pytest.raises(ValueError, match="contains NaN in a part of trial 3"):
            linear(axes=("channel", "band")).fit(X, y)
        assert small().fit(X, y).predict(X).shape == (24,)

    def test_huge_values_are_no_nan(self, sequences):
        X, _ = sequences
        X.data[3, :, 0] = np.finfo(np.float32).max
        X.data[3, :, 1] = -np.finfo(np.float32).max
        instances = cut_trials(X, windowed=True, masks=False)
        assert len(instances.rows) == 24 * 6
        assert not instances.has_nan

    def test_a_trial_of_nothing(self, sequences):
        X, y = sequences
        X.data[5] = np.nan
        with pytest.raises(ValueError, match="NaN and nothing else in trial 5"):
            linear(axes=("channel", "band")).fit(X, y)

    def test_signals_where_features_are_meant(self, sequences):
        X, y = sequences
        signals = X.replace(data=X.data[:, 0], axes=("channel", "time"), bands=None, sfreq=100)
        with pytest.raises(
            ValueError, match=r"expected features, .*got .trial, channel, time.; put a step"
        ):
            small().fit(signals, y)

    def test_labels_that_do_not_line_up(self, sequences):
        X, y = sequences
        with pytest.raises(ValueError, match="expected one target a trial, 24, got y of shape"):
            small().fit(X, y[:-1])

    def test_one_class(self, sequences):
        X, _ = sequences
        with pytest.raises(ValueError, match=r"at least two classes, got one class .*'calm'"):
            small().fit(X, np.full(24, "calm"))

    def test_one_subject(self, sequences):
        X, y = sequences
        with pytest.raises(ValueError, match=r"at least two subjects .* got one .ann."):
            small(validation=0.2).fit(X.data, y, groups=np.full(24, "ann"))

    def test_a_class_that_only_one_subject_has(self, sequences):
        X, _ = sequences
        y = (X.subject == "ann").astype(int)
        y[X.subject == "ben"] = 2
        with pytest.raises(ValueError, match="expected every class to stay in training"):
            small(validation=0.75).fit(X, y)

    def test_votes_that_are_none(self, sequences):
        X, _ = sequences
        with pytest.raises(ValueError, match="got Unknown label type: no vote"):
            small().fit(X, np.zeros((24, 3)))
        with pytest.raises(ValueError, match="got Unknown label type: negative votes"):
            small().fit(X, np.full((24, 2), [-1, 3]))

    @pytest.mark.parametrize(
        ("setting", "sentence"),
        [
            ({"max_epochs": 0}, "max_epochs to be a whole number, 1 or more, got 0"),
            ({"lr": -1.0}, "lr to be a finite number, above 0, got -1.0"),
            ({"optimizer": "adamm"}, "optimizer to be one of .*, got 'adamm'"),
            ({"lr_schedule": "step"}, "lr_schedule to be one of .*, got 'step'"),
            ({"loss": "l2"}, "loss to be one of .*, got 'l2'"),
            ({"runtime": Runtime(precision="float16")}, "precision to be one of .*, got 'float16'"),
            ({"monitor": "loss"}, "monitor to be one of .*, got 'loss'"),
            ({"ema": 1.0}, "ema to be a finite number, at least 0 and below 1, got 1.0"),
            (
                {"label_smoothing": 2},
                "label_smoothing to be a finite number, at least 0 and below 1, got 2",
            ),
            ({"validation": 1.5}, "validation to be a finite number, between 0 and 1, got 1.5"),
            ({"patience": 3}, "expected validation to be set where patience=3"),
            ({"class_weight": "even"}, "class_weight to be None, 'balanced' or a mapping"),
            ({"class_weight": {"glad": 2}}, "class_weight to name classes of y, got 'glad'"),
            ({"class_weight": {"calm": np.nan}}, "a finite number, 0 or more, got nan"),
            ({"device": "gpu"}, "that torch finds on this machine, got 'gpu'"),
            ({"device": 3.5}, "that torch finds on this machine, got 3.5"),
            ({"batch_size": 1}, "batches of two instances or more, which"),
        ],
    )
    def test_settings_that_cannot_be_meant(self, setting, sentence, sequences):
        X, y = sequences
        with pytest.raises(
            ValueError, match=f"^ResAttentioNetClassifier: expected .*{sentence[-30:]}"
        ):
            small(**setting).fit(X, y)

    def test_weights(self, sequences):
        X, y = sequences
        with pytest.raises(ValueError, match="expected one sample_weight a trial, 24"):
            small().fit(X, y, sample_weight=np.ones(3))
        with pytest.raises(ValueError, match="got weights from 0 to 0"):
            small().fit(X, y, sample_weight=np.zeros(24))

    def test_groups_that_do_not_line_up(self, sequences):
        X, y = sequences
        with pytest.raises(ValueError, match="expected one group a trial, 24, got 3"):
            small(validation=0.3).fit(X, y, groups=[1, 2, 3])

    def test_no_module(self, sequences):
        X, y = sequences
        with pytest.raises(ValueError, match="ModuleClassifier: expected module to be a class"):
            ModuleClassifier().fit(X, y)

    def test_divergence(self, sequences):
        X, y = sequences
        with pytest.raises(FloatingPointError, match=r"diverged in epoch .*lower lr"):
            linear(loss=lambda logits, target: logits.sum() * torch.nan).fit(X, y)

    def test_divergence_in_the_last_step(self, sequences):
        X, y = sequences
        # The loss of the only step is finite, what it leaves is not.
        with pytest.raises(FloatingPointError, match="by epoch 1: expected finite weights"):
            small(max_epochs=1, lr=1e300, optimizer="sgd").fit(X, y)

    @pytest.mark.filterwarnings("ignore:overflow encountered in cast")
    def test_answers_that_are_no_numbers(self, sequences):
        X, y = sequences
        # Their squares are numbers in double precision, and none in the network's single one.
        model, far = small().fit(X, y), X.data.astype(np.float64)
        far[2] *= 1e60
        with pytest.raises(FloatingPointError, match=r"^ResAtt.*finite outputs .* trial 2; scale"):
            model.predict(X.replace(data=far))

    @pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
    def test_a_device_that_is_not_there(self, sequences):
        with pytest.raises(ValueError, match="that torch finds on this machine, got 'cuda'"):
            small(device="cuda").fit(*sequences)

    @pytest.mark.parametrize("labels", [[1, "a"], [None, "a"], np.array([1, "a"], dtype=object)])
    def test_labels_of_two_types(self, labels, sequences):
        X, _ = sequences
        with pytest.raises(ValueError, match=r"^ResAtt.*expected labels of one type, got .* and "):
            small().fit(X, list(labels) * 12)

    @pytest.mark.parametrize("groups", ["ann", 3, [["ann"]] * 24])
    def test_groups_that_are_no_row(self, groups, sequences):
        X, y = sequences
        with pytest.raises(ValueError, match="expected one group a trial, 24, got an array"):
            small(validation=0.3).fit(X, y, groups=groups)

    @pytest.mark.parametrize("strangers", [[None, "b"], [1.0, np.nan], [1, "b"]])
    def test_subjects_that_are_missing_or_of_two_types(self, strangers, sequences):
        X, y = sequences
        groups = np.array(strangers * 12, dtype=object)
        with pytest.raises(ValueError, match=r"expected (the subject of every trial|subjects of)"):
            small(validation=0.3).fit(X, y, groups=groups)
