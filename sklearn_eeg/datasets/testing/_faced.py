"""FACED's layout."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._faced import CODES, FELT
from sklearn_eeg.datasets._faced_order import ORDERS

SFREQ = 250


def write_faced(
    folder: PathLike,
    n_subjects: int = 3,
    seconds: float = 2.0,
    *,
    kind: str = "processed",
    channel_order: str = "mastoids last",
    remarks: bool = True,
    random_state: int = 0,
) -> None:
    """Write small files in the layout of FACED, of 28 clips and 32 channels.

    Parameters
    ----------
    folder : path-like
        Where ``Processed_data`` or ``EEG_Features`` goes, and ``Data``.
    n_subjects : int, default=3
        From subject 0 on.
    seconds : float, default=2.0
        Of signals; 30 as published, as features always have.
    kind : {"processed", "DE", "PSD"}, default="processed"
        Features have the doubled ending of the published files.
    channel_order : {"mastoids last", "mastoids after T8"}, default="mastoids last"
        Of the file. The back of the head has an alpha rhythm.
    remarks : bool, default=True
        Whether ``After_remarks.mat`` is written, its rows in an order of presentation.
    random_state : int, default=0

    Returns
    -------
    None

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_faced(folder, n_subjects=1, kind="DE")
    ...     print(*sorted(file.name for file in Path(folder).rglob("*.*")))
    After_remarks.mat sub000.pkl.pkl
    """
    folder, rng = Path(folder), np.random.default_rng(random_state)
    alpha = np.array([_back(name) for name in ORDERS[channel_order]])
    for subject in range(n_subjects):
        if kind == "processed":
            file = folder / "Processed_data" / f"sub{subject:03}.pkl"
            content = _draw_signals(alpha, seconds, rng)
        else:
            file = folder / "EEG_Features" / kind / f"sub{subject:03}.pkl.pkl"
            content = _draw_features(alpha, kind, rng)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(content))
        if remarks:
            _write_remarks(folder / "Data" / f"sub{subject:03}", rng)


def _back(name):
    """How strong alpha is at an electrode."""
    return 1.0 if name in ("O1", "O2", "Oz", "PO3", "PO4") else 0.5 if name[0] == "P" else 0.2


def _draw_signals(alpha, seconds, rng):
    """(clip, channel, time) in microvolts: noise, and a rhythm of 10 Hz."""
    n_times = round(SFREQ * seconds)
    noise = rng.normal(0, 10, (len(CODES), len(alpha), n_times))
    phase = rng.uniform(0, 2 * np.pi, (len(CODES), len(alpha), 1))
    rhythm = np.sin(2 * np.pi * 10 * np.arange(n_times) / SFREQ + phase)
    return noise + 10 * alpha[:, None] * rhythm


def _draw_features(alpha, kind, rng):
    """(clip, channel, second, band)."""
    power = np.exp(rng.normal(3, 0.5, (len(CODES), len(alpha), 30, 5)))
    power[..., 2] *= np.exp(2 * alpha)[:, None]
    return power if kind == "PSD" else 0.5 * np.log(2 * np.pi * np.e * power)


def _write_remarks(folder, rng):
    """A column of structs, in the order of presentation."""
    import scipy.io

    folder.mkdir(parents=True, exist_ok=True)
    names = ("score", "trial", "vid", "Accuracy", "ResponseTime")
    remarks = np.empty((len(CODES), 1), dtype=[(name, object) for name in names])
    # In blocks of one valence, as they were shown.
    blocks = [rng.permutation(part) for part in np.split(np.arange(1, 29), (12, 16))]
    shown = np.concatenate([blocks[place] for place in rng.permutation(3)])
    for place, clip in enumerate(shown):
        # The first two decimals tell which clip it was, so that a wrong match shows.
        score = rng.integers(0, 7, (1, len(FELT))) + clip / 100
        remarks[place, 0] = (score, float(place + 1), float(clip), 1.0, rng.uniform(1, 3))
    scipy.io.savemat(folder / "After_remarks.mat", {"After_remark": remarks})
