import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.interpolate import RBFInterpolator

from sklearn_eeg.montage import DEAP_32, GRIDS, SEED_62, TEN_TWENTY_19, GridMapper, mirror_name
from sklearn_eeg.trials import Trials

NAMED = {"seed-8x9": SEED_62, "seed-9x9": SEED_62, "deap-9x9": DEAP_32, "10-20-5x5": TEN_TWENTY_19}


@pytest.fixture
def features():
    return np.random.default_rng(0).standard_normal((2, 3, 62, 5))


@pytest.mark.parametrize("grid", NAMED)
def test_each_channel_stands_in_its_cell(grid):
    names = NAMED[grid]
    X = np.arange(1.0, len(names) + 1).reshape(1, -1, 1)
    maps = GridMapper(grid, ch_names=names).fit_transform(X)[0, 0]
    expected = [[names.index(c) + 1 if c != "." else 0 for c in row] for row in GRIDS[grid]]
    assert_array_equal(maps, expected)


@pytest.mark.parametrize("interpolate", [False, True])
@pytest.mark.parametrize("grid", ["seed-8x9", "seed-9x9", "positions"])
def test_inverse_gives_the_channels_back(grid, interpolate, features):
    mapper = GridMapper(grid, interpolate=interpolate, ch_names=SEED_62).fit(features)
    maps = mapper.transform(features)
    assert maps.shape == (2, 3, 5, *mapper.grid_.shape)
    assert_array_equal(mapper.inverse_transform(maps), features)


def test_without_windows_there_is_no_window_axis(features):
    mapper = GridMapper(ch_names=SEED_62)
    without = mapper.fit_transform(features[:, 0])
    assert_array_equal(without, mapper.fit_transform(features)[:, 0])


@settings(max_examples=10, deadline=None)
@given(a=st.floats(-10, 10), seed=st.integers(0, 100), interpolate=st.booleans())
def test_mapping_is_linear(a, seed, interpolate):
    one, other = np.random.default_rng(seed).standard_normal((2, 2, 62, 3))
    mapper = GridMapper(interpolate=interpolate, ch_names=SEED_62).fit(one)
    expected = a * mapper.transform(one) + mapper.transform(other)
    assert_allclose(mapper.transform(a * one + other), expected, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(62)), grid=st.sampled_from(["seed-9x9", "positions"]))
def test_the_order_of_channels_does_not_matter(order, grid):
    X = np.random.default_rng(0).standard_normal((1, 62, 2))
    permuted = GridMapper(grid, ch_names=[SEED_62[i] for i in order]).fit_transform(X[:, order])
    assert_array_equal(permuted, GridMapper(grid, ch_names=SEED_62).fit_transform(X))


def test_empty_cells_get_the_fill():
    maps = GridMapper(fill=np.nan, ch_names=DEAP_32).fit_transform(np.ones((1, 32, 1)))
    assert np.isnan(maps).sum() == 72 - 32
    assert np.nansum(maps) == 32


def test_a_table_of_names_is_a_grid():
    mapper = GridMapper([". FZ .", ["T3", "Cz", "T4"]], ch_names=["Cz", "T7", "T8", "Fz"])
    maps = mapper.fit_transform(np.array([[[1.0], [2], [3], [4]]]))
    assert_array_equal(maps[0, 0], [[0, 4, 0], [2, 1, 3]])
    assert mapper.grid_.tolist() == [["", "Fz", ""], ["T7", "Cz", "T8"]]


def test_a_grid_from_positions_keeps_front_and_sides():
    grid = GridMapper("positions", ch_names=SEED_62).fit(np.zeros((1, 62, 1))).grid_
    assert sorted(grid[grid != ""]) == sorted(SEED_62)
    assert grid[0, 3:6].tolist() == ["Fp1", "Fpz", "Fp2"]
    mirrored = [[mirror_name(name) if name else "" for name in row[::-1]] for row in grid]
    assert grid.tolist() == mirrored


def test_empty_cells_are_interpolated_by_radial_functions(features):
    mapper = GridMapper(interpolate=True, ch_names=SEED_62).fit(features)
    maps = mapper.transform(features).reshape(-1, 72)
    known = np.flatnonzero(mapper.grid_ != "")
    points = np.indices((8, 9)).reshape(2, -1).T
    surface = RBFInterpolator(points[known], maps[:, known].T, kernel="linear", degree=0)
    assert_allclose(maps.T, surface(points), atol=1e-9)


def test_interpolation_keeps_a_constant_and_fills_lost_channels(features):
    X = np.full_like(features, 3.0)
    X[0, 1, 7] = np.nan
    X[1, 2] = np.nan
    maps = GridMapper(interpolate=True, ch_names=SEED_62).fit_transform(X)
    assert np.isnan(maps[1, 2]).all()
    maps[1, 2] = 3
    assert_allclose(maps, 3)


