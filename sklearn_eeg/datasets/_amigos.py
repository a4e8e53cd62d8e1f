"""Short and long film clips, alone and in company: the AMIGOS data set."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Flag
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._at_once import read_at_once
from sklearn_eeg.datasets._folder import find_folder
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._numbered import find_subjects, pick_subjects
from sklearn_eeg.datasets._ratings import label_by
from sklearn_eeg.datasets._settings import as_floating, pick_channels, select

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


# Of the Emotiv EPOC, in its order, which DREAMER has too; then two leads of ECG and one of GSR.
ELECTRODES = "AF3 F7 F3 FC5 T7 P7 O1 O2 P8 T8 FC6 F4 F8 AF4".split()
N_COLUMNS = 17
# In the order of the file, which is not that of DEAP.
RATINGS = ("arousal", "valence", "dominance", "liking", "familiarity")
EMOTIONS = ("neutral", "disgust", "happiness", "surprise", "anger", "fear", "sadness")
TARGETS = (*RATINGS, "quadrant")
N_SHORT, N_CLIPS = 16, 20
SFREQ = 128.0
N_BASELINE = 640


def load_amigos(
    path: PathLike | None = None,
    *,
    target: str = "valence",
    threshold: float = 5.0,
    ties: str = "high",
    labels: str = "name",
    subjects: Sequence[int] | None = None,
    sessions: Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    baseline: bool = False,
    peripheral: bool = False,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load AMIGOS: 40 people who rated 16 short film clips, most of them 4 long ones, 128 Hz.

    Parameters
    ----------
    path : path-like, default=None
        Folder of the files ``Data_Preprocessed_P01.mat`` and so on, each in a folder of its own or
        not, or one that has a folder ``data_preprocessed``, or has them in a folder ``amigos``;
        ``None``: the folder that the environment variable ``SKLEARN_EEG_DATA`` names. The subjects
        whose files are there are loaded.
    target : str, default="valence"
        Which rating, from 1 to 9, the labels come from: ``"arousal"``, ``"valence"``,
        ``"dominance"``, ``"liking"`` or ``"familiarity"``; ``"quadrant"``: valence and arousal
        both.
    threshold : float, default=5.0
        Ratings below are ``"low"`` and above ``"high"``. ``None``: the labels are the ratings
        themselves, for regression.
    ties : {"high", "low", "drop"}, default="high"
        What a rating of exactly the threshold is; with ``"drop"`` its trial is left out.
    labels : {"name", "code"}, default="name"
        ``"low"`` and ``"high"``, or 0 and 1; quadrants ``"LVLA"``, ``"LVHA"``, ``"HVLA"`` and
        ``"HVHA"``, or 0 to 3.
    subjects : sequence of int, default=None
        Some of 1 to 40; ``None``: all that are there.
    sessions : sequence of int, default=None
        Some of 1, the short clips, and 2, the long ones; ``None``: both.
    channels : sequence of str, default=None
        Some of the electrodes; ``None``: all 14.
    baseline : bool, default=False
        Whether the 5 s before each clip come along as the block ``"baseline"`` of ``extra``. They
        are never part of the signals.
    peripheral : bool, default=False
        Whether the block ``"peripheral"`` of ``extra`` holds ECG, right and left, and GSR during
        the clip.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder of a store in which signals are kept as memory maps; ``None``: read into memory.

    Returns
    -------
    trials : Trials
        Signals (channel, time) in a list, or (n_trials, 14, n_times) where they are alike in
        length, in microvolts. ``metadata`` has ``subject``, ``session`` (1 or 2), ``stimulus`` (the
        video's name in the file's ``VideoIDs``, else its place), ``trial`` and ``onset`` (NaN: the
        files do not tell in what order clips were shown), ``clip`` (place in the file, 1 to 20),
        the five ratings, and which of seven emotions were felt, 0 or 1.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    FileNotFoundError
        No files are there; the sentence says where the set is requested.
    ValueError
        A file is damaged, named otherwise, there twice, or not as published; a setting is unknown.

    Warns
    -----
    UserWarning
        Trials have no rating, or no signal of any electrode, and are left out.

    Notes
    -----
    What is easily got wrong with these files, and is taken care of:

    - Arousal comes before valence, other than in DEAP.
    - Time comes before channels; the first 640 samples come before the clip.
    - Three subjects saw no long clips, and other cells are empty too; such trials are not there. An
      electrode whose signal is NaN stays so, which means missing here.
    - Compressed variables may be longer than they say.

    Some public readers leave out subjects 9, 12, 21, 22, 23, 24 and 33, whose signals they call
    invalid; ``subjects=`` does so here.

    The data are free for academic research under an end-user licence agreement, which is requested
    on https://www.eecs.qmul.ac.uk/mmv/datasets/amigos/.

    References
    ----------
    Miranda-Correa et al. (2021), AMIGOS: A dataset for affect, personality and mood research on
    individuals and groups, *IEEE Transactions on Affective Computing* 12(2):479-493,
    https://doi.org/10.1109/TAFFC.2018.2884461

    Examples
    --------
    On synthetic files in the published layout:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_amigos
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_amigos(folder.name, n_subjects=2)
    >>> trials, y = load_amigos(folder.name, target="arousal", sessions=[1])
    >>> trials
    <Trials | 32 trials of 2 subjects, each (channel=14, time=256-496), float32, 128 Hz, uV>
    >>> folder.cleanup()
    """
    with speaking("load_amigos"):
        label = label_by(
            "load_amigos", target, threshold, ties, labels, known=TARGETS, scale=(1, 9)
        )
        for name, value in (("baseline", baseline), ("peripheral", peripheral)):
            Flag().check(name, value)
        files = _find(path)
        picked, _ = pick_channels(channels, ELECTRODES)
        read = partial(
            _read,
            sessions=select("sessions", sessions, (1, 2)),
            channels=picked,
            baseline=baseline,
            peripheral=peripheral,
            dtype=str(as_floating(dtype)),
        )
        wanted = list(pick_subjects(files, subjects).values())
        recordings = read_at_once(wanted, read, label, cache)
        return gather(recordings, dtype=dtype, cache=cache, sfreq=SFREQ, ch_names=picked)


