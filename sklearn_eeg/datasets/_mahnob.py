"""Film clips, and words for what was felt: the emotion elicitation part of MAHNOB-HCI."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Flag
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._at_once import read_at_once
from sklearn_eeg.datasets._biosemi import open_bdf, pick_names, read_microvolts, read_triggers
from sklearn_eeg.datasets._deap import ELECTRODES
from sklearn_eeg.datasets._folder import find_folder, list_files, refuse_copies, require_file
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._ratings import label_by
from sklearn_eeg.datasets._settings import as_floating, pick_channels, select

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


# N, where no clip meant to move was shown, or S.
NAME = re.compile(r"Part_(\d+)_([NS])_Trial(\d+)_emotion\.bdf")
# Attribute of session.xml for each rating.
RATINGS = {
    "valence": "feltVlnc",
    "arousal": "feltArsl",
    "control": "feltCtrl",
    "predictability": "feltPred",
}
TARGETS = (*RATINGS, "quadrant", "emotion")
EMOTIONS = (
    "neutral anger disgust fear joy sadness surprise scream bored sleepy unknown amusement anxiety"
).split()
SFREQ = 512.0
BASELINE = 30.0


def load_mahnob(
    path: PathLike | None = None,
    *,
    target: str = "valence",
    threshold: float = 5.0,
    ties: str = "high",
    labels: str = "name",
    subjects: Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    baseline: bool = False,
    peripheral: bool = False,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load MAHNOB-HCI: up to 20 film clips rated by each of 27 people, 32 electrodes, 512 Hz.

    Parameters
    ----------
    path : path-like, default=None
        Folder ``Sessions`` of the emotion elicitation part, or one that has it, or has it in a
        folder ``mahnob``; ``None``: the folder that the environment variable ``SKLEARN_EEG_DATA``
        names. The sessions that are there are loaded.
    target : str, default="valence"
        Which rating, an integer from 1 to 9, the labels come from: ``"valence"``, ``"arousal"``,
        ``"control"`` or ``"predictability"``; ``"quadrant"``: valence and arousal both;
        ``"emotion"``: the word that was chosen for what was felt.
    threshold : float, default=5.0
        Ratings below are ``"low"`` and above ``"high"``. ``None``: the labels are the ratings
        themselves, for regression.
    ties : {"high", "low", "drop"}, default="high"
        What a rating of exactly the threshold is; with ``"drop"`` its trial is left out. On a scale
        of nine steps many are; a threshold between two steps leaves none.
    labels : {"name", "code"}, default="name"
        ``"low"`` and ``"high"``, or 0 and 1; quadrants ``"LVLA"``, ``"LVHA"``, ``"HVLA"`` and
        ``"HVHA"``, or 0 to 3; emotions by name, or by the code of ``feltEmo``.
    subjects : sequence of int, default=None
        Some of 1 to 30; ``None``: all that are there.
    channels : sequence of str, default=None
        Some of the electrodes; ``None``: all 32, in Geneva's order.
    baseline : bool, default=False
        Whether the 30 s before each clip come along as the block ``"baseline"`` of ``extra``.
    peripheral : bool, default=False
        Whether the block ``"peripheral"`` of ``extra`` holds the signals behind those of the
        electrodes during the clip (EXG1 to EXG8, of which the first three are ECG, GSR1, GSR2,
        Erg1, Erg2, Resp, Temp), as the files have them.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder of a store in which signals are kept as memory maps; ``None``: read into memory.

    Returns
    -------
    trials : Trials
        Signals (channel, time) in a list, or (n_trials, 32, n_times) where they are alike in
        length, in microvolts, of the clip alone. ``metadata`` has ``subject``, ``session`` (1),
        ``stimulus`` (the clip's file), ``trial`` (place in the session, from 1), ``onset`` (in
        seconds into the recording), ``recording`` (the number of its folder, which the set calls a
        session), ``is_stimulus`` (whether the file's name has an S, not an N), the four ratings,
        ``emotion`` and ``emotion_code``.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    FileNotFoundError
        No sessions are there; the sentence says where the set is requested.
    ValueError
        A file is damaged, named otherwise, there twice, or not as published; a setting is unknown.

    Warns
    -----
    UserWarning
        Sessions without ratings or without a recording are left out.

    Notes
    -----
    What is easily got wrong with these files, and is taken care of:

    - Subjects have unequally many trials: none of 12 and 15, 14 of 9, 16 of 16, 17 of 3.
    - A recording begins 30 s before the clip and ends 30 s after it. The first two triggers are the
      clip's beginning and end.
    - Sessions without ratings have no attribute ``feltArsl``.

    ``session.xml`` is read without what could make it expand: a document type is refused.

    The data are free for academic research under an end-user licence agreement, which is requested
    on https://mahnob-db.eu/hci-tagging/.

    References
    ----------
    Soleymani et al. (2012), A multimodal database for affect recognition and implicit tagging,
    *IEEE Transactions on Affective Computing* 3(1):42-55, https://doi.org/10.1109/T-AFFC.2011.25

    Examples
    --------
    On synthetic files in the published layout:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_mahnob
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_mahnob(folder.name, n_trials=(3, 2))
    >>> trials, y = load_mahnob(folder.name, target="emotion")
    >>> trials
    <Trials | 5 trials of 2 subjects, each (channel=32, time=1024-1536), float32, 512 Hz, uV>
    >>> folder.cleanup()
    """
    with speaking("load_mahnob"):
        label = label_by(
            "load_mahnob", target, threshold, ties, labels, known=TARGETS, scale=(1, 9)
        )
        if target == "emotion":
            label = partial(_label_emotions, labels=labels)
        for name, value in (("baseline", baseline), ("peripheral", peripheral)):
            Flag().check(name, value)
        files = _find(path)
        picked, _ = pick_channels(channels, ELECTRODES)
        read = partial(
            _read,
            channels=picked,
            baseline=baseline,
            peripheral=peripheral,
            dtype=str(as_floating(dtype)),
        )
        known = select("subjects", subjects, (subject for subject, *_ in files))
        wanted = [file for (subject, *_), file in files.items() if subject in known]
        recordings = read_at_once(wanted, read, label, cache, beside=_find_notes)
        return gather(recordings, dtype=dtype, cache=cache, sfreq=SFREQ, ch_names=picked)


