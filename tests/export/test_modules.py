"""Each step's module gives what the step gives; no graph is made here."""

import warnings

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.base import is_classifier, is_regressor
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Perceptron,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR

from sklearn_eeg._modules import find_module
from sklearn_eeg.classifiers import BandPowerNetClassifier, WindowedClassifier
from sklearn_eeg.export import to_torch
from sklearn_eeg.features import (
    ConnectivityExtractor,
    DEExtractor,
    EntropyExtractor,
    FeatureStack,
    FractalExtractor,
    HjorthExtractor,
    LDSSmoother,
    MeanAmplitudeExtractor,
    MovingAverageSmoother,
    PSDExtractor,
    StatisticsExtractor,
)
from sklearn_eeg.montage import SEED_62, TEN_TWENTY_ROWS, GridMapper
from sklearn_eeg.preprocessing import (
    ChannelAligner,
    ChannelScaler,
    Flatten,
    MissingFiller,
    Rereference,
    SequenceCutter,
    SequencePadder,
    SubjectScaler,
)
from sklearn_eeg.spectrogram import MelSpectrogram, STFTSpectrogram
from sklearn_eeg.testing._samples import SHAPES, make_samples
from sklearn_eeg.trials import Trials
from tests.instances import INSTANCES
from tests.test_common import ESTIMATORS

# Of our own steps, what stays outside a graph.
OUTSIDE = {
    "ArtifactRejector",
    "BDAE",
    "BadChannelInterpolator",
    "BandpassNotch",
    "DCCA",
    "EuclideanAlignment",
    "FilterBank",
    "GapInterpolator",
    "Resample",
    "SubjectConformalClassifier",
    "SubjectScaler",
}
# What has a module of some kinds.
PARTLY = {"ConnectivityExtractor", "EntropyExtractor", "FractalExtractor"}


def answer(module, data):
    with torch.no_grad():
        return module(torch.tensor(np.asarray(data), dtype=torch.float32)).numpy()


def assert_same(step, data, rtol=1e-5, atol=1e-5):
    expected = step.transform(data)
    found = answer(step.to_torch(data.shape[1:]), data)
    assert_allclose(found, expected, rtol=rtol, atol=atol)
    return expected


def noise(*shape, seed=0, offset=0.0):
    return np.random.default_rng(seed).normal(offset, 10.0, size=shape)