def _find(path):
    """Files by subject."""
    inner = ("data_preprocessed", "amigos/data_preprocessed", "amigos", "AMIGOS")
    folder = find_folder("amigos", path, inner=inner, holds="Data_Preprocessed_P[0-9][0-9]*")
    name = r"Data_Preprocessed_P(?P<subject>\d\d)\.mat"
    return find_subjects(folder, name, "Data_Preprocessed_P01.mat", inner="Data_Preprocessed_P*")


def _read(file, *, sessions, channels, baseline, peripheral, dtype):
    """Rows and blocks of one subject."""
    subject, places = int(file.stem[-2:]), [ELECTRODES.index(name) for name in channels]
    names = ["signals", *["baseline"] * baseline, *["peripheral"] * peripheral]
    rows, blocks, silent = [], {name: [] for name in names}, []
    for clip, (signal, said, video) in enumerate(_open(file), start=1):
        session = 1 if clip <= N_SHORT else 2
        if session not in sessions or signal.size == 0:
            continue
        parts = _cut(signal, places, dtype, f"cell {clip} of joined_data of {file}")
        if np.isnan(parts["signals"]).all():
            silent.append(clip)
            continue
        rows.append(_describe(subject, session, clip, video, said, file))
        for name in names:
            blocks[name].append(parts[name])
    if silent:
        warnings.warn(
            f"load_amigos: clips {', '.join(map(str, silent))} of subject {subject} have no signal "
            f"of any electrode asked for and are left out.",
            stacklevel=2,
        )
    return rows, blocks


def _cut(signal, places, dtype, where):
    """Parts (channel, time) of a cell (time, channel)."""
    if signal.ndim != 2 or signal.shape[1] != N_COLUMNS or len(signal) <= N_BASELINE:
        raise ValueError(
            f"expected more than {N_BASELINE} samples of {N_COLUMNS} channels in {where}, got "
            f"shape {signal.shape}; is it the published file?"
        )
    before, clip = signal[:N_BASELINE], signal[N_BASELINE:]
    return {
        "signals": np.ascontiguousarray(clip[:, places].T, dtype=dtype),
        "baseline": np.ascontiguousarray(before[:, places].T, dtype=dtype),
        "peripheral": np.ascontiguousarray(clip[:, len(ELECTRODES) :].T, dtype=dtype),
    }


def _open(file):
    """A signal, ratings and the video's name, of each clip."""
    content = read_variables(file, overlong=True)
    needed = ("joined_data", "labels_selfassessment")
    lacking = [name for name in needed if name not in content]
    if lacking:
        raise ValueError(
            f"expected the variables {', '.join(lacking)} in {file}, which has "
            f"{', '.join(content) or 'none'}; is it the published file?"
        )
    signals, ratings = (content[name].ravel() for name in needed)
    videos = content.get("VideoIDs", np.array([None] * len(signals))).ravel()
    cells = {len(signals), len(ratings), len(videos)}
    if signals.dtype != object or ratings.dtype != object or len(cells) > 1 or max(cells) > N_CLIPS:
        raise ValueError(
            f"expected {N_CLIPS} cells in each of {', '.join(needed)} and VideoIDs of {file}, got "
            f"{len(signals)}, {len(ratings)} and {len(videos)}; is it the published file?"
        )
    return zip(signals, ratings, videos, strict=True)


def _describe(subject, session, clip, video, said, file):
    """Row of a clip."""
    names = (*RATINGS, *EMOTIONS)
    if said.size not in (0, len(names)):
        raise ValueError(
            f"expected {len(names)} numbers in cell {clip} of labels_selfassessment of {file}, got "
            f"{said.size}; is it the published file?"
        )
    numbers = said.ravel().astype(float) if said.size else np.full(len(names), np.nan)
    named = "".join(map(str, np.ravel(video))) if video is not None else ""
    return {
        "subject": subject,
        "session": session,
        "stimulus": named or str(clip),
        "trial": np.nan,
        "onset": np.nan,
        "clip": clip,
        **dict(zip(names, numbers.tolist(), strict=True)),
    }
