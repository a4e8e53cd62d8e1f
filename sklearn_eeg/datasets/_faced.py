"""Nine emotions, four of them positive: the FACED data set."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Choice
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._arrays_only import load_arrays
from sklearn_eeg.datasets._at_once import with_trials
from sklearn_eeg.datasets._faced_order import (
    BANDS,
    ORDERS,
    SCALP,
    find_better,
    prominence_of_features,
    prominence_of_signals,
)
from sklearn_eeg.datasets._folder import find_folder
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._numbered import find_subjects, pick_subjects
from sklearn_eeg.datasets._ratings import label_by
from sklearn_eeg.datasets._recording import Recording, holding
from sklearn_eeg.datasets._settings import pick_channels

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


# Of clips 1 to 28; a code is a place in the first two.
EMOTIONS = ("anger disgust fear sadness neutral amusement inspiration joy tenderness").split()
N_CLIPS_EACH = (3, 3, 3, 3, 4, 3, 3, 3, 3)
CODES = np.repeat(np.arange(len(EMOTIONS)), N_CLIPS_EACH)
VALENCES = {-1: "negative", 0: "neutral", 1: "positive"}
# In the order of After_remarks.mat, as its authors' notes have it.
RATINGS = (
    "joy tenderness inspiration amusement anger disgust fear sadness arousal valence familiarity "
    "liking"
).split()
FELT = [f"felt_{name}" for name in RATINGS]
TARGETS = ("emotion", "valence", *FELT)
# Folders of each kind of files, as the set or its code has them.
KINDS = {
    "processed": ("Processed_data", "Processed_Data"),
    "DE": ("EEG_Features/DE", "DE"),
    "PSD": ("EEG_Features/PSD", "PSD"),
}
SFREQ = 250.0
N_SECONDS = 30
FEATURES = {
    "axes": ("window", "channel", "band"),
    "bands": BANDS,
    "window_onsets": range(N_SECONDS),
}
# Of how many people the order of channels is checked.
N_CHECKED = 3
# Of the standard deviation of signals in microvolts; in volts it would be about 1e-5.
PLAUSIBLE = (1e-2, 1e4)


def load_faced(
    path: PathLike | None = None,
    *,
    kind: str = "processed",
    target: str = "emotion",
    threshold: float = 3.5,
    ties: str = "high",
    labels: str = "name",
    channel_order: str = "mastoids last",
    subjects: Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load FACED: 123 people who saw 28 film clips of nine emotions, 30 electrodes, 250 Hz.

    Parameters
    ----------
    path : path-like, default=None
        Folder of the files ``sub000.pkl`` and so on, or one that has ``Processed_data`` or
        ``EEG_Features``, or has them in a folder ``faced``; ``None``: the folder that the
        environment variable ``SKLEARN_EEG_DATA`` names. The subjects whose files are there are
        loaded.
    kind : {"processed", "DE", "PSD"}, default="processed"
        The signals of the last 30 s of each clip, as the authors cleaned them (0.05-47 Hz, common
        average); or their differential entropy or power spectral density of each second.
    target : str, default="emotion"
        ``"emotion"``, one of nine, or ``"valence"``, negative, neutral or positive, is that which
        the clip was chosen for. ``"felt_joy"``, ``"felt_valence"`` and so on are what people said:
        joy, tenderness, inspiration, amusement, anger, disgust, fear, sadness, arousal, valence,
        familiarity, liking, from 0 to 7.
    threshold : float, default=3.5
        Of what people said: below is ``"low"``, above ``"high"``. ``None``: the labels are the
        ratings themselves, for regression.
    ties : {"high", "low", "drop"}, default="high"
        What a rating of exactly the threshold is; with ``"drop"`` its trial is left out.
    labels : {"name", "code"}, default="name"
        Names, or the published codes: emotions 0 to 8 from anger to tenderness, valence −1 to 1;
        0 and 1 of ``"low"`` and ``"high"``.
    channel_order : {"mastoids last", "mastoids after T8"}, default="mastoids last"
        Where A1 and A2 are among the 32 channels; see the notes.
    subjects : sequence of int, default=None
        Some of 0 to 122; ``None``: all that are there.
    channels : sequence of str, default=None
        Some of the electrodes, A1 and A2 too; ``None``: the 30 of the scalp.
    dtype : dtype, default="float32"
        Of the numbers.
    cache : path-like, default=None
        Folder of a store in which signals are kept as memory maps; ``None``: read into memory.

    Returns
    -------
    trials : Trials
        Signals (n_trials, 30, 7500), in microvolts; or features (n_trials, 30, 30, 5), the axes
        window, channel and band. ``metadata`` has ``subject`` (0 to 122), ``session`` (1),
        ``stimulus`` (the clip, 1 to 28), ``trial`` (place in the session, from 1), ``onset`` (NaN),
        ``emotion`` and ``valence`` of the clip and, where ``After_remarks.mat`` is there, the
        ratings ``felt_joy`` and so on; without it, ``trial`` is NaN.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    FileNotFoundError
        No files are there; the sentence says where the set is to be had.
    ValueError
        A file is damaged, named otherwise, there twice, or not as published; a setting is unknown.

    Warns
    -----
    UserWarning
        The channels are in another order than ``channel_order`` says, to judge by the alpha rhythm;
        trials have no rating and are left out.

    Notes
    -----
    What is easily got wrong with these files, and is taken care of:

    - **The order of channels is told in two ways.** Most public code has A2 and A1 last, other code
      has A1 and A2 after T8, which makes the last two channels O1 and O2. The second is how the
      first cohort was recorded; the authors' script moves the two to the end. Whichever is chosen,
      it is checked on the files of three people: the alpha rhythm should be stronger, against theta
      and beta, at O1 and O2 than at A1 and A2.
    - Files have the clips in the order of their numbers, ``After_remarks.mat`` in that in which
      they were shown, another for everyone: ratings are matched by the clip's number ``vid``.
    - Features have a doubled ending, ``sub000.pkl.pkl``; files without it are read too, and none is
      renamed.
    - Features are stored as (channel, second, band).

    Neutral clips are four, of the others there are three each: always guessing neutral is right for
    14.3 %. Clips were shown in blocks of four of one valence, so a slow drift tells valence.

    ``After_remarks.mat`` is looked for in ``After_remarks/sub000`` and ``Data/sub000``, beside the
    folder of the files or above it. The pickles are read without executing anything that they ask
    for.

    The data are to be had at https://www.synapse.org/Synapse:syn50614194; a copy in BIDS, CC BY
    4.0, is nm000112 of NEMAR.

    References
    ----------
    Chen et al. (2023), A large finer-grained affective computing EEG dataset, *Scientific Data*
    10:740, https://doi.org/10.1038/s41597-023-02650-w

    Examples
    --------
    On synthetic files in the published layout:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_faced
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_faced(folder.name, n_subjects=2, kind="DE")
    >>> trials, y = load_faced(folder.name, kind="DE", target="valence")
    >>> trials
    <Trials | 56 trials of 2 subjects, each (window=30, channel=30, band=5), float32>
    >>> folder.cleanup()
    """
    with speaking("load_faced"):
        label = label_by("load_faced", target, threshold, ties, labels, known=TARGETS, scale=(0, 7))
        if target not in FELT:
            label = partial(_label_clips, target=target, labels=labels)
        Choice(tuple(KINDS)).check("kind", kind)
        Choice(tuple(ORDERS)).check("channel_order", channel_order)
        folder, files = _find(path, kind)
        channels = SCALP if channels is None else channels
        picked, places = pick_channels(channels, ORDERS[channel_order])
        wanted = pick_subjects(files, subjects)
        _check_order(list(wanted.values())[:N_CHECKED], kind, channel_order)
        recordings = [
            _as_recording(file, kind, places, _describe(folder, subject), label)
            for subject, file in wanted.items()
        ]
        facts = {"sfreq": SFREQ} if kind == "processed" else FEATURES
        return gather(with_trials(recordings), dtype=dtype, cache=cache, ch_names=picked, **facts)


