"""Steps that say that they learn nothing from other trials, held to it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from sklearn_eeg import features, montage, preprocessing
from sklearn_eeg._base import SignalTransformer, is_stateless
from sklearn_eeg.testing._samples import SHAPES, make_samples
from sklearn_eeg.trials import Trials
from tests.instances import INSTANCES

STEPS = [
    pytest.param(make, id=f"{name}-{index}")
    for name, makers in INSTANCES.items()
    for index, make in enumerate(makers)
    if isinstance(make(), SignalTransformer)
]
# What each has been found to be, looked at one by one.
LEARNING = {
    "BDAE",
    "BadChannelInterpolator",
    "ChannelScaler",
    "DCCA",
    "EuclideanAlignment",
    "Flatten",
    "SubjectScaler",
}
BY_ARGUMENT = {"CachedTransformer", "FeatureStack", "LDSSmoother", "MissingFiller"}


@pytest.mark.parametrize("make", STEPS)
def test_each_step_says_what_it_is(make):
    step = make()
    name = type(step).__name__
    if name not in BY_ARGUMENT:
        assert is_stateless(step) == (name not in LEARNING)


@pytest.mark.parametrize("make", STEPS)
def test_a_stateless_step_treats_each_trial_by_itself(make):
    step, n_taken = make(), 0
    if not is_stateless(step):
        return
    for kind in SHAPES:
        for ragged in (False, True):
            trials, _ = make_samples(kind, ragged=ragged)
            try:
                together = clone(step).fit_transform(trials)
            except ValueError:
                continue
            n_taken += 1
            fitted = clone(step).fit(trials[1:2])
            for row in (0, 3, 5):
                alone = fitted.transform(trials[row : row + 1])
                assert_allclose(alone.data[0], together.data[row], rtol=1e-9, atol=1e-9)
                assert alone.axes == together.axes
                columns = [name for name in alone.metadata if name in together.metadata]
                assert set(columns) == set(together.metadata)
                assert_array_equal(alone.metadata.iloc[0], together.metadata.iloc[row])
    assert n_taken


def test_what_a_step_learns_depends_on_its_arguments():
    de = features.DEExtractor(sfreq=100)
    assert is_stateless(features.LDSSmoother())
    assert not is_stateless(features.LDSSmoother(learn="em"))
    assert is_stateless(preprocessing.MissingFiller())
    assert not is_stateless(preprocessing.MissingFiller("mean"))
    assert is_stateless(features.FeatureStack([("de", de), ("lds", features.LDSSmoother())]))
    learning = features.LDSSmoother(learn="em")
    assert not is_stateless(features.FeatureStack([("de", de), ("em", learning)]))


def test_a_pipeline_is_what_its_steps_are():
    de = features.DEExtractor(sfreq=100)
    assert is_stateless(make_pipeline("passthrough", de, None))
    assert not is_stateless(make_pipeline(de, preprocessing.SubjectScaler()))


def test_a_step_that_says_nothing_learns():
    class Own(SignalTransformer):
        def _transform(self, trials):
            return trials

    assert not is_stateless(Own())
    assert not is_stateless(object())


@pytest.mark.parametrize(
    "step",
    [
        preprocessing.ArtifactClipper(),
        preprocessing.BipolarMontage(["Fp1-F3", "F3-C3"]),
        preprocessing.ChannelAligner(["C3", "Fp1"], extra="drop"),
        preprocessing.Rereference(),
        montage.GridMapper("seed-8x9"),
    ],
    ids=lambda step: type(step).__name__,
)
def test_what_takes_each_sample_by_itself_takes_any_rate(step):
    data = np.random.default_rng(0).standard_normal((4, 3, 50))
    trials = Trials(data, sfreq=100, ch_names=["Fp1", "F3", "C3"])
    step = clone(step).fit(trials)
    found = step.transform(trials.replace(sfreq=250))
    assert found.sfreq == 250
    assert_array_equal(found.data, step.transform(trials).data)
