"""Music videos and what was felt: the DEAP data set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Choice, Flag, Number
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._arrays_only import load_arrays
from sklearn_eeg.datasets._at_once import read_at_once
from sklearn_eeg.datasets._biosemi import open_bdf, pick_names, read_microvolts, read_triggers
from sklearn_eeg.datasets._folder import find_folder, how_to_get
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._numbered import find_subjects, pick_subjects
from sklearn_eeg.datasets._ratings import label_by
from sklearn_eeg.datasets._settings import as_floating, pick_channels

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


# In Geneva's order, which the preprocessed files have throughout and the original ones from
# subject 23 on.
ELECTRODES = (
    "Fp1 AF3 F3 F7 FC5 FC1 C3 T7 CP5 CP1 P3 P7 PO3 O1 Oz Pz "
    "Fp2 AF4 Fz F4 F8 FC6 FC2 Cz C4 T8 CP6 CP2 P4 P8 PO4 O2"
).split()
PERIPHERAL = {
    "preprocessed": ("hEOG", "vEOG", "zEMG", "tEMG", "GSR", "respiration", "plethysmograph",
                     "temperature"),
    "original": (*(f"EXG{k}" for k in range(1, 9)), "GSR1", "Resp", "Plet", "Temp"),
}  # fmt: skip
RATINGS = ("valence", "arousal", "dominance", "liking")
TARGETS = (*RATINGS, "quadrant")
SFREQ = {"preprocessed": 128.0, "original": 512.0}
CLIP = 60.0
# How long people looked at a cross before each clip, and how much of it was kept.
BASELINE = {"preprocessed": 3.0, "original": 5.0}
# Low byte of the trigger channel; subjects 24 and above have all bits of the byte above it set.
CLIP_BEGINS = 4
TABLE = "participant_ratings.csv"
COLUMNS = {
    "Participant_id": "subject",
    "Trial": "trial",
    "Experiment_id": "stimulus",
    "Start_time": "start",
    "Valence": "valence",
    "Arousal": "arousal",
    "Dominance": "dominance",
    "Liking": "liking",
    "Familiarity": "familiarity",
}
# How far a clip may begin from where the log of the presentation has it, in seconds.
TOLERANCE = 2.0


def load_deap(
    path: PathLike | None = None,
    *,
    target: str = "valence",
    threshold: float = 5.0,
    ties: str = "high",
    labels: str = "name",
    kind: str = "preprocessed",
    subjects: Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    duration: float | None = None,
    baseline: bool = False,
    peripheral: bool = False,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load DEAP: 32 people who rated 40 music videos of a minute, 32 electrodes.

    Parameters
    ----------
    path : path-like, default=None
        Folder ``data_preprocessed_python`` or ``data_original``, or one that has it, or has it in a
        folder ``deap``; ``None``: the folder that the environment variable ``SKLEARN_EEG_DATA``
        names. The subjects whose files are there are loaded.
    target : {"valence", "arousal", "dominance", "liking", "quadrant"}, default="valence"
        Which rating, from 1 to 9, the labels come from; ``"quadrant"``: valence and arousal both.
    threshold : float, default=5.0
        Ratings below are ``"low"`` and above ``"high"``. ``None``: the labels are the ratings
        themselves, for regression.
    ties : {"high", "low", "drop"}, default="high"
        What a rating of exactly the threshold is; with ``"drop"`` its trial is left out. Published
        code differs in this, and mostly does not say.
    labels : {"name", "code"}, default="name"
        ``"low"`` and ``"high"``, or 0 and 1; quadrants ``"LVLA"``, ``"LVHA"``, ``"HVLA"`` and
        ``"HVHA"``, or 0 to 3.
    kind : {"preprocessed", "original"}, default="preprocessed"
        The pickles (128 Hz, 4-45 Hz, average reference, eye artefacts removed), or the BioSemi
        recordings (512 Hz, nothing done), which need ``participant_ratings.csv`` beside them or in
        a folder ``metadata_csv``.
    subjects : sequence of int, default=None
        Some of 1 to 32; ``None``: all that are there.
    channels : sequence of str, default=None
        Some of the electrodes; ``None``: all 32, in Geneva's order.
    duration : float, default=None
        How much of the beginning of each clip is read, in seconds; ``None``: all 60.
    baseline : bool, default=False
        Whether the seconds before each clip come along as the block ``"baseline"`` of ``extra``:
        3 of the preprocessed files, 5 of the original ones. They are never part of the signals.
    peripheral : bool, default=False
        Whether the block ``"peripheral"`` of ``extra`` holds the other signals during the clip, as
        the files have them: hEOG, vEOG, zEMG, tEMG, GSR, respiration, plethysmograph, temperature;
        or EXG1 to EXG8 (eyes and muscles), GSR1, Resp, Plet and Temp of the original files.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder of a store in which signals are kept as memory maps; ``None``: read into memory.

    Returns
    -------
    trials : Trials
        Signals (n_trials, 32, n_times), in microvolts. ``metadata`` has ``subject``, ``session``
        (1), ``stimulus`` (the video's ``Experiment_id``, 1 to 40, the same for all), ``trial``
        (place in the session, from 1), ``onset`` (in seconds into the original recording) and the
        four ratings; with ``participant_ratings.csv`` also ``familiarity``. ``trial`` is NaN
        without that file, ``onset`` with preprocessed files.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    FileNotFoundError
        No files are there; the sentence says where the set is requested.
    ValueError
        A file is damaged, named otherwise, there twice, or not as published; a setting is unknown.

    Notes
    -----
    What is easily got wrong with these files, and is taken care of:

    - The preprocessed trials are in the order of the videos, not in that of presentation. Where
      ``participant_ratings.csv`` is there, its ratings are compared with those of the files.
    - The first 384 of 8,064 samples come before the clip.
    - The preprocessed signals have nothing below 4 Hz: no delta band can be had from them.
    - Recordings of subjects 1 to 22 (Twente) and 23 to 32 (Geneva) have the electrodes in different
      orders; those from subject 24 on have no name for their trigger channel, and other bits set in
      it. Electrodes are taken by name, triggers by their low byte.
    - A recording that lacks some clips (subject 28 has 37) is matched with the ratings by the
      times that the presentation logged; clips that are not there are left out.
    - GSR is a resistance in Twente's original files and a conductance in Geneva's.

    The pickles are read without executing anything that they ask for.

    Every subject saw the same videos: a model that has seen a video's other viewers has seen its
    stimulus, and a split by subject does not change that.

    The data are free for academic research under an end-user licence agreement, which is requested
    on https://www.eecs.qmul.ac.uk/mmv/datasets/deap/.

    References
    ----------
    Koelstra et al. (2012), DEAP: A database for emotion analysis using physiological signals, *IEEE
    Transactions on Affective Computing* 3(1):18-31, https://doi.org/10.1109/T-AFFC.2011.15

    Examples
    --------
    On synthetic files in the published layout:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_deap
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_deap(folder.name, n_subjects=2, n_trials=5, seconds=4.0)
    >>> trials, y = load_deap(folder.name, target="quadrant", baseline=True)
    >>> trials
    <Trials | 10 trials of 2 subjects, each (channel=32, time=512), float32, 128 Hz, uV, with
    baseline>
    >>> folder.cleanup()
    """
    with speaking("load_deap"):
        label = label_by("load_deap", target, threshold, ties, labels, known=TARGETS, scale=(1, 9))
        Choice(tuple(SFREQ)).check("kind", kind)
        Number(above=0, most=CLIP, optional=True).check("duration", duration)
        for name, value in (("baseline", baseline), ("peripheral", peripheral)):
            Flag().check(name, value)
        files, table = _find(path, kind)
        picked, _ = pick_channels(channels, ELECTRODES)
        read = partial(
            _read_pickle if kind == "preprocessed" else _read_bdf,
            table=table,
            channels=picked,
            duration=duration,
            baseline=baseline,
            peripheral=peripheral,
            dtype=str(as_floating(dtype)),
        )
        wanted = list(pick_subjects(files, subjects).values())
        tables = [table] if table else []
        recordings = read_at_once(wanted, read, label, cache, beside=lambda file: tables)
        return gather(recordings, dtype=dtype, cache=cache, sfreq=SFREQ[kind], ch_names=picked)


