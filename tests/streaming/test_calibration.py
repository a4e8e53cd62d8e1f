import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg import preprocessing as p
from sklearn_eeg.features import FeatureStack
from sklearn_eeg.streaming import to_stream
from tests.streaming.cases import causal, windowed_de
from tests.streaming.conftest import NAMES, SFREQ, make_signal, make_trials

PIPELINES = {
    "features": lambda: [causal(), windowed_de(), p.SubjectScaler(unknown="one")],
    "signals": lambda: [p.SubjectScaler("channel", unknown="one")],
    "whitened": lambda: [causal(), p.EuclideanAlignment(unknown="one"), windowed_de()],
    "whitened windows": lambda: [p.Windower(0.5), p.EuclideanAlignment(unknown="one")],
    "both": lambda: [p.EuclideanAlignment(unknown="one"), windowed_de(), p.SubjectScaler()],
    "sequences": lambda: [windowed_de(), p.SequencePadder(3, keep="last"), p.SubjectScaler()],
    "stack": lambda: [
        FeatureStack([("z", make_pipeline(windowed_de(), p.SubjectScaler(unknown="one")))])
    ],
}


def person(n_trials=3, **facts):
    data = np.stack([3 * make_signal(500, seed) + 20 for seed in range(20, 20 + n_trials)])
    return make_trials(n_trials).replace(data=data, **facts)


@pytest.mark.parametrize("name", PIPELINES)
def test_what_was_learnt_of_the_person_stays(name):
    model = make_pipeline(*PIPELINES[name]())
    model.fit(make_trials(metadata={"subject": ["a", "a", "b", "b", "c", "c"]}))
    calibration = person(metadata={"subject": ["d"] * 3})
    # Each of the trials that are calibrated with is what it is offline, among them.
    together = model.transform(calibration)
    for index in range(3):
        result = to_stream(model, calibration).push(calibration.data[index])
        if name == "sequences":
            assert_allclose(result.trials.data[-1], together.data[index], rtol=1e-9)
        else:
            assert_allclose(result.trials.data[0], together.data[index], rtol=1e-9, atol=1e-9)
            assert result.trials.unit == together.unit


def test_later_signals_do_not_change_it():
    model = make_pipeline(*PIPELINES["features"]()).fit(make_trials())
    x = make_signal(500, seed=3)
    quiet, loud = (to_stream(model, person()) for _ in range(2))
    first = quiet.push(x).trials.data
    loud.push(x * 100)
    z = to_stream(model, person()).push(x).trials.data
    assert_allclose(first, z)
    found = model[:-1].transform(make_trials(1).replace(data=x[None])).data
    seen = model[:-1].transform(person()).data
    expected = (found - seen.mean((0, 1))) / seen.std((0, 1))
    assert_allclose(first, expected, rtol=1e-9)


def test_arrays_and_lists_of_one_person_are_taken():
    model = make_pipeline(*PIPELINES["features"]()).fit(make_trials())
    x, trials = make_signal(500, seed=3), person()
    expected = to_stream(model, trials).push(x).trials.data
    for other in (trials.data, list(trials.data)):
        assert_allclose(to_stream(model, other).push(x).trials.data, expected)


def test_calibration_of_several_people_or_of_other_channels_is_refused():
    model = make_pipeline(*PIPELINES["signals"]()).fit(make_trials())
    with pytest.raises(ValueError, match="to_stream: expected calibration trials of one person"):
        to_stream(model, person(metadata={"subject": [1, 1, 2]}))
    for wrong in (person(ch_names=NAMES[::-1]), person(sfreq=2 * SFREQ), person().data[:, :5]):
        with pytest.raises(ValueError, match="expected"):
            to_stream(model, wrong)
