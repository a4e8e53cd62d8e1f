"""Signals: what came through the door, of whatever kind, and how kinds are told apart."""

from dataclasses import dataclass, replace

from sklearn_eeg._parallel import BLOCK_BYTES, map_rows


@dataclass(frozen=True)
class Signals:
    """What came through the door: arrays, and the facts that came with them.

    ``data`` is an array with the trial axis, or a list of per-trial arrays without it; ``kind``
    remembers what to return: ``"array"``, ``"list"``, ``"trials"`` or ``"epochs"``.
    """

    data: object
    kind: str
    sfreq: float | None = None
    ch_names: tuple | None = None
    unit: str = "uV"
    bands: dict | None = None
    axes: tuple | None = None
    metadata: object = None

    @property
    def is_list(self):
        """Whether trials lie in a list, since they may differ in length."""
        return isinstance(self.data, list)

    @property
    def is_tensor(self):
        """Whether the data are torch tensors."""
        return is_tensor(self.data[0] if self.is_list else self.data)

    @property
    def ndim(self):
        """Number of axes, the trial axis included."""
        return self.data[0].ndim + 1 if self.is_list else self.data.ndim

    def trials(self):
        """Iterate over per-trial arrays."""
        return iter(self.data)

    def map(self, function):
        """Apply a function of (n_trials, ...) to all trials at once, or to each of a list."""
        if self.is_list:
            return replace(self, data=[function(trial[None])[0] for trial in self.data])
        return replace(self, data=function(self.data))

    def map_rows(self, function, n_jobs=None, block_bytes=BLOCK_BYTES):
        """Apply a function of (n_rows, n_samples) along the last axis, in blocks, over threads."""

        def over_rows(x):
            if not is_tensor(x):
                return map_rows(function, x, n_jobs, block_bytes)
            out = function(x.reshape(-1, x.shape[-1]))
            return out.reshape(*x.shape[:-1], *out.shape[1:])

        return self.map(over_rows)

    def replace(self, **changes):
        """Return these signals with some facts changed."""
        return replace(self, **changes)


def is_trials(X):
    """Whether this is a Trials, found without importing pandas."""
    return type(X).__name__ == "Trials" and hasattr(X, "metadata")


def is_epochs(X):
    """Whether these are MNE epochs, found without importing MNE."""
    return hasattr(X, "get_data") and hasattr(X, "info") and hasattr(X, "events")


def is_tensor(x):
    """Whether this is a torch tensor, found without importing torch."""
    return type(x).__module__.partition(".")[0] == "torch"
