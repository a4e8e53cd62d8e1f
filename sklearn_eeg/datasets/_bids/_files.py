"""Files of signals, also where one that names another by its old name."""

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from sklearn_eeg.datasets._bids._names import is_placeholder
from sklearn_eeg.datasets._continuous import open_raw

_NO_MARKERS = (
    "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
)


def open_recording(path, unit=None):
    """MNE's recording of a file.

    Parameters
    ----------
    path : Path
    unit : str, default=None
        Of signals of EDF and BDF files that name none.
    """
    with _sound_header(path) as header:
        try:
            raw = open_raw(header, unit if path.suffix.lower() in (".edf", ".bdf") else None)
        except ValueError as error:
            raise ValueError(str(error).replace(str(header), str(path))) from error
    _check_samples(path, raw)
    return raw


def is_absent(path):
    """Whether the file, or the one with its samples, stands for one that was not fetched."""
    if is_placeholder(path):
        return True
    if path.suffix.lower() == ".vhdr":
        return is_placeholder(_find_samples(path))
    return path.suffix.lower() == ".set" and is_placeholder(path.with_suffix(".fdt"))


@contextmanager
def _sound_header(path):
    """A header that names files that are there: the file itself, else a copy aside."""
    if path.suffix.lower() != ".vhdr":
        yield path
        return
    text, samples = _read_header(path), _find_samples(path)
    markers = path.parent / _named(text, "MarkerFile")
    if samples.name == _named(text, "DataFile") and markers.is_file() and path.suffix == ".vhdr":
        yield path
        return
    # Events are in tables of their own, so markers that are not there are not missed.
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder) / f"{path.stem}.vhdr"
        aside.with_suffix(".vmrk").write_text(_NO_MARKERS)
        names = {"DataFile": str(samples.absolute()), "MarkerFile": aside.stem + ".vmrk"}
        aside.write_text(_renamed(text, names), encoding="utf-8")
        yield aside


def _renamed(text, names):
    """A header with other files, in UTF-8."""
    text = re.sub(r"(?im)^(DataFile|MarkerFile|Codepage)\s*=.*\n", "", text)
    lines = "".join(f"{key}={name}\n" for key, name in {"Codepage": "UTF-8", **names}.items())
    return re.sub(
        r"(?im)^(\[Common Infos\][^\n]*\n)", lambda found: found[0] + lines, text, count=1
    )


def _find_samples(path):
    """File of samples: the one that is called as the header is, else the one that it names."""
    named = _named(_read_header(path), "DataFile")
    places = [path.with_suffix(end) for end in (".eeg", ".EEG", ".dat")]
    places += [path.with_name(named)] if named else []
    for place in places:
        if place.is_file() or place.is_symlink():
            return place
    raise ValueError(
        f"expected the samples of {path} in {places[0].name}, or in {named!r} as it says, got "
        f"neither; copy the file anew."
    )


def _read_header(path):
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n")


def _named(text, key):
    """Name of a file in a header, without the folder that it may be in."""
    found = re.search(rf"(?im)^{key}\s*=\s*(.*?)\s*$", text)
    return re.split(r"[\\/]", found[1])[-1] if found else ""


def _check_samples(path, raw):
    """Refuse samples of EEGLAB that are more or fewer than their header says."""
    samples = Path(raw.filenames[0])
    if path.suffix != ".set" or samples.suffix != ".fdt":
        return
    expected, found = 4 * len(raw.ch_names) * raw.n_times, samples.stat().st_size
    if expected != found:
        raise ValueError(
            f"expected {expected} bytes in {samples} for {len(raw.ch_names)} channels and "
            f"{raw.n_times} samples as in {path.name}, got {found}; is it that recording's file?"
        )
