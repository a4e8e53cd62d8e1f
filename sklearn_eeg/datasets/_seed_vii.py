"""SEED-VII: seven emotions by films, EEG, eye movements and continuous labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Flag
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.bands import get_bands
from sklearn_eeg.datasets._folder import require_file
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._numbered import find_subjects, pick_subjects
from sklearn_eeg.datasets._seed_family import (
    EMOTIONS,
    N_EYE_FEATURES,
    WINDOW,
    add_beside,
    change_rate,
    check_arguments,
    common_rate,
    find_beside,
    find_kind,
    find_sessions,
    list_clips,
    name_emotions,
    pick_clips,
    plan_sessions,
    plan_subjects,
    read_cuts,
    to_spans,
)
from sklearn_eeg.datasets._settings import pick_channels
from sklearn_eeg.datasets._shapes import check_shape
from sklearn_eeg.datasets._windows import place_windows
from sklearn_eeg.montage import SEED_62

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


# Each kind of features, and its unit.
FEATURES = {"de": "bit", "de_LDS": "bit", "psd": None}
SIGNALS = ("preprocessed", "raw")
KINDS = (*FEATURES, *SIGNALS)
N_CLIPS = 20
SESSIONS = (1, 2, 3, 4)
# Each session has its ten emotions twice.
SEQUENCES = {
    1: "happy neutral disgust sad anger anger sad disgust neutral happy",
    2: "anger sad fear neutral surprise surprise neutral fear sad anger",
    3: "happy surprise disgust fear anger anger fear disgust surprise happy",
    4: "disgust sad fear surprise happy happy surprise fear sad disgust",
}
CODES = {
    session: [EMOTIONS.index(name) for name in emotions.split() * 2]
    for session, emotions in SEQUENCES.items()
}
CLIPS = list_clips(CODES)
RAW = r"(?P<subject>\d+)_\d{8}_(?P<session>[1234])\.cnt"
PREPROCESSED_RATE = 200.0
# Recordings whose own triggers are lost or wrong, and when they began, in seconds of the day.
LOST_TRIGGERS = {
    "14_20221015_1": 14 * 3600 + 25 * 60 + 34,
    "9_20221111_3": 14 * 3600 + 1 * 60 + 27,
}
_CLOCK = re.compile(r"(\d{1,2}):(\d\d):(\d\d(?:\.\d*)?)\s*$")


def load_seed_vii(
    path: PathLike | None = None,
    *,
    kind: str = "de",
    subjects: int | Sequence[int] | None = None,
    sessions: int | Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    resample: float | None = None,
    eye: bool = False,
    continuous: bool = False,
    labels: str = "name",
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load SEED-VII: 20 subjects, 4 sessions of 20 films, seven emotions, 62 electrodes.

    Parameters
    ----------
    path : path-like, default=None
        Folder of the set, or of the files of one kind in it; ``None``: the one that the environment
        variable ``SKLEARN_EEG_DATA`` names. The subjects and sessions whose files are there are
        loaded.
    kind : {"de", "de_LDS", "psd", "preprocessed", "raw"}, default="de"
        Differential entropies of windows of 4 s, the same smoothed by a linear dynamical system, or
        powers, all of ``EEG_features/N.mat``; the signals of ``EEG_preprocessed/N.mat``, 0.1 to 70
        Hz at 200 Hz; or the recordings, ``EEG_raw/N_date_S.cnt``, cut into films by their triggers.
    subjects, sessions : int or sequence of int, default=None
        Which to read; ``None``: all that are there.
    channels : str or sequence of str, default=None
        Electrodes to read, in any spelling; ``None``: all 62.
    resample : float, default=None
        Rate in hertz to which each film of signals is resampled as it is read, low-passed as by
        :class:`~sklearn_eeg.preprocessing.Resample`. ``None``: 200 Hz of the preprocessed ones, and
        the rate of the recordings, 1000 Hz.
    eye : bool, default=False
        Whether eye movements come along as ``extra["eye"]``, 33 features of each window of 4 s,
        from ``EYE_features/N.mat``.
    continuous : bool, default=False
        Whether the intensity of the emotion that the subject gave as the film went on comes along
        as ``extra["continuous"]``, 0 to 1, from ``continuous_labels/N.mat``.
    labels : {"name", "code"}, default="name"
        ``"disgust"``, ``"fear"``, ``"sad"``, ``"neutral"``, ``"happy"``, ``"anger"``,
        ``"surprise"``; or their usual codes, 0 to 6.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder in which they are kept as memory maps; ``None`` reads them into memory.

    Returns
    -------
    trials : Trials
        One film each, of different lengths: features (window, 62, 5), or signals (62, time) in
        microvolts. ``metadata`` has ``subject``; ``session``; ``stimulus``, the number of the film,
        1 to 80; ``trial``, its place in the session; and ``onset``, in seconds into the recording,
        NaN but for recordings, which have a ``date`` too.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    FileNotFoundError
        The folder or a file is not there; the sentence says how to get the set.
    ValueError
        A file is damaged, renamed, or there twice; or what is asked for is not in the set.

    Notes
    -----
    All subjects saw the same films, so whoever splits by subject alone tests on films that were
    trained on: split by ``stimulus`` too (``make_protocol("unseen-stimulus")`` of
    :mod:`sklearn_eeg.model_selection`). ``"de_LDS"`` smooths a film from both of its ends, so it
    looks ahead; for recordings as they run, smooth by ``LDSSmoother(kind="filter")`` yourself.

    What the reader sees to:

    - The files of features have the order (window, band, channel), unlike those of SEED.
    - The published script takes log2 of a hundredfold power, which is an entropy in bits but for a
      constant, ends the highest band at 49 Hz, and sees the first 1.28 s of each window of 4 s; see
      ``kind="seed"`` of :class:`~sklearn_eeg.features.DEExtractor`.
    - Recordings do not say whether a sample has 2 or 4 bytes; it is found out, or refused.
    - M1, M2, ECG, HEO and VEO are left out, where they are there.
    - Taking every fifth sample folds 100 to 500 Hz into the bands; ``resample`` does not. At 1000
      Hz the whole set has 70 GB: give ``resample``, ``subjects`` or ``cache``.
    - The triggers of ``14_20221015_1.cnt`` and ``9_20221111_3.cnt`` are not to be used; theirs come
      from ``save_info/…_trigger_info.csv``: a line each, of 1 where a film begins and 2 where it
      ends, a comma, and date and time. Other lines, such as a header, are left out.
    - Eye movements have the windows of the EEG: NaN stands for those that they lack, and what they
      have beyond them is left out.
    - Each film's continuous labels are read as one sequence from its start to its end, whatever
      their number; how they were sampled is not documented with the files.

    The set is for academic research, under an agreement to be signed: it is requested at
    https://bcmi.sjtu.edu.cn/home/seed/seed-vii.html.

    References
    ----------
    Jiang, Liu, Zheng & Lu (2025), SEED-VII: a multimodal dataset of six basic emotions with
    continuous labels for emotion recognition, *IEEE Transactions on Affective Computing* 16(2),
    doi:10.1109/TAFFC.2024.3485057.

    Examples
    --------
    Of small files in the layout of the set:

    >>> from tempfile import TemporaryDirectory
    >>> from sklearn_eeg.datasets.testing import write_seed_vii
    >>> with TemporaryDirectory() as folder:
    ...     _ = write_seed_vii(folder, n_subjects=2)
    ...     trials, y = load_seed_vii(folder, sessions=1, channels=["Fz", "Cz"], eye=True)
    >>> trials
    <Trials | 40 trials of 2 subjects, each (window=1-2, channel=2, band=5), float32, bit, with eye>
    >>> y[:3].tolist()
    ['happy', 'neutral', 'disgust']
    """
    with speaking("load_seed_vii"):
        check_arguments(KINDS, SIGNALS, kind=kind, eye=eye, resample=resample, labels=labels)
        Flag().check("continuous", continuous)
        ch_names, picks = pick_channels(channels)
        if kind == "raw":
            folder = find_kind("seed-vii", path, "EEG_raw", "*.cnt")
            read = partial(read_cuts, ch_names=ch_names, rate=resample, dtype=dtype)
            recordings, headers = _plan_raw(folder, subjects, sessions, read)
            facts = {"axes": ("channel", "time"), "sfreq": common_rate(headers, resample)}
        elif kind == "preprocessed":
            folder = find_kind("seed-vii", path, "EEG_preprocessed", "*.mat")
            read = partial(_read_signals, picks=picks, rate=resample, dtype=dtype)
            recordings = _plan_mat(folder, subjects, sessions, read)
            facts = {"axes": ("channel", "time"), "sfreq": resample or PREPROCESSED_RATE}
        else:
            folder = find_kind("seed-vii", path, "EEG_features", "*.mat")
            read = partial(_read_features, kind=kind, picks=picks)
            recordings = _plan_mat(folder, subjects, sessions, read)
            bands = get_bands("seed-49")
            facts = {"axes": ("window", "channel", "band"), "bands": bands, "unit": FEATURES[kind]}
        blocks = {}
        if eye:
            blocks["eye"] = find_beside(folder, "EYE_features") / "*.mat", _read_eye
        if continuous:
            files = find_beside(folder, "continuous_labels") / "*.mat"
            blocks["continuous"] = files, _read_continuous
        if blocks:
            recordings = add_beside(recordings, blocks, dtype, "seed-vii")
        trials, y = gather(recordings, dtype=dtype, cache=cache, ch_names=ch_names, **facts)
        return place_windows(trials, WINDOW), name_emotions(y, labels)


