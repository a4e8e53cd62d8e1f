"""Electrodes: names, positions, neighbours, regions, and pictures of the scalp."""

from typing import TYPE_CHECKING

from sklearn_eeg.montage._adjacency import EDGES, GLOBAL_LINKS, adjacency
from sklearn_eeg.montage._chains import CHAINS, LONGITUDINAL_PAIRS, longitudinal_chains
from sklearn_eeg.montage._electrodes import canonical_name, hemisphere, mirror_name
from sklearn_eeg.montage._grids import (
    DEAP_32,
    DEAP_32_RAW,
    GRIDS,
    MONTAGES,
    SEED_62,
    TEN_TWENTY_19,
    TEN_TWENTY_ROWS,
)
from sklearn_eeg.montage._names import locate, same_electrode
from sklearn_eeg.montage._partition import hemispheres, pairs_in_order, regions
from sklearn_eeg.montage._positions import positions, unit_directions
from sklearn_eeg.montage._regions import (
    LOBES,
    REGIONS,
    SEED_CAUDAL_PAIRS,
    SEED_MIRROR_PAIRS,
    lobe,
    mirror_pairs,
)
from sklearn_eeg.montage._spelling import ALIASES
from sklearn_eeg.montage._splines import fill_missing, spline_matrix

if TYPE_CHECKING:
    from sklearn_eeg.montage._grid_mapper import GridMapper

__all__ = [
    "ALIASES",
    "CHAINS",
    "DEAP_32",
    "DEAP_32_RAW",
    "EDGES",
    "GLOBAL_LINKS",
    "GRIDS",
    "LOBES",
    "LONGITUDINAL_PAIRS",
    "MONTAGES",
    "REGIONS",
    "SEED_62",
    "SEED_CAUDAL_PAIRS",
    "SEED_MIRROR_PAIRS",
    "TEN_TWENTY_19",
    "TEN_TWENTY_ROWS",
    "GridMapper",
    "adjacency",
    "canonical_name",
    "fill_missing",
    "hemisphere",
    "hemispheres",
    "lobe",
    "locate",
    "longitudinal_chains",
    "mirror_name",
    "mirror_pairs",
    "pairs_in_order",
    "positions",
    "regions",
    "same_electrode",
    "spline_matrix",
    "unit_directions",
]


def __getattr__(name):
    """Load the estimator on first touch: networks read the tables here without scikit-learn."""
    if name == "GridMapper":
        from sklearn_eeg.montage._grid_mapper import GridMapper

        return GridMapper
    raise AttributeError(f"module 'sklearn_eeg.montage' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
