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
    page : str, default=None
        Address of the page on which it is described, and requested where it is under licence.
    on_disk : bool, default=True
        Whether its loader takes ``path``; one that simulates takes ``random_state``.
    downloads : bool, default=False
        Whether its loader takes ``download``.
    settings : mapping, default={}
        What else the loader is given.
    """

    description: str
    loader: str
    source: str | None = None
    licence: str | None = None
    page: str | None = None
    on_disk: bool = True
    downloads: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

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
    ),
    "simulated-interaction": Dataset(
        description="the same, emotions in which regions gain or lose power together: no line on "
        "band power sees them",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "interaction"},
    ),
    "simulated-time-course": Dataset(
        description="the same, emotions in the order in which power passes through the regions",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "time course"},
    ),
    "simulated-coherence": Dataset(
        description="the same, emotions in which regions share a rhythm",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "coherence"},
    ),
    "eegmat": Dataset(
        description="rest and mental arithmetic, up to 36 subjects, trials of 20 s (PhysioNet, "
        "190 MB)",
        loader="sklearn_eeg.datasets._eegmat:load_eegmat",
        source="EEG During Mental Arithmetic Tasks 1.0.0, Zyma et al. (2019), Data 4(1):14, "
        "doi:10.3390/data4010014, from PhysioNet",
        licence="Open Data Commons Attribution License v1.0",
        page="https://physionet.org/content/eegmat/1.0.0/",
        downloads=True,
    ),
    "hms": Dataset(
        description="six patterns of harmful brain activity and the votes of experts, 1,950 "
        "patients in intensive care, windows of 50 s",
        loader="sklearn_eeg.datasets._hms:load_hms",
        source="HMS - Harmful Brain Activity Classification, Jing et al. (2024), Kaggle; Jing et "
        "al. (2023), Neurology 100(17):e1750, doi:10.1212/WNL.0000000000207127",
        licence="the rules of the challenge",
        page="https://www.kaggle.com/competitions/hms-harmful-brain-activity-classification",
    ),
}
