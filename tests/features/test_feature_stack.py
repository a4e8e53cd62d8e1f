import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline

from sklearn_eeg.bands import BANDS
from sklearn_eeg.features import DEExtractor, FeatureStack, LDSSmoother, PSDExtractor
from sklearn_eeg.preprocessing import Windower
from sklearn_eeg.trials import Trials


@pytest.fixture
def trials():
    signals = np.random.default_rng(0).normal(size=(3, 4, 1000))
    return Trials(signals, sfreq=200, ch_names=["Fp1", "Fp2", "O1", "O2"])


@pytest.fixture
def planes():
    de = DEExtractor(1.0)
    return FeatureStack(
        [("de", de), ("lds", make_pipeline(de, LDSSmoother())), ("psd", PSDExtractor(1.0))]
    )


def test_the_planes_are_those_of_each_transformer_in_turn(trials, planes):
    out = planes.fit_transform(trials)
    assert out.shape == (3, 5, 4, 15)
    for index, (_, transformer) in enumerate(planes.transformers):
        alone = clone(transformer).fit_transform(trials)
        assert_array_equal(out.data[..., index * 5 : index * 5 + 5], alone.data)
    names = [f"{kind}_{band}" for kind in ("de", "lds", "psd") for band in BANDS["seed"]]
    assert list(out.bands) == names
    assert out.bands["lds_beta"] == (14.0, 31.0)
    expected = [f"{channel}_{name}" for channel in trials.ch_names for name in names]
    assert list(planes.get_feature_names_out()) == expected


def test_trials_of_different_length_are_stacked_one_by_one(trials, planes):
    ragged = trials.replace(data=[trials.data[0], trials.data[1, :, :600], trials.data[2]])
    out = planes.fit_transform(ragged)
    assert [features.shape for features in out] == [(5, 4, 15), (3, 4, 15), (5, 4, 15)]
    assert_allclose(out[0], planes.transform(trials)[0], rtol=1e-12)


def test_two_axes_give_what_scikit_learn_gives(trials):
    branches = [("de", DEExtractor(sfreq=200)), ("psd", PSDExtractor(sfreq=200))]
    stack, union = FeatureStack(branches), FeatureUnion(branches)
    flat = trials.data[:, 0]
    assert_array_equal(stack.fit_transform(flat), union.fit_transform(flat))
    assert list(stack.get_feature_names_out())[:2] == ["de_delta", "de_theta"]


def test_tensors_stay_tensors(trials):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    stack = FeatureStack([("de", DEExtractor(sfreq=200)), ("psd", PSDExtractor(sfreq=200))])
    found = stack.fit_transform(torch.from_numpy(trials.data))
    assert_allclose(found.numpy(), stack.transform(trials.data), rtol=1e-10)


def test_parameters_of_the_transformers_can_be_set_and_searched(trials, planes):
    planes.set_params(de__window=2.0, psd=PSDExtractor(2.0), lds__deextractor__window=2.0)
    assert planes.fit_transform(trials).shape == (3, 2, 4, 15)
    assert planes.get_params()["lds__ldssmoother__q"] == 1e-3
    assert GridSearchCV(planes, {"de__taper": ["hann"]}).estimator is planes


def test_what_does_not_fit_together_is_refused(trials, planes):
    with pytest.raises(ValueError, match="FeatureStack: expected features that differ in the last"):
        planes.set_params(psd__window=2.0).fit_transform(trials)
    with pytest.raises(ValueError, match="FeatureStack, 'de': DEExtractor: band 'gamma'"):
        planes.fit(trials.replace(sfreq=90.0))
    with pytest.raises(ValueError, match="not unique"):
        FeatureStack([("de", DEExtractor()), ("de", DEExtractor())]).fit(trials)
    with pytest.raises(ValueError, match="at least one transformer"):
        FeatureStack([]).fit(trials)


def test_pipelines_with_steps_that_give_no_tables_can_be_stacked(trials):
    cut = make_pipeline(Windower(1.0), DEExtractor())
    found = FeatureStack([("cut", cut), ("de", DEExtractor(1.0))]).fit_transform(trials)
    assert_allclose(found.data[..., :5], found.data[..., 5:])
    assert list(found.features)[:2] == ["cut_delta", "cut_theta"]