def test_without_interpolation_a_lost_channel_stays_missing(features):
    features[0, 1, 7] = np.nan
    mapper = GridMapper(ch_names=SEED_62).fit(features)
    assert_array_equal(np.argwhere(np.isnan(mapper.transform(features)[0, 1, 0])), [[1, 2]])
    assert mapper.grid_[1, 2] == SEED_62[7]


def test_a_missing_window_has_a_missing_map(features):
    features[1, 2] = np.nan
    features[0, 1, :, 3] = np.nan
    maps = GridMapper(ch_names=SEED_62).fit_transform(features)
    assert np.isnan(maps[1, 2]).all()
    # A band that all channels lack makes no window missing.
    assert np.isnan(maps[0, 1]).sum() == 62


def test_ragged_equals_rectangular(features):
    mapper = GridMapper(ch_names=SEED_62).fit(features)
    ragged = mapper.transform([features[0], features[1, :2]])
    assert_array_equal(ragged[1], mapper.transform(features)[1, :2])


def test_trials_come_back_with_their_facts(features):
    bands = {name: (i + 1, i + 2) for i, name in enumerate("abcde")}
    trials = Trials(features, ch_names=SEED_62, bands=bands, metadata={"subject": [4, 5]})
    mapper = GridMapper().fit(trials)
    maps = mapper.transform(trials)
    assert maps.ch_names is None
    assert maps.bands == bands
    back = mapper.inverse_transform(maps)
    assert back.ch_names == SEED_62
    assert_array_equal(back.subject, [4, 5])
    assert_array_equal(back.data, features)


def test_names_follow_the_order_of_the_flattened_map(features):
    names = [". Fz .", "T7 Cz T8"]
    bands = {"theta": (4, 8), "alpha": (8, 14)}
    trials = Trials(np.ones((1, 4, 2)), ch_names=["Cz", "T7", "T8", "Fz"], bands=bands)
    found = GridMapper(names).fit(trials).get_feature_names_out()
    assert found[:3].tolist() == ["row0column0_theta", "Fz_theta", "row0column2_theta"]
    assert found[-1] == "T8_alpha"
    assert len(found) == 12


@pytest.mark.parametrize("interpolate", [False, True])
def test_tensors_stay_tensors(interpolate, features):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    mapper = GridMapper(interpolate=interpolate, ch_names=SEED_62).fit(features)
    tensor = torch.tensor(features, dtype=torch.float32)
    maps = mapper.transform(tensor)
    assert maps.dtype == torch.float32
    assert_allclose(maps.numpy(), mapper.transform(features), atol=1e-5)
    assert torch.equal(mapper.inverse_transform(maps), tensor)


def test_single_precision_stays(features):
    single = features.astype(np.float32)
    assert GridMapper(interpolate=True, ch_names=SEED_62).fit_transform(single).dtype == np.float32


def test_impossible_grids_are_refused(features):
    with pytest.raises(ValueError, match="GridMapper: expected channel names, got an array"):
        GridMapper().fit(features)
    with pytest.raises(
        ValueError, match=r"that have a cell in the grid, got Fpz, F5, .*, CB2; drop"
    ):
        GridMapper("deap-9x9", ch_names=SEED_62).fit(features)
    with pytest.raises(ValueError, match=r"expected grid to be one of .* got 'seed'"):
        GridMapper("seed", ch_names=SEED_62).fit(features)
    with pytest.raises(ValueError, match=r"shape to hold 62 channels, got \(7, 7\)"):
        GridMapper("positions", shape=(7, 7), ch_names=SEED_62).fit(features)
    with pytest.raises(ValueError, match=r"rows of one length, got lengths \[2, 1\]"):
        GridMapper(["Fz Cz", "Oz"], ch_names=SEED_62).fit(features)
    with pytest.raises(ValueError, match="'T3' and 'T7', which are the same electrode"):
        GridMapper(ch_names=["T3", "T7"]).fit(np.ones((1, 2, 1)))


def test_maps_of_another_grid_are_not_inverted(features):
    mapper = GridMapper(ch_names=SEED_62).fit(features)
    with pytest.raises(ValueError, match=r"expected maps of \(8, 9\) cells"):
        mapper.inverse_transform(np.ones((1, 5, 9, 9)))


@pytest.mark.gpu
@pytest.mark.parametrize("interpolate", [False, True])
def test_tensors_stay_on_their_device(interpolate, features):
    import torch

    features[0, 1, 7] = np.nan
    mapper = GridMapper(interpolate=interpolate, ch_names=SEED_62).fit(features)
    maps = mapper.transform(torch.tensor(features, device="cuda"))
    assert maps.is_cuda
    assert_allclose(maps.cpu().numpy(), mapper.transform(features))
    assert mapper.inverse_transform(maps).is_cuda
