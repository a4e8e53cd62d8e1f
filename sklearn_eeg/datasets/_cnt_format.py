"""Whether a Neuroscan file has samples of 16 or 32 bits: by its header, else by its numbers."""

import struct

import numpy as np

_HEADER, _CHANNEL = 900, 75  # bytes
_N_CHANNELS, _N_SAMPLES, _EVENTS = 370, 864, 886
_SENSITIVITY, _CAL = 59, 71  # within a channel's 75 bytes
_LARGEST = 1e6  # microvolts
_SPAN = 2**14  # samples of each channel that are looked at
_CLEARER = 2.0  # how much smoother signals have to be in one width than in the other


def settle_format(file):
    """``"int16"`` or ``"int32"``.

    The header's number of samples tells, where it is stated. Else the numbers do: pairs of 16-bit
    samples, read as one, are volts; halves of 32-bit samples, read as two, jump.

    Raises
    ------
    ValueError
        The file is truncated, or neither or both could be meant.
    """
    content = np.memmap(file, mode="r")
    size = len(content)
    if size < _HEADER:
        raise ValueError(f"expected a Neuroscan file in {file}, got {size} bytes; copy it anew.")
    n_channels = struct.unpack("<H", content[_N_CHANNELS : _N_CHANNELS + 2])[0]
    n_samples = struct.unpack("<i", content[_N_SAMPLES : _N_SAMPLES + 4])[0]
    events = struct.unpack("<i", content[_EVENTS : _EVENTS + 4])[0]
    begin = _HEADER + _CHANNEL * n_channels
    # In files of more than 2 GB the place of the events has overflowed.
    end = events if size < 2**31 else size
    if end > size or begin >= end:
        raise ValueError(
            f"expected {end} bytes of samples in {file}, got a file of {size}; it is truncated: "
            f"copy it anew."
        )
    for width in (2, 4):
        if n_samples > 0 and (end - begin) == n_samples * n_channels * width:
            return f"int{8 * width}"
    samples, scale = content[begin:end], _scale(content)
    jumps = sorted((_jumps(samples, n_channels, width, scale), width) for width in (2, 4))
    if _CLEARER * jumps[0][0] < jumps[1][0]:
        return f"int{8 * jumps[0][1]}"
    raise ValueError(
        f"expected a header that tells whether samples of {file} have 16 or 32 bits, got "
        f"{n_samples} samples of {n_channels} channels in {end - begin} bytes; read it by "
        f"reader=partial(mne.io.read_raw_cnt, data_format='int16'), or 'int32'."
    )


def _scale(content):
    """Microvolts of the first channel's smallest step."""
    sensitivity, cal = (
        struct.unpack("<f", content[_HEADER + at : _HEADER + at + 4])[0]
        for at in (_SENSITIVITY, _CAL)
    )
    return sensitivity * cal / 204.8


def _jumps(samples, n_channels, width, scale):
    """Size of steps from sample to sample beside that of the signals, read in this width.

    It is about 1.4 for noise, and without end where numbers reach volts.
    """
    n_times = min(len(samples) // (width * n_channels), _SPAN)
    part = np.frombuffer(samples[: n_times * n_channels * width], dtype=f"<i{width}")
    signals = part.reshape(n_times, n_channels).astype(float) * scale
    varied = signals[:, signals.std(0) > 0] if n_times > 1 else signals[:, :0]
    if not varied.size or np.abs(signals).max() > _LARGEST:
        return np.inf
    step = np.sqrt((np.diff(varied, axis=0) ** 2).mean(0))
    return float(np.median(step / varied.std(0)))
