"""What trials judge once, what survives a step, and what units say."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.features import (
    AsymmetryExtractor,
    BandSelector,
    DEExtractor,
    EntropyExtractor,
    FeatureStack,
    HjorthExtractor,
    LDSSmoother,
    PSDExtractor,
    StatisticsExtractor,
)
from sklearn_eeg.preprocessing import (
    ArtifactClipper,
    BadChannelInterpolator,
    BandpassNotch,
    Flatten,
    Resample,
    SubjectScaler,
    Windower,
)
from sklearn_eeg.spectrogram import MelSpectrogram
from sklearn_eeg.trials import Unlabelled

NAMES = ("F3", "F4", "O1", "O2")


class Study(Trials):
    """Trials of a user's own kind."""

    place = "Utrecht"


def make(cls=Trials, n=8, **facts):
    rng = np.random.default_rng(0)
    facts = {
        "sfreq": 128,
        "ch_names": NAMES,
        "metadata": {"subject": np.arange(n) // 2},
        "extra": {"eye": np.arange(3.0 * n).reshape(n, 3)},
    } | facts
    return cls(rng.standard_normal((n, 4, 400)), **facts)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"sfreq": -1}, "expected sfreq to be finite and above 0 Hz, got -1"),
        ({"sfreq": np.nan}, "expected sfreq to be finite"),
        ({"sfreq": np.inf}, "expected sfreq to be finite"),
        ({"ch_names": NAMES[:3]}, "expected 3 channels as named, got 4"),
        ({"features": ["a"]}, "expected 1 features as named, got 400"),
        ({"metadata": {"subject": [1, 2]}}, "expected metadata to have one row a trial, 8, got 2"),
        ({"extra": {"eye": np.zeros((5, 2))}}, "extra block 'eye' to have one row a trial, 8"),
        ({"axes": ("time", "window")}, "expected segment and window before other axes"),
        (
            {"bands": {"a": (1, 4)}, "features": ["b"], "axes": ("channel", "band")},
            "expected features to be the names of bands",
        ),
    ],
)
def test_facts_that_do_not_go_together_are_refused_at_once(facts, sentence):
    with pytest.raises(ValueError, match=f"Trials: .*{sentence}"):
        make(**facts)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"ch_names": "F3F4"}, r"got the string 'F3F4'; write \['F3F4'\]"),
        ({"features": "alpha"}, "got the string 'alpha'"),
        ({"sfreq": "fast"}, "expected sfreq as a number of hertz"),
        ({"bands": ["alpha"]}, "expected bands as a mapping of name"),
        ({"bands": {"ratio": None}}, "names of other features go to features="),
        ({"metadata": "ab"}, "expected metadata as a table"),
        ({"metadata": [1, 2]}, "mapping of columns, got list; write metadata={'subject'"),
        ({"metadata": np.array([1, 2])}, "mapping of columns, got ndarray"),
        ({"ch_names": "seed-62"}, "or MONTAGES"),
        ({"unit": 1e-6}, "expected unit as a word"),
        ({"axes": "channel"}, "expected axes as a tuple of words"),
    ],
)
def test_facts_of_another_type_are_refused_at_once(facts, sentence):
    with pytest.raises(TypeError, match=sentence):
        make(**facts)


@pytest.mark.parametrize("data", [np.array(3.0), [np.zeros(3), np.zeros((2, 3))]])
def test_what_has_no_axis_of_trials_is_refused(data):
    with pytest.raises(ValueError, match="Trials: expected"):
        Trials(data)


@pytest.mark.parametrize("data", [np.array(["a.edf"]), [np.full((4, 400), "1.5")]])
def test_text_is_no_signal(data):
    with pytest.raises(TypeError, match="data as numbers, got text; read files by load_recordings"):
        Trials(data)


@pytest.mark.parametrize("fact", ["data", "axes", "sfreq", "ch_names", "metadata", "extra"])
def test_trials_do_not_change(fact):
    trials = make()
    with pytest.raises(AttributeError, match=f"expected {fact} to stay as it is"):
        setattr(trials, fact, None)


def test_replace_refuses_what_is_no_fact():
    with pytest.raises(TypeError, match="got 'meta'"):
        make().replace(meta=None)


