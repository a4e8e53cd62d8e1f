"""A training on disk: always whole, one file a fit, read without executing anything in it."""

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

import joblib
import numpy as np
import skorch
import torch

from sklearn_eeg import __version__

FORMAT = 1
HOUR = 3600


# What changes how a fit runs or talks, and not its result; the seeds it drew are told apart.
_NO_MATTER = ("random_state", "verbose", "callbacks", "runtime")


def identify(estimator, net, content):
    """Checkpoint of a fit that depends on this content, or ``None`` where none is asked for."""
    runtime = estimator._runtime
    if runtime.checkpoint is None:
        return None
    settings = {k: p for k, p in estimator.get_params(deep=False).items() if k not in _NO_MATTER}
    settings |= {"precision": runtime.precision, "compile": runtime.compile}
    start = {name: value.cpu().numpy() for name, value in net.module_.state_dict().items()}
    versions = (__version__, torch.__version__, skorch.__version__, np.__version__)
    identity = (settings, runtime.n_threads, content, str(net.module_), start, versions)
    name = type(estimator).__name__
    return Checkpoint(runtime.checkpoint, runtime.checkpoint_every, identity, name)


class Checkpoint:
    """Where one fit keeps its state.

    The file's name is a digest of everything the result depends on: settings, data, targets,
    seed and versions. So fits side by side never share one, and the same fit started again finds
    its own.

    Parameters
    ----------
    folder : path
        Created if absent.
    every : int
        Epochs between two writes; the last epoch is always written.
    identity : object
        What the fit depends on; hashed by content.
    """

    def __init__(self, folder, every, identity, name):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}-{joblib.hash(identity)}.pt"
        self.every = every
        self._sweep(folder)

    def write(self, state):
        """Replace the file in one step: whoever reads it finds the old state or the new one."""
        draft = self.path.with_name(f".{self.path.stem}-{os.getpid()}-{uuid.uuid4().hex}.tmp")
        try:
            with draft.open("wb") as file:
                torch.save({"format": FORMAT, **state}, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    def _sweep(self, folder):
        # What a killed process was writing; younger drafts may be another's at work.
        for draft in folder.glob(f".{self.path.stem}-*.tmp"):
            with suppress(FileNotFoundError):
                if time.time() - draft.stat().st_mtime > HOUR:
                    draft.unlink()

    def read(self, device):
        """Read the state last written, or ``None``."""
        return load_checkpoint(self.path, device) if self.path.exists() else None


def load_checkpoint(path, device="cpu"):
    """State of a training that was cut off: tensors and plain values only, nothing is executed.

    Parameters
    ----------
    path : path
        A file that ``checkpoint=`` has left.
    device : str or torch.device, default="cpu"

    Returns
    -------
    dict
        ``module`` has the weights, ``epoch`` the epochs done, ``history`` the curves.

    Raises
    ------
    ValueError
        The file is of another version of this library's format.
    """
    state = torch.load(path, map_location=device, weights_only=True)
    if state.get("format") != FORMAT:
        raise ValueError(
            f"load_checkpoint: expected format {FORMAT} in {Path(path).name}, got "
            f"{state.get('format')}; train again, or use the version that wrote it."
        )
    return state
