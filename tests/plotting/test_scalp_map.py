import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from sklearn_eeg import Trials
from sklearn_eeg.montage import SEED_62, TEN_TWENTY_19, mirror_name
from sklearn_eeg.plotting import ScalpMapDisplay
from sklearn_eeg.plotting._scalp_map import STEPS


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def values():
    return np.random.default_rng(0).standard_normal(len(TEN_TWENTY_19))


def at(display, row, place):
    """Value of a picture at a place, of the nearest pixel."""
    picture = display.images_[row].get_array()
    column, line = (np.abs(STEPS - coordinate).argmin() for coordinate in place)
    return picture[line, column]


def test_at_electrodes_a_map_has_their_values(values):
    display = ScalpMapDisplay(values, TEN_TWENTY_19).plot()
    found = [at(display, 0, place) for place in display.places]
    # A pixel is a hundredth of a head.
    assert_allclose(found, values, atol=0.05)


def test_noses_are_up_and_left_is_left():
    places = dict(zip(TEN_TWENTY_19, ScalpMapDisplay(range(19), TEN_TWENTY_19).places, strict=True))
    assert places["Fz"][1] > 0.2 and places["Pz"][1] < -0.2
    assert places["T7"][0] < -0.8 and places["T8"][0] > 0.8
    assert_allclose(places["Cz"], 0, atol=0.01)
    assert abs(places["Fz"][0]) < 0.02 and abs(places["Pz"][0]) < 0.02


def test_a_mirrored_head_is_a_mirrored_map(values):
    mirrored = [mirror_name(name) for name in TEN_TWENTY_19]
    one, two = (ScalpMapDisplay(values, names).plot() for names in (TEN_TWENTY_19, mirrored))
    inside = one.interpolate(values)[1] > 0.05
    left, right = one.images_[0].get_array(), two.images_[0].get_array()[:, ::-1]
    # Positions are measured on a head, whose halves differ by a few millimetres.
    assert np.abs(left - right)[inside & inside[:, ::-1]].max() < 0.35 * np.ptp(values)
    assert np.corrcoef(left[inside], right[inside])[0, 1] > 0.99


def test_a_constant_is_flat_everywhere_and_has_no_contours():
    display = ScalpMapDisplay(np.full(62, 3.0), SEED_62).plot()
    assert_allclose(display.images_[0].get_array(), 3, atol=1e-6)
    assert display.contours_ == [None]
    assert display.images_[0].get_clim() == (2.5, 3.5)


def test_signs_have_colours_alike_around_zero_and_their_own_lines(values):
    display = ScalpMapDisplay(values, TEN_TWENTY_19).plot()
    low, high = display.images_[0].get_clim()
    assert low == -high == -np.abs(values).max()
    contours = display.contours_[0]
    assert 0 not in contours.levels and (contours.levels < 0).any() and (contours.levels > 0).any()
    dashed = [style[1] is not None for style in contours.get_linestyle()]
    assert dashed == (contours.levels < 0).tolist()


def test_maps_of_a_row_share_their_colours(values):
    display = ScalpMapDisplay([values, 2 * values + 9], TEN_TWENTY_19, titles="ab").plot()
    limits = {image.get_clim() for image in display.images_}
    assert len(limits) == 1
    assert [ax.get_title() for ax in display.axes_] == ["a", "b"]
    given = ScalpMapDisplay(values, TEN_TWENTY_19).plot(limits=(-5, 7), cmap="gray")
    assert given.images_[0].get_clim() == (-5, 7)
    assert given.images_[0].get_cmap().name == "gray"


def test_missing_electrodes_are_crosses_and_left_to_their_neighbours(values):
    lost = values.copy()
    lost[4] = np.nan
    display = ScalpMapDisplay(lost, TEN_TWENTY_19).plot()
    rest = np.delete(np.arange(19), 4)
    names = [TEN_TWENTY_19[k] for k in rest]
    without = ScalpMapDisplay(values[rest], names).plot(limits=display.images_[0].get_clim())
    assert_allclose(display.images_[0].get_array(), without.images_[0].get_array())
    assert_allclose(display.electrodes_[0].get_offsets(), without.places)
    crosses = display.axes_[0].collections[-1].get_offsets()
    assert_allclose(crosses, display.places[[4]])


