"""What the readers of SEED-V and SEED-VII have in common."""

import re
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from sklearn_eeg._constraints import Choice, Flag, Number
from sklearn_eeg._rates import same_rate
from sklearn_eeg._resampling import resample, resampling_ratio
from sklearn_eeg.datasets._cnt import open_cnt
from sklearn_eeg.datasets._folder import find_folder, list_files, refuse_copies, require_file
from sklearn_eeg.datasets._numbered import find_numbered
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.datasets._settings import LABELS, pick_sessions, select

# In the order of their published codes, of which SEED-V has the first five.
EMOTIONS = ("disgust", "fear", "sad", "neutral", "happy", "anger", "surprise")
# Length of the windows of features, in seconds.
WINDOW = 4.0
N_EYE_FEATURES = 33
_DATE = re.compile(r"_(\d{8})(?:_|$)")


class Clip(NamedTuple):
    """A film of a set: its number among all, its session, its place there and its emotion."""

    number: int
    session: int
    trial: int
    code: int


def check_arguments(kinds, signals, *, kind, eye, resample, labels):
    """Refuse settings that are none, and a rate for what has none."""
    Choice(tuple(kinds)).check("kind", kind)
    LABELS.check("labels", labels)
    Flag().check("eye", eye)
    Number(above=0, optional=True).check("resample", resample)
    if resample is not None and kind not in signals:
        raise ValueError(
            f"expected resample=None with kind={kind!r}, got {resample!r}; only "
            f"{' and '.join(map(repr, signals))} are signals."
        )


def name_emotions(codes, labels):
    """Labels as they are asked for, of published codes."""
    return np.array(EMOTIONS)[codes] if labels == "name" else codes


def find_kind(name, path, inner, holds):
    """The folder of one kind of file, in the folder of a set or in one that has it."""
    above = ("", f"{name.upper()}/", f"{name.upper().replace('-', '_')}/")
    return find_folder(name, path, inner=[f"{outer}{inner}" for outer in above], holds=holds)


def list_clips(codes):
    """Clips of all sessions, by the codes of the emotions in each; they are numbered from 1."""
    found = [(session, *each) for session in codes for each in enumerate(codes[session], 1)]
    return [Clip(number, *each) for number, each in enumerate(found, 1)]


def pick_clips(clips, sessions):
    """Clips of the sessions that are wanted, all for ``None``."""
    wanted = select("sessions", sessions, [clip.session for clip in clips])
    return [clip for clip in clips if clip.session in wanted]


def plan_subjects(files, clips, read, onsets=None):
    """One recording a subject, whose file has clips of all sessions.

    Parameters
    ----------
    files : mapping of int to Path
        By subject.
    clips : sequence of Clip
        That are wanted.
    read : callable
        ``read(file, numbers)`` reads clips by their numbers.
    onsets : sequence of float, default=None
        Where each begins in its recording, in seconds; ``None``: it is not known.
    """
    onsets = [np.nan] * len(clips) if onsets is None else onsets
    numbers = [clip.number for clip in clips]
    return [
        _as_recording(file, subject, clips, onsets, partial(read, file, numbers))
        for subject, file in files.items()
    ]


def plan_sessions(found, clips, find_spans, read):
    """One recording a session, cut into its clips; and the headers of all.

    Parameters
    ----------
    found : sequence of (int, int, Path)
        Subject, session and file.
    clips : sequence of Clip
        Of all sessions.
    find_spans : callable
        ``find_spans(header, session)``: first sample of each clip and the one after its last.
    read : callable
        ``read(file, spans)``.
    """
    headers = [open_cnt(file) for *_, file in found]
    recordings = []
    for (subject, session, file), header in zip(found, headers, strict=True):
        own = [clip for clip in clips if clip.session == session]
        spans = find_spans(header, session)
        onsets = [start / header.sfreq for start, _ in spans]
        date = _DATE.search(file.stem)[1]
        recording = _as_recording(file, subject, own, onsets, partial(read, file, spans), date=date)
        recordings.append(recording)
    return recordings, headers


