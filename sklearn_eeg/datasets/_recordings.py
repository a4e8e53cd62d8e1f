"""Recordings of the user's own, of any format that MNE reads."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Choice, Flag, Number
from sklearn_eeg._rates import to_samples
from sklearn_eeg._resampling import resample, resampling_ratio
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._continuous import read_signals
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._marks import read_labels_of
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.datasets._recordings_table import name_column, near_names, read_rows, refuse_copies
from sklearn_eeg.datasets._settings import as_floating, select
from sklearn_eeg.datasets._survey import (
    Cut,
    choose_channels,
    choose_rate,
    cut,
    format_of,
    has_codes,
    open_by,
    survey,
)

if TYPE_CHECKING:
    import pandas as pd

    from sklearn_eeg.trials import Trials


ARGUMENTS = {
    "offset": Number(),
    "sfreq": Number(above=0, optional=True),
    "missing": Choice(("raise", "nan")),
    "bads": Choice(("nan", "keep")),
    "unit": Choice((None, "uV", "mV", "V")),
    "reject_by_annotation": Flag(),
    "dry_run": Flag(),
}


@overload
def load_recordings(
    source: PathLike | Sequence[PathLike] | pd.DataFrame,
    *,
    duration: float | None = None,
    step: float | None = None,
    events: bool | str | int | Sequence[str | int] | Mapping[Any, Any] | None = None,
    offset: float = 0.0,
    subject: str | None = None,
    session: str | None = None,
    label: str | None = None,
    channels: str | Sequence[str] | None = None,
    missing: str = "raise",
    bads: str = "nan",
    sfreq: float | None = None,
    reject_by_annotation: bool = True,
    unit: str | None = None,
    reader: Callable[..., Any] | None = None,
    glob: str | None = None,
    subjects: Sequence[Any] | None = None,
    sessions: Sequence[Any] | None = None,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
    dry_run: Literal[False] = False,
) -> tuple[Trials, np.ndarray | Any]: ...


@overload
def load_recordings(
    source: PathLike | Sequence[PathLike] | pd.DataFrame,
    *,
    duration: float | None = None,
    step: float | None = None,
    events: bool | str | int | Sequence[str | int] | Mapping[Any, Any] | None = None,
    offset: float = 0.0,
    subject: str | None = None,
    session: str | None = None,
    label: str | None = None,
    channels: str | Sequence[str] | None = None,
    missing: str = "raise",
    bads: str = "nan",
    sfreq: float | None = None,
    reject_by_annotation: bool = True,
    unit: str | None = None,
    reader: Callable[..., Any] | None = None,
    glob: str | None = None,
    subjects: Sequence[Any] | None = None,
    sessions: Sequence[Any] | None = None,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
    dry_run: Literal[True],
) -> pd.DataFrame: ...


def load_recordings(
    source: PathLike | Sequence[PathLike] | pd.DataFrame,
    *,
    duration: float | None = None,
    step: float | None = None,
    events: bool | str | int | Sequence[str | int] | Mapping[Any, Any] | None = None,
    offset: float = 0.0,
    subject: str | None = None,
    session: str | None = None,
    label: str | None = None,
    channels: str | Sequence[str] | None = None,
    missing: str = "raise",
    bads: str = "nan",
    sfreq: float | None = None,
    reject_by_annotation: bool = True,
    unit: str | None = None,
    reader: Callable[..., Any] | None = None,
    glob: str | None = None,
    subjects: Sequence[Any] | None = None,
    sessions: Sequence[Any] | None = None,
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
    dry_run: bool = False,
) -> Any:
    r"""Load recordings of your own: a folder of files, or a table that says what they are.

    Read are EDF, EDF+, BDF, GDF, BrainVision, EEGLAB, Neuroscan, FIF and Nihon Kohden, by the
    extension, through MNE; others by ``reader``.

    Parameters
    ----------
    source : path-like, sequence of path-like, or DataFrame
        A folder, with all below it; a recording or several; or a table, as a CSV file or a
        DataFrame, with the column ``file``, and ``subject``, ``session``, ``label`` where they are
        known. A row is a whole recording, or the stretch of it from ``start`` to ``stop``, or an
        event at ``onset``, which lasts for ``duration``, all in seconds. Other columns go into the
        metadata. Files are named relative to the CSV file, or to the working directory.
    duration : float, default=None
        Length of a trial, in seconds. A recording, a stretch or an event is cut into as many as
        fit; an event that is shorter, as most markers are, becomes one. ``None``: each is a trial.
    step : float, default=None
        From one trial's start to the next, in seconds; ``None``: they adjoin.
    events : True, str, int, or a sequence of them, or mapping of them to labels, default=None
        Which marks in the recordings are trials, and their labels: a text is that of an
        annotation, a number a code in the trigger channel; ``True`` takes all annotations.
        ``None``: trials are cut by the rows alone.
    offset : float, default=0.0
        From the beginning of a row or an event to that of its first trial, in seconds.
    subject, session, label : str, default=None
        Where each is known from: a column of the table by another name than this; or a pattern
        with one group, such as ``r"S(\d+)"``, that is searched in each file's name, as given or
        relative to the folder. Without one, and without such a column, it is not known.
    channels : "common", str or sequence of str, default=None
        Channels that come out, in this order: those that all recordings have; those of a montage
        such as ``"10-20"``; or names, in any spelling, or as in the file of what is no EEG.
        ``None``: those of the first recording, which the others must have too, in any order.
    missing : {"raise", "nan"}, default="raise"
        Whether a recording that lacks some of the channels is refused, or has NaN there.
    bads : {"nan", "keep"}, default="nan"
        Whether channels that a file marks as bad come as NaN, or as if they were good.
    sfreq : float, default=None
        Rate to which all are resampled, in hertz. ``None``: they must have one rate.
    reject_by_annotation : bool, default=True
        Whether trials that touch an annotation which begins with "bad" or "edge", or is a
        "boundary" of EEGLAB's, are left out.
    unit : {"uV", "mV", "V"}, default=None
        Of signals of EDF and BDF files that name none; MNE takes those for volts.
    reader : callable, default=None
        A function of a file that returns an ``mne.io.BaseRaw``, in place of ours, such as
        ``partial(mne.io.read_raw_cnt, data_format="int32")``.
    glob : str, default=None
        Which files of a folder are recordings, such as ``"**/*_rest.edf"``; ``None``: all whose
        extension is known.
    subjects, sessions : sequence, default=None
        Those that are read; ``None``: all.
    dtype : dtype, default="float32"
        Of the signals.
    cache : path-like, default=None
        Folder in which the signals are kept as memory maps, once for all; ``None`` reads them into
        memory.
    dry_run : bool, default=False
        Whether only a table of what was found is returned, a row a recording: nothing but headers
        is read, and the column ``problem`` says what would be refused.

    Returns
    -------
    trials : Trials
        Signals (n_trials, n_channels, n_times) in microvolts, in a list where they differ in
        length. Electrodes are named as in the 10-05 system, whatever the file calls them, except
        where ``channels`` gives names. ``metadata`` has ``subject`` and ``session`` where they are
        known, ``recording`` (a number), ``trial`` (the place of the row or event in its subject's
        session, from 1; trials cut from one share it), ``onset`` (in seconds into the recording),
        ``event`` (the text or code, where trials are events) and the other columns of the table.
    y : ndarray of shape (n_trials,)
        Labels; ``None`` where nothing says what they are.

    Raises
    ------
    FileNotFoundError
        A file is not there, or a folder has no recordings.
    ValueError
        A recording is empty, truncated, of another format than its extension says, or the same as
        another; has values that no EEG has; or differs from the others in rate or channels, and no
        argument says how they are to be made alike.

    Warns
    -----
    UserWarning
        Left out are recordings or stretches without a trial, events too near to the end, trials
        that touch what is bad, or channels beside electrodes, typed as EEG, whose names say
        nothing.

    Notes
    -----
    What is EEG is decided by type and by name, since many formats type all signals as EEG: ECG,
    EOG, EMG, triggers and the like stay out, and, beside electrodes, so do names that are none.
    Values of a volt and more are refused. Of EDF files of several rates, signals of another rate
    than most EEG stay out, and discontinuous ones (EDF+D with gaps) are refused.

    Nothing is guessed from names of files or folders. Trials of one recording belong on one side of
    a split: split by ``subject``, or by ``recording`` where it is not known.

    See Also
    --------
    sklearn_eeg.trials.Trials.from_raw : Trials of one recording that MNE has read.
    sklearn_eeg.trials.Trials.from_mne : Trials of epochs.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_recordings
    >>> folder = write_recordings(tempfile.mkdtemp(), n_subjects=2)
    >>> trials, y = load_recordings(
    ...     folder, subject=r"S(\d+)", events={"T1": "left", "T2": "right"}, duration=2.0
    ... )
    >>> trials
    <Trials | 16 trials of 2 subjects, each (channel=5, time=256), float32, 128 Hz, uV>
    >>> trials.ch_names, y[:3].tolist()
    (('Fp1', 'Fp2', 'T7', 'Cz', 'O2'), ['left', 'right', 'left'])

    A table of the same files, and what is in them:

    >>> trials, y = load_recordings(folder / "recordings.csv", duration=4.0)
    >>> found = load_recordings(folder / "recordings.csv", dry_run=True)
    >>> found[["file", "subject", "sfreq", "seconds", "events"]].head(2)
               file  subject  sfreq  seconds                       events
    0  S01/run1.edf        1  128.0     21.0  {'T0': 5, 'T1': 2, 'T2': 2}
    1  S01/run2.edf        1  128.0     21.0  {'T0': 5, 'T1': 2, 'T2': 2}
    """
    with speaking("load_recordings"):
        _check(offset=offset, sfreq=sfreq, missing=missing, bads=bads, unit=unit, dry_run=dry_run)
        _check(reject_by_annotation=reject_by_annotation)
        _check_texts(subject=subject, session=session, label=label, glob=glob)
        _check_kinds(reader, dtype)
        table = read_rows(source, glob)
        for column, wanted in (("subject", subject), ("session", session), ("label", label)):
            table = name_column(table, column, wanted)
        _warn_of_names(table)
        table = _keep(_keep(table, "subject", subjects), "session", sessions)
        refuse_copies(table)
        how = _read_cut(table, duration, step, events, offset, reject_by_annotation)
        planned = survey(table, reader, unit, has_codes(how.labels))
        rate, planned = choose_rate(planned, sfreq)
        names, planned = choose_channels(planned, channels, missing)
        if rate is not None:
            _check_seconds(duration, step, rate)
            planned = [cut(one, rate, how) for one in planned]
        if dry_run:
            return _tabulate(planned)
        _refuse(planned)
        _refuse_no_trials(planned, how)
        _warn(planned, by_name=channels is not None and channels != "common")
        if cache is not None:
            # What is kept is named by the file.
            planned = [replace(one, raw=None) for one in planned]
        read = {"sfreq": rate, "bads": bads, "unit": unit, "reader": reader}
        recordings = list(_recordings(planned, duration, read))
        trials, y = gather(
            recordings,
            dtype=dtype,
            cache=cache,
            axes=("channel", "time"),
            sfreq=rate,
            ch_names=names,
            unit="uV",
        )
        return trials, y if how.by_events or "label" in table else None


def _check(**arguments):
    for name, value in arguments.items():
        ARGUMENTS[name].check(name, value)


def _check_texts(**arguments):
    for name, value in arguments.items():
        if not (value is None or isinstance(value, str)):
            raise TypeError(f"expected {name} to be a text or None, got {value!r}.")


def _check_kinds(reader, dtype):
    if not (reader is None or callable(reader)):
        raise TypeError(f"expected reader to be a function of a file, got {reader!r}.")
    as_floating(dtype)


def _keep(table, column, wanted):
    """Rows of the subjects or sessions that are wanted."""
    if wanted is None:
        return table
    if column not in table:
        raise ValueError(
            f"expected to know the {column} of each recording where {column}s= are wanted, got "
            f"none; give {column}=, or a table with that column."
        )
    kept = select(f"{column}s", wanted, table[column].tolist())
    return table[table[column].isin(kept)].reset_index(drop=True)


def _read_cut(table, duration, step, events, offset, avoid_bad):
    if step is not None and duration is None:
        raise ValueError("expected step with duration, got step alone; give both in seconds.")
    if events is not None and "label" in table:
        raise ValueError(
            "expected labels either from events or from the table or pattern, got both; leave out "
            "one, or call the column otherwise."
        )
    return Cut(
        duration=duration,
        step=step,
        offset=offset,
        labels=None if events is None else read_labels_of(events),
        by_events=events is not None,
        avoid_bad=avoid_bad,
    )


def _check_seconds(duration, step, rate):
    for setting, seconds in (("duration", duration), ("step", step)):
        if seconds is not None:
            to_samples(setting, seconds, rate, least=1)


def _refuse(planned):
    """Raise what is wrong with the first recording that cannot be taken."""
    wrong = [one.error for one in planned if one.error]
    if not wrong:
        return
    first = wrong[0]
    if len(wrong) > 1 and len(first.args) == 1:
        first.args = (
            f"{first} {len(wrong) - 1} more of {len(planned)} recordings have problems; "
            f"dry_run=True lists them.",
        )
    raise first


def _refuse_no_trials(planned, how):
    if any(one.spans for one in planned):
        return
    found = _count(mark.name for one in planned for mark in one.header.marks)
    asked = "all annotations" if how.labels is None else f"the events {_words(how.labels or ())}"
    wanted = asked if how.by_events else "recordings"
    marks = ", ".join(f"{name} {n}" for name, n in found.items()) or "no marks"
    there = marks if how.by_events else f"{len(planned)} of them"
    lost = sum((Counter(one.lost) for one in planned), Counter())
    raise ValueError(
        f"expected {wanted} from which trials can be cut, got {there}"
        f"{''.join(f', {n} of which {why}' for why, n in lost.items())}; change duration, in "
        f"seconds, or events."
    )


def _warn_of_names(table):
    """Say what is perhaps a subject or a label, under another name."""
    for found, meant in near_names(table).items():
        warnings.warn(
            f"load_recordings: expected a column {meant!r}, got {found!r}, which is metadata and "
            f"nothing more; rename it where it is meant.",
            UserWarning,
            stacklevel=3,
        )


def _warn(planned, by_name):
    """Say what stays out that somebody may miss."""
    without = [one.name for one in planned if not one.spans]
    lost = sum((Counter(one.lost) for one in planned), Counter())
    unknown = dict.fromkeys(name for one in planned for name in one.header.unknown)
    left = [f"{n} trials or stretches that {why}" for why, n in lost.items()]
    if without:
        left.append(f"recordings without a trial ({len(without)}, such as {without[0]})")
    if unknown and not by_name:
        left.append(f"the channels {_words(unknown)}, whose names say nothing (see channels=)")
    if left:
        said = f"load_recordings: left out {'; '.join(left)}."
        warnings.warn(said, UserWarning, stacklevel=3)


def _recordings(planned, duration, read):
    """What is read of each recording; its number, and the place of each trial in its session."""
    places: dict[tuple, dict] = {}
    for number, one in enumerate(planned, start=1):
        rows = []
        for stretch, about in zip(one.stretches, one.about, strict=True):
            # Where sessions are not known, a recording is one.
            seen = places.setdefault((about.get("subject"), about.get("session", number)), {})
            trial = seen.setdefault((number, stretch), len(seen) + 1)
            rows.append({"recording": number, "trial": trial, **about})
        if rows:
            yield _recording(one, rows, duration is not None, read)


def _recording(one, rows, is_cut, read):
    known = {"files": one.header.files, "rows": rows, "labels": one.labels}
    source = one.file if one.raw is None else one.raw
    if not is_cut:
        read = partial(read_stretches, source, one.in_file, one.spans, **read)
        return Recording(**known, read=read)
    starts = [start for start, _ in one.spans]
    length = one.spans[0][1] - one.spans[0][0]
    read = partial(read_recording, source, one.in_file, **read)
    return Recording(**known, read=read, starts=starts, length=length)


def _tabulate(planned):
    """A row a recording: what it is, and what stands in its way."""
    import pandas as pd

    return pd.DataFrame([_tell(one) for one in planned])


def _tell(one):
    row, header = one.rows[0], one.header
    told = {"file": one.name}
    told |= {name: row[name] for name in ("subject", "session", "label") if name in row}
    told["format"] = format_of(one)
    told["problem"] = str(one.error) if one.error else ""
    if header is None:
        return told
    return told | {
        "sfreq": header.sfreq,
        "seconds": header.seconds,
        "n_channels": len(header.eeg),
        "n_trials": len(one.spans),
        "labels": _count(label for label in one.labels if label is not None),
        "events": _count(mark.name for mark in header.marks),
        "channels": tuple(header.eeg),
        "bad": tuple(header.bads),
        "unknown": tuple(header.unknown),
    }


def _words(names):
    return ", ".join(map(str, names))


def _count(names):
    """How often each occurs, in order.

    Examples
    --------
    >>> _count(["T1", "T0", "T1"])
    {'T0': 1, 'T1': 2}
    """
    return dict(sorted(Counter(names).items(), key=lambda one: str(one[0])))


def read_recording(source, in_file, *, sfreq, bads, unit, reader):
    """Microvolts (channel, time) of a whole recording, NaN where a channel is missing.

    ``source`` is its file, or MNE's recording of it.
    """
    raw = source if hasattr(source, "get_data") else open_by(source, reader, unit)
    there = [place for place, name in enumerate(in_file) if name is not None]
    read, _ = read_signals(raw, [in_file[place] for place in there])
    read = resample(read, resampling_ratio(sfreq, raw.info["sfreq"]))
    if bads == "nan":
        lost = [row for row, place in enumerate(there) if in_file[place] in raw.info["bads"]]
        read[lost] = np.nan
    if len(there) == len(in_file):
        return read
    signals = np.full((len(in_file), read.shape[1]), np.nan, dtype=read.dtype)
    signals[there] = read
    return signals


def read_stretches(source, in_file, spans, **settings):
    """Trials of a recording, of any lengths."""
    signals = read_recording(source, in_file, **settings)
    return [signals[:, start:stop] for start, stop in spans]
