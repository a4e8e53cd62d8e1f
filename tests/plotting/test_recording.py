import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import WindowedClassifier
from sklearn_eeg.evaluation import predict_table
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.plotting import RecordingDisplay
from sklearn_eeg.preprocessing import BandpassNotch
from sklearn_eeg.streaming import to_stream


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


TIMES = np.array([0.0, 2, 4, 6])
THREE = np.array([[0.6, 0.3, 0.1], [np.nan] * 3, [0.2, 0.1, 0.7], [0.2, 0.5, 0.3]])


def test_curves_keep_their_value_until_the_next_answer():
    display = RecordingDisplay(TIMES, THREE, ["a", "b", "c"], end=9.0).plot()
    assert list(display.lines_) == ["a", "b", "c"]
    for line, values in zip(display.lines_.values(), THREE.T, strict=True):
        assert line.get_drawstyle() == "steps-post"
        assert_allclose(line.get_xdata(), [*TIMES, 9])
        assert_allclose(line.get_ydata(), [*values, values[-1]])
    styles = {line.get_linestyle() for line in display.lines_.values()}
    assert len(styles) == 3
    assert display.ax_.get_xlim() == (0, 9)
    assert display.ax_.get_ylim()[1] == 1.0


def test_the_strip_is_the_likeliest_class_and_a_gap_is_one():
    display = RecordingDisplay(TIMES, THREE, ["a", "b", "c"]).plot()
    strip = display.strip_.get_array().ravel()
    assert strip.mask.tolist() == [False, True, False, False]
    assert strip.compressed().tolist() == [0, 2, 1]
    assert display.predicted.tolist() == ["a", None, "c", "b"]


def test_of_two_classes_the_second_has_a_curve():
    one = RecordingDisplay(TIMES, [0.1, 0.9, 0.4, 0.6], ["rest", "seizure"]).plot()
    assert list(one.lines_) == ["seizure"]
    assert_allclose(one.lines_["seizure"].get_ydata()[:-1], [0.1, 0.9, 0.4, 0.6])
    texts = [text.get_text() for text in one.ax_.get_legend().get_texts()]
    assert texts == ["p(seizure)", "rest", "seizure"]


@pytest.mark.parametrize(
    ("span", "unit", "seconds"), [(60, "s", 1), (1800, "min", 60), (8 * 3600, "h", 3600)]
)
def test_time_is_counted_in_what_suits_its_length(span, unit, seconds):
    times = np.linspace(0, span, 11)[:-1]
    display = RecordingDisplay(
        times, np.full(10, 0.2), ["a", "b"], events=[(span / 2, span)]
    ).plot()
    assert display.ax_.get_xlabel() == f"Time ({unit})"
    assert_allclose(display.ax_.get_xlim(), [0, span / seconds])
    event = display.events_[0]
    assert_allclose([event.get_x(), event.get_width()], np.array([span, span]) / 2 / seconds)


@pytest.fixture
def fitted():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((6, 4, 800)), [0, 1] * 3
    trials = Trials(X, sfreq=200)
    causal = BandpassNotch(1, 45, method="iir", phase="causal")
    return make_pipeline(causal, DEExtractor(window=1.0), WindowedClassifier()).fit(
        trials, y
    ), trials


def test_it_comes_from_a_table_of_predictions(fitted):
    model, trials = fitted
    table = predict_table(model, trials.replace(metadata={"onset": 4.0 * np.arange(6)}))
    display = RecordingDisplay.from_table(table, events=[(2, 5)])
    assert_allclose(display.times, np.arange(24))
    assert_allclose(display.probabilities, table[["p(0)", "p(1)"]])
    assert display.end == 24
    one = RecordingDisplay.from_table(table, trial=2)
    assert_allclose(one.times, 8 + np.arange(4))


def test_it_comes_from_a_stream_and_says_what_the_pipeline_says(fitted):
    model, trials = fitted
    stream = to_stream(model)
    results = [stream.push(trials.data[0, :, k : k + 150]) for k in range(0, 800, 150)]
    results.append(stream.close())
    display = RecordingDisplay.from_stream(results, stream.classes, window=1.0)
    assert_allclose(display.times, [0, 1, 2, 3])
    whole = model[-1].predict_proba_windows(model[:-1].transform(trials[[0]]))[0]
    assert_allclose(display.probabilities, whole)
    with pytest.raises(ValueError, match="expected results with probabilities, got none"):
        RecordingDisplay.from_stream([None], stream.classes, window=1.0)


@pytest.mark.parametrize(
    ("times", "probabilities", "settings", "sentence"),
    [
        ([0, 1], [[0.5, 0.5]], {}, "probability of each of 2 classes at each of 2 times"),
        ([0, 0], [0.5, 0.5], {}, "times that ascend"),
        ([], [], {}, "at each of 0 times"),
        ([0, 1], [0.5, 1.5], {}, r"probabilities in \[0, 1\]"),
        ([0, 1], [0.5, 0.5], {"events": [(3, 1)]}, "events as beginnings and ends"),
        ([0, 1], [0.5, 0.5], {"events": [3, 1]}, "events as beginnings and ends"),
        ([0, 1], [0.5, 0.5], {"end": 1}, "an end after 1 s, got 1"),
    ],
)
def test_what_is_no_recording_is_refused(times, probabilities, settings, sentence):
    with pytest.raises(ValueError, match=f"RecordingDisplay: .*{sentence}"):
        RecordingDisplay(times, probabilities, ["rest", "task"], **settings)


def test_tables_of_something_else_are_refused():
    with pytest.raises(ValueError, match="columns 'onset' and 'p\\(<class>\\)', got a, b"):
        RecordingDisplay.from_table(pd.DataFrame({"a": [1], "b": [2]}))
    table = pd.DataFrame({"trial": [0], "onset": [0], "p(a)": [1.0], "p(b)": [0.0]})
    with pytest.raises(ValueError, match="expected rows of trial 3, got none"):
        RecordingDisplay.from_table(table, trial=3)


def test_windows_of_several_recordings_are_not_one(fitted):
    model, trials = fitted
    table = predict_table(model, trials)
    with pytest.raises(ValueError, match="choose a trial by trial="):
        RecordingDisplay.from_table(table)
    assert len(RecordingDisplay.from_table(table, trial=1).times) == 4


def test_many_classes_have_room():
    names = [f"class {k}" for k in range(12)]
    display = RecordingDisplay([0, 1], np.full((2, 12), 1 / 12), names).plot()
    display.figure_.draw_without_rendering()
