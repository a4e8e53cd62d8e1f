"""Small synthetic files in the layout of published data sets, for tests of what reads them.

Names, keys, axis orders and oddities are those of the published files; the numbers are drawn, so
nothing can be learnt from them but whether a reader reads.
"""

from sklearn_eeg._lazy import lazy

_PATHS: dict[str, str] = {
    "write_mped": "sklearn_eeg.datasets.testing._mped:write_mped",
    "write_seed": "sklearn_eeg.datasets.testing._seed:write_seed",
    "write_seed_iv": "sklearn_eeg.datasets.testing._seed_iv:write_seed_iv",
    "write_cnt": "sklearn_eeg.datasets.testing._cnt:write_cnt",
    "write_seed_v": "sklearn_eeg.datasets.testing._seed_v:write_seed_v",
    "write_seed_vii": "sklearn_eeg.datasets.testing._seed_vii:write_seed_vii",
    "write_bids": "sklearn_eeg.datasets.testing._bids:write_bids",
    "write_brainvision": "sklearn_eeg.datasets.testing._brainvision:write_brainvision",
    "write_eeglab": "sklearn_eeg.datasets.testing._eeglab:write_eeglab",
    "write_edf": "sklearn_eeg.datasets.testing._edf:write_edf",
    "write_recordings": "sklearn_eeg.datasets.testing._recordings:write_recordings",
    "write_hms": "sklearn_eeg.datasets.testing._hms:write_hms",
    "write_deap": "sklearn_eeg.datasets.testing._deap:write_deap",
    "write_dreamer": "sklearn_eeg.datasets.testing._dreamer:write_dreamer",
    "write_amigos": "sklearn_eeg.datasets.testing._amigos:write_amigos",
    "write_mahnob": "sklearn_eeg.datasets.testing._mahnob:write_mahnob",
    "write_faced": "sklearn_eeg.datasets.testing._faced:write_faced",
}
__getattr__, __dir__, __all__ = lazy(__name__, _PATHS)
