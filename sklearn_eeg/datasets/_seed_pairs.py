"""Which electrodes a published asymmetry compares: the files do not say, their entropies do."""

import numpy as np

from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._seed_files import N_BANDS
from sklearn_eeg.datasets._shapes import check_shape
from sklearn_eeg.features._asymmetry import difference, ratio
from sklearn_eeg.montage import SEED_62, SEED_CAUDAL_PAIRS, SEED_MIRROR_PAIRS, locate

# How the entropies of a pair make a row, what is written between their names, and which pairs.
DIFFERENCES = (difference, "-", SEED_MIRROR_PAIRS)
RATIOS = (ratio, "/", SEED_MIRROR_PAIRS)
PARTS = {
    "dasm": [DIFFERENCES],
    "rasm": [RATIOS],
    "asm": [DIFFERENCES, RATIOS],
    "dcau": [(difference, "-", SEED_CAUDAL_PAIRS)],
}


def name_rows(file, kind):
    """Names of the rows of asymmetries, found in the entropies of a file's first trial.

    A row is named by the pair whose smoothed entropies come nearest to it, which need not give it
    exactly where it was smoothed by itself. Unless each row has a pair of its own, rows are
    numbered: ``dasm 1``.
    """
    feature, smoothing = kind.split("_")
    n_rows = sum(len(pairs) for *_, pairs in PARTS[feature])
    names = f"{kind}1", f"de_{smoothing}1"
    found = read_variables(file, names)
    values, entropies = (
        check_shape(found[name], (n, None, N_BANDS), name, file).swapaxes(0, 1)
        for name, n in zip(names, (n_rows, len(SEED_62)), strict=True)
    )
    if len(values) == len(entropies):
        parts = np.split(values, len(PARTS[feature]), axis=1)
        named = [
            find_pairs(rows, entropies, *part)
            for rows, part in zip(parts, PARTS[feature], strict=True)
        ]
        if all(named):
            return tuple(name for part in named for name in part)
    return tuple(f"{feature} {number}" for number in range(1, n_rows + 1))


def find_pairs(rows, entropies, compare, sign, pairs):
    """Pair of each row (window, row, band), ``first-second``; none if two rows have the same."""
    first, second = (locate(side, SEED_62) for side in zip(*pairs, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        candidates = compare(entropies, first, second)
        distance = np.abs(rows[:, :, None] - candidates[:, None]).mean((0, 3))
    nearest = distance.argmin(1)
    if len(set(nearest)) < len(pairs):
        return []
    return [sign.join(pairs[place]) for place in nearest]
