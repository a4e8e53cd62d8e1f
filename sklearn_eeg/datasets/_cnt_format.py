"""Whether a Neuroscan file has samples of 16 or 32 bits: by its header, else by its numbers."""

import struct

import numpy as np

_HEADER, _CHANNEL = 900, 75  # bytes
_N_CHANNELS, _N_SAMPLES, _EVENTS = 370, 864, 886
_SENSITIVITY, _CAL = 59, 71  # within a channel's 75 bytes
_LARGEST = 1e6  # microvolts
_SPAN = 2**16  # samples that are looked at


def settle_format(file):
    """``"int16"`` or ``"int32"``.

    The header's number of samples tells, where it is stated. Else the numbers do: pairs of 16-bit
    samples, read as one, are volts; halves of 32-bit samples, read as two, are noise.

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
    samples = content[begin:end]
    meant = [width for width in (2, 4) if _is_eeg(samples, n_channels, width, _scale(content))]
    if len(meant) == 1:
        return f"int{8 * meant[0]}"
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


def _is_eeg(samples, n_channels, width, scale):
    """Whether numbers of so many bytes stay below a volt, and neighbours resemble each other."""
    n_times = min(len(samples) // (width * n_channels), _SPAN)
    if n_times < 2:
        return False
    part = np.frombuffer(samples[: n_times * n_channels * width], dtype=f"<i{width}")
    signals = part.reshape(n_times, n_channels).astype(float) * scale
    varied = signals[:, signals.std(0) > 0]
    if np.abs(signals).max() > _LARGEST or not varied.size:
        return False
    step = np.sqrt((np.diff(varied, axis=0) ** 2).mean(0))
    return np.median(step / varied.std(0)) < 1
