"""Trials of a data set in EEG-BIDS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._rates import same_rate
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg._units import MICROVOLTS, SPELLINGS
from sklearn_eeg._validation import check_choice
from sklearn_eeg.datasets._bids._choice import choose_files
from sklearn_eeg.datasets._bids._cut import avoid, cut, tile
from sklearn_eeg.datasets._bids._files import is_absent
from sklearn_eeg.datasets._bids._look import look_at
from sklearn_eeg.datasets._bids._names import Sidecars, find_recordings
from sklearn_eeg.datasets._bids._notes import Notes
from sklearn_eeg.datasets._bids._picks import pick_channels
from sklearn_eeg.datasets._bids._recordings import as_recordings
from sklearn_eeg.datasets._bids._rows import read_rows
from sklearn_eeg.datasets._gather import gather

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


BADS = ("nan", "drop", "keep")


def load_bids(
    root: PathLike,
    *,
    task: str | Sequence[str] | None = None,
    events: str | Sequence[str] | Mapping[str, Any] | bool | None = None,
    label: str = "trial_type",
    subjects: str | int | Sequence[str | int] | None = None,
    sessions: str | int | Sequence[str | int] | None = None,
    runs: str | int | Sequence[str | int] | None = None,
    channels: str | Sequence[str] | None = None,
    tmin: float = 0.0,
    duration: float | None = None,
    bads: str = "nan",
    reject_by_annotation: bool = True,
    unit: str | None = None,
    sfreq: float | None = None,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load trials of a data set in EEG-BIDS, the Brain Imaging Data Structure for EEG.

    Trials begin at the events of ``*_events.tsv``, or are cut from whole recordings. Each knows its
    participant, session and run, and everything that ``participants.tsv``, ``sessions.tsv``,
    ``scans.tsv`` and the table of events have in a column: diagnosis, group, age, response.

    Parameters
    ----------
    root : path-like
        Folder in which ``participants.tsv`` and the folders ``sub-<label>`` lie. Nothing in it is
        changed.
    task : str or sequence of str, default=None
        Tasks whose recordings are read; needed where there are several.
    events : str, sequence of str, mapping of str to label, or False, default=None
        Events that begin trials, by what stands in their column ``trial_type``; in a set without
        any, ``stim_type``, else ``value``. ``None``: all that have a name. ``False``: no events,
        recordings are cut into consecutive trials, for recordings at rest.
    label : str, default="trial_type"
        Column of ``metadata`` that holds the labels: one of the events, ``"group"`` or any other
        one of ``participants.tsv``, ``"session"``, … ``"trial_type"`` is the name of the event.
        Numbers become numbers, for regression too. Trials without a label are left out.
    subjects, sessions, runs : str, int or sequence of these, default=None
        What to keep, as in the names of files, with or without ``sub-``; only that is read.
    channels : str or sequence of str, default=None
        Electrodes in any spelling, in the order wanted; or other channels of a potential, such as
        those of type EOG, as they are listed. A montage such as ``"10-20"``; ``"common"``: those of
        type EEG that all recordings have. ``None``: those of type EEG, which must be the same in
        all recordings, in the order of the first.
    tmin : float, default=0.0
        Where a trial begins, in seconds after its event; or the first one, in the recording.
    duration : float, default=None
        Length of a trial, in seconds. ``None``: up to the end of its event, or of the recording.
    bads : {"nan", "drop", "keep"}, default="nan"
        Channels whose ``status`` is bad in a recording are NaN in its trials, which is what
        "missing" means here; or left out of all trials if they are bad in any recording; or kept.
    reject_by_annotation : bool, default=True
        Whether trials are left out that touch an event whose name begins with "bad" or "edge", or
        is "boundary", as MNE and EEGLAB write them; unless they are in ``events``, those begin
        no trials either way.
    unit : {"uV", "mV", "V"}, default=None
        Of numbers in files that name no unit: all EEGLAB files, and some EDF and BDF files.
        ``None``: microvolts for EEGLAB, as its users agree; the column ``units`` for the others.
    sfreq : float, default=None
        Rate to resample to, in hertz; needed where recordings differ.
    dtype : dtype, default="float32"
    cache : path-like, default=None
        Folder in which the trials are kept as memory maps; ``None`` reads them into memory.

    Returns
    -------
    trials : Trials
        Signals (n_trials, n_channels, n_times) in microvolts, a list where trials differ in length;
        named as in ``*_channels.tsv``. ``metadata`` has ``subject``, ``session`` and ``run`` (1 if
        names do not speak of any), ``task``, ``stimulus`` (the ``stim_file``, else the name of the
        event, else the task), ``trial`` (its place among the loaded ones of the session, from 1),
        ``onset`` (where it begins, in seconds into the recording), further entities of the file
        name, all columns of the tables, and ``EEGReference`` and ``PowerLineFrequency`` of
        ``*_eeg.json``. A column whose name is taken gets the prefix of its table, such as
        ``event_trial`` or ``participant_session``.
    y : ndarray of shape (n_trials,)

    Raises
    ------
    FileNotFoundError
        There is no such folder, or no recording in it, or none of which the content was fetched.
    ValueError
        A recording or a table cannot be read, or not be read in one way only; recordings differ in
        channels or rate; something wanted is not there. The sentence says what to do.

    Warns
    -----
    UserWarning
        Something is left out or doubtful, once for all recordings that it concerns: content that
        was not fetched (DataLad), no events.tsv, trials that reach beyond a recording or touch what
        is marked as bad, no label, no row in ``participants.tsv``, channels that only one of file
        and table has, another rate in the JSON than in the file.

    Notes
    -----
    **Formats** are EDF, BDF, BrainVision and EEGLAB, those of EEG-BIDS. Epochs and discontinuous
    recordings are refused, since the onsets of their events have no place. Events are those of the
    tables; what is marked inside the files is not asked.

    **Inheritance** follows the standard: a file applies to a recording if it lies beside it or
    above and names no entity that the recording has not. JSON files are merged, the lower over the
    higher; of tables the lowest is taken. Of two in one folder the one that names more is lower.

    **Units.** Samples are in the unit that the file itself names (EDF, BDF, BrainVision), else in
    ``unit``. The column ``units`` of ``*_channels.tsv`` decides nothing but what an EDF file leaves
    open, because converters write volts there for files in microvolts.

    **Channels** are matched to their rows by name in any order, and by place only where as many are
    there and no name contradicts it; then the row's name holds. A type in small letters is read, an
    unknown one is no EEG. Without a usable table EEG channels are told by their names.

    **What is read as it was meant**: missing values other than ``n/a``, blanks, comma decimals,
    text that is not UTF-8, tables one folder higher, BrainVision headers that name their files by
    old names or have no markers, EEGLAB files that name another ``.fdt``, participants written
    without ``sub-`` or with other zeros, hyphens in the name of a task, impossible dates. Events
    without an onset are left out.

    Subjects must not be on both sides of a split: group by ``subject``, not by ``session``.

    References
    ----------
    Pernet et al. (2019), EEG-BIDS, an extension to the brain imaging data structure for
    electroencephalography, *Scientific Data* 6:103, doi:10.1038/s41597-019-0104-8; specification at
    https://bids-specification.readthedocs.io. The licence is that of each set, in its
    ``dataset_description.json``.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_bids
    >>> folder = write_bids(tempfile.mkdtemp())
    >>> trials, y = load_bids(folder, events=["happy", "sad"])
    >>> trials
    <Trials | 8 trials of 2 subjects, each (channel=11, time=200), float32, 100 Hz, uV>
    >>> y.tolist()
    ['happy', 'sad', 'happy', 'sad', 'happy', 'sad', 'happy', 'sad']

    A diagnosis from recordings at rest:

    >>> trials, y = load_bids(folder, events=False, label="group", duration=4.0)
    >>> trials.metadata[["subject", "group", "onset"]].iloc[[0, 1, -1]]
       subject    group  onset
    0       01  control    0.0
    1       01  control    4.0
    7       02  patient   12.0
    """
    with speaking("load_bids"):
        if not isinstance(label, str):
            raise TypeError(f"expected label as the name of a column, got {label!r}.")
        unit = _check_settings(bads, unit, tmin=tmin, duration=duration, sfreq=sfreq)
        notes, sidecars = Notes(), Sidecars(root)
        files = choose_files(
            find_recordings(sidecars.root), sub=subjects, ses=sessions, task=task, run=runs
        )
        files = _fetched(files, notes)
        rows, bad = read_rows(files, sidecars, events, label, notes)
        looks = _look(files, sidecars, sorted(rows["_recording"].unique()), unit, notes)
        sfreq = _common_rate(looks.values()) if sfreq is None else sfreq
        if events is False:
            rows = tile(rows, looks, tmin, duration, notes)
        rows = cut(rows, looks, tmin, duration, sfreq, notes)
        if reject_by_annotation:
            rows = avoid(rows, bad, looks, sfreq, notes)
        looks = {number: looks[number] for number in rows["_recording"].unique()}
        names, picked = pick_channels(list(looks.values()), channels, bads)
        recordings = as_recordings(rows, looks, picked, float(sfreq))
        notes.tell()
        return gather(recordings, dtype=dtype, cache=cache, sfreq=sfreq, ch_names=names)


