"""Files of SEED and of sets laid out like it: whose, of which session, and the trials inside."""

import re
from collections import Counter
from functools import partial

import numpy as np

from sklearn_eeg.bands import BANDS
from sklearn_eeg.datasets._folder import list_files, refuse_copies
from sklearn_eeg.datasets._mat import read_variables, show_names
from sklearn_eeg.datasets._people import number_people
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.datasets._shapes import check_shape
from sklearn_eeg.montage import SEED_62

N_BANDS = 5
SIGNALS = {"axes": ("channel", "time"), "sfreq": 200.0, "unit": "uV"}
FEATURES = {"axes": ("window", "channel", "band"), "bands": BANDS["seed"]}
NAME = re.compile(r"([^_]+)_(\d{8})\.mat")
SIGNAL = re.compile(r".*_eeg(\d+)")


def find_dated(folder):
    """Who, when and where: of each file SUBJECT_DATE.mat in a folder, by its name."""
    listed = []
    for file in list_files(folder, "*.mat"):
        if file.name == "label.mat":
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
    refuse_copies(file for *_, file in listed)
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
