"""Files of SEED and of sets laid out like it: whose, of which session, and the trials inside."""

import re
from collections import Counter
from functools import partial

import numpy as np

from sklearn_eeg.bands import BANDS
from sklearn_eeg.datasets._folder import refuse_copies, select
from sklearn_eeg.datasets._mat import read_variables, show_names
from sklearn_eeg.datasets._people import number_people
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.montage import SEED_62, canonical_name

N_BANDS = 5
SIGNALS = {"axes": ("channel", "time"), "sfreq": 200.0, "unit": "uV"}
FEATURES = {"axes": ("window", "channel", "band"), "bands": BANDS["seed"]}
NAME = re.compile(r"([^_]+)_(\d{8})\.mat")
SIGNAL = re.compile(r".*_eeg(\d+)")


def list_files(folder):
    """Who, when and where: of each file SUBJECT_DATE.mat in a folder, by its name."""
    listed = []
    for file in sorted(folder.glob("*.mat")):
        # What macOS leaves beside files that it unpacks begins with a dot.
        if file.name == "label.mat" or file.name.startswith("."):
            continue
        match = NAME.fullmatch(file.name)
        if match is None:
            raise ValueError(
                f"expected recordings named SUBJECT_DATE.mat in {folder}, got {file.name}; give "
                f"it its published name, or move it away."
            )
        listed.append((match[1], match[2], file))
    return listed


def number_sessions(listed, n_sessions):
    """(subject, session, file) of each listed file; a subject's sessions numbered by their date."""
    numbers = number_people(who for who, _, _ in listed)
    found, count = [], Counter()
    for who, _, file in sorted(listed, key=lambda one: (numbers[one[0]], one[1])):
        count[numbers[who]] += 1
        found.append((numbers[who], count[numbers[who]], file))
    crowded = [subject for subject, n_files in count.items() if n_files > n_sessions]
    if crowded:
        names = [file.name for subject, _, file in found if subject == crowded[0]]
        raise ValueError(
            f"expected {n_sessions} recordings a subject, got {', '.join(names)}; move away what "
            f"is not of the set."
        )
    return found


def choose(found, subjects, sessions):
    """Those of some subjects and sessions, each of which is a recording of its own."""
    refuse_copies(file for *_, file in found)
    subjects = select("subjects", subjects, sorted({subject for subject, _, _ in found}))
    sessions = select("sessions", sessions, sorted({session for _, session, _ in found}))
    kept = [one for one in found if one[0] in subjects and one[1] in sessions]
    if not kept:
        raise ValueError(
            f"expected recordings of subjects {subjects} in sessions {sessions}, got none; leave "
            f"one of both out for all."
        )
    return kept


def make_recordings(found, read, labels, n_before):
    """Recordings of these files, whose trials ``read(file)`` returns.

    ``labels`` are those of a session's trials by its number, and ``n_before`` says how many films
    are counted before its own.
    """
    return [
        Recording(
            files=[file],
            rows=[
                {
                    "subject": subject,
                    "session": session,
                    "stimulus": n_before[session] + trial,
                    "trial": trial,
                    "onset": np.nan,
                }
                for trial, _ in enumerate(labels[session], 1)
            ],
            labels=labels[session],
            read=partial(read, file),
        )
        for subject, session, file in found
    ]


def pick_channels(channels, names=SEED_62):
    """Names of the channels that are wanted, in any spelling, and where they stand."""
    if channels is not None:
        wanted = [channels] if isinstance(channels, str) else channels
        channels = [name if name in names else canonical_name(str(name)) for name in wanted]
    kept = select("channels", channels, names)
    return kept, [names.index(name) for name in kept]


def read_signals(file, n_trials, picks):
    """Signals (channel, time) of each trial, whoever's initials their variables begin with."""
    found = read_variables(file)
    trials = {}
    for name in found:
        if match := SIGNAL.fullmatch(name):
            trials.setdefault(int(match[1]), []).append(found[name])
    wanted = range(1, n_trials + 1)
    if wrong := [k for k in wanted if len(trials.get(k, ())) != 1]:
        raise ValueError(
            f"expected one variable for each of {n_trials} trials in {file}, such as …_eeg1, got "
            f"{len(trials.get(wrong[0], ()))} that end in _eeg{wrong[0]}, and "
            f"{show_names(found)}; is it the published file?"
        )
    return [
        check_shape(trials[k][0], (len(SEED_62), None), f"_eeg{k}", file)[picks] for k in wanted
    ]


def read_features(file, kind, n_trials, n_rows, picks):
    """Features (window, channel, band) of each trial, from (channel, window, band)."""
    names = [f"{kind}{k}" for k in range(1, n_trials + 1)]
    found = read_variables(file, names)
    shape = (n_rows, None, N_BANDS)
    return [check_shape(found[name], shape, name, file).swapaxes(0, 1)[:, picks] for name in names]


def check_shape(array, shape, name, file):
    """Numbers of a shape, in which ``None`` is any length but none."""
    fits = array.ndim == len(shape) and all(
        length == wanted if wanted is not None else length
        for length, wanted in zip(array.shape, shape, strict=True)
    )
    if not fits or array.dtype.kind not in "fiu":
        words = ", ".join("any" if wanted is None else str(wanted) for wanted in shape)
        raise ValueError(
            f"expected numbers of shape ({words}) in {name} of {file}, got {array.dtype} of shape "
            f"{array.shape}; is it the published file?"
        )
    return array


def place_windows(trials, seconds):
    """Trials whose windows adjoin, so many seconds each."""
    n_windows = max(len(trial) for trial in trials.data)
    return trials.derive(window_onsets=tuple(seconds * k for k in range(n_windows)))