def _plan_mat(folder, subjects, sessions, read):
    files = find_subjects(folder, r"(?P<subject>\d+)\.mat", "1.mat")
    return plan_subjects(pick_subjects(files, subjects), pick_clips(CLIPS, sessions), read)


def _plan_raw(folder, subjects, sessions, read):
    found = find_sessions(folder, RAW, "1_20221001_1.cnt", subjects, sessions)
    return plan_sessions(found, CLIPS, lambda header, _: find_spans(header, folder), read)


def find_spans(recording, folder):
    """First sample of each clip and the one after its last, by the triggers."""
    name = recording.file.stem
    if name in LOST_TRIGGERS:
        file = find_beside(folder, "save_info") / f"{name}_trigger_info.csv"
        seconds = _read_triggers(file, LOST_TRIGGERS[name])
    else:
        seconds = _find_triggers(recording) / recording.sfreq
    return to_spans(recording, zip(seconds[::2], seconds[1::2], strict=True))


def _find_triggers(recording):
    """Samples where clips begin and end, in turn: the codes 1 and 2, or as many of any code.

    Where keys were pressed there is no code. One trigger more or less would make clips of breaks.
    """
    samples, codes = recording.events.T
    for marks in (np.isin(codes, (1, 2)), codes > 0):
        told = codes[marks].tolist()
        if told == [1, 2] * N_CLIPS or (len(told) == 2 * N_CLIPS and set(told) != {1, 2}):
            return samples[marks]
    raise ValueError(
        f"expected {2 * N_CLIPS} triggers in {recording.file}, 1 where a clip begins and 2 where "
        f"it ends, got {' '.join(map(str, codes[codes > 0])) or 'none'}; copy the file anew."
    )