def _find(path, kind):
    """Folder of a kind of files, and the files by subject."""
    inner = [f"{above}{below}" for above in ("", "faced/", "FACED/") for below in KINDS[kind]]
    folder = find_folder("faced", path, inner=inner, holds="sub[0-9][0-9][0-9].pkl*")
    # One kind of features looks like another.
    if folder.name in {"DE", "PSD"} - {kind}:
        raise ValueError(
            f"expected a folder of {kind} as path, got {folder}, which is of {folder.name}; give "
            f"the one above it, or kind={folder.name!r}."
        )
    name = r"sub(?P<subject>\d\d\d)\.pkl(?:\.pkl)?"
    return folder, find_subjects(folder, name, "sub000.pkl")


def _open(file, kind):
    """Numbers (clip, channel, time), or (clip, channel, second, band), as the file has them."""
    content = load_arrays(file)
    shape, n_bands = getattr(content, "shape", ()), len(BANDS)
    last = (round(SFREQ * N_SECONDS),) if kind == "processed" else (N_SECONDS, n_bands)
    expected = (len(CODES), len(SCALP) + 2, *last)
    # Signals may be shorter.
    compared = 2 if kind == "processed" else 4
    if shape[:compared] != expected[:compared] or len(shape) != len(expected) or 0 in shape:
        raise ValueError(
            f"expected an array {expected} of FACED, kind {kind}, in {file}, got "
            f"{shape or type(content).__name__}; is it the published file?"
        )
    if kind == "processed":
        _check_unit(content, file)
    return content


