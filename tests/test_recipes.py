"""Recipes: every model from signals to labels, its front end told or left as published."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.pipeline import make_pipeline

from sklearn_eeg import recipes
from sklearn_eeg._catalogue import ARCHITECTURES, CLASSIC
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.preprocessing import ChannelScaler


@pytest.fixture(scope="module")
def data():
    return make_emotion_trials(3, n_stimuli=6, duration=32.0, random_state=0)


def quick(name, **protocol):
    """A recipe that takes seconds on these data, of a small network and a grid that they fill."""
    settings = {}
    if name in ARCHITECTURES:
        # These data carry their rate, and their second view in a block.
        told = ("sfreq", "split")
        small = {k: v for k, v in ARCHITECTURES[name].small.items() if k not in told}
        settings = {**small, "max_epochs": 1}
    if "grid" in recipes.arguments(name):
        protocol = {"grid": "10-20-5x5", **protocol}
    if not protocol.get("features"):
        protocol = {"resample": 128.0, **protocol}
    return recipes.make(name, settings=settings, random_state=0, **protocol)


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_goes_from_signals_to_labels(name, data):
    trials, y = data
    model = quick(name)
    assert is_classifier(model)
    if block := getattr(ARCHITECTURES.get(name), "block", None):
        eye = np.random.default_rng(0).normal(size=(len(trials), 8, 33))
        trials = trials.replace(extra={block: eye})
    answers = clone(model).fit(trials, y).predict(trials[:4])
    assert set(answers) <= set(y)


def flatten(pipeline):
    """Steps of a pipeline, and of one that is its last step."""
    return [inner for _, step in pipeline.steps for inner in getattr(step, "steps", [(0, step)])]


@pytest.fixture(scope="module")
def features():
    """Entropies of windows, of electrodes that have names, as data sets publish them."""
    trials, y = make_emotion_trials(3, n_stimuli=6, duration=32.0, random_state=0)
    return DEExtractor(window=1.0).fit_transform(trials), y


@pytest.mark.parametrize("name", [n for n in recipes.names() if recipes.takes_features(n)])
def test_every_recipe_on_band_features_takes_those_that_are_there(name, features):
    trials, y = features
    model = quick(name, features=True)
    kinds = {type(step).__name__ for _, step in flatten(model)}
    assert not kinds & {"BandpassNotch", "DEExtractor", "LDSSmoother", "MovingAverageSmoother"}
    if block := getattr(ARCHITECTURES.get(name), "block", None):
        eye = np.random.default_rng(0).normal(size=(len(trials), 32, 33))
        trials = trials.replace(extra={block: eye})
    answers = clone(model).fit(trials, y).predict(trials[:4])
    assert set(answers) <= set(y)


def test_recipes_of_signals_are_refused_features_in_a_sentence_that_names_the_others():
    takers = [name for name in recipes.names() if recipes.takes_features(name)]
    assert {"eegnet", "spectrogram-cnn", "fbcnet"}.isdisjoint(takers)
    with pytest.raises(ValueError, match=f"one of {', '.join(takers)}, got eegnet, which takes"):
        recipes.make("eegnet", features=True)


def test_features_that_are_there_are_scaled_and_smoothed_as_told(features):
    trials, y = features
    told = recipes.make("lda", features=True, smoothing="lds", scaling="training")
    by_hand = make_pipeline(LDSSmoother(), ChannelScaler(), recipes.make_classifier("lda"))
    expected = by_hand.fit(trials, y).predict_proba(trials)
    assert_array_equal(told.fit(trials, y).predict_proba(trials), expected)
    plain = recipes.make("lda", features=True, scaling="training").fit(trials, y)
    assert (plain.predict_proba(trials) != expected).any()


def test_names_are_those_of_the_catalogue():
    assert set(recipes.names()) == {k for k, a in ARCHITECTURES.items() if a.recipe} | set(CLASSIC)
    assert all(recipes.names().values())


def test_what_is_told_reaches_the_steps():
    told = {"l_freq": 1.0, "h_freq": 45.0, "notch": 60.0, "resample": 100.0, "window": 1.0}
    pipeline = recipes.make("svm", sfreq=250, smoothing="moving average", **told)
    steps = pipeline.named_steps
    assert {k: getattr(steps["bandpassnotch"], k) for k in list(told)[:4]} == dict(
        list(told.items())[:4]
    )
    assert steps["bandpassnotch"].sfreq == 250
    assert steps["deextractor"].window == 1.0
    assert "movingaveragesmoother" in steps
    assert "ldssmoother" not in steps


def test_published_front_ends_are_kept_where_nothing_is_told():
    for name, architecture in ARCHITECTURES.items():
        if architecture.recipe is None:
            continue
        assert set(architecture.front) <= set(recipes.arguments(name))
        params = recipes.make(name).get_params()
        for key, value in architecture.front.items():
            if key not in ("smoothing", "grid"):
                assert value in [v for k, v in params.items() if k.endswith(f"__{key}")], (
                    name,
                    key,
                )


@pytest.mark.parametrize(
    ("scaling", "step"), [("subject", "subjectscaler"), ("training", "channelscaler")]
)
def test_scaling_is_by_subject_or_by_the_training_trials(scaling, step):
    assert step in recipes.make("lda", scaling=scaling).named_steps


def test_bare_arrays_are_read_at_the_rate_that_is_told(data):
    trials, y = data
    model = recipes.make("lda", sfreq=trials.sfreq, scaling="training", h_freq=45.0)
    named = recipes.make("lda", scaling="training", h_freq=45.0).fit(trials, y)
    assert_array_equal(model.fit(trials.data, y).predict(trials.data), named.predict(trials))


def test_settings_go_to_the_classifier():
    model = recipes.make("resattentionet", settings={"max_epochs": 3}, random_state=5)
    assert model[-1].max_epochs == 3
    assert model[-1].random_state == 5
    forest = recipes.make("random-forest", settings={"n_estimators": 7}, random_state=5)
    assert forest[-1].estimator.n_estimators == 7
    assert forest[-1].estimator.random_state == 5


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: recipes.make("magic"), "expected one of resattentionet, .* got 'magic'"),
        (lambda: recipes.make("svm", scaling="none"), "expected scaling to be one of"),
        (lambda: recipes.make("svm", grid="seed-9x9"), "got grid; arguments of the classifier"),
        (lambda: recipes.make("svm", smoothing="kalman"), "expected smoothing to be one of"),
        (lambda: recipes.arguments("magic"), "expected one of"),
        (
            lambda: recipes.make("svm", features=True, window=2.0),
            r"expected of svm some of \['smoothing'\], got window",
        ),
    ],
)
def test_what_a_recipe_does_not_know_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_trials_of_unknown_subjects_need_the_scaling_of_the_training(data):
    trials, y = data
    bare = trials.replace(metadata=None)
    recipes.make("lda", scaling="training").fit(bare, y)
    with pytest.warns(UserWarning, match="SubjectScaler: expected to know whose"):
        recipes.make("lda").fit(bare, np.asarray(y))