def _read_triggers(file, beginning):
    """Seconds into a recording at which clips begin and end, in turn."""
    require_file(file, "seed-vii")
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    cells = [line.split(",") for line in lines]
    cells = [(cell[0].strip(), _CLOCK.search(cell[1])) for cell in cells if len(cell) > 1]
    marks = [(code, clock) for code, clock in cells if code in ("1", "2") and clock]
    seconds = [
        int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3]) - beginning
        for _, clock in marks
    ]
    told = [code for code, _ in marks]
    if told != ["1", "2"] * N_CLIPS or seconds != sorted(seconds):
        raise ValueError(
            f"expected {N_CLIPS} pairs of lines in {file}, such as '1,2022-10-15 14:26:04.5' where "
            f"a clip begins and one with 2 where it ends, in order of time, got codes "
            f"{' '.join(told) or 'none'}; copy it anew."
        )
    return seconds


def _read_features(file, clips, *, kind, picks):
    """Features (window, channel, band) of some clips, from (window, band, channel)."""
    found = _read_clips(file, f"{kind}_", clips, (None, 5, len(SEED_62)))
    return [each.swapaxes(1, 2)[:, picks] for each in found]


def _read_signals(file, clips, *, picks, rate, dtype):
    """Signals (channel, time) of some clips."""
    found = _read_clips(file, "", clips, (len(SEED_62), None))
    signals = (each[picks].astype(dtype) for each in found)
    return [change_rate(each, PREPROCESSED_RATE, rate) for each in signals]


def _read_eye(file, clips, dtype):
    """Eye movements (window, feature) of some clips."""
    found = _read_clips(file, "", clips, (None, N_EYE_FEATURES))
    return [each.astype(dtype) for each in found]


def _read_continuous(file, clips, dtype):
    """Continuous labels of some clips, a sequence each, whose variables have one row."""
    return [each[0].astype(dtype) for each in _read_clips(file, "", clips, (1, None))]


def _read_clips(file, prefix, clips, shape):
    """Variables of some clips, which must have a shape."""
    names = [f"{prefix}{clip}" for clip in clips]
    found = read_variables(file, names)
    return [check_shape(found[name], shape, repr(name), file) for name in names]
