"""MAHNOB-HCI's layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._deap import ELECTRODES
from sklearn_eeg.datasets.testing._bdf import write_bdf

OTHERS = [*(f"EXG{k}" for k in range(1, 9)), *"GSR1 GSR2 Erg1 Erg2 Resp Temp".split()]
CLIPS = [f"{number}.avi" for number in (111, 138, 146, 30, 52, 53, 55, 58, 69, 73, 79, 80, 90, 107)]
NOTES = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<session sessionId="{number}" date="2009.07.20" time="15:28:36"
    experimentType="EmotionElicitation" isStim="{stimulus}"{ratings} cutNr="{cut}"
    cutLenSec="{seconds:g}" vidRate="60.9708" audRate="48000" mediaFile="{clip}">
  <subject id="{subject}" gender="F" dob="1985.01" />
  <track type="Physiological" filename="{recording}" />
</session>
"""


def write_mahnob(
    folder: PathLike,
    n_trials: Sequence[int] = (4, 3, 2),
    seconds: float = 2.0,
    *,
    unrated: Sequence[int] = (),
    neutral: bool = False,
    random_state: int = 0,
) -> None:
    """Write small sessions in the layout of MAHNOB-HCI.

    Parameters
    ----------
    folder : path-like
        Where ``Sessions`` goes.
    n_trials : sequence of int, default=(4, 3, 2)
        Of each subject, from 1 on.
    seconds : float, default=2.0
        Of the shortest clip; each further one is half a second longer. Before and after it lies a
        second and a half; 30 s as published.
    unrated : sequence of int, default=()
        Numbers of sessions without ratings: 2, 12, 22 and so on, in the order of subjects and
        trials.
    neutral : bool, default=False
        Whether before each session lies one of kind N, without ratings: 1, 11, 21 and so on.
    random_state : int, default=0

    Returns
    -------
    None

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_mahnob(folder, n_trials=(1, 1))
    ...     print(*sorted(file.name for file in Path(folder).glob("Sessions/*/*")))
    Part_1_S_Trial1_emotion.bdf Part_2_S_Trial1_emotion.bdf session.xml session.xml
    """
    rng, number = np.random.default_rng(random_state), 2
    for subject, n in enumerate(n_trials, start=1):
        # Clips come in another order to everyone.
        clips = rng.permutation(CLIPS)
        for trial in range(1, n + 1):
            clip, length = clips[(trial - 1) % len(clips)], seconds + (trial - 1) / 2
            sessions = Path(folder) / "Sessions"
            ratings = "" if number in unrated else _draw_ratings(rng)
            _write_session(sessions / str(number), subject, "S", trial, clip, length, ratings, rng)
            if neutral:
                number_before = str(number - 1)
                _write_session(
                    sessions / number_before,
                    subject,
                    "N",
                    trial,
                    "colorbars_final.avi",
                    1.0,
                    "",
                    rng,
                )
            number += 10


def _draw_ratings(rng):
    """Attributes of what was felt."""
    felt = dict(zip(("Arsl", "Vlnc", "Ctrl", "Pred"), rng.integers(1, 10, 4), strict=True))
    felt["Emo"] = rng.choice([0, 1, 2, 3, 4, 5, 6, 11, 12])
    return "".join(f' felt{what}="{rating}"' for what, rating in felt.items())


def _write_session(folder, subject, kind, trial, clip, seconds, ratings, rng):
    folder.mkdir(parents=True, exist_ok=True)
    recording = f"Part_{subject}_{kind}_Trial{trial}_emotion.bdf"
    notes = NOTES.format(
        number=folder.name,
        stimulus=int(kind == "S"),
        ratings=ratings,
        cut=2 * trial - (kind == "N"),
        seconds=seconds,
        clip=clip,
        subject=subject,
        recording=recording,
    )
    (folder / "session.xml").write_text(notes, encoding="utf-8")
    _write_recording(folder / recording, seconds, rng)


def _write_recording(file, seconds, rng):
    """Electrodes, other signals, and a trigger at the clip's beginning and at its end."""
    sfreq = 512
    begin = 3 * sfreq // 2
    end = begin + round(seconds * sfreq)
    n_times = sfreq * -(-(end + begin) // sfreq)
    names = [*ELECTRODES, *OTHERS, "Status"]
    codes = np.zeros(n_times, dtype=np.int64)
    for first in (begin, end):
        codes[first : first + 64] = 16
    drawn = rng.normal(0, 10, (len(names) - 1, n_times))
    # Of the amplifier itself: within its range, a low battery.
    write_bdf(file, drawn, names, codes | 0x500000, sfreq)
