"""Film clips under a wireless cap: the DREAMER data set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import SECONDS, Flag
from sklearn_eeg._speaker import speaking
from sklearn_eeg.datasets._at_once import read_at_once
from sklearn_eeg.datasets._folder import find_folder
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._ratings import label_by
from sklearn_eeg.datasets._settings import as_floating, pick_channels, select

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


# Of the Emotiv EPOC, in its order, which AMIGOS has too.
ELECTRODES = "AF3 F7 F3 FC5 T7 P7 O1 O2 P8 T8 FC6 F4 F8 AF4".split()
RATINGS = ("valence", "arousal", "dominance")
TARGETS = (*RATINGS, "quadrant")
N_SUBJECTS = 23
SFREQ, ECG_SFREQ = 128.0, 256.0


def load_dreamer(
    path: PathLike | None = None,
    *,
    target: str = "valence",
    threshold: float = 3.0,
    ties: str = "high",
    labels: str = "name",
    subjects: Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    last: float | None = None,
    baseline: bool = False,
    peripheral: bool = False,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load DREAMER: 23 people who rated 18 film clips, 14 electrodes of a wireless cap, 128 Hz.

    Parameters
    ----------
    path : path-like, default=None
        The file ``DREAMER.mat``, its folder, or one that has it in a folder ``dreamer`` or
        ``DREAMER``; ``None``: the folder that the environment variable ``SKLEARN_EEG_DATA`` names.
    target : {"valence", "arousal", "dominance", "quadrant"}, default="valence"
        Which rating, an integer from 1 to 5, the labels come from; ``"quadrant"``: valence and
        arousal both.
    threshold : float, default=3.0
        Ratings below are ``"low"`` and above ``"high"``. ``None``: the labels are the ratings
        themselves, for regression.
    ties : {"high", "low", "drop"}, default="high"
        What a rating of exactly the threshold is; with ``"drop"`` its trial is left out. On a scale
        of five steps many are, so that results under different choices cannot be compared; a
        threshold between two steps leaves none.
    labels : {"name", "code"}, default="name"
        ``"low"`` and ``"high"``, or 0 and 1; quadrants ``"LVLA"``, ``"LVHA"``, ``"HVLA"`` and
        ``"HVHA"``, or 0 to 3.
    subjects : sequence of int, default=None
        Some of 1 to 23; ``None``: all.
    channels : sequence of str, default=None
        Some of the electrodes; ``None``: all 14.
    last : float, default=None
        How much of the end of each clip is kept, in seconds; published work often takes 60, and a
        shorter clip comes whole. ``None``: all of it, and clips differ in length.
    baseline : bool, default=False
        Whether the neutral clip of 61 s before each clip comes along as the block ``"baseline"`` of
        ``extra``.
    peripheral : bool, default=False
        Whether the block ``"peripheral"`` of ``extra`` holds the two ECG leads during the clip, at
        256 Hz.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder of a store in which signals are kept as memory maps; ``None``: read into memory.

    Returns
    -------
    trials : Trials
        Signals (channel, time) in a list, or (n_trials, 14, n_times) where they are alike in
        length, in microvolts. ``metadata`` has ``subject`` (1 to 23), ``session`` (1), ``stimulus``
        (the clip, 1 to 18, the same for all), ``trial`` and ``onset`` (NaN: the file does not tell
        in what order clips were shown) and the three ratings.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    FileNotFoundError
        The file is not there; the sentence says where the set is requested.
    ValueError
        The file is damaged or not as published; a setting is unknown.

    Notes
    -----
    The file has time before channels, which are swapped, and is one of those whose compressed
    variables are longer than they say. It holds all subjects, and is read whole even for one. Age
    and gender, which it has too, are left there.

    The cap's amplifier leaves an offset of some thousand microvolts on every electrode; filter the
    signals before anything that looks at their amplitude.

    The data are free for research under the conditions on
    https://zenodo.org/records/546113, where they are requested.

    References
    ----------
    Katsigiannis & Ramzan (2018), DREAMER: A database for emotion recognition through EEG and ECG
    signals from wireless low-cost off-the-shelf devices, *IEEE Journal of Biomedical and Health
    Informatics* 22(1):98-107, https://doi.org/10.1109/JBHI.2017.2688239

    Examples
    --------
    On a synthetic file in the published layout:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_dreamer
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_dreamer(folder.name, n_subjects=2, n_clips=3)
    >>> trials, y = load_dreamer(folder.name, last=2.0)
    >>> trials
    <Trials | 6 trials of 2 subjects, each (channel=14, time=256), float32, 128 Hz, uV>
    >>> folder.cleanup()
    """
    with speaking("load_dreamer"):
        label = label_by(
            "load_dreamer", target, threshold, ties, labels, known=TARGETS, scale=(1, 5)
        )
        SECONDS.check("last", last)
        for name, value in (("baseline", baseline), ("peripheral", peripheral)):
            Flag().check(name, value)
        file = _find(path)
        picked, _ = pick_channels(channels, ELECTRODES)
        read = partial(
            _read,
            subjects=subjects,
            channels=picked,
            last=last,
            baseline=baseline,
            peripheral=peripheral,
            dtype=str(as_floating(dtype)),
        )
        recordings = read_at_once([file], read, label, cache)
        return gather(recordings, dtype=dtype, cache=cache, sfreq=SFREQ, ch_names=picked)