@pytest.mark.parametrize(
    "step",
    [
        BandpassNotch(1, 40, method="iir"),
        Resample(50),
        Windower(1.0),
        DEExtractor(window=1.0),
        make_pipeline(DEExtractor(window=1.0), LDSSmoother(), SubjectScaler(), Flatten()),
    ],
    ids=lambda step: type(step).__name__,
)
def test_a_subclass_stays_one_with_its_subjects_and_blocks(step):
    out = step.fit_transform(make(Study))
    assert type(out) is Study and out.place == "Utrecht"
    assert_array_equal(out.subject, np.arange(8) // 2)
    assert_array_equal(out.extra["eye"], make().extra["eye"])


@pytest.mark.parametrize(
    "change", [lambda t: t[2:5], lambda t: t.replace(sfreq=50), lambda t: t[np.arange(8) % 2 == 0]]
)
def test_slices_and_changes_of_a_subclass_stay_one(change):
    assert type(change(make(Study))) is Study


def test_extra_blocks_are_sliced_with_their_trials():
    trials = make()
    order = np.array([5, 0, 3])
    assert_array_equal(trials[order].extra["eye"], trials.extra["eye"][order])
    assert_array_equal(trials[::3].extra["eye"], trials.extra["eye"][::3])
    again = pickle.loads(pickle.dumps(trials))
    assert_array_equal(again.extra["eye"], trials.extra["eye"])
    assert "with eye" in repr(trials)


def test_joined_trials_are_those_that_were_parted():
    trials = make()
    joined = Trials.concat([trials[:3], trials[3:4], trials[4:]])
    assert_array_equal(joined.data, trials.data)
    assert_array_equal(joined.subject, trials.subject)
    assert_array_equal(joined.extra["eye"], trials.extra["eye"])
    ragged = Trials.concat([trials, trials.replace(data=trials.data[..., :300])])
    assert ragged.is_ragged and ragged.shape == (16, 4, None)


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"sfreq": 50}, "sfreq"),
        ({"ch_names": NAMES[::-1]}, "ch_names"),
        ({"unit": "V"}, "unit"),
        ({"metadata": None}, "'subject' in some only"),
        ({"extra": None}, "'eye' in some only"),
    ],
)
def test_trials_that_differ_are_not_joined(facts, what):
    with pytest.raises(ValueError, match=f"Trials.concat: .*{what}"):
        Trials.concat([make(), make(**facts)])


@pytest.mark.parametrize(("unit", "factor"), [("V", 1e-6), ("mV", 1e-3), ("µV", 1.0), ("uV", 1.0)])
def test_a_step_works_in_microvolts_whatever_the_unit(unit, factor):
    trials = make()
    scaled = trials.replace(data=trials.data * factor, unit=unit)
    expected = DEExtractor().fit(trials)
    found = DEExtractor().fit(scaled)
    assert_allclose(found.transform(scaled).data, expected.transform(trials).data, rtol=1e-9)
    assert_allclose(expected.transform(scaled).data, expected.transform(trials).data, rtol=1e-9)
    filtered = BandpassNotch(1, 40, method="iir").fit_transform(scaled)
    assert filtered.unit == "uV"


@pytest.mark.parametrize(
    ("step", "unit"),
    [
        (BandpassNotch(1, 40, method="iir"), "uV"),
        (ArtifactClipper(), "32 uV"),
        (SubjectScaler("channel", unknown="one"), "1"),
        (DEExtractor(), "nat"),
        (DEExtractor(kind="seed"), "bit"),
        (PSDExtractor(), "uV²"),
        (PSDExtractor(bands=None), "uV²/Hz"),
        (PSDExtractor(scale="log"), "dB"),
        (PSDExtractor(scale="relative"), "1"),
        (EntropyExtractor(["shannon", "spectral"]), "bit"),
        (EntropyExtractor(["sample"]), "nat"),
        (EntropyExtractor(), "mixed"),
        (StatisticsExtractor(["mean", "std"]), "uV"),
        (StatisticsExtractor(["skewness"]), "1"),
        (HjorthExtractor(), "mixed"),
        (MelSpectrogram(256, 64, 32, 8), "dB"),
        (make_pipeline(DEExtractor(), AsymmetryExtractor("rasm")), "1"),
        (make_pipeline(DEExtractor(), AsymmetryExtractor("dasm")), "nat"),
        (FeatureStack([("a", DEExtractor()), ("b", DEExtractor(taper="boxcar"))]), "nat"),
        (FeatureStack([("a", DEExtractor()), ("b", PSDExtractor())]), "mixed"),
    ],
)
def test_what_comes_out_says_its_unit(step, unit):
    assert step.fit_transform(make(metadata=None)).unit == unit


