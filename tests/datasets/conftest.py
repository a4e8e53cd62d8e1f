import numpy as np
import pytest

EEGMAT_SIGNALS = [
    *[
        f"EEG {name}"
        for name in "Fp1 Fp2 F3 F4 F7 F8 T3 T4 C3 C4 T5 T6 P3 P4 O1 O2 Fz Cz Pz".split()
    ],
    "EEG A2-A1",
    "ECG ECG",
]


def _field(value, width):
    return str(value).ljust(width).encode("ascii")


def write_edf(file, counts, labels, sfreq, limit_uv=3276.8):
    """European Data Format: a header, then 16-bit counts in records of one second."""
    n_signals, n_times = counts.shape
    columns = [
        (labels, 16),
        ([""] * n_signals, 80),
        (["uV"] * n_signals, 8),
        ([-limit_uv] * n_signals, 8),
        ([limit_uv] * n_signals, 8),
        ([-32768] * n_signals, 8),
        ([32768 - 1] * n_signals, 8),
        ([""] * n_signals, 80),
        ([sfreq] * n_signals, 8),
        ([""] * n_signals, 32),
    ]
    header = _field("0", 8) + _field("X", 80) + _field("X", 80) + b"01.01.0100.00.00"
    header += _field(256 * (n_signals + 1), 8) + _field("", 44)
    header += _field(n_times // sfreq, 8) + _field(1, 8) + _field(n_signals, 4)
    for values, width in columns:
        header += b"".join(_field(value, width) for value in values)
    records = counts.reshape(n_signals, -1, sfreq).swapaxes(0, 1)
    file.write_bytes(header + np.ascontiguousarray(records, dtype="<i2").tobytes())


@pytest.fixture(scope="session")
def eegmat_like(tmp_path_factory):
    """A folder of two small subjects in EEGMAT's layout, and the microvolts written."""
    folder = tmp_path_factory.mktemp("eegmat")
    rng = np.random.default_rng(0)
    written = {}
    for name, seconds in [("00_1", 9), ("00_2", 7), ("35_1", 9), ("35_2", 7)]:
        counts = rng.integers(-2000, 2000, (len(EEGMAT_SIGNALS), 100 * seconds))
        file = folder / f"Subject{name}.edf"
        write_edf(file, counts, EEGMAT_SIGNALS, 100)
        step = 2 * 3276.8 / 65535
        written[file.name] = (counts + 32768) * step - 3276.8
    return folder, written
