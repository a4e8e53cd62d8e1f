"""Networks on raw windows as classifiers: rates, electrodes, recipes, short signals."""

import inspect
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import (
    CapsNetClassifier,
    EEGNetClassifier,
    FBCNetClassifier,
    TSceptionClassifier,
)
from sklearn_eeg.montage import DEAP_32, SEED_62, TEN_TWENTY_19
from sklearn_eeg.preprocessing import FilterBank, Windower
from sklearn_eeg.trials import Trials


def make(names=SEED_62, n_times=120, sfreq=100, n_trials=12):
    """Trials of two subjects, of which every other one has a rhythm at some of its electrodes."""
    rng = np.random.default_rng(0)
    y = np.arange(n_trials) % 2
    data = rng.normal(size=(n_trials, len(names), n_times)).astype(np.float32)
    rhythm = 3 * np.sin(2 * np.pi * 10 / sfreq * np.arange(n_times))
    data[:, : 1 + len(names) // 4] += y[:, None, None] * rhythm
    metadata = {"subject": np.repeat([1, 2], n_trials // 2)}
    return Trials(data, sfreq=sfreq, ch_names=names, metadata=metadata), y


MODELS = [
    EEGNetClassifier(max_epochs=30, lr=0.01, random_state=0),
    TSceptionClassifier(max_epochs=40, random_state=0),
    make_pipeline(FilterBank(), FBCNetClassifier(n_filters=4, max_epochs=20, random_state=0)),
    CapsNetClassifier(n_filters=16, n_class=4, lr=1e-3, max_epochs=25, random_state=0),
]


@pytest.mark.parametrize("names", [SEED_62, DEAP_32, TEN_TWENTY_19], ids=len)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_rhythm_is_learnt_on_any_cap_and_kept(model, names):
    trials, y = make(names)
    model = clone(model).fit(trials, y)
    assert model.score(trials, y) > 0.9
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict_proba(trials), model.predict_proba(trials))
    shorter, y = make(names[:19], n_times=90, sfreq=90)
    assert model.fit(shorter, y).predict_proba(shorter).shape == (12, 2)


def test_channels_may_come_in_any_order():
    trials, y = make()
    order = np.random.default_rng(0).permutation(62)
    names = [SEED_62[place] for place in order]
    shuffled = trials.replace(data=trials.data[:, order], ch_names=names)
    model = TSceptionClassifier(max_epochs=2, random_state=0)
    expected = clone(model).fit(trials, y).predict_proba(trials)
    assert_allclose(model.fit(shuffled, y).predict_proba(shuffled), expected, rtol=1e-5)


@pytest.mark.parametrize("cls", [EEGNetClassifier, TSceptionClassifier])
def test_the_rate_comes_with_the_trials_or_as_an_argument(cls):
    trials, y = make(["F3", "F4"])
    model = cls(max_epochs=1, random_state=0).fit(trials, y)
    told = cls(sfreq=100, max_epochs=1, random_state=0)
    assert_array_equal(told.fit(trials, y).predict_proba(trials), model.predict_proba(trials))
    arrays = cls(sfreq=100, max_epochs=1).fit(trials.data[:, :1], y)
    assert arrays.predict(trials.data[:, :1]).shape == (12,)
    with pytest.raises(ValueError, match=f"{cls.__name__}: expected a sampling rate, got an array"):
        cls().fit(trials.data[:, :1], y)
    with pytest.raises(
        ValueError, match=r"expected sfreq=128 as given .*, got data with sfreq=100"
    ):
        cls(sfreq=128).fit(trials, y)
    with pytest.raises(ValueError, match="expected sfreq to be a finite number, above 0, got 0"):
        cls(sfreq=0).fit(trials, y)


def test_tsception_needs_to_know_its_electrodes():
    trials, y = make(["F3", "F4"])
    with pytest.raises(
        ValueError, match="TSceptionClassifier: expected channel names, which TSception reads"
    ):
        TSceptionClassifier().fit(trials.replace(ch_names=None), y)
    with pytest.raises(ValueError, match=r"TSceptionClassifier: .*got EKG; drop or rename"):
        TSceptionClassifier().fit(trials.replace(ch_names=["F3", "EKG"]), y)
    model = TSceptionClassifier(max_epochs=1).fit(make(SEED_62)[0], y)
    assert len(model.module_.order) == 54


@pytest.mark.parametrize(
    ("model", "n_times"),
    [
        (EEGNetClassifier(), 24),
        (EEGNetClassifier(kernel=4), 24),
        (TSceptionClassifier(), 57),
        (CapsNetClassifier(n_filters=8), 9),
        (FBCNetClassifier(n_filters=2), 8),
        (FBCNetClassifier(n_filters=2, n_segments=3), 6),
    ],
)
def test_short_signals_are_zero_after_their_end(model, n_times):
    trials, y = make(TEN_TWENTY_19, n_times=n_times - 3)
    longer = trials.replace(data=np.pad(trials.data, ((0, 0), (0, 0), (0, 3))))
    if isinstance(model, FBCNetClassifier):
        axes = ("band", "channel", "time")
        trials, longer = (t.replace(data=t.data[:, None], axes=axes) for t in (trials, longer))
    model = model.set_params(max_epochs=2, random_state=0)
    expected = clone(model).fit(longer, y).predict_proba(longer)
    assert_allclose(model.fit(trials, y).predict_proba(trials), expected, rtol=1e-5)


def test_windows_of_a_bank_are_averaged():
    trials, y = make(DEAP_32, n_times=300)
    model = FBCNetClassifier(n_filters=2, max_epochs=2, random_state=0)
    pipeline = make_pipeline(FilterBank(), Windower(1.0), model).fit(trials, y)
    assert pipeline.predict_proba(trials).shape == (12, 2)
    assert pipeline[-1].module_.spatial.weight.shape == (18, 1, 32, 1)


@pytest.mark.parametrize(
    ("cls", "setting", "values"),
    [
        (EEGNetClassifier, "depth", [1, 2]),
        (TSceptionClassifier, "windows", [(0.5, 0.25, 0.125), [0.2, 0.1, 0.05]]),
        (CapsNetClassifier, "n_filters", [8, 16]),
    ],
)
def test_settings_can_be_searched(cls, setting, values):
    trials, y = make(["F3", "F4", "P3", "P4"])
    search = GridSearchCV(cls(max_epochs=1, random_state=0), {setting: values}, cv=2)
    assert search.fit(trials, y).best_params_[setting] in values


RECIPES = [
    (
        EEGNetClassifier,
        {"optimizer": "adam", "lr": 1e-3, "batch_size": 16, "max_epochs": 300, "dropout": 0.5}
        | {"class_weight": "balanced"},
    ),
    (TSceptionClassifier, {"optimizer": "adam", "lr": 1e-3, "batch_size": 64, "max_epochs": 500}),
    (FBCNetClassifier, {"optimizer": "adam", "lr": 1e-3, "batch_size": 16}),
    (
        CapsNetClassifier,
        {"optimizer": "adam", "lr": 1e-5, "batch_size": 35, "max_epochs": 40, "loss": "capsule"},
    ),
]


@pytest.mark.parametrize(("cls", "recipe"), RECIPES)
def test_published_recipes_are_the_defaults(cls, recipe):
    settings = inspect.signature(cls).parameters
    assert {name: settings[name].default for name in recipe} == recipe
