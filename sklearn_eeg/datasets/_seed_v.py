"""SEED-V: five emotions by films, EEG and eye movements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.bands import get_bands
from sklearn_eeg.datasets._folder import require_file
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._numbered import find_subjects, pick_subjects
from sklearn_eeg.datasets._pickled_npz import read_pickled
from sklearn_eeg.datasets._seed_family import (
    N_EYE_FEATURES,
    WINDOW,
    add_beside,
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


KINDS = ("de", "raw")
N_CLIPS = 15
SESSIONS = (1, 2, 3)
# Codes of the clips' emotions, by session.
CODES = {
    1: (4, 1, 3, 2, 0) * 3,
    2: (2, 1, 3, 0, 4, 4, 0, 3, 2, 1, 3, 4, 1, 2, 0),
    3: (2, 1, 3, 0, 4, 4, 0, 3, 2, 1, 3, 4, 1, 2, 0),
}
CLIPS = list_clips(CODES)
# Where the clips begin and end in the recordings, in seconds, by session.
TIMES = {
    1: (
        (30, 132, 287, 555, 773, 982, 1271, 1628, 1730, 2025, 2227, 2435, 2667, 2932, 3204),
        (102, 228, 524, 742, 920, 1240, 1568, 1697, 1994, 2166, 2401, 2607, 2901, 3172, 3359),
    ),
    2: (
        (30, 299, 548, 646, 836, 1000, 1091, 1392, 1657, 1809, 1966, 2186, 2333, 2490, 2741),
        (267, 488, 614, 773, 967, 1059, 1331, 1622, 1777, 1908, 2153, 2302, 2428, 2709, 2817),
    ),
    3: (
        (30, 353, 478, 674, 825, 908, 1200, 1346, 1451, 1711, 2055, 2307, 2457, 2726, 2888),
        (321, 418, 643, 764, 877, 1147, 1284, 1418, 1679, 1996, 2275, 2425, 2664, 2857, 3066),
    ),
}
RAW = r"(?P<subject>\d+)_(?P<session>[123])_\d{8}\.cnt"
TIMES_FILE = "trial_start_end_timestamp.txt"
_SESSION_TIMES = re.compile(
    r"Session\s*(\d+)\s*:\s*start_second\s*:\s*\[([\d\s,.]*)\]\s*end_second\s*:\s*\[([\d\s,.]*)\]"
)
_NUMBER = re.compile(r"\d+(?:\.\d*)?")


def load_seed_v(
    path: PathLike | None = None,
    *,
    kind: str = "de",
    subjects: int | Sequence[int] | None = None,
    sessions: int | Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    resample: float | None = None,
    eye: bool = False,
    labels: str = "name",
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load SEED-V: 16 subjects, 3 sessions of 15 films, five emotions, 62 electrodes.

    Parameters
    ----------
    path : path-like, default=None
        Folder of the set, or of the files of one kind in it; ``None``: the one that the environment
        variable ``SKLEARN_EEG_DATA`` names. The subjects and sessions whose files are there are
        loaded.
    kind : {"de", "raw"}, default="de"
        Differential entropies of windows of 4 s, ``EEG_DE_features/N_123.npz``; or the recordings,
        ``EEG_raw/N_S_date.cnt``, cut into films by the published times.
    subjects, sessions : int or sequence of int, default=None
        Which to read; ``None``: all that are there.
    channels : str or sequence of str, default=None
        Electrodes to read, in any spelling; ``None``: all 62.
    resample : float, default=None
        Rate in hertz to which each film of a recording is resampled as it is read, low-passed as by
        :class:`~sklearn_eeg.preprocessing.Resample`; the published features began with 200.
        ``None``: the rate of the recordings, 1000 Hz.
    eye : bool, default=False
        Whether eye movements come along as ``extra["eye"]``, 33 features of each window of 4 s,
        from ``Eye_movement_features/N_123.npz``.
    labels : {"name", "code"}, default="name"
        ``"disgust"``, ``"fear"``, ``"sad"``, ``"neutral"``, ``"happy"``; or their published codes,
        0 to 4.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder in which they are kept as memory maps; ``None`` reads them into memory.

    Returns
    -------
    trials : Trials
        One film each, of different lengths: entropies (window, 62, 5), or signals (62, time) in
        microvolts. ``metadata`` has ``subject``; ``session``, which is the set of films and not the
        order of recording; ``stimulus``, the number of the film, 1 to 45; ``trial``, its place in
        the session; and ``onset``, in seconds into the recording. Recordings have a ``date`` too.
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
    :mod:`sklearn_eeg.model_selection`). A film is known by its length: the number of windows alone
    tells the emotion of 73 % of the films, so padding by zeros is a leak;
    :class:`~sklearn_eeg.preprocessing.SequencePadder` pads by NaN.

    What the reader sees to:

    - All five bands lie within a channel in the files' 310 columns; here they are axes.
    - Entries of the ``.npz`` files are pickles; they are read without executing anything.
    - Recordings do not say whether a sample has 2 or 4 bytes; it is found out, or refused.
    - M1, M2 and the eye leads VEO and HEO are left out.
    - Taking every fifth sample, as is seen, folds 100 to 500 Hz into the bands; ``resample``
      does not. At 1000 Hz the whole set has 29 GB: give ``resample``, ``subjects`` or ``cache``.
    - Eye movements have the windows of the EEG: NaN stands for those that they lack, and what they
      have beyond them is left out.

    The unit of the published entropies is not documented; those of SEED-VII are in bits.

    The set is for academic research, under an agreement to be signed: it is requested at
    https://bcmi.sjtu.edu.cn/home/seed/seed-v.html.

    References
    ----------
    Liu, Qiu, Zheng & Lu (2022), Comparing recognition performance and robustness of multimodal deep
    learning models for multimodal emotion recognition, *IEEE Transactions on Cognitive and
    Developmental Systems* 14(2), doi:10.1109/TCDS.2021.3071170.

    Examples
    --------
    Of small files in the layout of the set:

    >>> from tempfile import TemporaryDirectory
    >>> from sklearn_eeg.datasets.testing import write_seed_v
    >>> with TemporaryDirectory() as folder:
    ...     _ = write_seed_v(folder, n_subjects=2)
    ...     trials, y = load_seed_v(folder, sessions=1, eye=True)
    >>> trials
    <Trials | 30 trials of 2 subjects, each (window=1-2, channel=62, band=5), float32, with eye>
    >>> y[:3].tolist()
    ['happy', 'fear', 'neutral']
    """
    with speaking("load_seed_v"):
        check_arguments(KINDS, ("raw",), kind=kind, eye=eye, resample=resample, labels=labels)
        ch_names, picks = pick_channels(channels)
        if kind == "raw":
            folder = find_kind("seed-v", path, "EEG_raw", "*.cnt")
            read = partial(read_cuts, ch_names=ch_names, rate=resample, dtype=dtype)
            recordings, headers = _plan_raw(folder, subjects, sessions, read)
            facts = {"axes": ("channel", "time"), "sfreq": common_rate(headers, resample)}
        else:
            folder = find_kind("seed-v", path, "EEG_DE_features", "*.npz")
            recordings = _plan_de(folder, subjects, sessions, partial(_read_de, picks=picks))
            facts = {"axes": ("window", "channel", "band"), "bands": get_bands("seed")}
        if eye:
            blocks = {
                "eye": (find_beside(folder, "Eye_movement_features") / "*_123.npz", _read_eye)
            }
            recordings = add_beside(recordings, blocks, dtype, "seed-v")
        trials, y = gather(recordings, dtype=dtype, cache=cache, ch_names=ch_names, **facts)
        return place_windows(trials, WINDOW), name_emotions(y, labels)