def _as_recording(file, subject, clips, onsets, read, **about):
    rows = [
        {
            "subject": subject,
            "session": clip.session,
            "stimulus": clip.number,
            "trial": clip.trial,
            "onset": float(onset),
            **about,
        }
        for clip, onset in zip(clips, onsets, strict=True)
    ]
    return Recording(files=[file], rows=rows, labels=[clip.code for clip in clips], read=read)


def read_cuts(file, spans, ch_names, rate, dtype):
    """Trials (channel, time) of a recording, in microvolts, each resampled as it is read.

    Parameters
    ----------
    file : Path
    spans : sequence of (int, int)
        First sample of each trial and the one after its last.
    ch_names : sequence of str
    rate : float or None
        To resample to, in hertz.
    dtype : dtype
    """
    recording = open_cnt(file)
    picks = _find_channels(recording, ch_names)
    trials = (recording.read(picks, start, stop, dtype) for start, stop in spans)
    return [change_rate(trial, recording.sfreq, rate) for trial in trials]


def change_rate(signals, sfreq, rate):
    """Signals at another rate; as they are for ``None``."""
    return signals if rate is None else resample(signals, resampling_ratio(rate, sfreq))


def _find_channels(recording, ch_names):
    """Places of channels in a file, whose names are in capitals."""
    places = {name.upper(): place for place, name in enumerate(recording.ch_names)}
    if lacking := [name for name in ch_names if name.upper() not in places]:
        raise ValueError(
            f"expected the channels {', '.join(lacking)} in {recording.file}, got "
            f"{', '.join(recording.ch_names)}; is it the published file?"
        )
    return [places[name.upper()] for name in ch_names]


def to_spans(recording, seconds):
    """Samples of a recording for starts and ends in seconds, which must lie inside."""
    spans = [tuple(round(at * recording.sfreq) for at in pair) for pair in seconds]
    for start, stop in spans:
        if not 0 <= start < stop <= recording.n_times:
            raise ValueError(
                f"expected clips inside {recording.file}, of "
                f"{recording.n_times / recording.sfreq:g} s, got one from "
                f"{start / recording.sfreq:g} s to {stop / recording.sfreq:g} s; the file may be "
                f"truncated: copy it anew."
            )
    return spans


def common_rate(recordings, rate):
    """Sampling rate of the signals that will be read of some recordings."""
    if rate is not None:
        return float(rate)
    first = recordings[0]
    for other in recordings[1:]:
        if not same_rate(first.sfreq, other.sfreq):
            raise ValueError(
                f"expected one sampling rate, got {first.sfreq:g} Hz in {first.file} and "
                f"{other.sfreq:g} Hz in {other.file}; give resample= a rate for all."
            )
    return first.sfreq


def find_beside(folder, name):
    """What lies in a folder of files or, as the sets are distributed, beside it."""
    inner = folder / name
    return inner if inner.exists() else folder.resolve().parent / name


def add_beside(recordings, blocks, dtype, name):
    """Recordings with blocks beside their signals.

    Parameters
    ----------
    recordings : sequence of Recording
        Of one subject each.
    blocks : mapping of str to (Path, callable)
        Each block's files, with a star for the subject, and how they are read: ``read(file, clips,
        dtype)``.
    dtype : dtype
    name : str
        Of the set.
    """
    for path, _ in blocks.values():
        refuse_copies(list_files(path.parent, path.name))
    return [_add_beside(recording, blocks, dtype, name) for recording in recordings]


def _add_beside(recording, blocks, dtype, name):
    subject = str(recording.rows[0]["subject"])
    clips = [row["stimulus"] for row in recording.rows]
    files = {
        block: path.with_name(path.name.replace("*", subject))
        for block, (path, _) in blocks.items()
    }
    for file in files.values():
        require_file(file, name)
    return replace(
        recording,
        files=[*recording.files, *files.values()],
        read_extra={
            block: partial(read, files[block], clips, dtype) for block, (_, read) in blocks.items()
        },
    )


def find_sessions(folder, pattern, example, subjects, sessions):
    """(subject, session, file) of each recording that is wanted, one session each."""
    found = find_numbered(folder, pattern, example)
    return pick_sessions([(*numbers, file) for numbers, file in found.items()], subjects, sessions)
