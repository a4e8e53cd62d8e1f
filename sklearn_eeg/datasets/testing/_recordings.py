"""A folder of recordings as a laboratory has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets.testing._edf import write_edf

NAMES = ("EEG Fp1-REF", "EEG FP2-REF", "EEG T3-REF", "EEG Cz-REF", "EEG O2-REF", "ECG ECG")
SECONDS = 21


def write_recordings(
    folder: PathLike,
    n_subjects: int = 2,
    n_runs: int = 2,
    sfreq: int = 128,
    random_state: int = 0,
) -> Path:
    """Write EDF+ files with annotations, and a table of them.

    Parameters
    ----------
    folder : path-like
        Gets the files ``S01/run1.edf`` and so on: five electrodes by old names and an ECG,
        annotated with T0 (rest, 2 s) and, in turns between, T1 and T2 (2 s); and
        ``recordings.csv`` with the columns file, subject, session and label.
    n_subjects, n_runs : int, default=2
    sfreq : int, default=128
    random_state : int, default=0

    Returns
    -------
    Path
        The folder.
    """
    folder = Path(folder)
    rng = np.random.default_rng(random_state)
    lines = ["file,subject,session,label"]
    marks = [(2.0 * k, 2.0, "T0" if k % 2 == 0 else f"T{1 + k // 2 % 2}") for k in range(9)]
    for subject in range(1, n_subjects + 1):
        for run in range(1, n_runs + 1):
            name = f"S{subject:02}/run{run}.edf"
            signals = 20 * rng.standard_normal((len(NAMES), SECONDS * sfreq))
            write_edf(folder / name, signals, NAMES, sfreq, annotations=marks)
            lines.append(f"{name},{subject},{run},{'rest' if run % 2 else 'task'}")
    (folder / "recordings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
