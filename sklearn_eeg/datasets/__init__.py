"""Files in, trials out; and simulated recordings with a known ground truth."""

from typing import TYPE_CHECKING

from sklearn_eeg._lazy import lazy
from sklearn_eeg.datasets import _catalogue

if TYPE_CHECKING:
    # For editors; a name is found by the catalogue.
    from sklearn_eeg.datasets._amigos import load_amigos as load_amigos
    from sklearn_eeg.datasets._bids._load import load_bids as load_bids
    from sklearn_eeg.datasets._catalogue import DATASETS as DATASETS
    from sklearn_eeg.datasets._deap import load_deap as load_deap
    from sklearn_eeg.datasets._dreamer import load_dreamer as load_dreamer
    from sklearn_eeg.datasets._eegmat import load_eegmat as load_eegmat
    from sklearn_eeg.datasets._faced import load_faced as load_faced
    from sklearn_eeg.datasets._from_moabb import from_moabb as from_moabb
    from sklearn_eeg.datasets._from_pandas import from_pandas as from_pandas
    from sklearn_eeg.datasets._from_xarray import from_xarray as from_xarray
    from sklearn_eeg.datasets._hms import load_hms as load_hms
    from sklearn_eeg.datasets._icu_night import make_icu_night as make_icu_night
    from sklearn_eeg.datasets._mahnob import load_mahnob as load_mahnob
    from sklearn_eeg.datasets._map_trials import map_trials as map_trials
    from sklearn_eeg.datasets._mped import load_mped as load_mped
    from sklearn_eeg.datasets._recordings import load_recordings as load_recordings
    from sklearn_eeg.datasets._seed import load_seed as load_seed
    from sklearn_eeg.datasets._seed_iv import load_seed_iv as load_seed_iv
    from sklearn_eeg.datasets._seed_v import load_seed_v as load_seed_v
    from sklearn_eeg.datasets._seed_vii import load_seed_vii as load_seed_vii
    from sklearn_eeg.datasets._simulated import make_emotion_trials as make_emotion_trials

# Readers of what is no data set of the catalogue, and what is done with those that are.
_OTHERS = {
    "load_bids": "sklearn_eeg.datasets._bids._load:load_bids",
    "load_recordings": "sklearn_eeg.datasets._recordings:load_recordings",
    "from_moabb": "sklearn_eeg.datasets._from_moabb:from_moabb",
    "from_pandas": "sklearn_eeg.datasets._from_pandas:from_pandas",
    "from_xarray": "sklearn_eeg.datasets._from_xarray:from_xarray",
    "make_icu_night": "sklearn_eeg.datasets._icu_night:make_icu_night",
    "map_trials": "sklearn_eeg.datasets._map_trials:map_trials",
}
_PATHS = {path.partition(":")[2]: path for path in (d.loader for d in _catalogue.DATASETS.values())}
__getattr__, __dir__, __all__ = lazy(
    __name__, {"DATASETS": "sklearn_eeg.datasets._catalogue:DATASETS", **_PATHS, **_OTHERS}
)