def test_a_map_of_which_everything_is_missing_is_empty(values):
    display = ScalpMapDisplay([values, np.full(19, np.nan)], TEN_TWENTY_19).plot()
    assert display.images_[1].get_array().mask.all()
    display.figure_.draw_without_rendering()
    ScalpMapDisplay(np.full(19, np.nan), TEN_TWENTY_19).plot().figure_.draw_without_rendering()


def test_far_from_electrodes_there_is_no_map():
    display = ScalpMapDisplay([1.0, 2.0], ["AF7", "AF8"]).plot()
    inside = display.interpolate(display.values[0])[1] > 0
    x, y = np.meshgrid(STEPS, STEPS)
    assert not inside[(np.abs(x) < 0.3) & (y < 0)].any()
    clip = display.images_[0].get_clip_path().get_fully_transformed_path()
    assert clip.contains_point(display.axes_[0].transData.transform(display.places[0]))
    assert not clip.contains_point(display.axes_[0].transData.transform((0, -0.5)))


def test_features_are_averaged_over_trials_and_windows():
    rng = np.random.default_rng(0)
    data = [rng.standard_normal((n, 19, 2)) for n in (3, 5)]
    data[0][1, 4] = np.nan
    trials = Trials(
        data,
        axes=("window", "channel", "band"),
        bands={"alpha": (8, 14), "beta": (14, 31)},
        ch_names=TEN_TWENTY_19,
        unit="nat",
    )
    display = ScalpMapDisplay.from_trials(trials, quantity="Entropy")
    assert_allclose(display.values, np.nanmean(np.concatenate(data), axis=0).T)
    assert display.titles == ("alpha", "beta")
    assert display.colorbar_.ax.get_ylabel() == "Entropy (nat)"
    for refused in (trials.replace(ch_names=None), data, Trials(np.zeros((2, 19, 50)), sfreq=50)):
        with pytest.raises(ValueError, match="ScalpMapDisplay: expected Trials"):
            ScalpMapDisplay.from_trials(refused)


@pytest.mark.parametrize(
    ("values", "names", "sentence"),
    [
        ([1.0, 2.0], ["Fz"], "a value of each of 1 channels, or rows of them"),
        ([[[1.0]]], ["Fz"], "a value of each of 1 channels"),
        ([], [], "a value of each of 0 channels"),
        ([np.inf], ["Fz"], "expected finite values, got infinity"),
        ([1.0, 2.0], ["Fz", "EOG"], "electrodes of the 10-05 system, got EOG"),
    ],
)
def test_values_that_are_on_no_head_are_refused(values, names, sentence):
    with pytest.raises(ValueError, match=f"^ScalpMapDisplay: .*{sentence}"):
        ScalpMapDisplay(values, names)


def test_maps_need_an_axes_and_a_title_each(values):
    with pytest.raises(ValueError, match="expected a title a map, 1, got 2"):
        ScalpMapDisplay(values, TEN_TWENTY_19, titles=["a", "b"])
    figure = Figure()
    with pytest.raises(ValueError, match="expected one axes a map, 2, got 1"):
        ScalpMapDisplay([values, values], TEN_TWENTY_19).plot(figure.subplots())
    display = ScalpMapDisplay([values] * 8, TEN_TWENTY_19).plot()
    assert len(display.axes_) == 8
    assert display.figure_.axes[:8] == display.axes_


def test_electrodes_are_named_as_they_are_given(values):
    display = ScalpMapDisplay(values, [f"EEG {name}-REF" for name in TEN_TWENTY_19])
    texts = [text.get_text() for text in display.plot(names=True).axes_[0].texts]
    assert texts == list(display.ch_names)


@pytest.mark.parametrize("limits", [(1, 1), (3, 1), (0, np.nan)])
def test_limits_that_do_not_ascend_are_refused(limits, values):
    with pytest.raises(ValueError, match="limits of which the second is higher, got"):
        ScalpMapDisplay(values, TEN_TWENTY_19).plot(limits=limits)


@pytest.mark.parametrize("scale", [1e-300, 1, 1e300])
def test_maps_have_values_of_any_size_and_rounding_is_none(scale, values):
    ScalpMapDisplay(scale * values, TEN_TWENTY_19).plot().figure_.draw_without_rendering()
    nearly = scale * (1 + np.arange(19) * 1e-16)
    assert ScalpMapDisplay(nearly, TEN_TWENTY_19).plot().contours_ == [None]
