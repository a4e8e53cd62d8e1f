import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline

from sklearn_eeg import Trials
from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.plotting import AttentionDisplay
from sklearn_eeg.preprocessing import SequencePadder


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def network():
    """A pipeline that attends to sequences of 80 windows, which begin every half second."""
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 4)
    data = [
        rng.standard_normal((n, 2, 3)) + label for n, label in zip([80, 70] * 4, y, strict=True)
    ]
    trials = Trials(
        data, axes=("window", "channel", "band"), window_onsets=[0.5 * k for k in range(80)]
    )
    model = make_pipeline(
        SequencePadder(80), ResAttentioNetClassifier(max_epochs=2, random_state=0)
    )
    return model.fit(trials, y), trials


def test_all_trials_are_rows_of_the_mean_over_heads_with_times(network):
    model, trials = network
    display = AttentionDisplay.from_estimator(model, trials)
    weights = model[-1].attention_weights(model[:-1].transform(trials))
    assert_allclose(display.image_.get_array(), weights.mean(axis=1))
    # Steps of 32 windows of half a second; the last has 16.
    assert_allclose(display.edges, [0, 16, 32, 40])
    assert display.ax_.get_xlim() == (0, 40)
    assert display.ax_.get_xlabel() == "Time (s)"
    assert_allclose(display.image_.get_array().sum(axis=1), 1)


def test_one_trial_has_a_curve_a_head(network):
    model, trials = network
    display = AttentionDisplay.from_estimator(model, trials, trial=3)
    weights = model[-1].attention_weights(model[:-1].transform(trials))[3]
    for steps, head in zip(display.steps_, weights, strict=True):
        assert_allclose(steps.get_data().values, head)
        assert_allclose(steps.get_data().edges, display.edges)
    names = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert names == ["head 1", "head 2"]
    second = AttentionDisplay.from_estimator(model, trials, trial=3, head=1)
    assert_allclose(second.steps_[0].get_data().values, weights[1])


def test_without_times_steps_are_numbered(network):
    model, trials = network
    display = AttentionDisplay.from_estimator(model, trials.replace(window_onsets=None))
    assert display.edges is None
    assert display.ax_.get_xlabel() == "Step"
    assert display.ax_.get_xlim() == (0, 3)


def test_the_dotted_line_is_even_attention():
    display = AttentionDisplay([0.1, 0.7, 0.1, 0.1]).plot()
    assert_allclose(display.ax_.lines[0].get_ydata(), 0.25)
    assert display.ax_.get_ylim()[1] <= 1


def test_another_length_of_steps_is_refused(network):
    model, trials = network
    with pytest.raises(ValueError, match="windows_per_step such that 80 windows are 3 steps"):
        AttentionDisplay.from_estimator(model, trials, windows_per_step=8)


def test_a_model_without_attention_is_refused():
    with pytest.raises(ValueError, match="a network with attention_weights, got DummyClassifier"):
        AttentionDisplay.from_estimator(DummyClassifier().fit([[0]], [0]), [[0]])


@pytest.mark.parametrize(
    ("weights", "settings"),
    [
        (np.zeros((2, 3, 4)), {}),
        (np.zeros((2, 3)), {"edges": [0, 1, 2]}),
        (np.zeros((2, 3)), {"names": ["a"]}),
        ([], {}),
    ],
)
def test_what_does_not_line_up_is_refused(weights, settings):
    with pytest.raises(ValueError, match="AttentionDisplay: expected rows of weights"):
        AttentionDisplay(weights, **settings)


def test_edges_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError, match="AttentionDisplay: expected edges that ascend"):
        AttentionDisplay([0.5, 0.5], [0, 2, 2])
