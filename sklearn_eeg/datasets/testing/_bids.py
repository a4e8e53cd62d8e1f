"""Small data sets in EEG-BIDS."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from sklearn.utils import check_random_state

from sklearn_eeg._typing import PathLike, RandomState
from sklearn_eeg._whole_file import write_whole
from sklearn_eeg.datasets.testing._brainvision import write_brainvision
from sklearn_eeg.datasets.testing._edf import write_edf
from sklearn_eeg.datasets.testing._eeglab import write_eeglab

_WRITERS = {
    ".vhdr": write_brainvision,
    ".edf": write_edf,
    ".bdf": write_edf,
    ".set": write_eeglab,
}
_ELECTRODES = "Fp1 Fp2 F3 F4 C3 C4 P3 P4 O1 O2 Cz".split()
_CHANNELS = [*((name, "EEG", "µV") for name in _ELECTRODES), ("VEOG", "VEOG", "µV")]
_TYPES = ("calm", "happy", "sad")
_TRIAL, _PAUSE = 2.0, 0.5


def write_bids(
    folder: PathLike,
    *,
    n_subjects: int = 2,
    n_sessions: int = 1,
    n_runs: int = 1,
    n_trials: int = 6,
    task: str = "film",
    extension: str = ".vhdr",
    sfreq: int = 100,
    random_state: RandomState = 0,
) -> Path:
    """Write a valid EEG-BIDS data set of drawn numbers.

    Each recording has 11 electrodes and an eye channel, and trials of 2 s of three types, in
    order. One electrode of the first subject is marked as bad.

    Parameters
    ----------
    folder : path-like
    n_subjects, n_sessions, n_runs : int, default=2, 1, 1
        Of one session or run, names and folders do not speak.
    n_trials : int, default=6
        In each recording.
    task : str, default="film"
    extension : {".vhdr", ".edf", ".bdf", ".set"}, default=".vhdr"
    sfreq : int, default=100
    random_state : int or RandomState, default=0

    Returns
    -------
    Path
        The folder.

    Examples
    --------
    >>> import tempfile
    >>> folder = write_bids(tempfile.mkdtemp(), n_subjects=1)
    >>> sorted(file.name for file in folder.glob("sub-01/eeg/*.tsv"))
    ['sub-01_task-film_channels.tsv', 'sub-01_task-film_events.tsv']
    """
    rng, folder = check_random_state(random_state), Path(folder)
    subjects = [f"{number:02}" for number in range(1, n_subjects + 1)]
    sessions = [""] if n_sessions == 1 else [f"_ses-{k:02}" for k in range(1, n_sessions + 1)]
    runs = [""] if n_runs == 1 else [f"_run-{k}" for k in range(1, n_runs + 1)]
    _write_root(folder, subjects, task, sfreq)
    for subject in subjects:
        for session in sessions:
            names = [f"sub-{subject}{session}_task-{task}{run}" for run in runs]
            place = folder / f"sub-{subject}" / session[1:]
            for name in names:
                status = {"F3": "bad"} if subject == "01" else {}
                _write_recording(place / "eeg" / name, n_trials, extension, sfreq, status, rng)
            scans = [(f"eeg/{name}_eeg{extension}", "2000-01-01T00:00:00") for name in names]
            write_table(
                place / f"sub-{subject}{session}_scans.tsv", [("filename", "acq_time"), *scans]
            )
        if n_sessions > 1:
            rows = [(session[1:], f"site{k}") for k, session in enumerate(sessions, 1)]
            path = folder / f"sub-{subject}" / f"sub-{subject}_sessions.tsv"
            write_table(path, [("session_id", "site"), *rows])
    return folder


def write_table(path, rows):
    """Write rows, the first of which is the header, as a table with tabs."""
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    write_whole(path, text.encode())


def _write_root(folder, subjects, task, sfreq):
    description = {"Name": "Drawn", "BIDSVersion": "1.10.0", "DatasetType": "raw"}
    settings = {
        "TaskName": task,
        "EEGReference": "Cz",
        "SamplingFrequency": sfreq,
        "PowerLineFrequency": 50,
        "SoftwareFilters": "n/a",
        "RecordingType": "continuous",
    }
    people = [
        (f"sub-{subject}", 20 + number, "FM"[number % 2], ("control", "patient")[number % 2])
        for number, subject in enumerate(subjects)
    ]
    _write_json(folder / "dataset_description.json", description)
    _write_json(folder / f"task-{task}_eeg.json", settings)
    write_whole(folder / "README", b"Drawn numbers in EEG-BIDS.\n")
    write_table(folder / "participants.tsv", [("participant_id", "age", "sex", "group"), *people])


def _write_json(path, content):
    write_whole(path, json.dumps(content, indent=2).encode())


def _write_recording(stem, n_trials, extension, sfreq, status, rng):
    onsets = [1.0 + k * (_TRIAL + _PAUSE) for k in range(n_trials)]
    n_times = int(np.ceil(onsets[-1] + _TRIAL + 1.0)) * sfreq
    signals = np.round(rng.normal(scale=20.0, size=(len(_CHANNELS), n_times)), 2)
    recording = stem.with_name(f"{stem.name}_eeg{extension}")
    _WRITERS[extension](recording, signals, [name for name, *_ in _CHANNELS], sfreq)
    events = [(onset, _TRIAL, _TYPES[k % 3]) for k, onset in enumerate(onsets)]
    channels = [(*channel, status.get(channel[0], "good")) for channel in _CHANNELS]
    write_table(
        stem.with_name(f"{stem.name}_events.tsv"), [("onset", "duration", "trial_type"), *events]
    )
    write_table(
        stem.with_name(f"{stem.name}_channels.tsv"),
        [("name", "type", "units", "status"), *channels],
    )
