"""Rest and mental arithmetic: the EEGMAT recordings of PhysioNet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Flag, Number
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg._units import VOLTS_TO_MICROVOLTS
from sklearn_eeg.datasets._download import fetch, read_checksums, verify
from sklearn_eeg.datasets._folder import given_folder, list_files
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.datasets._settings import pick_channels, pick_sessions

if TYPE_CHECKING:
    import numpy as np

    from sklearn_eeg.trials import Trials


URL = "https://physionet.org/files/eegmat/1.0.0/"
CHECKSUMS = "eegmat.sha256"
RECORDING = re.compile(r"Subject(\d\d)_([12])\.edf")
LABELS = {1: "rest", 2: "arithmetic"}
# As the files name and order them; their other two signals, A2-A1 and the ECG, are left out.
ELECTRODES = "Fp1 Fp2 F3 F4 F7 F8 T3 T4 C3 C4 T5 T6 P3 P4 O1 O2 Fz Cz Pz".split()


def load_eegmat(
    path: PathLike | None = None,
    trial: float = 20.0,
    duration: float = 60.0,
    download: bool = False,
    *,
    subjects: int | Sequence[int] | None = None,
    sessions: int | Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load EEG at rest and during mental arithmetic: 36 subjects, 19 electrodes, 500 Hz.

    Each subject has a recording of three minutes at rest and one of a minute of serial
    subtraction. The published signals were filtered to 0.5-45 Hz, notched and cleaned of
    artefacts by independent components.

    Parameters
    ----------
    path : path-like, default=None
        Folder of the files ``SubjectNN_1.edf`` and ``SubjectNN_2.edf``, or one with a folder
        ``eegmat`` of them. ``None``: the folder that the environment variable
        ``SKLEARN_EEG_DATA`` names, else ``sklearn_eeg/eegmat`` in the user's cache folder.
        The subjects whose files are there are loaded.
    trial : float, default=20.0
        Length of a trial, in seconds.
    duration : float, default=60.0
        How much of the beginning of each recording is cut into trials, in seconds; what is left
        after the last whole trial is left out.
    download : bool, default=False
        Whether to fetch the files that are not there yet, from PhysioNet's open files (72 files,
        190 MB); an interrupted download is resumed. Nothing is downloaded unless you ask.
    subjects, sessions : int or sequence of int, default=None
        Whose files are read, 0 to 35, and of which recordings, 1 (rest) and 2; ``None``: all that
        are there.
    channels : str or sequence of str, default=None
        Electrodes to keep, in any spelling; ``None``: all 19.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder in which the recordings are kept as memory maps; ``None`` reads them into memory.

    Returns
    -------
    trials : Trials
        Signals (n_trials, 19, n_times), in microvolts, the electrodes as the files name them (T3 to
        T6 are today's T7, T8, P7, P8). ``metadata`` has ``subject``, ``session`` (1 or 2, the
        recording), ``stimulus`` (the task), ``trial`` (its place in the recording, from 1) and
        ``onset``, in seconds into the recording.
    y : ndarray of str of shape (n_trials,)
        ``"rest"`` or ``"arithmetic"``.

    Raises
    ------
    FileNotFoundError
        No recordings are there.
    ValueError
        A file is damaged, or is not the published one by its SHA-256; a recording is shorter
        than ``duration``, or ``duration`` shorter than ``trial``; or what is asked for is not
        there.
    ConnectionError
        A download failed; what came is kept, and the next call resumes.

    Notes
    -----
    The label is the recording: each subject has one recording, and one stimulus, a class. So
    trials of one recording must not lie on both sides of a split (split by subject), and what
    differs between recordings for other reasons, such as time, cannot be told from the task.

    The data are under the Open Data Commons Attribution License v1.0, and lie on
    https://physionet.org/content/eegmat/1.0.0/: name the source wherever results from them are
    shown.

    References
    ----------
    Zyma et al. (2019), *Data* 4(1):14, doi:10.3390/data4010014; version 1.0.0 on PhysioNet,
    Goldberger et al. (2000), *Circulation* 101(23):e215.

    Examples
    --------
    Those of a folder, in six trials a subject; or all, fetched once::

        trials, y = load_eegmat("recordings", trial=20.0)
        trials, y = load_eegmat(download=True)
    """
    with speaking("load_eegmat"):
        for name, value in (("trial", trial), ("duration", duration)):
            Number().check(name, value)
        Flag().check("download", download)
        if not 0 < trial <= duration:
            raise ValueError(
                f"expected 0 < trial <= duration, in seconds, got trial={trial} and "
                f"duration={duration}."
            )
        ch_names, _ = pick_channels(channels, ELECTRODES)
        folder, checksums = _folder(path), read_checksums(CHECKSUMS)
        if download:
            fetch(folder, URL, checksums)
        found = pick_sessions(_find_files(folder, checksums), subjects, sessions)
        verify([file for *_, file in found], checksums)
        rates, recordings = zip(
            *(
                _plan(subject, session, file, trial, duration, ch_names)
                for subject, session, file in found
            ),
            strict=True,
        )
        return gather(recordings, dtype=dtype, cache=cache, sfreq=rates[0], ch_names=ch_names)


