from itertools import pairwise

import numpy as np

from sklearn_eeg.montage import (
    DEAP_32,
    DEAP_32_RAW,
    GRIDS,
    MONTAGES,
    SEED_62,
    TEN_TWENTY_19,
    TEN_TWENTY_ROWS,
    canonical_name,
    mirror_name,
    positions,
)


def cells(grid):
    return sorted(name for row in GRIDS[grid] for name in row if name != ".")


def test_grids_hold_each_channel_of_their_montage_once():
    assert cells("seed-8x9") == cells("seed-9x9") == sorted(SEED_62)
    assert cells("deap-9x9") == sorted(DEAP_32) == sorted(DEAP_32_RAW)
    assert cells("10-20-5x5") == sorted(TEN_TWENTY_19)


def test_grids_have_the_shape_their_name_says():
    for name, rows in GRIDS.items():
        shape = name.rpartition("-")[2]
        assert f"{len(rows)}x{len(rows[0])}" == shape
        assert len({len(row) for row in rows}) == 1


def test_grids_are_mirror_symmetric():
    for rows in GRIDS.values():
        for row in rows:
            assert [mirror_name(name) for name in reversed(row)] == [
                name.strip(".") for name in row
            ]


def test_montages_have_as_many_channels_as_published():
    assert (len(SEED_62), len(DEAP_32), len(TEN_TWENTY_19)) == (62, 32, 19)
    assert SEED_62[:5] == ("Fp1", "Fpz", "Fp2", "AF3", "AF4")
    assert SEED_62[-5:] == ("CB1", "O1", "Oz", "O2", "CB2")
    assert DEAP_32[14:18] == ("Oz", "Pz", "Fp2", "AF4")
    for names in MONTAGES.values():
        assert tuple(map(canonical_name, names)) == names


def test_the_19_electrodes_are_read_from_front_to_back_and_left_to_right():
    assert sorted(TEN_TWENTY_ROWS) == sorted(TEN_TWENTY_19)
    x, y, _ = positions(TEN_TWENTY_ROWS).T
    starts = [0, 2, 7, 12, 17, 19]
    rows = [slice(*ends) for ends in pairwise(starts)]
    assert all((np.diff(x[row]) > 0).all() for row in rows)
    assert all(y[front].mean() > y[back].mean() for front, back in pairwise(rows))
