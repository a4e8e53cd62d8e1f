"""What channels.tsv says of the channels of a file."""

from dataclasses import dataclass

from sklearn_eeg._units import MICROVOLTS, SPELLINGS
from sklearn_eeg.datasets._bids._tables import read_table
from sklearn_eeg.datasets._continuous import eeg_channels
from sklearn_eeg.datasets._eeg_channels import is_other, sort_channels
from sklearn_eeg.montage._electrodes import canonical_name

# Types that are measured in volts on the skin; EEG alone enters unless others are named.
POTENTIALS = {"EEG", "EOG", "HEOG", "VEOG", "ECG", "EMG"}


@dataclass(frozen=True)
class Channel:
    """A channel of a recording."""

    source: str  # its name in the file
    name: str
    kind: str  # in capitals
    is_bad: bool = False


def read_channels(path):
    """Table of channels of text, ``None`` where it has no rows."""
    table = read_table(path, required=["name"])
    table = table[table["name"].notna()]
    return table if len(table) else None


def find_unit(table):
    """Unit of the EEG where the table has one for all of it, else ``None``."""
    if table is None or "units" not in table:
        return None
    units = {
        SPELLINGS.get(unit, unit)
        for unit, kind in zip(table["units"], _kinds(table), strict=True)
        if kind == "EEG"
    }
    return units.pop() if len(units) == 1 and units <= MICROVOLTS.keys() else None


def name_channels(raw, table, where):
    """Channels of a recording by their rows, and what only one of the two has.

    Parameters
    ----------
    raw : mne.io.BaseRaw
    table : DataFrame or None
        Of :func:`read_channels`; without one the file speaks for itself.
    where : Path
        Of the table, for what is said of it.

    Returns
    -------
    channels : list of Channel
    unlisted : list of str
        Names in the file that could be EEG and are in no row.
    unrecorded : list of str
        Names of EEG in rows, of no channel in the file.

    Raises
    ------
    ValueError
        The rows cannot be told to be of these channels, or none is EEG.
    """
    if table is None:
        eeg, _ = eeg_channels(raw)
        return [Channel(source, name, "EEG") for name, source in eeg.items()], [], []
    names, kinds, bads = list(table["name"]), _kinds(table), _bads(table)
    rows = _match(raw.ch_names, names)
    pairs = list(zip(raw.ch_names, rows, strict=True))
    channels = [Channel(name, names[k], kinds[k], bads[k]) for name, k in pairs if k is not None]
    maybe = dict(zip(raw.ch_names, raw.get_channel_types(), strict=True))
    unlisted = [
        name for name, k in pairs if k is None and maybe[name] == "eeg" and not is_other(name)
    ]
    unrecorded = [name for k, name in enumerate(names) if kinds[k] == "EEG" and k not in set(rows)]
    wrong = [one.source for one in channels if one.kind == "EEG" and _is_no_eeg(one)]
    if (unlisted and unrecorded) or wrong or not channels:
        raise ValueError(
            f"expected the channels of the file, {_some(raw.ch_names)}, in {where}, got "
            f"{_some(names)}, and cannot tell which is which; correct its column name."
        )
    if all(one.kind != "EEG" for one in channels):
        found = ", ".join(sorted({one.kind for one in channels}))
        raise ValueError(f"expected channels of type EEG in {where}, got the types {found}.")
    return channels, unlisted, unrecorded


def _kinds(table):
    """Type of each row in capitals; where none has one, EEG by name."""
    if "type" not in table or table["type"].isna().all():
        eeg = set(sort_channels(list(table["name"]))[0])
        return ["EEG" if name in eeg else "MISC" for name in table["name"]]
    return ["MISC" if kind is None else kind.upper() for kind in table["type"]]


def _bads(table):
    if "status" not in table:
        return [False] * len(table)
    return [status is not None and status.lower() == "bad" for status in table["status"]]


def _match(in_file, in_table):
    """Row of each channel of the file, ``None`` for one that is in no row.

    By name in any order, as the names stand or cleaned, where one side knows all of the other's;
    else by place, where as many are there and no name contradicts it; else as far as names go.
    """
    for spell in (str, canonical_name):
        ours, theirs = [spell(name) for name in in_file], [spell(name) for name in in_table]
        shared = {name for name in ours if ours.count(name) == theirs.count(name) == 1}
        if ours == theirs:
            return list(range(len(ours)))
        if shared and shared in (set(ours), set(theirs)):
            break
    else:
        in_place = all(ours.index(name) == theirs.index(name) for name in shared)
        if in_place and len(ours) == len(theirs):
            return list(range(len(ours)))
    return [theirs.index(name) if name in shared else None for name in ours]


def _is_no_eeg(channel):
    """Whether a row of EEG was taken, by its place, for a channel that says that it is none."""
    return is_other(channel.source) and not is_other(channel.name)


def _some(names):
    return ", ".join(names[:6]) + ", …" * (len(names) > 6)
