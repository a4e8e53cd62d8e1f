"""Files in, trials out; and simulated recordings with a known ground truth."""

from typing import TYPE_CHECKING

from sklearn_eeg._lazy import lazy
from sklearn_eeg.datasets import _catalogue

if TYPE_CHECKING:
    # For editors; a name is found by the catalogue.
    from sklearn_eeg.datasets._catalogue import DATASETS as DATASETS
    from sklearn_eeg.datasets._eegmat import load_eegmat as load_eegmat
    from sklearn_eeg.datasets._hms import load_hms as load_hms
    from sklearn_eeg.datasets._simulated import make_emotion_trials as make_emotion_trials

_PATHS = {path.partition(":")[2]: path for path in (d.loader for d in _catalogue.DATASETS.values())}
__getattr__, __dir__, __all__ = lazy(
    __name__, {"DATASETS": "sklearn_eeg.datasets._catalogue:DATASETS", **_PATHS}
)
