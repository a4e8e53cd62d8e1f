"""Continuous recordings of any format that MNE reads, opened with suspicion."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sklearn_eeg._units import VOLTS_TO_MICROVOLTS
from sklearn_eeg._validation import check_choice
from sklearn_eeg.datasets._cnt import open_cnt
from sklearn_eeg.datasets._edf_header import check_whole, of_other_rates, read_header
from sklearn_eeg.datasets._eeg_channels import clean_names, sort_channels
from sklearn_eeg.montage import canonical_name, locate

# No amplifier of EEG reaches a volt, not even one that is coupled directly.
LARGEST = 1e6  # microvolts
# Below the noise of any amplifier.
SMALLEST = 0.01  # microvolts
_BLOCK = 2**16  # samples read at a time
_COMPARED = 2**14  # samples by which two channels are found to be one


@dataclass(frozen=True, kw_only=True)
class Format:
    """A file format by its extension."""

    name: str
    reader: str  # of mne.io
    starts: tuple  # bytes with which its files begin


_BRAINVISION = Format(
    name="BrainVision",
    reader="read_raw_brainvision",
    starts=(b"Brain Vision", b"BrainVision", b"\xef\xbb\xbfBrain"),
)
FORMATS = {
    ".edf": Format(name="EDF", reader="read_raw_edf", starts=(b"0   ", b"0\0")),
    ".bdf": Format(name="BDF", reader="read_raw_bdf", starts=(b"\xffBIOSEMI",)),
    ".gdf": Format(name="GDF", reader="read_raw_gdf", starts=(b"GDF ",)),
    ".vhdr": _BRAINVISION,
    ".ahdr": _BRAINVISION,
    ".set": Format(name="EEGLAB", reader="read_raw_eeglab", starts=(b"MATLAB", b"\x89HDF")),
    ".cnt": Format(name="Neuroscan", reader="read_raw_cnt", starts=(b"Version 3",)),
    ".fif": Format(name="FIF", reader="read_raw_fif", starts=(b"\0\0\0d",)),
    ".fif.gz": Format(name="FIF", reader="read_raw_fif", starts=(b"\x1f\x8b",)),
    ".eeg": Format(name="Nihon Kohden", reader="read_raw_nihon", starts=(b"EEG-", b"QI-", b"DAE-")),
}


def extension(file):
    """Extension of a file by which its format is known, in small letters; ``""`` for others."""
    name = Path(file).name.lower()
    return next((each for each in sorted(FORMATS, key=len)[::-1] if name.endswith(each)), "")


def open_raw(file, unit=None):
    """MNE's recording of a file, of which only the header has been read.

    Parameters
    ----------
    file : path-like
        EDF, EDF+, BDF, GDF, BrainVision (``.vhdr``), EEGLAB (``.set``), Neuroscan (``.cnt``), FIF
        or Nihon Kohden (``.eeg``), by its extension.
    unit : {"uV", "mV", "V"}, default=None
        Of signals of EDF and BDF files that name none; MNE takes those for volts.

    Returns
    -------
    mne.io.BaseRaw
        Signals of EDF and BDF files whose rate is not that of most of their EEG are left out,
        since MNE interpolates all to the rate of the fastest.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        The file is empty, truncated, of another format than its extension says, or holds epochs.

    Warns
    -----
    UserWarning
        One of the signals left out could be EEG.
    """
    import mne

    file = Path(file)
    form = find_format(file)
    _check_start(file, form)
    settings = _settings(file, form, unit)
    try:
        raw = getattr(mne.io, form.reader)(file, **settings, verbose="error")
    except Exception as error:
        raise ValueError(_complaint(file, form, error)) from error
    check_end(file, raw)
    return raw


def find_format(file):
    """Format of a file that is there, by its extension."""
    if not file.exists():
        raise FileNotFoundError(f"expected a recording {file}, which is not there.")
    if file.is_dir():
        raise ValueError(f"expected a file {file}, got a folder.")
    known = FORMATS.get(extension(file))
    if known is None:
        raise ValueError(
            f"expected a recording that ends in one of {', '.join(FORMATS)}, got {file}; read "
            f"other formats by reader=, a function of a file that returns MNE's recording."
        )
    return known


def _check_start(file, form):
    with file.open("rb") as stream:
        start = stream.read(16)
    if not start:
        raise ValueError(f"expected a recording in {file}, got an empty file; copy it anew.")
    if not start.startswith(form.starts):
        beside = file.with_suffix(".vhdr")
        remedy = (
            f"it belongs to {beside.name}: give that"
            if beside.exists() and beside != file
            else "rename it to what it is, or copy it anew"
        )
        raise ValueError(
            f"expected {form.name} in {file}, as its extension says, got a file that begins with "
            f"{start[:8]!r}; {remedy}."
        )


def _settings(file, form, unit):
    """What MNE's reader has to be told."""
    if form.name == "Neuroscan":
        return {"data_format": _width_of(file)}
    if form.name not in ("EDF", "BDF"):
        return {}
    try:
        header = read_header(file)
    except ValueError as error:
        raise ValueError(
            f"expected {form.name} in {file}, got a header that cannot be read ({error}); the file "
            f"may be truncated: copy it anew."
        ) from error
    check_whole(header)
    notes = {header.labels[i] for i in header.notes}
    eeg, _ = sort_channels([name for name in header.labels if name not in notes])
    strangers = of_other_rates(header, eeg)
    _warn_of([name for name in eeg if name in strangers], file)
    unscaled = [name for name in eeg if name in header.unscaled]
    if unscaled:
        raise ValueError(
            f"expected EEG with a scale in {file}, got {unscaled[0]!r} whose least and largest "
            f"values are stated as one; export the recording anew."
        )
    return {"exclude": strangers, "units": _units(header, eeg, unit)}


