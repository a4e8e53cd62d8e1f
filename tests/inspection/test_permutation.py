import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.inspection import permutation_importance as of_columns
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.inspection import permutation_importance
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import ChannelScaler, Flatten, SubjectScaler
from sklearn_eeg.trials import Trials


@pytest.fixture(scope="module")
def model(features):
    X, y = features
    return make_pipeline(SubjectScaler(), WindowedClassifier()).fit(X[:12], y[:12])


def test_what_tells_the_class_is_missed_most(model, features):
    X, y = features
    found = permutation_importance(model, X[12:], y[12:], by="channel band", random_state=0)
    assert found.trials.subject.tolist() == [3, 4]
    assert found.values.shape == found.sd.shape == (2, 4, 3)
    assert found.summary()["mean"].idxmax() == ("C3", "beta")
    assert found.method == "permutation_importance" and found.quantity == "accuracy"


def test_a_fall_is_that_of_the_mean_score_over_exchanges():
    # On one window a trial of one person, scikit-learn's columns are our channels.
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 200)
    X = rng.normal(size=(400, 3, 1)) + y[:, None, None] * np.array([0.0, 0.5, 1.5])[:, None]
    model = make_pipeline(Flatten(), LogisticRegression()).fit(X, y)
    ours = permutation_importance(
        model, X, y, groups=np.ones(400), scoring="neg_log_loss", n_repeats=20, random_state=0
    )
    theirs = of_columns(
        model[-1], X[..., 0], y, scoring="neg_log_loss", n_repeats=20, random_state=1
    )
    error = 4 * theirs.importances_std / np.sqrt(20)
    assert (np.abs(ours.values[0] - theirs.importances_mean) <= error + 1e-12).all()
    assert_allclose(ours.sd[0], theirs.importances_std, rtol=0.6, atol=1e-3)
    assert_allclose(ours.output[0], -0.5, atol=0.5)


def test_what_a_model_does_not_read_is_not_missed(features):
    X, y = features
    line = LogisticRegression().fit(X.data.reshape(24, -1), y)
    line.coef_ = line.coef_.reshape(1, 2, 4, 3)
    line.coef_[:, :, 0] = 0
    line.coef_ = line.coef_.reshape(1, -1)
    model = make_pipeline(Flatten().fit(X), line)
    found = permutation_importance(model, X, y, scoring="neg_log_loss", random_state=0)
    assert (found.values[:, 0] == 0).all() and (found.sd[:, 0] == 0).all()
    assert found.values[:, 1].mean() > 0


def test_people_keep_their_own_values(features):
    # A level of a person alone, which the label follows: within a person nothing can be lost.
    X, _ = features
    y = np.repeat(["low", "low", "high", "high"], 6)
    level = X.map(lambda x: 0 * x + (y == "high")[:, None, None, None])
    model = WindowedClassifier().fit(level, y)
    found = permutation_importance(model, level, y, random_state=0)
    assert (found.output == 1).all() and (found.values == 0).all()


def test_regions_and_groups_of_ones_own(model, features):
    X, y = features
    regions = permutation_importance(model, X, y, by="region", random_state=0)
    assert regions.names == {"channel": ["frontal", "central", "posterior"]}
    own = {"left": ["C3"], "fast": ["beta"], "rest": ["Fz", "C4", "Pz"]}
    groups = permutation_importance(model, X, y, by=own, random_state=0).summary()["mean"]
    assert groups.index.tolist() == ["left", "fast", "rest"]
    assert min(groups["left"], groups["fast"]) > groups["rest"]


def test_bands_of_signals_are_exchanged(signals):
    X, y = signals
    de = DEExtractor(bands={"all": (2, 30)})
    # What a classifier sees is the signal itself, so that bands are of signals.
    model = make_pipeline(Flatten(), LogisticRegression(max_iter=1000)).fit(X, y)
    bands = {"low": (2, 8), "alpha": (8, 13)}
    found = permutation_importance(
        model, X, y, by="channel band", bands=bands, scoring="neg_log_loss", random_state=0
    )
    assert found.summary()["mean"].idxmax() == ("C4", "alpha")
    with pytest.raises(ValueError, match="expected signals to take bands of"):
        permutation_importance(
            make_pipeline(de, WindowedClassifier()).fit(X, y), X, y, bands="seed"
        )


def test_what_a_value_follows_is_missed_most(features):
    X, _ = features
    y = X.data[:, :, 1, 2].mean(1) + 3
    model = make_pipeline(Flatten(), LinearRegression()).fit(X, y)
    found = permutation_importance(model, X, y, by="channel band", random_state=0)
    assert found.quantity == "r2" and found.summary()["mean"].idxmax() == ("C3", "beta")
    assert_allclose(found.output, 1)
    with pytest.raises(ValueError, match="expected one finite value a trial, 24, got 3"):
        permutation_importance(model, X, y[:3])


def test_bands_of_maps_are_no_columns(features):
    X, y = features
    maps = GridMapper("positions", shape=(3, 4)).fit_transform(X)
    model = WindowedClassifier().fit(maps, y)
    found = permutation_importance(
        model, maps, y, by="band", scoring="neg_log_loss", random_state=0
    )
    assert found.names == {"band": ["theta", "alpha", "beta"]}
    assert found.summary()["mean"].idxmax() == "beta"


def test_missing_windows_stay_missing_and_are_never_given(features):
    X, y = features
    data = X.data.copy()
    data[::5, 1] = np.nan
    trials = X.replace(data=data)
    model = WindowedClassifier().fit(trials, y)
    found = permutation_importance(model, trials, y, n_repeats=3, random_state=0)
    assert np.isfinite(found.values).all()


def test_it_follows_the_random_state(model, features):
    X, y = features
    one, two = (permutation_importance(model, X, y, random_state=seed).values for seed in (0, 0))
    assert_allclose(one, two)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"by": "electrode"}, "expected by to be one of"),
        ({"by": {}}, "groups by their names, got {}"),
        ({"by": {"mine": []}}, "expected groups of channels .* got .."),
        ({"by": {"mine": ["Oz"]}}, "expected groups of channels .* got .'Oz'."),
        ({"n_repeats": 0}, "expected n_repeats"),
    ],
)
def test_absurd_settings_are_refused(settings, sentence, model, features):
    X, y = features
    with pytest.raises(ValueError, match=f"permutation_importance: .*{sentence}"):
        permutation_importance(model, X, y, **settings)


def test_subjects_and_names_are_needed(model, features):
    X, y = features
    plain = WindowedClassifier().fit(X.data, y)
    with pytest.raises(ValueError, match="expected to know each trial's subject"):
        permutation_importance(plain, X.data, y)
    other = Trials(X.data, features=["a", "b", "c"], ch_names=["E1", "E2", "E3", "E4"])
    model = WindowedClassifier().fit(other, y)
    with pytest.raises(ValueError, match="whose region is known, got 'E1'"):
        permutation_importance(model, other, y, groups=np.ones(24), by="region")


def test_trials_of_different_length_are_refused(features):
    X, y = features
    ragged = X.replace(data=[trial[: 1 + row % 2] for row, trial in enumerate(X.data)])
    model = make_pipeline(ChannelScaler(), WindowedClassifier()).fit(ragged, y)
    with pytest.raises(ValueError, match="expected trials of one length"):
        permutation_importance(model, ragged, y)