def _find(path):
    """Recordings with ratings, by subject and trial, in that order."""
    folder = find_folder(
        "mahnob",
        path,
        inner=("Sessions", "mahnob/Sessions", "mahnob"),
        holds="[0-9]*/session.xml",
    )
    numbered = [inner for inner in folder.iterdir() if inner.name.isdecimal() and inner.is_dir()]
    files = {}
    unrated, empty = [], []
    for inner in sorted(numbered, key=lambda inner: int(inner.name)):
        file = _find_recording(inner)
        if file is None:
            empty.append(inner.name)
        elif (row := _read_session(file)) is None:
            unrated.append(inner.name)
        elif (key := (row["subject"], row["trial"], row["is_stimulus"])) in files:
            raise ValueError(
                f"expected trial {key[1]} of subject {key[0]} once, got it in {files[key]} and "
                f"{file}; move one elsewhere."
            )
        else:
            files[key] = file
    _tell_left_out("ratings", unrated)
    _tell_left_out("a recording", empty)
    if not files:
        raise ValueError(f"expected sessions with ratings and a recording in {folder}, got none.")
    refuse_copies(files.values())
    return {key: files[key] for key in sorted(files)}


def _tell_left_out(what, sessions):
    if sessions:
        n = len(sessions)
        warnings.warn(
            f"load_mahnob: {n} session{'s' * (n > 1)} without {what} {'is' if n == 1 else 'are'} "
            f"left out: {', '.join(sessions[:8])}{', …' * (n > 8)}.",
            stacklevel=4,
        )


