"""24-bit files as BioSemi's amplifiers write them."""

import numpy as np

from sklearn_eeg._whole_file import write_whole

LIMIT = 2**23
# Microvolts of the largest number, but for one.
FULL_SCALE = 262144


def write_bdf(file, microvolts, names, status, sfreq):
    """Write a recording of whole seconds, its last channel that of triggers.

    Parameters
    ----------
    file : Path
    microvolts : ndarray of shape (n_channels, n_times)
        Rounded to the 1/32 of a microvolt that the format has.
    names : sequence of str
        Of all channels, that of triggers the last.
    status : ndarray of int of shape (n_times,)
        24-bit words.
    sfreq : int
    """
    step = 2 * FULL_SCALE / (2 * LIMIT - 1)
    counts = np.rint((microvolts + FULL_SCALE) / step) - LIMIT
    counts = np.vstack([counts, status]).astype(np.int64)
    n_signals, n_times = counts.shape
    electrodes = n_signals - 1
    columns = [
        (names, 16),
        (["Active Electrode"] * electrodes + ["Triggers and Status"], 80),
        (["uV"] * electrodes + ["Boolean"], 8),
        ([-FULL_SCALE] * electrodes + [-LIMIT], 8),
        ([FULL_SCALE] * electrodes + [LIMIT - 1], 8),
        ([-LIMIT] * n_signals, 8),
        ([LIMIT - 1] * n_signals, 8),
        (["HP: DC; LP: 417 Hz"] * electrodes + ["No filtering"], 80),
        ([sfreq] * n_signals, 8),
        (["Reserved"] * n_signals, 32),
    ]
    head = b"\xffBIOSEMI" + _field("", 80) + _field("", 80) + b"01.01.0100.00.00"
    head += _field(256 * (n_signals + 1), 8) + _field("24BIT", 44)
    head += _field(n_times // sfreq, 8) + _field(1, 8) + _field(n_signals, 4)
    for values, width in columns:
        head += b"".join(_field(value, width) for value in values)
    records = np.ascontiguousarray(counts.reshape(n_signals, -1, sfreq).swapaxes(0, 1))
    # The three low bytes of each number.
    low = records.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]
    write_whole(file, head + low.tobytes())


def _field(value, width):
    return str(value).ljust(width).encode("ascii")