def _check_unit(signals, file):
    """Refuse signals that cannot be microvolts, as some of the set's recordings are not."""
    # Of a damaged file numbers may be of any size.
    with np.errstate(over="ignore", invalid="ignore"):
        spread = np.nanmedian(signals.std(axis=-1))
    if not PLAUSIBLE[0] < spread < PLAUSIBLE[1]:
        raise ValueError(
            f"expected signals in microvolts in {file}, got a standard deviation of {spread:.2g}, "
            f"which cannot be theirs; is it the published file?"
        )


def _check_order(files, kind, order):
    """Say so where the alpha rhythm speaks for another order of channels."""
    with holding(files):
        prominences = [
            prominence_of_signals(content, SFREQ)
            if kind == "processed"
            else prominence_of_features(content, kind)
            for content in (_open(file, kind) for file in files)
        ]
    better, contrasts = find_better(prominences, order)
    if better is not None:
        found = ", ".join(f"{value:+.2f} for {name!r}" for name, value in contrasts.items())
        warnings.warn(
            f"load_faced: the channels seem to be in the order {better!r}, not {order!r}: alpha at "
            f"O1 and O2 above that at A1 and A2, in nats of power, is {found}, in the mean of "
            f"{len(files)} subjects; look at a map of their alpha, and give channel_order=.",
            stacklevel=3,
        )


def _as_recording(file, kind, places, rows, label):
    kept, labels = label(rows)
    kept = [int(row) for row in kept]
    return Recording(
        files=[file],
        rows=[rows[row] for row in kept],
        labels=labels,
        read=partial(_read, file, kind, places, kept),
    )


def _read(file, kind, places, kept):
    """Trials (channel, time), or (window, channel, band)."""
    content = _open(file, kind)
    if kind == "processed":
        return list(content[np.ix_(kept, places)])
    return list(content[np.ix_(kept, places)].swapaxes(1, 2))


def _describe(folder, subject):
    """Row of each clip, in the order of their numbers."""
    file = _find_remarks(folder, subject)
    remarks = {} if file is None else _read_remarks(file)
    return [
        {
            "subject": subject,
            "session": 1,
            "stimulus": clip,
            "trial": np.nan,
            "onset": np.nan,
            "emotion": EMOTIONS[code],
            "valence": VALENCES[_valence(code)],
            **remarks.get(clip, {}),
        }
        for clip, code in enumerate(CODES, start=1)
    ]


def _valence(code):
    """-1, 0 or 1 of an emotion's code."""
    return int(np.sign(code - EMOTIONS.index("neutral")))


def _find_remarks(folder, subject):
    """A subject's ``After_remarks.mat``, or ``None``."""
    name = f"sub{subject:03}/After_remarks.mat"
    places = [
        above / inner / name
        for above in (folder, folder.parent, folder.parent.parent)
        for inner in ("After_remarks", "Data")
    ]
    return next((place for place in places if place.exists()), None)


def _read_remarks(file):
    """What a subject said of each clip, and where in the session it was, by the clip's number."""
    content = read_variables(file, ["After_remark"])["After_remark"].ravel()
    names = content.dtype.names or ()
    said = {}
    if {"score", "vid"} <= set(names):
        said = {
            int(one["vid"].item()): {"trial": trial, **_name_scores(one["score"], file)}
            for trial, one in enumerate(content, start=1)
        }
    if sorted(said) != list(range(1, len(CODES) + 1)):
        raise ValueError(
            f"expected score and vid of clips 1 to {len(CODES)}, each once, in After_remark of "
            f"{file}, got {len(content)} rows of {', '.join(names) or 'numbers'}, of {len(said)} "
            f"different clips; is it the published file?"
        )
    return said


def _name_scores(scores, file):
    if scores.size != len(FELT):
        raise ValueError(
            f"expected {len(FELT)} ratings a clip in {file}, got {scores.size}; is it the "
            f"published file?"
        )
    return dict(zip(FELT, scores.ravel().astype(float).tolist(), strict=True))


def _label_clips(rows, *, target, labels):
    """Every trial, and what its clip was chosen for."""
    if labels == "name":
        return range(len(rows)), [row[target] for row in rows]
    return range(len(rows)), [
        int(code) if target == "emotion" else _valence(code) for code in CODES
    ]
