"""The one list of data sets: data only, a loader is imported when it is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sklearn_eeg._lazy import load


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A data set by its name.

    Parameters
    ----------
    description : str
        In one line.
    loader : str
        Path of its function, ``"module:name"``.
    source : str, default=None
        Whom to name wherever results from it are shown; ``None``: it is made here.
    licence : str, default=None
    on_disk : bool, default=True
        Whether its loader takes ``path`` and ``download``; one that simulates takes
        ``random_state``.
    settings : mapping, default={}
        What else the loader is given.
    ceiling : float, default=None
        Accuracy on single trials that no classifier passes in the long run, of what is simulated.
    """

    description: str
    loader: str
    source: str | None = None
    licence: str | None = None
    on_disk: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    ceiling: float | None = None

    def load(self, **settings):
        """Trials and labels."""
        return load(self.loader)(**{**self.settings, **settings})

    @property
    def credit(self):
        """Source and licence in one sentence, or ``None``."""
        return None if self.source is None else f"{self.source}; {self.licence}."


DATASETS = {
    "simulated": Dataset(
        description="18 simulated subjects, 15 films of 20 s, three emotions in the band power of "
        "regions",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18},
        ceiling=0.85,
    ),
    "simulated-interaction": Dataset(
        description="the same, emotions in which regions gain or lose power together: no line on "
        "band power sees them",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "interaction"},
        ceiling=0.94,
    ),
    "simulated-time-course": Dataset(
        description="the same, emotions in the order in which power passes through the regions",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "time course"},
        ceiling=0.90,
    ),
    "simulated-coherence": Dataset(
        description="the same, emotions in which regions share a rhythm",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "coherence"},
        ceiling=0.87,
    ),
    "eegmat": Dataset(
        description="rest and mental arithmetic, up to 36 subjects, trials of 20 s (PhysioNet, "
        "190 MB)",
        loader="sklearn_eeg.datasets._eegmat:load_eegmat",
        source="EEG During Mental Arithmetic Tasks 1.0.0, Zyma et al. (2019), Data 4(1):14, "
        "doi:10.3390/data4010014, from PhysioNet",
        licence="Open Data Commons Attribution License v1.0",
    ),
}