def _find(path, kind):
    """Files by subject, and the table of ratings or ``None``."""
    ending = {"preprocessed": "dat", "original": "bdf"}[kind]
    inner = {"preprocessed": "data_preprocessed_python", "original": "data_original"}[kind]
    folder = find_folder(
        "deap",
        path,
        inner=(inner, f"deap/{inner}", "deap"),
        holds=f"s[0-9][0-9].{ending}",
    )
    files = find_subjects(folder, rf"s(?P<subject>\d\d)\.{ending}", f"s01.{ending}")
    places = [above / below for above in (folder, folder.parent) for below in ("", "metadata_csv")]
    table = next((place / TABLE for place in places if (place / TABLE).exists()), None)
    if table is None and kind == "original":
        raise FileNotFoundError(
            f"expected {TABLE}, which has the ratings of the original recordings, in {folder} or "
            f"in a folder metadata_csv beside it, found none; {how_to_get('deap')}"
        )
    return files, table


def _read_pickle(file, *, table, channels, duration, baseline, peripheral, dtype):
    """Rows and blocks of a preprocessed file."""
    data, ratings = _open_pickle(file)
    subject = int(file.stem[1:])
    rows = [
        {
            "subject": subject,
            "session": 1,
            "stimulus": stimulus,
            "trial": np.nan,
            "onset": np.nan,
            **dict(zip(RATINGS, map(float, rating), strict=True)),
        }
        for stimulus, rating in enumerate(ratings, start=1)
    ]
    if table is not None:
        known = {trial["stimulus"]: trial for trial in _read_table(table, subject)}
        rows = [_complete(row, known, file, table) for row in rows]
    start = round(BASELINE["preprocessed"] * SFREQ["preprocessed"])
    stop = _find_stop(start, duration, "preprocessed", data.shape[2], file)
    blocks = {"signals": _pick(data[..., start:stop], channels, dtype)}
    if baseline:
        blocks["baseline"] = _pick(data[..., :start], channels, dtype)
    if peripheral:
        blocks["peripheral"] = data[:, len(ELECTRODES) :, start:stop].astype(dtype)
    return rows, blocks


