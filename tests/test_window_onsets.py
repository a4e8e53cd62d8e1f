"""Windows know when they begin, from the step that cuts them to the step that ends them."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

import sklearn_eeg
from sklearn_eeg import Trials
from sklearn_eeg.features import (
    DEExtractor,
    FeatureStack,
    LDSSmoother,
    PSDExtractor,
)
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.preprocessing import (
    BandpassNotch,
    ChannelScaler,
    Flatten,
    SequencePadder,
    SubjectScaler,
    Windower,
)
from tests.instances import INSTANCES

SFREQ = 200.0
NAMES = ("F3", "F4", "O1", "O2")


def make(seconds=6.0, n=4):
    data = np.random.default_rng(0).standard_normal((n, 4, int(seconds * SFREQ)))
    return Trials(data, sfreq=SFREQ, ch_names=NAMES, metadata={"subject": np.arange(n) // 2})


def steps_that_cut():
    """One of each class that has a window in seconds."""
    for folder in (sklearn_eeg.preprocessing, sklearn_eeg.features):
        for name in folder.__all__:
            if "window" in inspect.signature(getattr(folder, name)).parameters:
                step = INSTANCES[name][0]()
                hop = {"step": 0.5} if "step" in step.get_params() else {}
                yield step.set_params(window=2.0, sfreq=None, **hop)


CUTTING = [step for step in steps_that_cut() if "fit_transform" in dir(step)]


def test_there_are_steps_that_cut():
    assert {"Windower", "DEExtractor", "ConnectivityExtractor"} <= {
        type(step).__name__ for step in CUTTING
    }


@pytest.mark.parametrize("step", CUTTING, ids=lambda step: type(step).__name__)
def test_a_step_that_cuts_windows_says_when_they_begin(step):
    hop = step.get_params().get("step", 2.0)
    out = step.fit_transform(make())
    assert "window" in out.axes
    assert_allclose(out.window_onsets, hop * np.arange(out.size("window")))


def test_an_onset_is_the_sample_where_the_window_begins():
    trials = Trials(np.arange(3000.0).reshape(1, 1, 3000), sfreq=256.41, ch_names=["Cz"])
    out = Windower(1.0, 0.3).fit_transform(trials)
    assert_allclose(out.data[0, :, 0, 0], np.array(out.window_onsets) * 256.41)


@pytest.mark.parametrize(
    "steps",
    [
        (DEExtractor(),),
        (DEExtractor(), LDSSmoother()),
        (DEExtractor(), SubjectScaler()),
        (DEExtractor(), ChannelScaler()),
        (DEExtractor(), GridMapper("positions")),
        (FeatureStack([("a", DEExtractor()), ("b", PSDExtractor())]),),
    ],
    ids=lambda steps: type(steps[-1]).__name__,
)
def test_steps_that_keep_windows_keep_their_onsets(steps):
    out = make_pipeline(Windower(2.0, 1.0), *steps).fit_transform(make())
    assert out.window_onsets == (0.0, 1.0, 2.0, 3.0, 4.0)


def test_a_stack_has_the_onsets_of_what_it_stacks():
    stack = FeatureStack([("a", DEExtractor(2.0, 1.0)), ("b", PSDExtractor(2.0, 1.0))])
    assert stack.fit_transform(make()).window_onsets == (0.0, 1.0, 2.0, 3.0, 4.0)


def test_onsets_end_with_the_axis_of_windows():
    windows = DEExtractor(2.0).fit_transform(make())
    assert Flatten().fit_transform(windows).window_onsets is None
    means = windows.replace(data=windows.data.mean(axis=1), axes=("channel", "band"))
    assert means.window_onsets is None
    for step in (BandpassNotch(1, 40, method="iir"), DEExtractor()):
        assert step.fit_transform(make()).window_onsets is None


def test_onsets_survive_slices_and_joints():
    windows = DEExtractor(2.0).fit_transform(make())
    for part in (windows[1:3], windows[[3, 0]], windows[windows.subject == 1]):
        assert part.window_onsets == (0.0, 2.0, 4.0)
    assert Trials.concat([windows[:1], windows[1:]]).window_onsets == (0.0, 2.0, 4.0)


def test_of_ragged_trials_the_longest_tells():
    trials = Trials.concat([make(6.0), make(4.5, 2)])
    windows = DEExtractor(1.0).fit_transform(trials)
    assert windows.window_onsets == (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    joined = Trials.concat([DEExtractor(1.0).fit_transform(make(n)) for n in (4.5, 6.0)])
    assert joined.is_ragged and joined.window_onsets == windows.window_onsets
    # A slice may have lost the longest.
    assert windows[4:].window_onsets == windows.window_onsets
    assert SequencePadder(4).fit_transform(windows).window_onsets == (0.0, 1.0, 2.0, 3.0)
    assert SequencePadder(8).fit_transform(windows[4:]).window_onsets == tuple(map(float, range(8)))


def test_after_a_lone_window_nobody_knows_when_the_next_would_begin():
    lone = SequencePadder(3).fit_transform(DEExtractor(6.0).fit_transform(make()))
    assert_array_equal(lone.window_onsets, [0.0, np.nan, np.nan])
    assert_array_equal(Trials.concat([lone, lone]).window_onsets, lone.window_onsets)


def test_other_onsets_are_not_joined():
    one, other = (DEExtractor(1.0, step).fit_transform(make(3.0)) for step in (1.0, 0.5))
    with pytest.raises(ValueError, match="windows that begin at the same seconds in all parts"):
        Trials.concat([one, other.replace(data=other.data[:, :3], window_onsets=(0.0, 0.5, 1.0))])
    with pytest.raises(ValueError, match="windows that begin at the same seconds in all parts"):
        Trials.concat([one, one.replace(window_onsets=None)])


@pytest.mark.parametrize(
    ("facts", "error", "sentence"),
    [
        ({"window_onsets": [0, 1]}, ValueError, "an onset for each of 3 windows, got 2"),
        ({"window_onsets": range(4)}, ValueError, "an onset for each of 3 windows, got 4"),
        ({"window_onsets": 3}, TypeError, "numbers of seconds, got 3"),
        ({"window_onsets": ["a"] * 3}, TypeError, "numbers of seconds"),
        (
            {"window_onsets": range(3), "axes": ("frame", "channel", "time")},
            ValueError,
            "axes with a window where window_onsets are given",
        ),
    ],
)
def test_onsets_that_do_not_fit_are_refused(facts, error, sentence):
    with pytest.raises(error, match=sentence):
        Trials(np.zeros((2, 3, 4, 50)), **({"axes": ("window", "channel", "time")} | facts))


def test_windows_that_are_cut_away_take_their_onsets_along():
    windows = DEExtractor(1.0).fit_transform(make())
    with pytest.raises(ValueError, match="an onset for each of 2 windows, got 6"):
        windows.replace(data=windows.data[:, 4:])
    late = windows.replace(data=windows.data[:, 4:], window_onsets=windows.window_onsets[4:])
    assert late.window_onsets == (4.0, 5.0)