def _check_settings(bads, unit, **numbers):
    """The unit in its own spelling, when all is well."""
    for name, value in numbers.items():
        is_free = name == "tmin"
        if value is None and not is_free:
            continue
        is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not (is_number and np.isfinite(value) and (is_free or value > 0)):
            measure = "hertz" if name == "sfreq" else "seconds"
            raise ValueError(
                f"expected {name} in {measure}{', above 0 or None' * (not is_free)}, got {value!r}."
            )
    check_choice("bads", bads, BADS)
    unit = SPELLINGS.get(unit, unit)
    check_choice("unit", unit, (None, *MICROVOLTS))
    return unit


def _fetched(files, notes):
    """Recordings whose content is there."""
    fetched = [file for file in files if not is_absent(file.path)]
    if not fetched:
        raise FileNotFoundError(
            f"expected recordings, got placeholders whose content was not fetched, such "
            f"as {files[0].path}; get it by 'datalad get' or 'git annex get'."
        )
    for file in files:
        if file not in fetched:
            notes.add("were not fetched ('datalad get' gets them) and are left out", file.path.name)
    return fetched


def _look(files, sidecars, wanted, unit, notes):
    """Look at recordings, each by its number."""
    from tqdm import tqdm

    bar = tqdm(wanted, desc="Opening", unit="recording", disable=None, leave=False)
    return {number: look_at(files[number], sidecars, unit, notes) for number in bar}


def _common_rate(looks):
    rates = {look.sfreq: look.file.path.name for look in looks}
    if not all(same_rate(rate, next(iter(rates))) for rate in rates):
        found = ", ".join(f"{rate:g} Hz in {name}" for rate, name in sorted(rates.items())[:3])
        raise ValueError(
            f"expected recordings of one rate, got {found}; give sfreq= to resample to one."
        )
    return next(iter(rates))
