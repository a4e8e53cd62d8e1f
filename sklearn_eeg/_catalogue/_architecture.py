"""What one entry of the catalogue says of an architecture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Settings = Mapping[str, Any]

_PLURALS = {"frequency": "frequencies", "time": "samples"}


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A network and its estimator, each as ``"module:name"``.

    Parameters
    ----------
    estimator, network : str
        Paths of the classes.
    summary : str
        What it is and takes, in one line.
    source : str
        Where architecture and training are from, in one line.
    paper : str, default=None
        Authors, year, title and where it appeared; ``None``: there is none.
    doi : str, default=None
        Of the paper, or its number at arXiv as ``"arXiv:1907.07835"``.
    licence : str, default="no public code"
        Of the code that the authors or others published, none of which is used here.
    instance : mapping of str to int
        Length of each axis of the instance for which ``n_parameters`` is stated.
    n_outputs : int
        Its classes, or its targets.
    montage : str, default=None
        Names of its channels, a key of ``sklearn_eeg.montage.MONTAGES``, where the network reads
        electrodes by name.
    sfreq : float, default=None
        Its rate in hertz, where the network asks for it.
    n_domains : int, default=1
        Subjects trained on, where the network asks for them.
    n_parameters : int
        As published with the source; counted from our own module where it has none.
    settings : mapping, default={}
        Those of the estimator for this instance, where they are not its defaults.
    block : str, default=None
        Block of the trials' ``extra`` that its recipe needs, such as ``"eye"``.
    small : mapping, default={}
        Settings with which scikit-learn's checks, on tens of rows, take seconds and are learnt.
    recipe : str, default=None
        Path of a function of :mod:`sklearn_eeg.recipes`'s kind: the steps before a classifier.
        ``None``: there are none, for there is no data set for it here.
    front : mapping, default={}
        Arguments of that function as published, where they are not its defaults; and of the filter
        before it: ``l_freq``, ``h_freq``, ``resample``.
    recipe_settings : mapping, default={}
        Settings of the estimator behind these steps, where they are not its defaults.
    tuned : mapping, default={}
        Settings of the command line, found on simulated subjects.
    """

    estimator: str
    network: str
    summary: str
    source: str
    paper: str | None = None
    doi: str | None = None
    licence: str = "no public code"
    instance: Mapping[str, int]
    n_outputs: int
    n_parameters: int
    montage: str | None = None
    sfreq: float | None = None
    n_domains: int = 1
    settings: Settings = field(default_factory=dict)
    small: Settings = field(default_factory=dict)
    block: str | None = None
    recipe: str | None = None
    front: Settings = field(default_factory=dict)
    recipe_settings: Settings = field(default_factory=dict)
    tuned: Settings = field(default_factory=dict)

    @property
    def size(self):
        """Its parameters and what for, in words."""
        lengths = [f"{n} {_PLURALS.get(axis, axis + 's')}" for axis, n in self.instance.items()]
        of = f"{' x '.join(lengths)} and {self.n_outputs} outputs"
        return f"{self.n_parameters:,} parameters for {of}"
