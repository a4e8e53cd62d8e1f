"""Two views of the same trials, such as EEG and eye movements, made one representation."""

from typing import TYPE_CHECKING

from sklearn_eeg._catalogue import public_paths
from sklearn_eeg._lazy import lazy

if TYPE_CHECKING:
    # For editors; at run time a name is found by the catalogue.
    from sklearn_eeg.decomposition._bdae import BDAE as BDAE
    from sklearn_eeg.decomposition._dcca import DCCA as DCCA

__getattr__, __dir__, __all__ = lazy(__name__, public_paths(__name__))
