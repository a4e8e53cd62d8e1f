"""Matches of stretches against the definition written out, where rounding decides too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklearn_eeg.features._matches import count_matches


def written_out(row, order, tolerance, n_stretches):
    radius = (tolerance * row.std()).astype(row.dtype)
    stretches = np.lib.stride_tricks.sliding_window_view(row, order)[:n_stretches]
    close = np.abs(stretches[:, None] - stretches[None]).max(-1) <= radius
    return close.sum(1) - 1


# Multiples of a step make ties at the radius, which the unit of the signal rounds up or down.
@given(
    values=st.lists(st.integers(-4, 4), min_size=12, max_size=60),
    unit=st.sampled_from([1.0, 0.1, 1 / 3, 1e-5]),
    steps=st.sampled_from([0, 1, 2]),
    order=st.sampled_from([1, 2, 3]),
    dtype=st.sampled_from([np.float64, np.float32]),
)
def test_every_match_is_counted_on_both_sides(values, unit, steps, order, dtype):
    row = (np.array(values) * unit).astype(dtype)
    if row.std() == 0:
        return
    tolerance = steps * unit / row.std(dtype=dtype)
    n_long = len(row) - order
    short, long = count_matches(row[None], order, tolerance, n_long)
    assert_array_equal(short[:, 0], written_out(row, order, tolerance, n_long))
    assert_array_equal(long[:, 0], written_out(row, order + 1, tolerance, n_long))
    earlier = count_matches(row[None], order, tolerance, n_long, both=False)
    assert [2 * side.sum() for side in earlier] == [short.sum(), long.sum()]


@pytest.mark.parametrize("n_rows", [1, 255, 256, 257])
def test_rows_do_not_meet(n_rows):
    rows = np.random.default_rng(0).standard_normal((n_rows, 20))
    together = count_matches(rows, 2, 0.5, 18)
    alone = count_matches(rows[-1:], 2, 0.5, 18)
    for all_rows, last in zip(together, alone, strict=True):
        assert_array_equal(all_rows[:, -1:], last)


def test_long_signals_have_ranks_enough():
    row = np.sin(np.arange(2**16 + 10))
    short, _ = count_matches(row[None], 1, 0.01, 3)
    assert_array_equal(
        short[:, 0], [(np.abs(row[:3] - x) <= 0.01 * row.std()).sum() - 1 for x in row[:3]]
    )


def test_a_row_with_a_gap_has_no_count():
    rows = np.random.default_rng(0).standard_normal((2, 30))
    rows[1, 3] = np.nan
    short, long = count_matches(rows, 2, 0.2, 28)
    assert np.isnan(short[:, 1]).all()
    assert not np.isnan(short[:, 0]).any()
    assert np.isnan(long[:, 1]).all()