def _width_of(file):
    """Width of a Neuroscan file's samples; MNE gives up without a word in the header on it."""
    try:
        return {"<i2": "int16", "<i4": "int32"}[open_cnt(file).dtype]
    except ValueError as error:
        raise ValueError(
            f"{error} If it is whole, tell their width by "
            f"reader=partial(mne.io.read_raw_cnt, data_format=…)."
        ) from error


def _warn_of(lost, file):
    if lost:
        warnings.warn(
            f"{file.name}: left out {', '.join(lost[:5])}{'…' * (len(lost) > 5)}, since most EEG "
            f"in the file has another rate.",
            UserWarning,
            stacklevel=4,
        )


def _units(header, eeg, unit):
    """Unit of each EEG channel that has none in the file, by the names that MNE gives them."""
    check_choice("unit", unit, (None, "uV", "mV", "V"))
    bare = [
        name
        for name, known in zip(header.labels, header.units, strict=True)
        if name in eeg and not known
    ]
    names = {*bare, *(f"{name}-{k}" for name in bare for k in range(bare.count(name)))}
    return None if unit is None else dict.fromkeys(names, unit)


def _complaint(file, form, error):
    """One sentence on what MNE could not read."""
    if form.name == "EEGLAB" and "read_epochs_eeglab" in str(error):
        return (
            f"expected a continuous recording in {file}, got epochs; read them by "
            f"Trials.from_mne(mne.read_epochs_eeglab({file.name!r}))."
        )
    said = " ".join(str(error).split()) or type(error).__name__
    said = "".join(sign if sign.isprintable() else "?" for sign in said)
    return (
        f"expected {form.name} in {file}, got a file that cannot be read ({said}); it may be "
        f"truncated, or lack a file beside it: copy it anew."
    )


def check_end(file, raw):
    """Refuse a recording whose last samples are not there."""
    damage = ""
    if raw.n_times == 0:
        damage = "it has no samples"
    elif extension(file) in (".vhdr", ".ahdr") and (odd := _odd_bytes(raw)):
        damage = f"{odd} bytes follow the last whole sample"
    else:
        try:
            raw.get_data(start=raw.n_times - 1, verbose="error")
        except Exception as error:
            damage = " ".join(str(error).split())
    if damage:
        raise ValueError(
            f"expected a whole recording in {file}, got one whose end cannot be read ({damage}); "
            f"it is truncated: copy it anew."
        )


def _odd_bytes(raw):
    """Bytes of a BrainVision recording after its last whole sample, 0 where it is text."""
    width = {"short": 2, "int": 4, "single": 4}.get(raw.orig_format, 0) * len(raw.ch_names)
    return Path(raw.filenames[0]).stat().st_size % width if width else 0


def eeg_channels(raw):
    """Channels of a recording that are EEG, by type and name, and those that may be.

    Of channels by one name that hold the same numbers, as published EDF files have them, the first
    counts.

    Returns
    -------
    eeg : dict of str to str
        The name in the file by the clean one, such as ``{"T7": "EEG T3-REF"}``; of an electrode
        that is there twice, the clean name is the one in the file.
    unknown : list of str
        Typed as EEG beside electrodes, by names that say nothing.
    """
    types = zip(raw.ch_names, raw.get_channel_types(), strict=True)
    eeg, unknown = sort_channels([name for name, kind in types if kind == "eeg"])
    return clean_names(_drop_copies(raw, eeg)), unknown


def _drop_copies(raw, names):
    electrodes: dict[str, list] = {}
    for name in names:
        electrodes.setdefault(canonical_name(name), []).append(name)
    copies = {
        other
        for first, *others in electrodes.values()
        for other in others
        if _are_one(*raw.get_data(picks=[first, other], stop=_COMPARED, verbose="error"))
    }
    return [name for name in names if name not in copies]


def _are_one(signal, other):
    return signal.std() > 0 and np.array_equal(signal, other)