def _pick(data, channels, dtype):
    """Some electrodes (trial, channel, time), copied once where they are all."""
    electrodes = data[:, : len(ELECTRODES)].astype(dtype)
    places = [ELECTRODES.index(name) for name in channels]
    return electrodes if len(places) == len(ELECTRODES) else electrodes[:, places]


def _open_pickle(file):
    """Numbers (trial, channel, time) and ratings (trial, 4)."""
    content = load_arrays(file)
    n_channels = len(ELECTRODES) + len(PERIPHERAL["preprocessed"])
    n_before = round(BASELINE["preprocessed"] * SFREQ["preprocessed"])
    expected = (
        f"expected data (40, {n_channels}, 8064) and labels (40, {len(RATINGS)}) of DEAP in {file}"
    )
    if not isinstance(content, dict) or not {"data", "labels"} <= content.keys():
        found = (
            ", ".join(map(str, content)) if isinstance(content, dict) else type(content).__name__
        )
        raise ValueError(f"{expected}, got {found or 'nothing'}; is it the published file?")
    data, ratings = np.asarray(content["data"]), np.asarray(content["labels"])
    if (
        data.ndim != 3
        or data.shape[1] != n_channels
        or data.shape[2] <= n_before
        or ratings.shape != (len(data), len(RATINGS))
    ):
        raise ValueError(
            f"{expected}, got {data.shape} and {ratings.shape}; is it the published file?"
        )
    return data, ratings


def _find_stop(start, duration, kind, n_times, file):
    """Sample at which a clip that begins at another ends."""
    seconds = duration or (CLIP if kind == "original" else (n_times - start) / SFREQ[kind])
    stop = start + max(round(seconds * SFREQ[kind]), 1)
    if stop > n_times:
        raise ValueError(
            f"expected {seconds:g} s of each clip in {file}, got "
            f"{max(n_times - start, 0) / SFREQ[kind]:g} s; give a shorter duration, or a whole "
            f"file."
        )
    return stop