def _plan_de(folder, subjects, sessions, read):
    files = find_subjects(folder, r"(?P<subject>\d+)_123\.npz", "1_123.npz")
    times = read_times(find_beside(folder, TIMES_FILE))
    clips = pick_clips(CLIPS, sessions)
    onsets = [times[clip.session][0][clip.trial - 1] for clip in clips]
    return plan_subjects(pick_subjects(files, subjects), clips, read, onsets)


def _plan_raw(folder, subjects, sessions, read):
    times = read_times(find_beside(folder, TIMES_FILE))
    found = find_sessions(folder, RAW, "1_1_20180804.cnt", subjects, sessions)

    def find_spans(header, session):
        return to_spans(header, zip(*times[session], strict=True))

    return plan_sessions(found, CLIPS, find_spans, read)


def read_times(file):
    """Starts and ends of the clips, by session, of the set's own file; without one, as published.

    The numbers of the file are believed, since those of a part of the set may be others.
    """
    if not file.exists():
        return TIMES
    require_file(file)
    text = file.read_text(encoding="utf-8", errors="replace")
    found = {
        int(session): tuple([float(at) for at in _NUMBER.findall(each)] for each in pair)
        for session, *pair in _SESSION_TIMES.findall(text)
    }
    pairs = {session: found.get(session, ((), ())) for session in SESSIONS}
    if not all(map(_is_whole, pairs.values())):
        told = (f"{len(pair[0])} and {len(pair[1])} of session {n}" for n, pair in pairs.items())
        raise ValueError(
            f"expected the start and end of {N_CLIPS} clips of 3 sessions in {file}, one after the "
            f"other, got {', '.join(told)}; copy the file anew, or move it away to take the "
            f"published times."
        )
    return pairs


def _is_whole(pair):
    """Whether these are starts and ends of all clips of a session, one after the other."""
    told = [at for clip in zip(*pair, strict=False) for at in clip]
    return [*map(len, pair)] == [N_CLIPS, N_CLIPS] and told == sorted(told)


def _read_de(file, clips, *, picks):
    """Entropies (window, channel, band) of some clips."""
    content = read_pickled(file, ("data", "label"))
    for clip in clips:
        _check_label(file, clip, content["label"])
    found = _find_clips(file, content["data"], clips, 5 * len(SEED_62))
    return [each.reshape(len(each), len(SEED_62), 5)[:, picks] for each in found]


def _read_eye(file, clips, dtype):
    """Eye movements (window, feature) of some clips."""
    content = read_pickled(file, ("data",))["data"]
    return [each.astype(dtype) for each in _find_clips(file, content, clips, N_EYE_FEATURES)]


def _find_clips(file, content, clips, n_columns):
    """Arrays (window, column) of some clips, which files count from 0."""
    known = content if isinstance(content, dict) else {}
    if lacking := [clip - 1 for clip in clips if clip - 1 not in known]:
        raise ValueError(
            f"expected clip {lacking[0]} in {file}, got the clips "
            f"{', '.join(map(str, known)) or 'none'}; is it the published file?"
        )
    return [
        check_shape(np.asarray(known[clip - 1]), (None, n_columns), f"clip {clip - 1}", file)
        for clip in clips
    ]


def _check_label(file, clip, labels):
    """Refuse a file whose own labels are not the published ones."""
    found = np.unique(labels.get(clip - 1, ())) if isinstance(labels, dict) else ()
    code = CLIPS[clip - 1].code
    if list(found) != [code]:
        raise ValueError(
            f"expected the label {code} for clip {clip - 1} in {file}, as published, got "
            f"{', '.join(map(str, found)) or 'none'}; is it the published file?"
        )