def _find(path):
    """The one file."""
    if isinstance(path, (str, PathLike)) and Path(path).expanduser().is_file():
        if (file := Path(path).expanduser()).suffix == ".mat":
            return file
    inner = ("dreamer", "DREAMER")
    return find_folder("dreamer", path, inner=inner, holds="DREAMER.mat") / "DREAMER.mat"


def _read(file, *, subjects, channels, last, baseline, peripheral, dtype):
    """Rows and blocks of all subjects."""
    people = _open(file)
    places = [ELECTRODES.index(name) for name in channels]
    # Which cells become which block: kind, part, columns, how much of the end, rate.
    wanted = {"signals": ("EEG", "stimuli", places, last, SFREQ)}
    if baseline:
        wanted["baseline"] = ("EEG", "baseline", places, None, SFREQ)
    if peripheral:
        wanted["peripheral"] = ("ECG", "stimuli", [0, 1], last, ECG_SFREQ)
    rows, blocks = [], {name: [] for name in wanted}
    for subject in select("subjects", subjects, range(1, len(people) + 1)):
        person = people[subject - 1]
        where = f"subject {subject} of {file}"
        rows += _describe(person, subject, where)
        for name, (kind, part, columns, seconds, sfreq) in wanted.items():
            cells = _take_cells(person, kind, part, where)
            # At least one sample: -0 would be the beginning.
            start = 0 if seconds is None else -max(round(seconds * sfreq), 1)
            blocks[name] += [
                np.ascontiguousarray(cell[start:, columns].T, dtype=dtype) for cell in cells
            ]
        _check_alike(rows, blocks, where)
    return rows, blocks


def _open(file):
    """Each subject's struct."""
    content = read_variables(file, ["DREAMER"], overlong=True)["DREAMER"]
    try:
        return content[0, 0]["Data"][0]
    except (IndexError, ValueError) as error:
        raise ValueError(
            f"expected a struct DREAMER with a field Data of {N_SUBJECTS} subjects in {file}, got "
            f"{_show(content)}; is it the published file?"
        ) from error


def _describe(person, subject, where):
    """Row of each clip."""
    scores = {name: _take(person, f"Score{name.capitalize()}", where).ravel() for name in RATINGS}
    n_scores = {len(scores[name]) for name in RATINGS}
    if len(n_scores) > 1:
        raise ValueError(f"expected as many ratings of each kind in {where}, got {n_scores}.")
    return [
        {
            "subject": subject,
            "session": 1,
            "stimulus": clip + 1,
            "trial": np.nan,
            "onset": np.nan,
            **{name: float(scores[name][clip]) for name in RATINGS},
        }
        for clip in range(n_scores.pop())
    ]


def _take_cells(person, kind, part, where):
    """Arrays (time, channel) of each clip."""
    cells = _take(_take(person, kind, where), part, f"{kind} of {where}").ravel()
    n_columns = {"EEG": len(ELECTRODES), "ECG": 2}[kind]
    wrong = [np.shape(cell) for cell in cells if np.shape(cell)[1:] != (n_columns,)]
    if wrong:
        raise ValueError(
            f"expected (time, {n_columns}) in each cell of {kind}.{part} of {where}, got "
            f"{wrong[0]}; is it the published file?"
        )
    return cells


def _take(struct, field, where):
    """What a field of a struct, an array (1, 1), holds."""
    if field not in (struct.dtype.names or ()) or struct.size != 1:
        raise ValueError(
            f"expected a field {field} of {where}, got {_show(struct)}; is it the published file?"
        )
    return struct[field].item()


def _check_alike(rows, blocks, where):
    """Refuse a subject that has not as many clips of each kind as ratings."""
    found = {name: len(block) for name, block in blocks.items() if len(block) != len(rows)}
    if found:
        raise ValueError(
            f"expected as many clips as ratings in {where}, got another number for "
            f"{', '.join(found)}; is it the published file?"
        )


def _show(content):
    fields = content.dtype.names
    return f"the fields {', '.join(fields)}" if fields else f"an array of {content.dtype}"
