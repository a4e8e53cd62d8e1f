import numpy as np
from numpy.testing import assert_allclose

from sklearn_eeg.montage import SEED_62, fill_missing, spline_matrix, unit_directions


def test_weights_equal_those_of_mne():
    from mne.channels.interpolation import _make_interpolation_matrix

    points = unit_directions(SEED_62)
    ours = spline_matrix(points[4:], points[:4])
    assert_allclose(ours, _make_interpolation_matrix(points[4:], points[:4]), atol=1e-9)


def test_a_constant_potential_stays_constant():
    points = unit_directions(SEED_62)
    assert_allclose(spline_matrix(points[::2], points[1::2]).sum(1), 1, atol=1e-9)


def test_a_dipole_field_is_nearly_recovered():
    points = unit_directions(SEED_62)
    potential = points @ [0.3, -0.5, 0.8]
    wanted = [10, 28, 45]
    known = np.setdiff1d(np.arange(62), wanted)
    found = spline_matrix(points[known], points[wanted]) @ potential[known]
    assert_allclose(found, potential[wanted], atol=0.02)


def test_only_missing_channels_are_filled():
    rng = np.random.default_rng(0)
    points = unit_directions(SEED_62)
    x = rng.standard_normal((4, 62, 5))
    x[1, 3] = x[2, [3, 40]] = x[3] = np.nan
    filled = fill_missing(x, points)
    assert np.isnan(filled[3]).all()
    known = ~np.isnan(x)
    assert_allclose(filled[known], x[known], rtol=0)
    rest = np.setdiff1d(np.arange(62), [3, 40])
    expected = spline_matrix(points[rest], points[[3, 40]]) @ x[2, rest]
    assert_allclose(filled[2, [3, 40]], expected)