def pick_channels(raw, channels=None):
    """Names in the file of wanted channels, by the names that they will have.

    Parameters
    ----------
    raw : mne.io.BaseRaw
    channels : sequence of str, default=None
        Names of electrodes in any spelling, or names as in the file of any channels measured in
        volts; ``None``: those that are EEG.

    Raises
    ------
    ValueError
        A channel is missing, or none is EEG.
    """
    eeg, unknown = eeg_channels(raw)
    if channels is None:
        if not eeg:
            raise ValueError(
                f"expected EEG in {source_of(raw)}, got none among the channels "
                f"{', '.join(raw.ch_names[:8])}; name those that are by channels=."
            )
        return eeg
    found = find_channels(channels, eeg, in_volts(raw))
    lacking = [name for name, place in zip(channels, found, strict=True) if place is None]
    if lacking:
        raise ValueError(
            f"expected the channels {', '.join(lacking)} in {source_of(raw)}, got "
            f"{', '.join([*eeg, *unknown])}."
        )
    return clean_names(found)


def find_channels(wanted, eeg, others=()):
    """Name in the file of each wanted channel, ``None`` where it is missing.

    Parameters
    ----------
    wanted : sequence of str
        Names of electrodes in any spelling, or names as in the file.
    eeg : mapping of str to str
        As of :func:`eeg_channels`.
    others : collection of str, default=()
        Names in the file that are found if they are given to the letter.

    Examples
    --------
    >>> find_channels(["Cz", "T3", "ECG", "Pz"], {"T7": "EEG T3-REF", "Cz": "CZ"}, ["CZ", "ECG"])
    ['CZ', 'EEG T3-REF', 'ECG', None]
    """
    exact = {name: name for name in wanted if name in others}
    spelled = [name for name in wanted if name not in exact]
    # Of an electrode that is there twice, either is asked for by its name in the file.
    once = {clean: name for clean, name in eeg.items() if not _is_twin(clean, name)}
    places = locate(spelled, list(once)) if spelled else []
    names = [*once.values(), None]
    found = {name: names[place] for name, place in zip(spelled, places, strict=True)} | exact
    return [found[name] for name in wanted]


def _is_twin(clean, name):
    return clean == name and canonical_name(name) != name


def in_volts(raw):
    """Names of channels that measure a potential."""
    kinds = ("eeg", "eog", "ecg", "emg", "bio", "seeg", "ecog", "dbs")
    types = zip(raw.ch_names, raw.get_channel_types(), strict=True)
    return [name for name, kind in types if kind in kinds]


def read_signals(raw, channels=None, *, bads="keep", gain=1.0):
    """Microvolts of EEG channels.

    Parameters
    ----------
    raw : mne.io.BaseRaw
    channels : sequence of str, default=None
        As of :func:`pick_channels`.
    bads : {"keep", "nan", "drop"}, default="keep"
        Whether channels of ``info["bads"]`` come as if they were good, as NaN, or not at all.
    gain : float, default=1.0
        To be multiplied with, where the unit that MNE takes for granted is another.

    Returns
    -------
    signals : ndarray of float32 of shape (n_channels, n_times)
    names : list of str
        Clean ones.

    Raises
    ------
    ValueError
        A channel is missing, or has values that no EEG has.
    """
    picked = pick_channels(raw, channels)
    if bads == "drop":
        picked = {clean: name for clean, name in picked.items() if name not in raw.info["bads"]}
    names = list(picked.values())
    places = [raw.ch_names.index(name) for name in names]
    signals = np.empty((len(places), raw.n_times), dtype=np.float32)
    # MNE reads in volts of 64 bits; a night of that would not fit beside its microvolts.
    for start in range(0, raw.n_times, _BLOCK):
        stop = min(start + _BLOCK, raw.n_times)
        volts = raw.get_data(picks=places, start=start, stop=stop, verbose="error")
        out = signals[:, start:stop]
        np.multiply(volts, gain * VOLTS_TO_MICROVOLTS, out=out, casting="same_kind")
    _check_size(raw, signals, names)
    if bads == "nan":
        signals[[place for place, name in enumerate(names) if name in raw.info["bads"]]] = np.nan
    return signals, list(picked)


def _check_size(raw, signals, names):
    """Refuse values that no EEG has; NaN is missing, and a flat channel may be."""
    most = np.fmax.reduce(np.abs(signals), axis=1, initial=0)
    wrong = np.flatnonzero(most > LARGEST)
    if len(wrong):
        raise ValueError(
            f"expected EEG in {source_of(raw)}, of at most {LARGEST:g} uV, got "
            f"{most[wrong[0]]:.3g} uV in {names[wrong[0]]!r}; leave the channel out by channels=, "
            f"or, if the file names no unit, give unit=."
        )
    spans = np.fmax.reduce(signals, axis=1) - np.fmin.reduce(signals, axis=1)
    widest = np.fmax.reduce(spans, initial=0)
    if 0 < widest < SMALLEST:
        raise ValueError(
            f"expected EEG in {source_of(raw)}, of at least {SMALLEST:g} uV from peak to peak, got "
            f"{widest:.3g} uV; its unit is not the one that the file names."
        )


def source_of(raw):
    """File of a recording, in words."""
    return raw.filenames[0] if raw.filenames and raw.filenames[0] else "the recording"