def _folder(path):
    import pooch

    folder = given_folder(path)
    if folder is None:
        return pooch.os_cache("sklearn_eeg") / "eegmat"
    has_recordings = any(RECORDING.fullmatch(file.name) for file in folder.glob("*.edf"))
    inner = folder / "eegmat"
    return inner if not has_recordings and (path is None or inner.is_dir()) else folder


def _find_files(folder, checksums):
    """(subject, session, file) of each recording."""
    files = [file for file in list_files(folder, "*.edf") if file.name in checksums]
    if not files:
        raise FileNotFoundError(
            f"expected files such as Subject00_1.edf in {folder}, found none; call "
            f"load_eegmat(download=True) to fetch them from PhysioNet (190 MB), or give the "
            f"folder that has them as path= or in the environment variable SKLEARN_EEG_DATA."
        )
    return [(*map(int, RECORDING.fullmatch(file.name).groups()), file) for file in files]


def _plan(subject, session, file, trial, duration, ch_names):
    """Rate of a recording, and what is cut from its beginning."""
    raw = _open(file)
    sfreq, n_pieces = raw.info["sfreq"], int(duration / trial + 1e-9)
    n_times = round(trial * sfreq)
    if raw.n_times < n_pieces * n_times:
        raise ValueError(
            f"expected at least {n_pieces * trial:g} s in {file}, got {raw.n_times / sfreq:g} s; "
            f"give a shorter duration, or a whole file."
        )
    known = {"subject": subject, "session": session, "stimulus": LABELS[session]}
    return sfreq, Recording(
        files=[file],
        rows=[{**known, "trial": piece + 1, "onset": trial * piece} for piece in range(n_pieces)],
        labels=[LABELS[session]] * n_pieces,
        read=partial(_read_microvolts, file, ch_names, n_pieces * n_times),
        starts=[piece * n_times for piece in range(n_pieces)],
        length=n_times,
    )


def _read_microvolts(file, ch_names, n_times):
    """Signals (channel, time) of a recording's beginning."""
    try:
        volts = _open(file).get_data([f"EEG {name}" for name in ch_names], stop=n_times)
    except Exception as error:
        raise _unreadable(file, error) from error
    return volts * VOLTS_TO_MICROVOLTS


def _open(file):
    import mne

    try:
        return mne.io.read_raw_edf(file, preload=False, verbose="error")
    except Exception as error:
        raise _unreadable(file, error) from error


def _unreadable(file, error):
    return ValueError(
        f"expected an EDF recording of EEGMAT in {file}, got a file that cannot be read ({error}); "
        f"delete it and download it anew."
    )
