"""SEED-IV: four emotions in films, 62 electrodes and the movements of the eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Choice, Flag
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._folder import find_folder, how_to_get, list_files, refuse_copies
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._people import number_people
from sklearn_eeg.datasets._seed_files import (
    FEATURES,
    SIGNALS,
    find_dated,
    make_recordings,
    read_features,
    read_signals,
)
from sklearn_eeg.datasets._settings import LABELS, pick_channels, pick_sessions
from sklearn_eeg.datasets._shapes import check_shape
from sklearn_eeg.datasets._windows import place_windows
from sklearn_eeg.montage import SEED_62

if TYPE_CHECKING:
    import numpy as np

    from sklearn_eeg.trials import Trials


# Of each session's films, as the set's ReadMe.txt has them.
CODES = {
    1: (1, 2, 3, 0, 2, 0, 0, 1, 0, 1, 2, 1, 1, 1, 2, 3, 2, 2, 3, 3, 0, 3, 0, 3),
    2: (2, 1, 3, 0, 0, 2, 0, 2, 3, 3, 2, 3, 2, 0, 1, 1, 2, 1, 0, 3, 0, 1, 3, 1),
    3: (1, 2, 2, 1, 3, 3, 3, 1, 1, 2, 1, 0, 2, 3, 3, 0, 2, 3, 0, 0, 2, 0, 1, 0),
}
EMOTIONS = ("neutral", "sad", "fear", "happy")
N_TRIALS = 24
SECONDS = 4.0  # of a window of features
EYES = {"axes": ("window", "feature"), "features": [f"eye {number}" for number in range(1, 32)]}
FOLDERS = {"raw": "eeg_raw_data", "eye": "eye_feature_smooth"} | dict.fromkeys(
    (f"{feature}_{smoothing}" for feature in ("de", "psd") for smoothing in ("LDS", "movingAve")),
    "eeg_feature_smooth",
)
ABOVE = ["", "SEED_IV/", "SEED-IV/"]


def load_seed_iv(
    path: PathLike | None = None,
    *,
    kind: str = "raw",
    eye: bool = False,
    subjects: int | Sequence[int] | None = None,
    sessions: int | Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    labels: str = "name",
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load SEED-IV: 15 people who watched 24 films in each of three sessions, four emotions.

    Signals of 62 electrodes at 200 Hz, or the features of EEG and of eye movements that the authors
    published. Nothing is downloaded: the set is to be had from its authors, on request.

    Parameters
    ----------
    path : path-like, default=None
        The set's folder, one of ``eeg_raw_data``, ``eeg_feature_smooth`` and ``eye_feature_smooth``
        in it, or one with the set in a folder ``SEED_IV``. ``None``: the folder that the
        environment variable ``SKLEARN_EEG_DATA`` names. What is there of the set is loaded.
    kind : str, default="raw"
        The signals, ``"raw"``; entropies or power of bands, ``"de_LDS"``, ``"de_movingAve"``,
        ``"psd_LDS"`` or ``"psd_movingAve"``; or the movements of the eyes alone, ``"eye"``.
    eye : bool, default=False
        Whether the movements of the eyes come along, as the extra block ``"eye"``, which must be
        there; not with ``kind="eye"``. It has the windows of the EEG: NaN stands for those that it
        lacks, and what it has beyond them is left out.
    subjects, sessions : int or sequence of int, default=None
        Whose files are read, and of which sessions, from 1; ``None``: all.
    channels : str or sequence of str, default=None
        Electrodes to keep, in any spelling; ``None``: all.
    labels : {"name", "code"}, default="name"
        Labels as words, or as the published codes 0 to 3.
    dtype : dtype, default="float32"
        Of signals and features.
    cache : path-like, default=None
        Folder of a store that is filled once, and from which the trials are then mapped; ``None``
        reads them into memory.

    Returns
    -------
    trials : Trials
        Signals (n_trials, 62, n_times), in microvolts; features (n_trials, n_windows, 62, 5 bands)
        of windows of 4 s; or, of eyes, (n_trials, n_windows, 31). A list, since films differ in
        length. ``metadata`` has ``subject``, ``session``, ``stimulus`` (the film, 1 to 72),
        ``trial`` (its place in the session, 1 to 24) and ``onset``, which the files do not say
        (NaN). ``extra["eye"]`` is (n_windows, 31) for each trial.
    y : ndarray of shape (n_trials,)
        ``"neutral"``, ``"sad"``, ``"fear"`` or ``"happy"``; or their codes.

    Raises
    ------
    FileNotFoundError
        The folder or its files are not there, or the eye movements of a recording.
    ValueError
        A file is damaged, or is not the published one by its name, its variables or their shape; a
        recording is there twice; or what is asked for is not there.

    Notes
    -----
    The films of a session are those of every subject, so whoever splits by subject alone tests on
    films that were trained on: split by ``stimulus`` too (``make_protocol("unseen-stimulus")`` of
    :mod:`sklearn_eeg.model_selection`). The papers' own protocol is ``"seed-iv-16-8"`` there, the
    first 16 trials of a session to train; the last eight of session 1 have no sad film.

    What others stumbled over, in the files or in public code, and what is done here:

    - Labels and films differ by session. Trial *k* of session 2 is film 24 + *k* here.
    - Kinds of features told by the order of variables. They are taken by name; of the kinds that
      public pages list, ``dasm`` and others are not in the files.
    - Variables of signals begin with a person's initials. They are found by their end, ``_eeg1``,
      and the initials go nowhere.
    - ``10_…`` sorts before ``1_…``. Subjects are numbers.
    - Signals may have one sample more than fill their seconds, which public code drops at the
      beginning. They are whole here.
    - Features lie as (channel, window, band), eye movements as (feature, window). Here it is
      (window, channel, band) and (window, feature).
    - Windows taken for one second. They have four.
    - The 31 features of eye movements have no names. They are numbered, ``eye 1``.
    - ``LDS`` knows the whole trial, its future too. For recordings as they run, smooth by
      ``LDSSmoother(kind="filter")`` yourself.
    - Nothing tells the unit of the entropies, so ``unit`` is ``None``: do not mix them with
      entropies of your own.

    The licence of the set allows academic research to those who signed it, and no passing on.

    References
    ----------
    Zheng, Liu, Lu, Lu & Cichocki (2019), EmotionMeter: a multimodal framework for recognizing human
    emotions, *IEEE Transactions on Cybernetics* 49(3):1110-1122, doi:10.1109/TCYB.2018.2797176.
    https://bcmi.sjtu.edu.cn/home/seed/seed-iv.html

    Examples
    --------
    On files of the same form, with numbers that are drawn:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_seed_iv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_seed_iv(folder, n_subjects=1, n_sessions=2)
    ...     trials, y = load_seed_iv(folder, kind="de_LDS", eye=True)
    >>> trials
    <Trials | 48 trials of 1 subject, each (window=1-2, channel=62, band=5), float32, with eye>
    >>> trials.stimulus[[0, 24]].tolist(), y[[0, 24]].tolist()
    ([1, 25], ['sad', 'fear'])
    """
    with speaking("load_seed_iv"):
        _check_arguments(kind, eye, channels, labels)
        inner = [f"{above}{FOLDERS[kind]}" for above in ABOVE]
        folder = find_folder("seed-iv", path, inner=inner, holds="[123]/*_*.mat")
        found = pick_sessions(_find_files(folder), subjects, sessions)
        y = {
            session: [EMOTIONS[code] if labels == "name" else code for code in codes]
            for session, codes in CODES.items()
        }
        facts, read = _plan(kind, channels)
        recordings = make_recordings(found, read, y, {s: N_TRIALS * (s - 1) for s in CODES})
        if eye:
            eyes = folder.resolve().parent / FOLDERS["eye"]
            refuse_copies(list_files(eyes, "[123]/*.mat"))
            recordings = [_add_eyes(recording, eyes, dtype) for recording in recordings]
        trials, y = gather(recordings, dtype=dtype, cache=cache, **facts)
        return place_windows(trials, SECONDS), y


