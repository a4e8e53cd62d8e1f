"""What cannot follow a stream is refused by name, with what to use instead."""

import inspect

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_eeg import features as f
from sklearn_eeg import preprocessing as p
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg.classifiers import (
    EEGNetClassifier,
    ResAttentioNetClassifier,
    WindowedClassifier,
)
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from sklearn_eeg.spectrogram import MelSpectrogram, STFTSpectrogram
from sklearn_eeg.streaming import to_stream
from tests.streaming.cases import BANDS, NET, windowed_de
from tests.streaming.conftest import make_trials
from tests.test_common import ESTIMATORS

REFUSED = {
    "BandpassNotch": (lambda: [p.BandpassNotch(4, 30)], "method='iir' with phase='causal'"),
    "FilterBank": (
        lambda: [p.FilterBank({"a": (4, 8)}, phase="zero")],
        "phase='causal'",
    ),
    "Resample": (lambda: [p.Resample(np.pi * 20)], "ratio of whole numbers"),
    "DEExtractor": (
        lambda: [f.DEExtractor(4.0, kind="filterbank", bands={"a": (8, 14)})],
        "kind='gaussian'",
    ),
    "PSDExtractor": (lambda: [f.PSDExtractor(bands=BANDS)], "give window="),
    "ConnectivityExtractor": (lambda: [f.ConnectivityExtractor(bands=BANDS)], "give window="),
    "MeanAmplitudeExtractor": (lambda: [f.MeanAmplitudeExtractor(4)], "put a Windower before"),
    "MelSpectrogram": (lambda: [MelSpectrogram(64, 16, 8, 4, 2.0, 40.0)], "put a Windower before"),
    "STFTSpectrogram": (lambda: [STFTSpectrogram(32, hop_length=8)], "put a Windower before"),
    "LDSSmoother": (lambda: [windowed_de(), f.LDSSmoother()], "kind='filter', or 'fixed_lag'"),
    "GapInterpolator": (lambda: [p.GapInterpolator(0.1)], "put a Windower before"),
    "BadChannelInterpolator": (
        lambda: [p.BadChannelInterpolator(line_noise=None)],
        "ChannelAligner",
    ),
    "ArtifactRejector": (
        lambda: [p.ArtifactRejector(muscle=None, line_noise=None)],
        "use an ArtifactClipper",
    ),
    "ChannelScaler": (lambda: [p.ChannelScaler("feature")], "per='channel'"),
    "MissingFiller": (lambda: [windowed_de(), p.MissingFiller()], "keep_windows=False"),
    "SequencePadder": (lambda: [windowed_de(), p.SequencePadder(5)], "keep='last'"),
    "Flatten": (lambda: [windowed_de(), p.Flatten()], "SequencePadder"),
    "SubjectScaler": (lambda: [windowed_de(), p.SubjectScaler(unknown="one")], "calibration="),
    "EuclideanAlignment": (lambda: [p.EuclideanAlignment(unknown="one")], "calibration="),
    "FunctionTransformer": (
        lambda: [windowed_de(), FunctionTransformer()],
        "SequencePadder",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_needs_the_future_is_refused_by_name_with_what_to_use_instead(name):
    make, instead = REFUSED[name]
    model = make_pipeline(*make()).fit(make_trials())
    with pytest.raises(ValueError, match=f"^{name}: expected ") as caught:
        to_stream(model)
    assert instead in str(caught.value)


def test_every_step_has_said_whether_it_can_follow_a_stream():
    tried = {cls for cls in REFUSED if cls in ESTIMATORS}
    tried |= {
        name
        for name, cls in ESTIMATORS.items()
        if issubclass(cls, SignalTransformer)
        and (
            inspect.getattr_static(cls, "_pointwise") != ()
            or cls._stream is not SignalTransformer._stream
        )
    }
    steps = {name for name, cls in ESTIMATORS.items() if issubclass(cls, SignalTransformer)}
    # Networks that give features are of trials as a whole.
    assert steps - tried == {"BDAE", "DCCA"}


@pytest.mark.parametrize(
    ("last", "name", "instead"),
    [
        (
            lambda: [windowed_de(), ResAttentioNetClassifier(base_width=4, **NET)],
            "ResAttentioNetClassifier",
            r"SequencePadder\(n, keep='last'\)",
        ),
        (
            lambda: [p.ChannelScaler("channel"), EEGNetClassifier(**NET)],
            "EEGNetClassifier",
            "Windower",
        ),
    ],
)
def test_networks_without_an_end_to_their_input_are_refused(last, name, instead):
    model = make_pipeline(*last()).fit(make_trials(), [0, 1] * 3)
    with pytest.raises(ValueError, match=rf"^{name}: expected .*{instead}"):
        to_stream(model)


def test_classifiers_of_rows_need_sequences():
    class Rows(LogisticRegression):
        def fit(self, X, y):
            return super().fit(X.data.reshape(len(X), -1), y)

    model = make_pipeline(windowed_de(), Rows()).fit(make_trials(), [0, 1] * 3)
    with pytest.raises(ValueError, match=r"^Rows: expected rows of features.*SequencePadder"):
        to_stream(model)


def test_regressors_are_refused():
    steps = windowed_de(), p.SequencePadder(4, keep="last"), p.Flatten(), LinearRegression()
    model = make_pipeline(*steps).fit(make_trials(), np.arange(6.0))
    with pytest.raises(TypeError, match="expected a classifier with predict_proba, got LinearReg"):
        to_stream(model)
    assert not hasattr(Conv2DLSTMRegressor, "stream")


def test_what_is_not_fitted_or_has_no_signal_or_no_rate_is_refused():
    with pytest.raises(NotFittedError):
        to_stream(make_pipeline(windowed_de()))
    with pytest.raises(ValueError, match=r"to_stream: expected a pipeline that cuts .*Windowed"):
        features = windowed_de().fit_transform(make_trials())
        to_stream(WindowedClassifier().fit(features, [0, 1] * 3))
    with pytest.raises(ValueError, match=r"begins with .*got \(trial, window, channel, band\)"):
        to_stream(make_pipeline(p.ChannelScaler()).fit(features))
    with pytest.raises(ValueError, match=r"begins with .*got FunctionTransformer"):
        to_stream(make_pipeline(FunctionTransformer(), windowed_de()).fit(make_trials()))
    with pytest.raises(ValueError, match="to_stream: expected to know the sampling rate"):
        to_stream(make_pipeline(p.ArtifactClipper()).fit(np.zeros((2, 3, 50))))
    with pytest.raises(TypeError, match=r"to_stream: .*is not an estimator"):
        to_stream("model")


def test_of_a_search_the_best_is_followed():
    model = make_pipeline(windowed_de(), WindowedClassifier())
    grid = {"windowedclassifier__flatten": [True]}
    search = GridSearchCV(model, grid, cv=2).fit(make_trials(), [0, 1] * 3)
    x = make_trials(1).data[0]
    found = to_stream(search).push(x).probabilities
    np.testing.assert_allclose(found.mean(0), search.predict_proba(make_trials(1))[0])
