"""Electrodes: names, positions, neighbours, regions, and pictures of the scalp."""

from sklearn_eeg.montage._adjacency import EDGES, GLOBAL_LINKS, adjacency
from sklearn_eeg.montage._chains import CHAINS, LONGITUDINAL_PAIRS
from sklearn_eeg.montage._grid_mapper import GridMapper
from sklearn_eeg.montage._grids import (
    DEAP_32,
    DEAP_32_RAW,
    GRIDS,
    MONTAGES,
    SEED_62,
    TEN_TWENTY_19,
)
from sklearn_eeg.montage._names import (
    ALIASES,
    canonical_name,
    hemisphere,
    locate,
    mirror_name,
)
from sklearn_eeg.montage._positions import positions, unit_directions
from sklearn_eeg.montage._regions import (
    REGIONS,
    SEED_CAUDAL_PAIRS,
    SEED_MIRROR_PAIRS,
    mirror_pairs,
)
from sklearn_eeg.montage._splines import fill_missing, spline_matrix

__all__ = [
    "ALIASES",
    "CHAINS",
    "DEAP_32",
    "DEAP_32_RAW",
    "EDGES",
    "GLOBAL_LINKS",
    "GRIDS",
    "LONGITUDINAL_PAIRS",
    "MONTAGES",
    "REGIONS",
    "SEED_62",
    "SEED_CAUDAL_PAIRS",
    "SEED_MIRROR_PAIRS",
    "TEN_TWENTY_19",
    "GridMapper",
    "adjacency",
    "canonical_name",
    "fill_missing",
    "hemisphere",
    "locate",
    "mirror_name",
    "mirror_pairs",
    "positions",
    "spline_matrix",
    "unit_directions",
]
