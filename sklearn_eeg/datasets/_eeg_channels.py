"""Which channels of a recording are EEG: by what they are called, since many files type all so."""

import re

from sklearn_eeg.montage._arrays import array_name, array_of
from sklearn_eeg.montage._electrodes import canonical_name
from sklearn_eeg.montage._spelling import read_electrodes, strip_modality

_OTHER = re.compile(
    r"ECG|EKG|EMG|EOG"
    r"|^(?:STATUS|STI|TRIG|EVENT|MARKER|ANNOT|RESP|THOR|ABDO|AIRFLOW|NASAL|SNORE|PLET|PULSE|TEMP"
    r"|PHOTO|AUDIO|GYRO|COUNTER|BATTERY)"
    r"|^(?:EXG|GSR|EDA|ERG|ERGO|SA?O2|SPO2|PPG|HR|BP|ACC|MAG|AUX|DC|MIC|LOC|ROC)(?![A-Z])",
    re.IGNORECASE,
)
_EARS = {"A", "M"}


def is_other(name):
    """Whether a name says that a channel is no EEG.

    Examples
    --------
    >>> [is_other(name) for name in ("POL DC01", "VEOGR", "SaO2 X9", "EEG A2-A1", "Fp1", "7")]
    [True, True, True, True, False, False]
    """
    bare = strip_modality(name)
    ends = read_electrodes(canonical_name(name)) or ()
    between_ears = len(ends) == 2 and {row for row, *_ in ends} <= _EARS
    return between_ears or bool(_OTHER.search(bare))


def sort_channels(names):
    """Split names typed as EEG: those that are, and those of which nobody knows.

    Where most are electrodes, or contacts of an array, the others are none; where a cap has names
    of its own, all are EEG whose names do not say otherwise.

    Examples
    --------
    >>> sort_channels(["EEG T3-REF", "Cz..", "POL X1", "ECG ECG"])
    (['EEG T3-REF', 'Cz..'], ['POL X1'])
    >>> sort_channels(["1", "2", "HEOG"])
    (['1', '2'], [])
    """
    maybe = [name for name in names if not is_other(name)]
    in_array = bool(array_of(tuple(names)))
    known = [name for name in maybe if _is_electrode(name, in_array)]
    eeg = known if 2 * len(known) > len(maybe) else maybe
    return eeg, [name for name in maybe if name not in eeg]


def clean_names(names):
    """Names as in the file by the clean ones; by themselves where two have the same.

    Examples
    --------
    >>> clean_names(["EEG T3-REF", "Fc5."]), clean_names(["T8-P8-0", "T8-P8-1"])
    ({'T7': 'EEG T3-REF', 'FC5': 'Fc5.'}, {'T8-P8-0': 'T8-P8-0', 'T8-P8-1': 'T8-P8-1'})
    """
    spell = array_name if array_of(tuple(names)) else canonical_name
    clean = [spell(name) for name in names]
    return {
        one if clean.count(one) == 1 else name: name for one, name in zip(clean, names, strict=True)
    }


def _is_electrode(name, in_array):
    if in_array and re.fullmatch(r"[A-I]\d{1,3}", array_name(name)):
        return True
    return read_electrodes(canonical_name(name)) is not None
