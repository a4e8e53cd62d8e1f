import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.impute import SimpleImputer

from sklearn_eeg.bands import BANDS
from sklearn_eeg.classifiers import ConvLSTMClassifier, WindowedClassifier
from sklearn_eeg.preprocessing import MissingFiller
from sklearn_eeg.trials import Trials


@pytest.fixture
def features():
    """Band features (8, 4, 3, 5) with a lost channel, lost windows and a lost trial."""
    data = np.random.default_rng(0).standard_normal((8, 4, 3, 5)) + 3
    data[0, 1, 2] = np.nan
    data[1, 2:] = np.nan
    data[2] = np.nan
    return Trials(data, bands=BANDS["seed"], metadata={"subject": np.arange(8) // 2})


def test_zeros_stand_for_what_is_missing_but_not_for_whole_windows(features):
    found = MissingFiller().fit_transform(features).data
    assert_array_equal(found[0, 1, 2], 0)
    assert np.isnan(found[1, 2:]).all()
    assert_array_equal(found[2], 0)
    present = ~np.isnan(features.data)
    assert_array_equal(found[present], features.data[present])


def test_whole_windows_are_filled_where_asked_for(features):
    found = MissingFiller(-1.0, keep_windows=False).fit_transform(features).data
    assert_array_equal(found[np.isnan(features.data)], -1)


def test_the_mean_is_that_of_the_trials_of_fit(features):
    filler = MissingFiller("mean", keep_windows=False).fit(features[:6])
    rows = features.data[:6].reshape(-1, 15)
    wanted = SimpleImputer().fit(rows).transform(features.data.reshape(-1, 15))
    assert_allclose(filler.transform(features).data.reshape(-1, 15), wanted)
    listed = features.replace(data=list(features.data))
    assert_allclose(np.stack(filler.transform(listed).data), wanted.reshape(8, 4, 3, 5))


def test_a_table_is_filled_as_by_scikit_learn():
    X = np.random.default_rng(0).standard_normal((20, 6))
    X[3, 2] = X[7] = np.nan
    assert_allclose(MissingFiller("mean").fit_transform(X), SimpleImputer().fit_transform(X))


def test_signals_of_a_channel_share_a_mean_at_any_length():
    data = np.random.default_rng(0).standard_normal((4, 2, 30)).astype(np.float32)
    signals = Trials(data, sfreq=100)
    shorter = data[:2, :, :20].copy()
    shorter[1, 1] = np.nan
    found = MissingFiller("mean").fit(signals).transform(Trials(shorter, sfreq=100)).data
    assert_allclose(found[1, 1], data[:, 1].mean(), rtol=1e-5)
    assert found.dtype == np.float32


@pytest.mark.parametrize("value", ["median", np.nan, np.inf, None, True])
def test_what_is_no_number_is_refused(value, features):
    with pytest.raises(ValueError, match="MissingFiller: expected value to be a finite number"):
        MissingFiller(value).fit(features)


def test_a_mean_of_nothing_is_refused(features):
    data = features.data.copy()
    data[..., 1, :] = np.nan
    with pytest.raises(ValueError, match=r"got NaN alone in 5; give a number as value"):
        MissingFiller("mean").fit(features.replace(data=data))


def test_a_lost_channel_of_one_window_stops_no_classifier(features):
    y = np.arange(8) % 2
    trained = features[[0, 1, 3, 4, 5, 6, 7]], y[:7]
    with pytest.raises(ValueError, match="in a part of trial 0; put a MissingFiller before"):
        WindowedClassifier().fit(*trained)
    filled = MissingFiller().fit_transform(features)
    assert WindowedClassifier().fit(filled, y).predict(filled).shape == (8,)
    zeroed = features.data[:1].copy()
    zeroed[0, 1, 2] = 0
    model = WindowedClassifier().fit(filled[3:], y[3:])
    assert_array_equal(model.predict_proba(filled[:1]), model.predict_proba(zeroed))


def test_networks_see_zeros_as_they_see_what_they_mask():
    maps = np.random.default_rng(0).standard_normal((8, 3, 2, 5, 5))
    y = np.arange(8) % 2
    network = ConvLSTMClassifier(n_filters=2, n_hidden=4, max_epochs=1, random_state=0).fit(maps, y)
    maps[0, 1, :, 2, 2] = np.nan
    filled = MissingFiller().fit_transform(maps)
    assert_allclose(network.predict_proba(filled), network.predict_proba(maps), rtol=1e-6)
