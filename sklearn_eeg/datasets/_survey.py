"""What is in each recording, by its header, and which trials it becomes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from sklearn_eeg._rates import same_rate
from sklearn_eeg._resampling import resampled_length, resampling_ratio
from sklearn_eeg.datasets._continuous import (
    check_end,
    eeg_channels,
    extension,
    find_channels,
    in_volts,
    open_raw,
)
from sklearn_eeg.datasets._marks import Mark, pick_marks, read_annotations, read_triggers
from sklearn_eeg.datasets._recordings_table import NAME
from sklearn_eeg.datasets._settings import as_list
from sklearn_eeg.montage import MONTAGES, same_electrode

_ABOUT_STRETCH = ("start", "stop", "onset", "duration")
_ABOUT_FILE = ("file", NAME, "label")

# Why something is no trial.
BEYOND = "reach beyond the recording"
BAD = "touch what is marked as bad"
TOO_SHORT = "are shorter than a trial"


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a recording says of itself."""

    files: Sequence[Path]  # that hold it
    sfreq: float
    n_times: int
    eeg: Mapping[str, str]  # the name in the file by the clean one
    unknown: Sequence[str]
    others: Sequence[str]  # names in the file of what measures a potential
    bads: Sequence[str]
    marks: Sequence[Mark]

    @property
    def seconds(self):
        """Length."""
        return self.n_times / self.sfreq


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A recording, and the trials that it becomes.

    Spans are first samples and those after the last, at the rate of the trials.
    """

    file: Path
    name: str
    rows: Sequence[dict]  # of the table
    header: Header | None = None
    raw: Any = None  # MNE's, unless it holds the signals
    error: Exception | None = None
    in_file: Sequence[str | None] = ()
    spans: Sequence[tuple] = ()
    stretches: Sequence[int] = ()  # of each trial, the number of what it was cut from
    about: Sequence[dict] = ()
    labels: Sequence[Any] = ()
    lost: Mapping[str, int] = field(default_factory=dict)  # what is no trial, by its reason

    def fail(self, text):
        """Return this recording, which cannot be taken for a reason."""
        return self if self.error else replace(self, error=ValueError(f"{self.name}: {text}"))


@dataclass(frozen=True, kw_only=True)
class Cut:
    """How recordings are cut into trials, in seconds."""

    duration: float | None = None
    step: float | None = None
    offset: float = 0.0
    labels: Mapping | None = None  # of events, by their names
    by_events: bool = False
    avoid_bad: bool = True


def open_by(file, reader: Callable | None, unit):
    """MNE's recording of a file, by a function of the user's own or by its extension."""
    if reader is None:
        return open_raw(file, unit)
    if not file.exists():
        raise FileNotFoundError(f"expected a recording {file}, which is not there.")
    try:
        raw = reader(file)
    except Exception as error:
        raise ValueError(
            f"expected reader to read {file}, got {type(error).__name__}: {error}."
        ) from error
    if not (hasattr(raw, "first_samp") and hasattr(raw, "annotations")):
        raise TypeError(
            f"expected reader to return an mne.io.BaseRaw of {file}, got {type(raw).__name__}."
        )
    check_end(file, raw)
    return raw


def read_header_of(file, raw, has_codes):
    """Header of a recording; its trigger channel is read where codes are asked for."""
    eeg, unknown = eeg_channels(raw)
    return Header(
        # Numbers may lie in other files than what names them, in a .fdt or .eeg.
        files=list(dict.fromkeys([file, *map(Path, filter(None, raw.filenames))])),
        sfreq=float(raw.info["sfreq"]),
        n_times=int(raw.n_times),
        eeg=eeg,
        unknown=unknown,
        others=in_volts(raw),
        bads=list(raw.info["bads"]),
        marks=read_annotations(raw) + (read_triggers(raw) if has_codes else []),
    )


def survey(table, reader, unit, has_codes):
    """Recordings of a table in its order, with their headers or why there is none."""
    from tqdm import tqdm

    groups = table.groupby("file", sort=False)
    bar = tqdm(groups, desc="Looking", unit="recording", disable=None, leave=False)
    return [_look(file, rows, reader, unit, has_codes) for file, rows in bar]


def _look(file, rows, reader, unit, has_codes):
    known = Planned(file=file, name=rows[NAME].iloc[0], rows=rows.to_dict("records"))
    try:
        raw = open_by(file, reader, unit)
        header = read_header_of(file, raw, has_codes)
        return replace(known, header=header, raw=None if raw.preload else raw)
    except (OSError, ValueError, TypeError) as error:
        return replace(known, error=error)


def choose_rate(planned, sfreq):
    """One rate for all, in hertz; without ``sfreq``, recordings of another than most fail."""
    if sfreq is not None:
        return sfreq, planned
    rate, first = _usual(planned, lambda header: header.sfreq)
    return rate, [
        one
        if one.header is None or same_rate(one.header.sfreq, rate)
        else one.fail(
            f"expected {rate:g} Hz as in {first}, got {one.header.sfreq:g} Hz; give sfreq= to "
            f"bring all to one rate."
        )
        for one in planned
    ]


def _usual(planned, fact):
    """What most headers have of a fact, and the first recording that has it."""
    names: dict[Any, list] = {}
    for one in planned:
        if one.header:
            names.setdefault(fact(one.header), []).append(one.name)
    usual = max(names, key=lambda value: len(names[value]), default=None)
    return usual, names[usual][0] if names else None


def choose_channels(planned, channels, missing):
    """Names for all, and where each recording has them."""
    known = [one for one in planned if one.header]
    names = _read_names(known, channels)
    if known and not names:
        raise ValueError(
            f"expected EEG in {known[0].name}, got none among the channels "
            f"{', '.join(known[0].header.others[:8]) or '(none)'}; name those that are by "
            f"channels=."
        )
    if twice := same_electrode(names):
        raise ValueError(
            f"expected each electrode once, got {twice[0]!r} and {twice[1]!r}; name those that are "
            f"wanted by channels=."
        )
    return names, [
        one if one.header is None else _place(one, names, missing, channels) for one in planned
    ]


def _read_names(known, channels):
    if channels == "common":
        return _common(known)
    if isinstance(channels, str):
        if channels not in MONTAGES:
            raise ValueError(
                f"expected channels to be names, 'common' or one of {', '.join(MONTAGES)}, got "
                f"{channels!r}."
            )
        return MONTAGES[channels]
    if channels is not None:
        return _read_list(channels)
    _, first = _usual(known, lambda header: frozenset(header.eeg))
    return tuple(next((one.header.eeg for one in known if one.name == first), ()))


def _read_list(channels):
    """Names in the order in which they are asked for, which a set has not got."""
    names = () if isinstance(channels, (set, frozenset)) else as_list(channels)
    if not all(isinstance(name, str) for name in names) or (not names and channels):
        raise TypeError(
            f"expected channels to be a sequence of names, 'common' or a montage, got {channels!r}."
        )
    return tuple(map(str, names))


def _common(known):
    """Channels that all recordings have, in the order of the first."""
    first, *rest = (one.header.eeg for one in known)
    common = [name for name in first if all(name in other for other in rest)]
    if not common:
        raise ValueError(
            f"expected channels that all {len(known)} recordings have, got none; {known[0].name} "
            f"has {', '.join([*first][:5]) or 'no EEG'}."
        )
    return tuple(common)


def _place(one, names, missing, channels):
    header = one.header
    try:
        in_file = find_channels(names, header.eeg, () if channels is None else header.others)
    except ValueError as error:
        return one.fail(str(error))
    lacking = [name for name, found in zip(names, in_file, strict=True) if found is None]
    extra = [name for name in header.eeg.values() if name not in in_file and channels is None]
    too_few = len(lacking) == len(names) or (lacking and missing == "raise")
    if extra or too_few:
        differs = [f"without {', '.join(lacking[:5])}"] * bool(lacking)
        differs += [f"with {', '.join(extra[:5])} besides"] * bool(extra)
        return one.fail(
            f"expected {len(names)} channels, {', '.join(names[:5])}{'…' * (len(names) > 5)}, got "
            f"{len(header.eeg)}, {' and '.join(differs)}; give channels= ('common', a montage or "
            f"names), with missing='nan' where some may lack."
        )
    return replace(one, in_file=in_file)


def cut(one, sfreq, how):
    """Recording with the spans of its trials, what is known of each, and their labels."""
    if one.header is None or one.error:
        return one
    n_times = resampled_length(one.header.n_times, resampling_ratio(sfreq, one.header.sfreq))
    bad = [mark for mark in one.header.marks if mark.is_bad] if how.avoid_bad else []
    lost: Counter = Counter()
    trials = []
    for number, stretch in enumerate(_stretches(one, how), start=1):
        first, last = _samples(stretch, n_times, sfreq, how)
        if not 0 <= first < last <= n_times:
            if not stretch.is_mark:
                return one.fail(
                    f"expected a stretch within its {one.header.seconds:g} s, got one from "
                    f"{first / sfreq:g} s to {last / sfreq:g} s."
                )
            lost[BEYOND] += 1
            continue
        spans = _windows(first, last, sfreq, how)
        clean = [span for span in spans if not any(_touches(mark, span, sfreq) for mark in bad)]
        lost += Counter({TOO_SHORT: not spans, BAD: len(spans) - len(clean)})
        trials += [(number, stretch, span) for span in clean]
    return replace(
        one,
        spans=[span for *_, span in trials],
        stretches=[number for number, *_ in trials],
        about=[{**stretch.about, "onset": span[0] / sfreq} for _, stretch, span in trials],
        labels=[stretch.label for _, stretch, _ in trials],
        lost=lost,
    )


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """A stretch of a recording, in seconds."""

    start: float
    stop: float  # NaN: the end of the recording
    label: Any
    about: dict
    is_event: bool  # one that is shorter than a trial is as long as it
    is_mark: bool  # found in the recording, not in a table


def _stretches(one, how):
    for row in one.rows:
        about = {k: v for k, v in row.items() if k not in (*_ABOUT_FILE, *_ABOUT_STRETCH)}
        is_event = "onset" in row
        start, stop = _ends_of_event(row) if is_event else _ends_of_row(row)
        if how.by_events:
            for mark, label in sorted(pick_marks(one.header.marks, how.labels), key=_onset):
                if start <= mark.onset and not mark.onset >= stop:
                    yield _Stretch(
                        start=mark.onset,
                        stop=mark.onset + mark.duration,
                        label=label,
                        about={**about, "event": mark.name},
                        is_event=True,
                        is_mark=True,
                    )
        else:
            yield _Stretch(
                start=start,
                stop=stop,
                label=row.get("label"),
                about=about,
                is_event=is_event,
                is_mark=False,
            )


def _onset(picked):
    return picked[0].onset


def _ends_of_event(row):
    duration = row.get("duration", 0.0)
    return row["onset"], row["onset"] + (0.0 if np.isnan(duration) else duration)


def _ends_of_row(row):
    start = row.get("start", 0.0)
    return 0.0 if np.isnan(start) else start, row.get("stop", np.nan)


def _samples(stretch, n_times, sfreq, how):
    """First sample of a stretch, and the one after its last."""
    first = round((stretch.start + how.offset) * sfreq)
    last = n_times if np.isnan(stretch.stop) else round(stretch.stop * sfreq)
    if not stretch.is_event:
        return first, last
    if how.duration is None and stretch.stop <= stretch.start:
        raise ValueError(
            "expected duration=, in seconds, for events that have none of their own, got None."
        )
    return first, max(last, first + round((how.duration or 0.0) * sfreq))


def _windows(first, last, sfreq, how):
    if how.duration is None:
        return [(first, last)]
    length = round(how.duration * sfreq)
    hop = length if how.step is None else round(how.step * sfreq)
    return [(start, start + length) for start in range(first, last - length + 1, hop)]


def _touches(mark, span, sfreq):
    first, last = span
    start, stop = mark.onset * sfreq, (mark.onset + mark.duration) * sfreq
    return first < max(stop, start + 1e-9) and last > start


def has_codes(labels):
    """Whether some of the events are codes of triggers."""
    return any(not isinstance(name, str) for name in labels or ())


def format_of(one):
    """Extension of a recording's file, without its dot."""
    return (extension(one.file) or one.file.suffix).lstrip(".")
