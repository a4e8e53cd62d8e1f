"""Small synthetic files in the layout of published data sets, for tests of what reads them.

Names, keys, axis orders and oddities are those of the published files; the numbers are drawn, so
nothing can be learnt from them but whether a reader reads.
"""

from sklearn_eeg._lazy import lazy

_PATHS: dict[str, str] = {
    "write_hms": "sklearn_eeg.datasets.testing._hms:write_hms",
}
__getattr__, __dir__, __all__ = lazy(__name__, _PATHS)