def _complete(row, known, file, table):
    """What the table of ratings knows of a trial besides, if it agrees with the file."""
    said = known.get(row["stimulus"])
    if said is None or any(abs(said[name] - row[name]) > 0.01 for name in RATINGS):
        raise ValueError(
            f"expected trial {row['stimulus']} of {file} to have the ratings of that video in "
            f"{table}, got others; take both from the same copy of the set."
        )
    return {**row, "trial": said["trial"], "familiarity": said["familiarity"]}


def _read_table(file, subject):
    """What a subject said of each trial, in the order of presentation."""
    import pandas as pd

    try:
        table = pd.read_csv(file)
    except (ValueError, OSError) as error:
        raise ValueError(
            f"expected a table of ratings in {file}, got one that cannot be read ({error}); copy "
            f"it anew."
        ) from error
    lacking = [name for name in COLUMNS if name not in table]
    if lacking:
        raise ValueError(
            f"expected the columns {', '.join(lacking)} in {file}, which has "
            f"{', '.join(map(str, table.columns))}; is it the published file?"
        )
    if text := set(COLUMNS) - set(table.select_dtypes("number")):
        raise ValueError(
            f"expected numbers in the columns {', '.join(sorted(text))} in {file}, got text; copy "
            f"it anew."
        )
    own = table[table["Participant_id"] == subject].sort_values("Trial")
    return own[list(COLUMNS)].rename(columns=COLUMNS).to_dict("records")


def _read_bdf(file, *, table, channels, duration, baseline, peripheral, dtype):
    """Rows and blocks of an original recording."""
    raw = open_bdf(file)
    sfreq = SFREQ["original"]
    if raw.info["sfreq"] != sfreq:
        raise ValueError(
            f"expected {sfreq:g} Hz in {file}, got {raw.info['sfreq']:g} Hz; is it the published "
            f"file?"
        )
    codes = read_triggers(raw) & 0xFF
    starts = np.flatnonzero((codes[1:] == CLIP_BEGINS) & (codes[:-1] != CLIP_BEGINS)) + 1
    said = _match(starts / sfreq, _read_table(table, int(file.stem[1:])), file)
    rows = [_describe(trial, start / sfreq) for trial, start in zip(said, starts, strict=True)]
    spans = [
        (start, _find_stop(start, duration, "original", raw.n_times, file)) for start in starts
    ]
    picks = pick_names(raw, channels, file)
    read = partial(read_microvolts, raw, dtype=dtype)
    blocks = {"signals": [read(picks, *span) for span in spans]}
    if baseline:
        n_before = round(BASELINE["original"] * sfreq)
        blocks["baseline"] = [read(picks, max(start - n_before, 0), start) for start in starts]
    if peripheral:
        others = pick_names(raw, PERIPHERAL["original"], file)
        blocks["peripheral"] = [read(others, *span) for span in spans]
    return rows, blocks


def _describe(trial, onset):
    """Row of a clip that begins so many seconds into its recording."""
    return {
        "subject": trial["subject"],
        "session": 1,
        "stimulus": trial["stimulus"],
        "trial": trial["trial"],
        "onset": float(onset),
        **{name: trial[name] for name in (*RATINGS, "familiarity")},
    }


def _match(onsets, trials, file):
    """Rated trials whose clips a recording has; where it lacks a stretch, by the logged times."""
    n_lacking = len(trials) - len(onsets)
    if n_lacking == 0 and trials:
        return trials
    logged, fitting = np.array([trial["start"] for trial in trials], dtype=float), []
    if n_lacking > 0 and len(onsets) > 3:
        for first in range(len(onsets) + 1):
            there = np.delete(np.arange(len(trials)), slice(first, first + n_lacking))
            # The log counts in a unit, and from a moment, of its own.
            line = np.polyfit(logged[there], onsets, 1)
            if np.abs(np.polyval(line, logged[there]) - onsets).max() < TOLERANCE:
                fitting.append(there)
    if len(fitting) != 1:
        raise ValueError(
            f"expected as many beginnings of clips (trigger {CLIP_BEGINS}) in {file} as there are "
            f"ratings, {len(trials)}, or such that the logged times tell which are lacking, got "
            f"{len(onsets)}; copy the file anew, or leave the subject out by subjects=."
        )
    return [trials[place] for place in fitting[0]]
