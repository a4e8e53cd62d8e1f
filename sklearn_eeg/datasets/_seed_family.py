"""What the readers of SEED-V and SEED-VII have in common."""

from dataclasses import replace
from functools import partial

import numpy as np

from sklearn_eeg._constraints import Choice, Flag, Number
from sklearn_eeg._rates import same_rate
from sklearn_eeg._resampling import resample, resampling_ratio
from sklearn_eeg.datasets._cnt import open_cnt
from sklearn_eeg.datasets._folder import list_files, refuse_copies, require_file
from sklearn_eeg.datasets._numbered import find_numbered
from sklearn_eeg.datasets._settings import LABELS, pick_sessions

# In the order of their published codes, of which SEED-V has the first five.
EMOTIONS = ("disgust", "fear", "sad", "neutral", "happy", "anger", "surprise")
# Length of the windows of features, in seconds.
WINDOW = 4.0
N_EYE_FEATURES = 33


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


def describe(subject, clip, n_clips, onset=np.nan):
    """What is known of a trial, by the number of its clip, of which a session has so many."""
    session, place = divmod(clip - 1, n_clips)
    return {
        "subject": subject,
        "session": session + 1,
        "stimulus": clip,
        "trial": place + 1,
        "onset": float(onset),
    }


def list_clips(sessions, n_clips):
    """Numbers of the clips of some sessions, from 1."""
    firsts = [n_clips * (session - 1) + 1 for session in sessions]
    return [first + place for first in firsts for place in range(n_clips)]


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