def fitted(make):
    """On the first kind of trials that it takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in SHAPES:
            X, y = make_samples(kind)
            try:
                model = make()
                model.fit(X, np.arange(6.0) if is_regressor(model) else y)
            except (TypeError, ValueError):
                continue
            return model, X
    raise AssertionError("it takes no kind of trials")


CASES = [
    pytest.param(name, make, id=f"{name}-{index}")
    for name in ESTIMATORS
    for index, make in enumerate(INSTANCES[name])
]


@pytest.mark.parametrize(("name", "make"), CASES)
def test_an_estimator_has_a_module_or_says_what_to_do(name, make):
    model, X = fitted(make)
    words = {"predict": is_regressor(model), "predict_proba": is_classifier(model)}
    ask = getattr(model, next((word for word, fits in words.items() if fits), "transform"))
    try:
        module = find_module(model, X.shape[1:])
    except ValueError as error:
        assert str(error).startswith(name), error
        assert "before the graph" in str(error)
        assert (
            name in OUTSIDE | PARTLY
            or getattr(model, "interpolate", False)
            or name == "CachedTransformer"
        )
        return
    assert name not in OUTSIDE
    expected = ask(X)
    expected = np.asarray(expected.data if isinstance(expected, Trials) else expected)
    # Decibels of next to nothing have few digits in single precision.
    loose = "Spectrogram" in name
    assert_allclose(answer(module, X.data), expected, rtol=1e-3 if loose else 1e-4, atol=1e-4)


@pytest.mark.parametrize("offset", [0.0, 5000.0])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"step": 0.25},
        {"taper": "hann"},
        {"taper": "boxcar"},
        {"taper": "multitaper"},
        {"segment": 0.5},
        {"segment": 0.3, "overlap": 0.25, "taper": "multitaper"},
        {"kind": "seed"},
        {"kind": "seed", "n_fft": 128, "bands": {"theta": (4, 8), "alpha": (8, 14)}},
        {"kind": "seed", "n_fft": 512},
    ],
    ids=str,
)
def test_entropy_is_that_of_the_step(settings, offset):
    X = noise(3, 4, 1000, offset=offset)
    X[1, :, 700:] = np.nan
    X[2, 1] = np.nan
    de = DEExtractor(1.0, sfreq=200, **settings).fit(X)
    assert np.isnan(assert_same(de, X, rtol=0, atol=2e-3 if offset else 2e-5)).any()


def test_a_flat_channel_is_missing():
    X = noise(2, 3, 400)
    X[0, 1, :200] = 4200.0
    assert_same(DEExtractor(1.0, flat="nan", sfreq=200).fit(X), X)
    found = answer(DEExtractor(1.0, sfreq=200).fit(X[1:]).to_torch((3, 400)), X)
    assert np.isnan(found[0, 0, 1]).all() and np.isnan(found).sum() == 5


def test_what_looks_beyond_a_window_is_refused():
    de = DEExtractor(1.0, kind="filterbank", sfreq=200).fit(noise(2, 3, 2000))
    with pytest.raises(ValueError, match=r"DEExtractor: expected .* kind='gaussian'"):
        de.to_torch((3, 2000))


@pytest.mark.parametrize("method", ["welch", "periodogram", "multitaper"])
@pytest.mark.parametrize("scale", ["absolute", "relative", "log"])
@pytest.mark.parametrize("bands", ["seed", None])
def test_power_is_that_of_the_step(method, scale, bands):
    X = noise(2, 3, 800)
    psd = PSDExtractor(2.0, method=method, scale=scale, bands=bands, segment=1.0, sfreq=200)
    expected = psd.fit(X).transform(X)
    found = answer(psd.to_torch((3, 800)), X)
    # The density at zero is what rounding leaves of the mean.
    first = 1 if bands is None else 0
    assert_allclose(found[..., first:], expected[..., first:], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("offset", [0.0, 300.0])
@pytest.mark.parametrize(
    "extractor",
    [
        StatisticsExtractor(window=1.0, sfreq=200),
        StatisticsExtractor("kurtosis", sfreq=200),
        StatisticsExtractor(["line_length", "zero_crossings"], 1.0, 0.3, sfreq=200),
        HjorthExtractor(1.0, sfreq=200),
        EntropyExtractor("spectral", 1.0, sfreq=200),
        EntropyExtractor(["permutation", "spectral"], 0.7, order=4, delay=3, sfreq=200),
        EntropyExtractor("permutation", sfreq=200),
        FractalExtractor(["higuchi", "katz", "petrosian"], 1.0, sfreq=200),
        FractalExtractor("higuchi", k_max=4, sfreq=200),
        MeanAmplitudeExtractor(7, sfreq=200),
        MeanAmplitudeExtractor({"early": (0.1, 0.3), "late": (0.5, 2.0)}, sfreq=200),
    ],
    ids=repr,
)
def test_numbers_of_a_window_are_those_of_the_step(extractor, offset):
    X = noise(3, 4, 1000, offset=offset).astype(np.float32).astype(float)
    X[1, :, 700:] = np.nan
    X[2, 1] = np.nan
    assert np.isnan(assert_same(extractor.fit(noise(2, 4, 1000)), X, rtol=1e-4)).any()


def test_a_constant_window_has_no_shape():
    X = noise(2, 3, 400)
    X[0, 1, :200] = 4200.1
    found = answer(StatisticsExtractor(window=1.0, sfreq=200).fit(X).to_torch((3, 400)), X)
    assert np.isnan(found[0, 0, 1, 2:4]).all() and np.isnan(found).sum() == 2
    assert_allclose(found[0, 0, 1, [0, 1, 4, 5, 6]], [4200.1, 0, 0, 4200.1, 0], rtol=1e-6)


@pytest.mark.parametrize("kind", ["coherence", "imaginary_coherence", "plv", "correlation"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"window": 2.0, "segment": 0.5}, {"output": "matrix", "window": 2.0}, {"taper": "boxcar"}],
    ids=str,
)
def test_connectivity_is_that_of_the_step(kind, settings):
    X = noise(3, 4, 1200)
    X[:, 1, 3:] += X[:, 0, :-3]
    step = ConnectivityExtractor(kind, sfreq=200, **settings).fit(X)
    assert_same(step, X, atol=1e-5)
    X[2, 1] = np.nan
    assert np.isnan(assert_same(step, X, atol=1e-5)).any()


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (ConnectivityExtractor("wpli", sfreq=200), "use kind coherence, .* correlation, or run"),
        (EntropyExtractor(sfreq=200), r"use kinds of \['spectral', 'permutation'\], or run"),
        (FractalExtractor("dfa", sfreq=200), r"use kinds of \['higuchi', 'katz', 'petrosian'\]"),
    ],
)
def test_what_no_graph_can_hold_says_which_kinds_can(step, sentence):
    X = noise(2, 3, 400)
    with pytest.raises(ValueError, match=f"{type(step).__name__}: .*{sentence}.* before the graph"):
        step.fit(X).to_torch(X.shape[1:])


SMOOTHERS = [
    LDSSmoother(),
    LDSSmoother(q=0.5, r=0.2, p0=3.0),
    LDSSmoother("filter"),
    LDSSmoother("fixed_lag", lag=0),
    LDSSmoother("fixed_lag", lag=3),
    LDSSmoother("fixed_lag", lag=50),
    MovingAverageSmoother(5),
    MovingAverageSmoother(4, causal=True),
]


@pytest.mark.parametrize("smoother", SMOOTHERS, ids=repr)
@pytest.mark.parametrize("shape", [(4, 23, 3, 2), (4, 1, 3, 2), (4, 23)])
def test_gaps_of_a_sequence_are_smoothed_as_by_the_step(smoother, shape):
    X = noise(*shape) / 10
    smoother.fit(X)
    if len(shape) > 2 and shape[1] > 1:
        rng = np.random.default_rng(1)
        X[1][rng.random(X[1].shape) < 0.3] = np.nan
        X[2, 15:] = np.nan
        X[3, :4] = np.nan
        X[3, :, 1] = np.nan
    assert_same(smoother, X, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("cls", [MelSpectrogram, STFTSpectrogram])
@pytest.mark.parametrize(
    "settings", [{}, {"top_db": 30.0}, {"decibels": False}, {"win_length": None}], ids=str
)
def test_spectrograms_are_those_of_the_step(cls, settings):
    if cls is MelSpectrogram:
        settings = {"n_mels": 32, **settings}
    X = noise(2, 3, 1000)
    step = cls(n_fft=256, hop_length=39, **{"win_length": 128, **settings}, sfreq=200).fit(X)
    assert_same(step, X, rtol=1e-4, atol=2e-2 if step.decibels else 1e-3)


def test_a_map_of_the_scalp_is_that_of_the_step():
    X = noise(3, 4, 62, 5)
    X[1, 2] = np.nan
    X[2, :, 7] = np.nan
    assert_same(GridMapper("seed-8x9", ch_names=SEED_62, fill=-1.0).fit(X), X)
    assert_same(GridMapper("seed-9x9", ch_names=SEED_62).fit(X[:, 0]), X[:, 0])


@pytest.mark.parametrize("n_windows", [3, 5, 9])
@pytest.mark.parametrize("settings", [{}, {"fill": 0.0}, {"keep": "last"}], ids=str)
def test_padding_is_that_of_the_step(n_windows, settings):
    X = noise(3, 5, 4, 2)
    assert_same(SequencePadder(n_windows, **settings).fit(X), X)


@pytest.mark.parametrize(
    "step",
    [
        SequenceCutter(3, 2),
        SequenceCutter(9),
        MissingFiller(7.0),
        MissingFiller("mean"),
        MissingFiller(keep_windows=False),
        ChannelScaler(robust=True),
    ],
    ids=repr,
)
def test_steps_on_features_with_gaps(step):
    X = noise(4, 6, 5, 2)
    step.fit(X)
    X[1, 2] = np.nan
    X[2, :, 1] = np.nan
    X[3] = np.nan
    assert_same(step, X)


@pytest.mark.parametrize(
    "step",
    [Rereference(), Rereference(["T3", "T4"]), Rereference("REST"), ChannelAligner("10-20")],
    ids=repr,
)
def test_steps_on_signals_that_lack_a_channel(step):
    X = noise(2, 19, 50)
    step.set_params(ch_names=TEN_TWENTY_ROWS).fit(X)
    if getattr(step, "reference", None) != "REST":
        X[1, 3] = np.nan
    assert_same(step, X, atol=1e-4)


def test_what_reads_the_person_is_refused_with_what_to_use():
    X, _ = make_samples("band features")
    with pytest.raises(ValueError, match=r"SubjectScaler: expected .* use a ChannelScaler"):
        SubjectScaler().fit(X).to_torch(X.shape[1:])


def test_a_branch_of_a_stack_may_be_a_pipeline():
    X = noise(3, 4, 1200)
    de = DEExtractor(1.0, sfreq=200)
    stack = FeatureStack([("de", de), ("lds", make_pipeline(de, LDSSmoother("filter")))])
    assert_same(stack.fit(X), X)


def test_another_shape_than_in_fit_is_refused():
    scaler = ChannelScaler().fit(noise(3, 6, 4, 5))
    scaler.to_torch((9, 4, 5))
    with pytest.raises(ValueError, match=r"expected the shape of one trial as in fit.*\(6, 4, 7\)"):
        scaler.to_torch((6, 4, 7))


LINEAR = [
    LogisticRegression(),
    LinearDiscriminantAnalysis(),
    LinearSVC(),
    SVC(kernel="linear"),
    RidgeClassifier(),
    Perceptron(),
    SGDClassifier(),
    SGDClassifier(loss="log_loss"),
    make_pipeline(StandardScaler(), LogisticRegression()),
    make_pipeline(RobustScaler(), MinMaxScaler(), PCA(3, whiten=True), LinearSVC()),
    make_pipeline(MaxAbsScaler(), SelectKBest(k=4), FunctionTransformer(), LogisticRegression()),
    make_pipeline(StandardScaler(with_mean=False), MinMaxScaler((-2, 3), clip=True), LinearSVC()),
    make_pipeline(StandardScaler(with_std=False), RobustScaler(with_centering=False), LinearSVC()),
]


@pytest.mark.parametrize("estimator", LINEAR, ids=repr)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_linear_models_answer_window_by_window(estimator, n_classes):
    rng = np.random.default_rng(0)
    y = np.arange(40) % n_classes
    X = rng.normal(size=(40, 6, 4, 2)) + 0.5 * y[:, None, None, None] * rng.normal(size=(4, 2))
    model = WindowedClassifier(estimator).fit(X[:30], y[:30])
    X[31, 2:] = np.nan
    found = answer(model.to_torch(X.shape[1:]), X[30:])
    assert_allclose(found, model.predict_proba(X[30:]), atol=1e-5)
    X[32, 1, 0, 0], X[33, 1, 0, 0], X[34] = np.nan, np.inf, np.nan
    refused = answer(model.to_torch(X.shape[1:]), X[32:])
    assert np.isnan(refused[:3]).all() and np.isfinite(refused[3:]).all()


@pytest.mark.parametrize(
    "estimator",
    [
        LinearRegression(),
        Ridge(),
        Lasso(0.01),
        ElasticNet(0.01),
        BayesianRidge(),
        LinearSVR(loss="squared_epsilon_insensitive", max_iter=50_000),
        SGDRegressor(),
        make_pipeline(StandardScaler(), PCA(5), Ridge()),
    ],
    ids=repr,
)
def test_linear_models_give_values(estimator):
    X = noise(40, 4, 5)
    y = X[:, 1, 2] + 3 + X[:, 0, 0] / 2
    model = make_pipeline(Flatten(), StandardScaler(), estimator).fit(X[:30], y[:30])
    X[31, 2] = np.nan
    found = answer(to_torch(model, (4, 5)), X[30:])
    assert found.shape == (10,) and np.isnan(found[1])
    whole = np.arange(10) != 1
    assert_allclose(found[whole], model.predict(X[30:][whole]), rtol=1e-5, atol=1e-4)


def test_several_values_are_given_at_once():
    X = noise(20, 6)
    y = X[:, :2] @ np.array([[1.0, 2, 3], [0, 1, -1]])
    model = make_pipeline(StandardScaler(), Ridge()).fit(X, y)
    assert_allclose(answer(to_torch(model, (6,)), X), model.predict(X), atol=1e-4)


def test_another_regressor_is_refused_by_its_name():
    X = noise(6, 5)
    with pytest.raises(ValueError, match=r"SVR: expected steps .*Ridge.* before the graph"):
        to_torch(SVR().fit(X, X[:, 0]), (5,))


def test_another_classifier_is_refused_by_its_name():
    X = noise(6, 3, 4, 2)
    model = WindowedClassifier(KNeighborsClassifier(1)).fit(X, [0, 1] * 3)
    with pytest.raises(ValueError, match=r"KNeighborsClassifier.*LogisticRegression"):
        model.to_torch(X.shape[1:])
    with pytest.raises(ValueError, match=r"SVC: expected kernel='linear'"):
        WindowedClassifier(SVC()).fit(X, [0, 1] * 3).to_torch(X.shape[1:])


def test_an_answer_by_all_trials_of_a_person_is_refused():
    X, y = make_samples("windowed signals")
    model = BandPowerNetClassifier(
        bands={"alpha": (8, 14)}, transductive=True, max_epochs=1, random_state=0
    ).fit(X, y)
    with pytest.raises(ValueError, match="BandPowerNetClassifier: expected transductive=False"):
        model.to_torch(X.shape[1:])


def test_a_gradient_reaches_the_signal():
    X, y = noise(12, 4, 800), np.array([0, 1] * 6)
    X[y == 1, 2] *= 3
    model = make_pipeline(DEExtractor(1.0, sfreq=200), ChannelScaler(), WindowedClassifier())
    module = to_torch(model.fit(X, y), (4, 800))
    signal = torch.tensor(X[:1], dtype=torch.float32, requires_grad=True)
    module(signal)[0, 1].backward()
    strength = signal.grad.abs().sum(-1)[0]
    assert strength.argmax() == 2


@pytest.mark.parametrize("smoother", SMOOTHERS[2:5] + SMOOTHERS[6:7] + SMOOTHERS[:1], ids=repr)
def test_shorter_signals_padded_with_nan_are_answered_as_they_are(smoother):
    rng, y = np.random.default_rng(0), [0, 1] * 6
    lengths = [1000, 730, 610, 1000, 820, 999] * 2
    X = [rng.normal(size=(4, n)) * (1 + label) for n, label in zip(lengths, y, strict=True)]
    de = DEExtractor(1.0, sfreq=200)
    model = make_pipeline(de, smoother, SequencePadder(5), ChannelScaler(), WindowedClassifier())
    model.fit(X, y)
    padded = np.full((12, 4, 1000), np.nan)
    for row, trial in zip(padded, X, strict=True):
        row[:, : trial.shape[1]] = trial
    found = answer(to_torch(model, (4, 1000)), padded)
    assert_allclose(found, model.predict_proba(X), atol=1e-6)
