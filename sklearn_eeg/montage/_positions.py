"""Electrode positions in space."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from sklearn_eeg.montage._arrays import refuse_array
from sklearn_eeg.montage._electrodes import STAND_INS, canonical_name
from sklearn_eeg.montage._grids import SEED_62


def positions(ch_names: Sequence[str]) -> np.ndarray:
    """Positions of electrodes on the standard 10-05 head (Colin 27), in metres.

    Parameters
    ----------
    ch_names : sequence of str
        Names in any spelling; CB1 and CB2 are placed at POO7 and POO8, O9 and O10 at I1 and I2.

    Returns
    -------
    ndarray of shape (n_channels, 3)
        In MNE's head coordinates: x to the right ear, y to the nose, z up.

    Raises
    ------
    ValueError
        A name is no electrode of the 10-05 system, or the names number an array, as BioSemi's do.

    Examples
    --------
    >>> left, right = positions(["T7", "T8"])
    >>> bool(left[0] < 0 < right[0])
    True
    """
    refuse_array(ch_names, "positions")
    table = _standard_positions()
    keys = [STAND_INS.get(name, name) for name in map(canonical_name, ch_names)]
    unknown = [str(name) for name, key in zip(ch_names, keys, strict=True) if key not in table]
    if unknown:
        raise ValueError(
            f"positions: expected electrodes of the 10-05 system, got {', '.join(unknown)}; "
            f"drop or rename those channels."
        )
    return np.array([table[key] for key in keys]).reshape(-1, 3)


def unit_directions(ch_names: Sequence[str]) -> np.ndarray:
    """Directions of electrodes from the centre of the sphere that fits a cap of 62 channels best.

    Parameters
    ----------
    ch_names : sequence of str

    Returns
    -------
    ndarray of shape (n_channels, 3)
        Vectors of length one.
    """
    directions = positions(ch_names) - head_centre()
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)


@cache
def head_centre():
    """Centre of the sphere that fits a cap of 62 channels best, in metres."""
    points = positions(SEED_62)
    # |p|^2 = 2 p.c + (r^2 - |c|^2) is linear in the centre c and in the bracket.
    design = np.column_stack([2 * points, np.ones(len(points))])
    return np.linalg.lstsq(design, (points**2).sum(1), rcond=None)[0][:3]


@cache
def _standard_positions():
    from mne.channels import (
        compute_native_head_t,
        get_builtin_montages,
        make_standard_montage,
    )
    from mne.transforms import apply_trans

    # MNE 1.13 renames the montage and 1.14 drops the old name.
    name = next(n for n in ("colin27_1005", "standard_1005") if n in get_builtin_montages())
    montage = make_standard_montage(name)
    to_head = compute_native_head_t(montage)
    return {ch: apply_trans(to_head, p) for ch, p in montage.get_positions()["ch_pos"].items()}
