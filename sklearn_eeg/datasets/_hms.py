"""The harmful brain activity challenge: windows on which experts voted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Choice, Flag, Number
from sklearn_eeg._rates import to_samples
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._folder import find_folder, how_to_get, refuse_copies
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._parquet import read_columns, require_pyarrow
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.datasets._settings import pick_channels, select

if TYPE_CHECKING:
    import pandas as pd

    from sklearn_eeg.trials import Trials


# Columns of votes, in the order of the challenge, and what was voted for.
CLASSES = {
    "seizure_vote": "Seizure",
    "lpd_vote": "LPD",
    "gpd_vote": "GPD",
    "lrda_vote": "LRDA",
    "grda_vote": "GRDA",
    "other_vote": "Other",
}
VOTES = list(CLASSES)
ELECTRODES = "Fp1 F3 C3 P3 F7 T3 T5 O1 Fz Cz Pz Fp2 F4 C4 P4 F8 T4 T6 O2".split()
PANELS = ["LL", "RL", "LP", "RP"]
# Bins of 200 / 1024 Hz, as the columns name them: halves of a hundredth are rounded up.
FREQUENCIES = [f"{np.floor(100 * k * 200 / 1024 + 0.5) / 100:g}" for k in range(3, 103)]
COLUMNS = [
    "eeg_id",
    "eeg_label_offset_seconds",
    "spectrogram_id",
    "spectrogram_label_offset_seconds",
    "label_id",
    "patient_id",
    "expert_consensus",
    *VOTES,
]
INNER = "hms-harmful-brain-activity-classification"
LABELLED = 10.0  # seconds in the middle of a window that a vote is about
EEG_SECONDS = 50.0  # of a published window of signals
MOST_FRAMES = 10**6  # of a spectrogram: three weeks
GRACE = 1e-6  # of a sample, for times that floats do not hit


def read_signals(channels, file):
    """Signals (channel, time) of one file."""
    return np.stack(read_columns(file, channels))


def read_spectrogram(panels, file):
    """Power (panel, frequency, frame) of one file, each row at the place that its time says.

    Frames that the file does not have are NaN.
    """
    names = [f"{panel}_{frequency}" for panel in panels for frequency in FREQUENCIES]
    time, *columns = read_columns(file, ["time", *names])
    frame = (time - 1) / 2
    is_known = (frame >= 0) & (frame < MOST_FRAMES) & (frame == np.floor(frame))
    if not is_known.all() or len(np.unique(frame)) < len(frame):
        raise ValueError(
            f"expected a row for each of the times 1, 3, 5, … s in {file}, got times such as "
            f"{', '.join(f'{t:g}' for t in time[:4])}; is it the published file?"
        )
    frame = frame.astype(np.intp)
    power = np.full((len(names), frame.max(initial=-1) + 1), np.nan, dtype=columns[0].dtype)
    power[:, frame] = columns
    return power.reshape(len(panels), len(FREQUENCIES), -1)


@dataclass(frozen=True, kw_only=True)
class View:
    """One of the two views of an instant: which files, and where in them."""

    folder: str
    file: str  # column that names the file
    offset: str  # column of the seconds from the file's start to a window's
    seconds: float  # of a published window
    rate: float  # samples a second
    first: float  # seconds from the file's start to its first sample
    channels: list
    more_channels: list
    read: Callable
    facts: dict


VIEWS = {
    "signals": View(
        folder="train_eegs",
        file="eeg_id",
        offset="eeg_label_offset_seconds",
        seconds=EEG_SECONDS,
        rate=200.0,
        first=0.0,
        channels=ELECTRODES,
        more_channels=["EKG"],
        read=read_signals,
        facts={"sfreq": 200.0},
    ),
    "spectrograms": View(
        folder="train_spectrograms",
        file="spectrogram_id",
        offset="spectrogram_label_offset_seconds",
        seconds=600.0,
        rate=0.5,
        first=1.0,
        channels=PANELS,
        more_channels=[],
        read=read_spectrogram,
        facts={
            "axes": ("channel", "frequency", "frame"),
            "features": tuple(f"{frequency}Hz" for frequency in FREQUENCIES),
        },
    ),
}
SUBSETS = {"annotation": ["eeg_id", *VOTES], "recording": ["eeg_id"]}
ARGUMENTS = {
    "kind": Choice(tuple(VIEWS)),
    "min_votes": Number(least=1, whole=True),
    "one_per": Choice((None, *SUBSETS)),
    "shift": Number(),
    "allow_missing": Flag(),
}


def load_hms(
    path: PathLike | None = None,
    kind: str = "signals",
    window: float | None = None,
    *,
    subjects: Sequence[int] | None = None,
    sessions: Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    min_votes: int = 1,
    one_per: str | None = None,
    shift: float = 0.0,
    allow_missing: bool = False,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, pd.DataFrame]:
    """Load windows of patients in intensive care and the votes of experts on each.

    The training set of the challenge "HMS - Harmful Brain Activity Classification": 106,800 windows
    of 17,089 recordings and 1,950 patients, or as many as ``train.csv`` names. Experts looked at 50
    s of EEG (19 electrodes, 200 Hz) beside 10 minutes of spectrograms around them, and voted on
    what the 10 s in the middle show. Windows of a recording overlap.

    Parameters
    ----------
    path : path-like, default=None
        Folder with ``train.csv``, ``train_eegs`` and ``train_spectrograms``, or one with a folder
        ``hms-harmful-brain-activity-classification`` of them. ``None``: the folder that the
        environment variable ``SKLEARN_EEG_DATA`` names.
    kind : {"signals", "spectrograms"}, default="signals"
        Which of the two views.
    window : float, default=None
        Seconds around the middle of what was voted on: of signals up to 50, of spectrograms up to
        600, which ``None`` takes.
    subjects : sequence of int, default=None
        Patients to read; ``None`` reads all.
    sessions : sequence of int, default=None
        Recordings to read, by their ``eeg_id``.
    channels : sequence of str, default=None
        Electrodes, of which ``None`` takes the 19 and leaves out ``"EKG"``; of spectrograms the
        chains ``"LL"``, ``"RL"``, ``"LP"`` and ``"RP"``. They come in the order of the files.
    min_votes : int, default=1
        Windows with fewer votes are left out.
    one_per : {"annotation", "recording"}, default=None
        Take one window of all in a recording that have the very same votes, which are one
        annotation; or one of each recording. It is the one that overlaps the others most. ``None``
        takes all windows.
    shift : float, default=0.0
        Seconds by which windows are moved to later places. The votes move along: those of the
        nearest label of which the 10 s hold the window's middle; where none does, the window is
        left out. The window must stay inside the published one.
    allow_missing : bool, default=False
        Whether windows whose file is not there are left out, and not an error, as of a part of the
        set.
    dtype : dtype, default="float32"
        Of the samples.
    cache : path-like, default=None
        Folder in which recordings are kept as memory maps, each once for all its windows. ``None``
        reads them into memory: 80 GB for all windows of 50 s.

    Returns
    -------
    trials : Trials
        Signals (n_trials, 19, n_times) in microvolts, the electrodes as the files name them (T3 to
        T6 are today's T7, T8, P7, P8); or power (n_trials, 4, 100, n_frames) of the chains, from
        0.59 to 19.92 Hz, a frame each two seconds, as published and in no unit that was. NaN, which
        both have, is missing; some windows are nothing else. Sorted by patient, file and time.
        ``metadata`` has ``subject`` (the patient), ``session`` and ``eeg_id`` (the recording),
        ``trial`` (place among the windows of its recording, from 1), ``onset`` (seconds into the
        file), ``spectrogram_id``, ``label_id``, ``consensus`` and ``n_votes``. There is no
        ``stimulus``: nothing was shown.
    votes : DataFrame of shape (n_trials, 6)
        Votes for ``Seizure``, ``LPD``, ``GPD``, ``LRDA``, ``GRDA`` and ``Other``.

    Raises
    ------
    FileNotFoundError
        The set, or a file of it, is not there.
    ImportError
        There is no pyarrow, which reads the files: ``pip install "sklearn-eeg[hms]"``.
    ValueError
        ``train.csv`` or a file is not as published: columns are missing, it is truncated, a window
        reaches past its end, two patients have the same recording; or an argument is out of its
        range, or leaves nothing.

    See Also
    --------
    sklearn_eeg.metrics.agreement_weights : Weights by the number of votes.
    sklearn_eeg.metrics.neg_kl_divergence : Scorer of the challenge.

    Notes
    -----
    **Two populations lie in this set.** 63 % of the windows have 1 to 7 votes, 37 % have 10 to 28,
    and none 8 or 9; nearly all seizures are in the first. The challenge was decided on windows like
    the second: a constant prediction scores 1.38 on all windows and 1.07 there. So a score on all
    windows says little about the challenge's; ``min_votes=10`` is the second population.

    Windows of one recording are near copies of each other: split by subject, and score one window
    of each recording (``one_per="recording"``), or the spread of the scores is fiction. Networks
    see one window of each recording in an epoch, another each time, where a column ``copy_of``
    says so: ``trials.replace(metadata=trials.metadata.assign(copy_of=trials.session))``.

    Several crops around what was voted on, over which networks average to predict, are a step:
    ``Windower(10.0, step=5.0)`` behind ``window=20.0`` cuts three.

    Rows of a spectrogram are placed by their ``time``, not by their number. One spectrogram can
    belong to several recordings, and its votes change in the course of it.

    The data are under the rules of the challenge, to be accepted on
    https://www.kaggle.com/competitions/hms-harmful-brain-activity-classification before they can be
    downloaded.

    References
    ----------
    Jing et al. (2024), HMS - Harmful Brain Activity Classification, Kaggle.
    Jing et al. (2023), *Neurology* 100(17):e1750, doi:10.1212/WNL.0000000000207127.

    Examples
    --------
    The 10 s that were voted on, of windows with ten votes or more, one of each recording::

        trials, votes = load_hms("hms", window=10.0, min_votes=10, one_per="recording")
        network = GroupedCNN1DClassifier(random_state=0)
        model = make_pipeline(BipolarMontage(), BandpassNotch(0.5, 20.0), network)
        evaluate(model, trials, votes, scoring=neg_kl_divergence)

    On synthetic files in the same layout:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_hms
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_hms(folder)
    ...     trials, votes = load_hms(folder, window=10.0)
    >>> trials
    <Trials | 24 trials of 4 subjects, each (channel=19, time=2000), float32, 200 Hz, uV>
    >>> votes.shape
    (24, 6)
    """
    import pandas as pd

    with speaking("load_hms"):
        _check(kind=kind, min_votes=min_votes, one_per=one_per, shift=shift)
        _check(allow_missing=allow_missing)
        view = VIEWS[kind]
        length = _length(view, window, shift)
        channels = view.channels if channels is None else channels
        channels, _ = pick_channels(channels, [*view.channels, *view.more_channels])
        require_pyarrow("load_hms")
        folder = find_folder("hms", path, inner=(INNER,), holds="train.csv")
        table = _read_table(folder / "train.csv", view)
        table = _move(table, view, shift)
        table = _choose(table, subjects, sessions, min_votes, one_per)
        table = _find_files(table, folder / view.folder, view, allow_missing)
        _refuse_copies(table, folder / view.folder, view)
        recordings = _list_recordings(table, folder / view.folder, view, length, channels)
        facts = {"ch_names": channels, **view.facts}
        trials, votes = gather(recordings, dtype=dtype, cache=cache, **facts)
        return trials, pd.DataFrame(votes, columns=list(CLASSES.values()))


def _check(**arguments):
    for name, value in arguments.items():
        ARGUMENTS[name].check(name, value)


def _length(view, window, shift):
    """Length of a window in samples; it must lie inside the published one wherever it is moved."""
    window = view.seconds if window is None else window
    length = to_samples("window", window, view.rate, 1)
    if length / view.rate + 2 * abs(shift) > view.seconds + GRACE:
        raise ValueError(
            f"expected a window inside the {view.seconds:g} s that are published around each "
            f"label, got window={window:g} and shift={shift:g}; window + 2 |shift| must be at most "
            f"{view.seconds:g}."
        )
    return length


def _read_table(file, view):
    """Rows of ``train.csv``, sorted by patient, file and time, whatever their order there."""
    import pandas as pd

    try:
        table = pd.read_csv(file)
    except (ValueError, OSError) as error:
        raise ValueError(
            f"expected a table in {file}, got one that cannot be read ({error}); it may be "
            f"truncated: copy it anew."
        ) from error
    if lacking := [name for name in COLUMNS if name not in table]:
        raise ValueError(
            f"expected the columns {', '.join(lacking)} in {file}, which has "
            f"{', '.join(map(str, table.columns[:20]))}; is it the published file?"
        )
    if table.empty:
        raise ValueError(f"expected the published rows in {file}, got none; copy it anew.")
    _check_numbers(table, file)
    _check_rows(table, file)
    table = table.astype({name: "int64" for name in COLUMNS if name.endswith(("_id", "_vote"))})
    table = table.sort_values(["patient_id", "eeg_id", "eeg_label_offset_seconds", "label_id"])
    table = table.assign(trial=table.groupby("eeg_id").cumcount() + 1)
    return table.sort_values(["patient_id", view.file, view.offset, "label_id"], ignore_index=True)


def _check_numbers(table, file):
    known = table[COLUMNS].drop(columns="expert_consensus")
    text = set(known) - set(known.select_dtypes("number"))
    missing = table[COLUMNS].columns[table[COLUMNS].isin([np.nan, np.inf, -np.inf]).any()]
    if text or len(missing):
        raise ValueError(
            f"expected a number in each row of {file}, got {'text' if text else 'none'} in the "
            f"column {[*text, *missing][0]}; it may be truncated: copy it anew."
        )


def _check_rows(table, file):
    votes = table[VOTES]
    owners = [table.groupby(name)["patient_id"].nunique() for name in ("eeg_id", "spectrogram_id")]
    wrong = {
        "votes that are no whole numbers": (votes % 1 != 0).any(axis=None),
        "a negative number of votes": (votes < 0).any(axis=None),
        "a row without votes": (votes.sum(axis=1) == 0).any(),
        "a label_id that is there twice": table["label_id"].duplicated().any(),
        "a recording of two patients": any((number > 1).any() for number in owners),
    }
    for what, is_so in wrong.items():
        if is_so:
            raise ValueError(f"expected the published rows in {file}, got {what}; copy it anew.")


def _move(table, view, shift):
    """Windows at other places, with the votes of the nearest label that is about their middle."""
    if shift == 0:
        return table
    moved, label = [], []
    for rows in table.groupby(view.file, sort=False).indices.values():
        offset = table[view.offset].to_numpy()[rows]
        distance = np.abs(offset + shift - offset[:, None])
        nearest = distance.argmin(axis=0)
        heard = distance.min(axis=0) <= LABELLED / 2
        moved.append(rows[heard])
        label.append(rows[nearest[heard]])
    moved, label = np.concatenate(moved), np.concatenate(label)
    if not len(moved):
        raise ValueError(
            f"expected a shift behind which windows have labels, got {shift:g} s, behind which "
            f"none has; labels are about {LABELLED:g} s each, some seconds apart."
        )
    told = [*VOTES, "label_id", "expert_consensus"]
    result = table.iloc[moved].reset_index(drop=True)
    result[told] = table[told].iloc[label].reset_index(drop=True)
    result[view.offset] += shift
    return result


def _choose(table, subjects, sessions, min_votes, one_per):
    """Rows that are wanted."""
    patients = select("subjects", subjects, table["patient_id"].tolist())
    table = table[table["patient_id"].isin(patients)]
    table = table[table["eeg_id"].isin(select("sessions", sessions, table["eeg_id"].tolist()))]
    most = table[VOTES].sum(axis=1).max()
    table = table[table[VOTES].sum(axis=1) >= min_votes]
    if table.empty:
        raise ValueError(
            f"expected windows with at least min_votes={min_votes} votes, got {most:g} at most; "
            f"give a smaller min_votes, or more patients."
        )
    return table if one_per is None else table.iloc[_central(table, SUBSETS[one_per])]


def _central(table, columns):
    """Of each group of rows the one whose window overlaps the others most."""
    offset = table["eeg_label_offset_seconds"].to_numpy()
    chosen = []
    for rows in table.groupby(columns, sort=False).indices.values():
        apart = np.abs(offset[rows] - offset[rows, None])
        chosen.append(rows[np.maximum(EEG_SECONDS - apart, 0).sum(axis=0).argmax()])
    return np.sort(chosen)


def _find_files(table, folder, view, allow_missing):
    """Rows of which the files are there."""
    there = {file.stem for file in folder.glob("*.parquet")}
    is_there = table[view.file].astype(str).isin(there)
    if is_there.all() or (allow_missing and is_there.any()):
        return table[is_there]
    lacking = table[view.file][~is_there].unique()
    raise FileNotFoundError(
        f"expected the file {folder / f'{lacking[0]}.parquet'}, and "
        f"{table[view.file].nunique()} such files in all, got {len(lacking)} that are not there; "
        f"give allow_missing=True to leave their windows out, or subjects=; {how_to_get('hms')}"
    )


def _refuse_copies(table, folder, view):
    """Refuse two patients' files of one content, unless they hold no number."""
    patients = {
        folder / f"{name}.parquet": patient
        for name, patient in zip(table[view.file], table["patient_id"], strict=True)
    }

    def may_be_alike(one, other):
        if patients[one] == patients[other]:
            return True
        return all(np.isnan(column).all() for column in view.read(view.channels, one))

    refuse_copies(patients, may_be_alike)


def _list_recordings(table, folder, view, length, channels):
    begin = table[view.offset] + (view.seconds - length / view.rate) / 2
    start = np.ceil((begin - view.first) * view.rate - GRACE).astype(int)
    facts = {
        "subject": table["patient_id"],
        "session": table["eeg_id"],
        "trial": table["trial"],
        "onset": begin,
        **table[["eeg_id", "spectrogram_id", "label_id"]],
        "consensus": table["expert_consensus"],
        "n_votes": table[VOTES].sum(axis=1),
    }
    rows = table[[]].assign(**facts).to_dict("records")
    votes, ids = table[VOTES].to_numpy(), table[view.file].to_numpy()
    recordings = []
    for part in np.split(np.arange(len(table)), np.flatnonzero(np.diff(ids)) + 1):
        file = folder / f"{ids[part[0]]}.parquet"
        recordings.append(
            Recording(
                files=[file],
                rows=[rows[i] for i in part],
                labels=list(votes[part]),
                read=partial(view.read, channels, file),
                starts=start.iloc[part].tolist(),
                length=length,
            )
        )
    return recordings
