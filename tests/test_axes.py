import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg.classifiers import (
    GroupedCNN1DClassifier,
    ResAttentioNetClassifier,
    SpectrogramCNNClassifier,
    WindowedClassifier,
)
from sklearn_eeg.features import ConnectivityExtractor, DEExtractor, FeatureStack, HjorthExtractor
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import BandpassNotch, Flatten, SubjectScaler, Windower
from sklearn_eeg.spectrogram import MelSpectrogram
from sklearn_eeg.trials import Trials

NAMES = "Fp1 F7 T3 T5 O1 Fp2 F8 T4 T6 O2 F3 C3 P3 F4 C4 P4 Fz Cz Pz".split()
Y = [0, 1, 0, 1]


@pytest.fixture(scope="module")
def raw():
    data = np.random.default_rng(0).standard_normal((4, 19, 800))
    return Trials(data, sfreq=200, ch_names=NAMES, metadata={"subject": [1, 1, 2, 2]})


def de(window=2.0):
    return DEExtractor(window=window)


def mel():
    return MelSpectrogram(64, 16, 8, 16, 2.0, 40.0)


@pytest.mark.parametrize(
    ("steps", "axes"),
    [
        ([de()], ("window", "channel", "band")),
        ([de(None)], ("channel", "band")),
        ([Windower(2.0), de(None)], ("window", "channel", "band")),
        ([HjorthExtractor(window=2.0)], ("window", "channel", "feature")),
        ([BandpassNotch(1, 40, method="iir")], ("channel", "time")),
        ([mel()], ("channel", "frequency", "frame")),
        ([de(), GridMapper("10-20-5x5")], ("window", "band", "row", "column")),
        ([de(), SubjectScaler()], ("window", "channel", "band")),
        ([de(), Flatten()], ("feature",)),
        ([FeatureStack([("a", de()), ("b", de())])], ("window", "channel", "band")),
        ([FeatureStack([("a", de()), ("b", HjorthExtractor(window=2.0))])],
         ("window", "channel", "feature")),
        ([ConnectivityExtractor(segment=0.5, output="matrix")], ("band", "channel", "partner")),
    ],
)  # fmt: skip
def test_axes_travel_through_steps(raw, steps, axes):
    out = raw
    for step in steps:
        out = step.fit_transform(out)
    assert out.axes == axes


@pytest.mark.parametrize(
    ("steps", "model"),
    [
        ([de()], GroupedCNN1DClassifier()),
        ([de(None)], GroupedCNN1DClassifier()),
        ([de()], SpectrogramCNNClassifier()),
        ([mel()], GroupedCNN1DClassifier()),
        ([Windower(2.0)], ResAttentioNetClassifier()),
        ([], ResAttentioNetClassifier()),
        ([de(None)], ResAttentioNetClassifier()),
    ],
)
def test_another_kind_is_refused_in_one_sentence(raw, steps, model):
    for step in steps:
        raw = step.fit_transform(raw)
    with pytest.raises(ValueError, match=f"^{type(model).__name__}: expected .*trial, .*; "):
        model.fit(raw, Y)


def test_a_filter_bank_is_no_windows(raw):
    bank = Trials(raw.data[:, None], axes=("band", "channel", "time"), sfreq=200)
    assert BandpassNotch(1, 40, method="iir").fit_transform(bank).axes == bank.axes
    with pytest.raises(ValueError, match=r"expected \(trial, window, channel, time\), got .*band"):
        DEExtractor().fit(bank)


def test_axes_stay_in_slices_and_pickles(raw):
    features = de().fit_transform(raw)
    again = pickle.loads(pickle.dumps(features))
    for trials in (features[1:], features[[]], again, features.replace(unit="nat")):
        assert trials.axes == ("window", "channel", "band")
    assert features.size("channel") == 19
    assert "window=2, channel=19, band=5" in repr(features)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"axes": ("channel",)}, "a name for each of 2 axes"),
        ({"axes": ("channel", "filter")}, "some of .*each once, got .*filter"),
        ({"axes": ("time", "time")}, "each once"),
        ({"ch_names": ["Fz"], "sfreq": 1}, "expected 1 channels as named, got 3"),
        ({"features": ["x"]}, "expected 1 features as named, got 7"),
        ({"axes": ("channel", "time"), "features": ["x"]}, "expected an axis for the features"),
    ],
)
def test_impossible_axes_are_refused(facts, sentence):
    with pytest.raises(ValueError, match=f"Trials: expected .*{sentence}|Trials: {sentence}"):
        Trials(np.zeros((2, 3, 7)), **facts)


def test_trials_of_unknown_kind_are_read_as_an_array():
    unnamed = Trials(np.random.default_rng(0).standard_normal((4, 3, 19, 5)))
    assert unnamed.axes is None
    model = WindowedClassifier().fit(unnamed, Y)
    assert_array_equal(model.predict(unnamed), model.predict(unnamed.data))


def test_patterns():
    assert read_axes("window? channel? time", 2) == ("channel", "time")
    assert read_axes("window ...", 2) == ("window", "feature")
    assert read_axes("window? channel feature", 1) is None
    assert axes_fit("window? channel? time", ("window", "time"))
    assert axes_fit("window channel feature", ("window", "channel", "band"))
    assert not axes_fit("window channel band", ("window", "channel", "feature"))
    assert not axes_fit("window? channel? time", ("band", "channel", "time"))
