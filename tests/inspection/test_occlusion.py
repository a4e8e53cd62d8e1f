import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.inspection import occlusion
from sklearn_eeg.preprocessing import ChannelScaler, Flatten, SubjectScaler
from tests.inspection.test_gradients import weights


def test_of_a_line_it_takes_away_coefficient_times_distance(line, features):
    X, _ = features
    found = occlusion(line, X, target="tense", baseline=0.25)
    assert found.axes == ("window", "channel", "band")
    assert_allclose(found.values, weights(line)[1] * (X.data - 0.25))


def test_captum_gives_the_same(smooth, signals):
    from captum.attr import Occlusion

    X, y = signals
    codes = torch.as_tensor(np.searchsorted(smooth.classes_, y))
    for patch in ({"channel": 1, "time": 16}, {"channel": 2, "time": 64}):
        shape = tuple(patch.values())
        theirs = Occlusion(smooth.module_).attribute(
            smooth.module_input(X), shape, strides=shape, target=codes
        )
        ours = occlusion(smooth, X, y, patch=patch)
        assert_allclose(ours.values, theirs, atol=1e-12)


def test_what_is_covered_from_end_to_end_has_no_axis(smooth, signals):
    X, y = signals
    channels = occlusion(smooth, X, y)
    whole = occlusion(smooth, X, y, patch={"channel": 1, "time": 64})
    assert channels.axes == ("channel",)
    assert_allclose(channels.values, whole.values[..., 0])


def test_bands_are_taken_out_of_channels(smooth, signals):
    X, y = signals
    rows = y == "tense"
    found = occlusion(smooth, X[rows], y[rows], bands={"low": (2, 8), "alpha": (8, 13)})
    assert found.axes == ("channel", "band")
    assert found.share().idxmax() == ("C4", "alpha")
    assert found.share().nlargest(2).iloc[0] > 2 * found.share().nlargest(2).iloc[1]


def test_windows_of_any_classifier_are_judged_one_by_one(features):
    X, y = features
    model = make_pipeline(SubjectScaler(), WindowedClassifier(LogisticRegression())).fit(X, y)
    found = occlusion(model, X, y)
    assert found.quantity == "probability" and found.axes == ("window", "channel", "band")
    Z = model[:-1].transform(X)
    covered = Z.data.copy()
    covered[:, :, 1, 2] = 0
    codes = np.searchsorted(model.classes_, y)
    before, after = (
        model[-1].predict_proba_windows(Z.replace(data=data))[np.arange(24), :, codes]
        for data in (Z.data, covered)
    )
    assert_allclose(found.values[:, :, 1, 2], before - after)
    assert found.share().idxmax() == ("C3", "beta")


def test_a_row_of_numbers_is_explained_by_its_channels_and_bands(features):
    X, y = features
    line = make_pipeline(Flatten(), StandardScaler(), LogisticRegression())
    model = GridSearchCV(line, {"logisticregression__C": [0.1, 1]}, cv=3).fit(X, y)
    found = occlusion(model, X, y)
    assert found.axes == ("channel", "band")
    patches = occlusion(model, X, y, patch={"window": 1})
    assert patches.axes == ("window", "channel", "band")
    assert found.share().idxmax() == patches.share().idxmax() == ("C3", "beta")


def test_steps_that_make_tables_are_given_tables(features):
    X, y = features
    model = make_pipeline(Flatten(), StandardScaler(), LogisticRegression())
    plain = occlusion(model.fit(X, y), X, y)
    model.set_output(transform="pandas")
    assert_allclose(occlusion(model.fit(X, y), X, y).values, plain.values)


def test_a_classifier_without_probabilities_shows_what_it_decides(features):
    X, y = features
    model = WindowedClassifier(LinearSVC()).fit(X, y)
    assert set(np.unique(occlusion(model, X, y).values)) <= {-1.0, 0.0, 1.0}


def test_signals_go_through_the_steps_once_up_to_their_features(signals):
    X, y = signals
    bands = {"low": (4, 8), "alpha": (8, 13)}
    model = make_pipeline(DEExtractor(0.5, bands=bands), ChannelScaler(), WindowedClassifier())
    found = occlusion(model.fit(X, y), X, y)
    assert found.axes == ("window", "channel", "band")
    assert found.names["window"] == [0.0, 0.5]
    assert found.share().idxmax() == ("C4", "alpha")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"patch": {"tim": 3}}, "expected patch to have some of the axes .*, got 'tim'"),
        ({"patch": {"time": 0}}, r"expected patch\['time'\] to be a whole number of 1 or more"),
        ({"patch": {"time": 8}, "bands": "seed"}, "a patch in time or bands, got both"),
        ({"batch_size": -1}, "expected batch_size"),
    ],
)
def test_absurd_settings_are_refused(settings, sentence, smooth, signals):
    with pytest.raises(ValueError, match=f"occlusion: .*{sentence}"):
        occlusion(smooth, signals[0], **settings)


def test_values_of_a_line_fall_by_coefficient_times_distance(features):
    X, _ = features
    y = 2 * X.data[:, 0, 1, 2] - X.data[:, 1, 0, 0]
    model = make_pipeline(Flatten(), LinearRegression()).fit(X, y)
    found = occlusion(model, X, patch={"window": 1}, baseline=0.25)
    assert found.quantity == "value" and found.axes == ("window", "channel", "band")
    weights = model[-1].coef_.reshape(2, 4, 3)
    assert_allclose(found.values, weights * (X.data - 0.25), atol=1e-12)
    several = model.fit(X, np.stack([y, -y], 1))
    assert_allclose(occlusion(several, X, 1).values, -occlusion(several, X, 0).values, atol=1e-12)
    with pytest.raises(ValueError, match=r"occlusion: .*target, the number of an output"):
        occlusion(several, X)


def test_what_is_no_classifier_is_refused(features):
    with pytest.raises(TypeError, match=r"occlusion: expected a classifier or a reg.*, got Ch"):
        occlusion(ChannelScaler().fit(features[0]), features[0])
