"""How a training runs on this machine, apart from what it computes."""

from dataclasses import dataclass
from os import PathLike
from typing import Literal


@dataclass(frozen=True)
class Runtime:
    """Threads, precision, compilation and checkpoints of a fit.

    Parameters
    ----------
    n_threads : int or None, default=1
        Threads of torch in a fit; ``None`` leaves them as they are. For small networks a second
        thread gains little, and costs much beside a busy neighbour.
    precision : {"float32", "float64", "bf16"}, default="float32"
        ``"bf16"``: float32 weights, and bfloat16 where torch's autocast finds it safe.
    compile : bool or str, default=False
        Whether to train by :func:`torch.compile`, or its mode: ``"reduce-overhead"`` replays CUDA
        graphs, which small networks gain from on a GPU. Compiling takes a minute or more.
    checkpoint : path, default=None
        Folder for the state of a training, in a file named after everything the fit depends on.
        The same fit started again goes on from its file, to the same weights bit for bit on a
        CPU; this needs an integer ``random_state``, and callbacks begin anew.
    checkpoint_every : int, default=1
        Epochs between two writes.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the weights of the fit before, with the state of its optimizer;
        after an unpickling, a copy or another process from the weights alone.

    Examples
    --------
    >>> from sklearn_eeg.classifiers import ResAttentioNetClassifier
    >>> ResAttentioNetClassifier(runtime=Runtime(precision="bf16")).runtime.n_threads
    1
    """

    n_threads: int | None = 1
    precision: Literal["float32", "float64", "bf16"] = "float32"
    compile: Literal[False, True, "default", "reduce-overhead", "max-autotune"] = False
    checkpoint: str | PathLike | None = None
    checkpoint_every: int = 1
    warm_start: bool = False