@pytest.mark.parametrize("step", [ArtifactClipper(), BadChannelInterpolator()])
def test_a_step_with_a_bound_in_microvolts_refuses_another_unit(step):
    scaled = SubjectScaler("channel").fit_transform(make())
    with pytest.raises(ValueError, match="expected signals in microvolts, got the unit '1'"):
        step.fit(scaled)


def test_features_have_names_and_bands_have_edges():
    trials = make()
    entropy, density = DEExtractor().fit_transform(trials), HjorthExtractor().fit_transform(trials)
    assert entropy.axes == ("channel", "band") and entropy.bands["alpha"] == (8.0, 14.0)
    assert entropy.features == tuple(entropy.bands)
    assert density.axes == ("channel", "feature") and density.bands is None
    assert density.features == ("activity", "mobility", "complexity")
    assert PSDExtractor(bands=None).fit_transform(trials).axes == ("channel", "frequency")
    chosen = BandSelector(["complexity"]).fit_transform(density)
    assert chosen.features == ("complexity",) and chosen.bands is None
    mixed = FeatureStack([("de", DEExtractor()), ("hj", HjorthExtractor())]).fit_transform(trials)
    assert mixed.bands is None and mixed.features[-1] == "hj_complexity"
    assert Flatten().fit_transform(density).features[0] == "F3_activity"


def test_rates_that_differ_by_the_rounding_of_a_header_are_one():
    step = DEExtractor(window=1.0).fit(make(sfreq=250.0))
    assert step.transform(make(sfreq=51 / 0.204)).shape == (8, 1, 4, 5)
    with pytest.raises(ValueError, match=r"expected 250 Hz as in fit, got 250\.1 Hz"):
        step.transform(make(sfreq=250.1))


def test_a_masked_sample_is_missing():
    data = np.ma.masked_array(make().data, mask=False)
    data[0, 1] = np.ma.masked
    found = DEExtractor(sfreq=128).fit_transform(data)
    assert np.isnan(found[0, 1]).all() and np.isfinite(found[1:]).all()


@pytest.mark.parametrize("shape", [(3, 4), (3, 2, 4)])
def test_none_is_no_number(shape):
    with pytest.raises(ValueError, match="expected numbers, got None among them"):
        ArtifactClipper().fit(np.full(shape, None))


@pytest.mark.parametrize("shape", [(6, 0, 400), (6, 4, 0)])
@pytest.mark.parametrize("step", [DEExtractor(sfreq=128), Resample(64, sfreq=128), Flatten()])
def test_an_empty_axis_is_refused(step, shape):
    with pytest.raises(ValueError, match="expected at least one entry along each axis"):
        step.fit(np.zeros(shape))
    with pytest.raises(ValueError, match="expected at least one entry along each axis"):
        step.fit([np.ones((4, 400)), np.zeros(shape[1:])])


def test_unlabelled_trials_pass_a_step_and_hold_no_labels():
    trials = make().replace(metadata={"subject": np.arange(8), "label": list("abababab")})
    target = Unlabelled(trials)
    assert list(target.trials.metadata) == ["subject"]
    assert not any(hasattr(target, name) for name in ("__len__", "__getitem__", "shape"))
    step = DEExtractor().fit(trials)
    out = step.transform(target)
    assert isinstance(out, Unlabelled)
    assert_array_equal(out.trials.data, step.transform(trials).data)


def test_named_trials_go_through_scikit_learns_own_steps():
    trials = make(n=12)
    y = np.tile([0, 1], 6)
    model = make_pipeline(DEExtractor(), Flatten(), LogisticRegression())
    assert len(cross_val_score(model, trials, y, cv=3)) == 3


@pytest.mark.parametrize(("dtype", "value"), [(np.float32, 1e20), (np.float64, 1e160)])
@pytest.mark.parametrize("step", [DEExtractor(sfreq=128), LDSSmoother(), Flatten()])
def test_a_fill_value_too_large_for_its_square_is_refused(step, dtype, value):
    data = make().data.astype(dtype)
    data[3, 1, 8] = value
    with pytest.raises(ValueError, match=r"expected values whose squares .*got 1e.* in trial 3"):
        step.fit(data)
    data[0, 0] = np.nan
    with pytest.raises(ValueError, match=r"expected values whose squares .*got 1e.* in trial 3"):
        step.fit(data[:, :, ::2] if dtype == np.float32 else data)
