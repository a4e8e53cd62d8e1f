"""A training on disk: always whole, one file a fit, read without executing anything in it."""

import hashlib
import io
import os
import pickle
import tempfile
import time
import uuid
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import skorch
import torch

from sklearn_eeg import __version__
from sklearn_eeg._typing import PathLike

FORMAT = 3
MAGIC = b"sklearn_eeg checkpoint sha256 "
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


def check_folder(folder):
    """Create a folder, and refuse one in which nothing can be written."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, TypeError) as error:
        raise ValueError(
            f"expected checkpoint to be a folder that can be written, got {folder!r} "
            f"({error}); choose another."
        ) from error


class Checkpoint:
    """Where one fit keeps its state.

    The file's name is a digest of everything the result depends on: settings, data, targets,
    seed and versions. So fits side by side never share one, and the same fit started again finds
    its own. A file begins with the digest of its content.

    Parameters
    ----------
    folder : path
    every : int
        Epochs between two writes; the last epoch is always written.
    identity : object
        What the fit depends on; hashed by content.
    name : str
        Of the estimator.
    """

    def __init__(self, folder, every, identity, name):
        self.path = Path(folder) / f"{name}-{joblib.hash(identity)}.pt"
        self.every = every
        self._sweep(self.path.parent)

    def write(self, state):
        """Replace the file in one step: whoever reads it finds the old state or the new one.

        A disk that is full, or gone, must not end a training.
        """
        draft = self.path.with_name(f".{self.path.stem}-{os.getpid()}-{uuid.uuid4().hex}.tmp")
        content = io.BytesIO()
        torch.save({"format": FORMAT, "fit": self.path.stem, **state}, content)
        try:
            with draft.open("wb") as file:
                file.write(_header(content.getbuffer()))
                file.write(content.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        except OSError as error:
            warnings.warn(
                f"Checkpoint: expected to write {self.path.name}, got {error}; the training goes "
                f"on, and an older state of it stays where there is one.",
                RuntimeWarning,
                stacklevel=2,
            )
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _sweep(self, folder):
        # What a killed process was writing; younger drafts may be another's at work.
        for draft in folder.glob(f".{self.path.stem}-*.tmp"):
            with suppress(FileNotFoundError):
                if time.time() - draft.stat().st_mtime > HOUR:
                    draft.unlink()

    def read(self, device):
        """Read the state last written, or ``None``; a file that is none is set aside."""
        if not self.path.exists():
            return None
        try:
            state = load_checkpoint(self.path, device)
            if state.get("fit") == self.path.stem:
                return state
            reason = f"the state of another fit, {state.get('fit')}"
        except (ValueError, OSError) as error:
            reason = str(error)
        aside = self.path.with_name(f"{self.path.name}.{uuid.uuid4().hex[:8]}.damaged")
        self.path.replace(aside)
        warnings.warn(
            f"Checkpoint: expected the state of this fit in {self.path.name}, got {reason} The "
            f"file is now {aside.name}, and the fit starts anew.",
            RuntimeWarning,
            stacklevel=2,
        )
        return None


def _header(content):
    return MAGIC + hashlib.sha256(content).hexdigest().encode() + b"\n"


def load_checkpoint(path: PathLike, device: str | torch.device = "cpu") -> dict[str, Any]:
    """State of a training that was cut off: tensors and plain values only, nothing is executed.

    Parameters
    ----------
    path : path
        A file that ``Runtime(checkpoint=)`` has left.
    device : str or torch.device, default="cpu"

    Returns
    -------
    dict
        ``module`` has the weights, ``epoch`` the epochs done, ``history`` the curves.

    Raises
    ------
    ValueError
        The file is damaged, no checkpoint, or of another version of this library's format.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"load_checkpoint: expected a file, got the folder {path.name}.")
    header, _, content = path.read_bytes().partition(b"\n")
    if not header.startswith(MAGIC):
        raise ValueError(
            f"load_checkpoint: expected a file that Runtime(checkpoint=) has left, got "
            f"{path.name}, which is none; train again."
        )
    if header + b"\n" != _header(content):
        raise ValueError(
            f"load_checkpoint: expected the digest that {path.name} begins with, got another; the "
            f"file is damaged, train again."
        )
    try:
        state = torch.load(io.BytesIO(content), map_location=device, weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ValueError(
            f"load_checkpoint: expected tensors and plain values in {path.name}, got something "
            f"else, which was not executed; train again."
        ) from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        found = state.get("format") if isinstance(state, dict) else type(state).__name__
        raise ValueError(
            f"load_checkpoint: expected format {FORMAT} in {path.name}, got {found}; train again, "
            f"or use the version that wrote it."
        )
    return state