def _check_arguments(kind, eye, channels, labels):
    Choice(tuple(FOLDERS)).check("kind", kind)
    LABELS.check("labels", labels)
    Flag().check("eye", eye)
    if kind == "eye" and (eye or channels is not None):
        raise ValueError(
            "expected neither eye=True nor channels with kind='eye', which is eye movements alone; "
            "leave them out, or choose a kind of EEG."
        )


def _find_files(folder):
    """(subject, session, file) of each recording: the folder that has it is its session."""
    listed = [
        (who, session, file)
        for session in CODES
        for who, _, file in find_dated(folder / str(session))
    ]
    refuse_copies(file for *_, file in listed)
    numbers = number_people(who for who, *_ in listed)
    found = sorted((numbers[who], session, file) for who, session, file in listed)
    for one, other in pairwise(found):
        if one[:2] == other[:2]:
            raise ValueError(
                f"expected one recording of a subject in a session, got {one[-1]} and "
                f"{other[-1].name}; move away what is not of the set."
            )
    return found


def _plan(kind, channels):
    """What the trials are, and how a file is read."""
    if kind == "eye":
        return EYES, read_eyes
    ch_names, picks = pick_channels(channels)
    if kind == "raw":
        read = partial(read_signals, n_trials=N_TRIALS, picks=picks)
        return SIGNALS | {"ch_names": ch_names}, read
    read = partial(read_features, kind=kind, n_trials=N_TRIALS, n_rows=len(SEED_62), picks=picks)
    return FEATURES | {"ch_names": ch_names}, read


def read_eyes(file, dtype=float):
    """Eye movements (window, feature) of each trial, from (feature, window)."""
    names = [f"eye_{trial}" for trial in range(1, N_TRIALS + 1)]
    found = read_variables(file, names)
    return [
        check_shape(found[name], (len(EYES["features"]), None), name, file).T.astype(dtype)
        for name in names
    ]


def _add_eyes(recording, folder, dtype):
    """The recording with the eye movements of its trials, which lie in a folder."""
    (file,) = recording.files
    beside = folder / file.parent.name / file.name
    if not beside.is_file():
        raise FileNotFoundError(
            f"expected the eye movements of {file} in {beside}, which is not there; leave eye=True "
            f"out, or complete the set: {how_to_get('seed-iv')}"
        )
    eyes = {"eye": partial(read_eyes, beside, dtype)}
    return replace(recording, files=[file, beside], read_extra=eyes)
