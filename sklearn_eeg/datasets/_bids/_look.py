"""A look at a recording before it is read."""

from dataclasses import dataclass
from pathlib import Path

from sklearn_eeg._resampling import resampled_length, resampling_ratio
from sklearn_eeg._units import MICROVOLTS
from sklearn_eeg.datasets._bids._about import read_settings
from sklearn_eeg.datasets._bids._channels import find_unit, name_channels, read_channels
from sklearn_eeg.datasets._bids._files import open_recording
from sklearn_eeg.datasets._bids._names import BidsFile


@dataclass(frozen=True, eq=False, kw_only=True)
class Look:
    """What a recording's header and the files beside it say."""

    file: BidsFile
    sources: list  # files with the samples
    sfreq: float
    n_times: int
    channels: list
    unit: str | None  # of EDF signals that name none
    gain: float  # to make microvolts of what MNE takes for them

    def length(self, sfreq):
        """Samples at another rate."""
        return resampled_length(self.n_times, resampling_ratio(sfreq, self.sfreq))


def look_at(file, sidecars, unit, notes):
    """Look at a recording.

    Raises
    ------
    ValueError
        It cannot be read, is no continuous one, or its channels are not those of channels.tsv.
    """
    path = file.path
    settings = read_settings(file, sidecars)
    _check_continuous(file, settings)
    where = next(iter(sidecars.find(file, "channels", ".tsv")[-1:]), None)
    table = None if where is None else read_channels(where)
    if unit is None and path.suffix.lower() in (".edf", ".bdf"):
        unit = find_unit(table)
    raw = open_recording(path, unit)
    channels, unlisted, unrecorded = name_channels(raw, table, where)
    if table is None:
        notes.add("have no channels.tsv with rows: their EEG is told by its names", path.name)
    if unlisted:
        notes.add("have channels that channels.tsv lacks, left out", path.name, unlisted)
    if unrecorded:
        notes.add("lack EEG channels that channels.tsv has", path.name, unrecorded)
    _check_rate(path, raw, settings, notes)
    return Look(
        file=file,
        sources=[path, *_others(path, raw.filenames)],
        sfreq=raw.info["sfreq"],
        n_times=raw.n_times,
        channels=channels,
        unit=unit,
        gain=_gain(path, unit),
    )


def _check_continuous(file, settings):
    kind = str(settings.get("RecordingType", "continuous")).lower()
    if kind not in ("continuous", "n/a"):
        raise ValueError(
            f"expected a continuous recording in {file.path}, got RecordingType {kind!r} in its "
            f"eeg.json, whose events have no place in it; leave it out, or read it by MNE."
        )


def _check_rate(path, raw, settings, notes):
    stated, sfreq = settings.get("SamplingFrequency"), raw.info["sfreq"]
    if isinstance(stated, (int, float)) and abs(stated / sfreq - 1) > 0.01:
        notes.add("have a rate that eeg.json says otherwise; the file's is taken", path.name)


def _others(path, names):
    """Files beside the one that was opened."""
    return [name for name in map(Path, filter(None, names)) if name.absolute() != path.absolute()]


def _gain(path, unit):
    """EEGLAB files name no unit, and MNE takes them for microvolts."""
    return MICROVOLTS[unit] if path.suffix.lower() == ".set" and unit is not None else 1.0