def _find_recording(folder):
    """The one recording of a session, or ``None``."""
    files = list_files(folder, "*.bdf")
    if len(files) > 1:
        raise ValueError(
            f"expected one recording in {folder}, got {', '.join(file.name for file in files)}; "
            f"move the others elsewhere."
        )
    if files and NAME.fullmatch(files[0].name) is None:
        raise ValueError(
            f"expected a name such as Part_1_S_Trial1_emotion.bdf in {folder}, got "
            f"{files[0].name}; give the file its name back, or move it elsewhere."
        )
    return files[0] if files else None


def _find_notes(file):
    """What describes a recording."""
    return [file.with_name("session.xml")]


def _read_session(file):
    """What is known of a recording, or ``None`` where nobody rated it."""
    subject, kind, trial = NAME.fullmatch(file.name).groups()
    (notes,) = _find_notes(file)
    session, person = _read_attributes(notes)
    if person.get("id") != subject:
        raise ValueError(
            f"expected subject {subject}, of which {file} is by its name, in {notes}, got "
            f"{person.get('id')!r}; copy the session anew."
        )
    if not session.get("feltArsl"):
        return None
    code = _as_number(session, "feltEmo", 0, len(EMOTIONS) - 1)
    return {
        "subject": int(subject),
        "session": 1,
        "stimulus": session.get("mediaFile", "").strip() or "none",
        "trial": int(trial),
        "onset": np.nan,
        "recording": int(file.parent.name),
        "is_stimulus": kind == "S",
        **{name: _as_number(session, attribute, 1, 9) for name, attribute in RATINGS.items()},
        "emotion": "" if np.isnan(code) else EMOTIONS[int(code)],
        "emotion_code": code,
    }


def _as_number(session, attribute, low, high):
    """An attribute of that range, NaN where it is not there or outside, which means not rated."""
    try:
        number = float(session.get(attribute, "nan"))
    except ValueError:
        return np.nan
    return number if low <= number <= high else np.nan


def _read_attributes(file):
    """Attributes of the session and of its subject, nothing expanded."""
    found = {}
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.setdefault(name, attributes)
    parser.StartDoctypeDeclHandler = _refuse_document_type
    require_file(file, "mahnob")
    try:
        parser.Parse(file.read_bytes(), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ValueError(
            f"expected the notes of a session in {file}, got a file that cannot be read as that "
            f"({error}); copy it anew."
        ) from error
    if not {"session", "subject"} <= found.keys():
        raise ValueError(
            f"expected the elements session and subject in {file}, got "
            f"{', '.join(found)}; is it the published file?"
        )
    return found["session"], found["subject"]


def _refuse_document_type(*_):
    raise ValueError("it declares a document type, by which it could grow without limit")


def _label_emotions(rows, *, labels):
    """Which trials have a word for what was felt, and the words, or their codes."""
    kept = [place for place, row in enumerate(rows) if row["emotion"]]
    if labels == "code":
        return kept, [int(rows[place]["emotion_code"]) for place in kept]
    return kept, [rows[place]["emotion"] for place in kept]


def _read(file, *, channels, baseline, peripheral, dtype):
    """Row and blocks of a recording, which is one trial."""
    raw = open_bdf(file)
    if raw.info["sfreq"] != SFREQ:
        raise ValueError(
            f"expected {SFREQ:g} Hz in {file}, got {raw.info['sfreq']:g} Hz; is it the published "
            f"file?"
        )
    rises = np.flatnonzero(np.diff(read_triggers(raw)) > 0) + 1
    if len(rises) < 2:
        raise ValueError(
            f"expected two triggers, of a clip's beginning and end, in {file}, got {len(rises)}; "
            f"copy the file anew, or move the session elsewhere."
        )
    start, stop = map(int, rises[:2])
    picks = pick_names(raw, channels, file)
    blocks = {"signals": [read_microvolts(raw, picks, start, stop, dtype)]}
    if baseline:
        before = max(start - round(BASELINE * SFREQ), 0)
        blocks["baseline"] = [read_microvolts(raw, picks, before, start, dtype)]
    if peripheral:
        others = range(len(ELECTRODES), len(raw.ch_names) - 1)
        blocks["peripheral"] = [read_microvolts(raw, list(others), start, stop, dtype)]
    return [{**_read_session(file), "onset": start / SFREQ}], blocks
