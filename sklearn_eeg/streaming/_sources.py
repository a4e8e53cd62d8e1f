"""Where the signal of a stream comes from: a recording, or the network."""

from pathlib import Path
from time import perf_counter, sleep, time
from typing import NamedTuple

import numpy as np

from sklearn_eeg._rates import same_rate
from sklearn_eeg._units import MICROVOLTS, SPELLINGS
from sklearn_eeg.montage import locate

# Of a sender that stops and goes on. What is shorter may be how it sends, what is longer is
# another recording; in seconds.
SHORTEST_GAP, LONGEST_GAP = 1.0, 60.0


class StreamLost(ConnectionError):
    """A stream that ended before anyone asked it to."""


class Block(NamedTuple):
    """Samples (channel, time) in microvolts, and when the last one ended, in Unix time if known."""

    data: np.ndarray
    ended: float | None


class Replay:
    """A recording in a file, as if it were recorded now.

    Parameters
    ----------
    file : path-like
        Of any format that :func:`~sklearn_eeg.datasets.load_recordings` reads.
    ch_names : sequence of str or None
        Channels wanted, in any spelling; ``None``: those that are EEG.
    sfreq : float
        Rate that is expected, in hertz.
    unit : str or None
        Of a file that names none.
    seconds : float
        Length of a block.
    realtime : bool
        Whether a block is given when it would be recorded, and not as soon as it is asked for.
    """

    def __init__(self, file, ch_names, sfreq, unit=None, seconds=0.1, realtime=False):
        from sklearn_eeg.datasets._continuous import open_raw, read_signals

        self.file = Path(file)
        raw = open_raw(self.file, unit)
        check_rate(sfreq, float(raw.info["sfreq"]), self.file)
        self.signals, _ = read_signals(raw, ch_names)
        self.sfreq, self.seconds, self.realtime = sfreq, seconds, realtime
        began = raw.info["meas_date"]
        self.began = None if began is None else began.timestamp()

    def __iter__(self):
        """Blocks, one after the other."""
        length, begin = max(1, round(self.seconds * self.sfreq)), perf_counter()
        for start in range(0, self.signals.shape[1], length):
            block = self.signals[:, start : start + length]
            end = (start + block.shape[1]) / self.sfreq
            if self.realtime:
                sleep(max(0.0, begin + end - perf_counter()))
            yield Block(block, None if self.began is None else self.began + end)


class Inlet:
    """A stream of the lab streaming layer.

    Parameters
    ----------
    name : str
        Of the stream.
    ch_names : sequence of str or None
        Channels wanted, in any spelling; ``None``: all, by their number.
    sfreq : float
        Rate that is expected, in hertz.
    unit : str or None
        Of a stream that names none.
    seconds : float
        Length of a block.
    timeout : float
        How long a stream may be silent, or is looked for, in seconds.

    Raises
    ------
    ImportError
        pylsl is not installed.
    StreamLost
        There is no such stream.
    ValueError
        It has another rate, lacks channels, or is in no known unit.
    """

    def __init__(self, name, ch_names, sfreq, unit=None, seconds=0.1, timeout=10.0):
        pylsl = import_pylsl()
        found = pylsl.resolve_byprop("name", name, timeout=timeout)
        if not found:
            raise StreamLost(
                f"expected a stream {name!r} on the network, found none in {timeout:g} s"
            )
        self.name, self.sfreq, self.seconds, self.timeout = name, sfreq, seconds, timeout
        # It finds a sender that comes back. Without that, liblsl drops what has come already when a
        # sender hangs up.
        flags = pylsl.proc_clocksync | pylsl.proc_threadsafe
        self.inlet = pylsl.StreamInlet(found[0], processing_flags=flags)
        info = self.inlet.info(timeout=timeout)
        check_rate(sfreq, info.nominal_srate(), f"the stream {name!r}")
        channels = read_channels(info)
        self.rows = pick_rows(ch_names, [label for label, _ in channels], name)
        self.gains = np.array([read_gain(channels[row][1] or unit, name) for row in self.rows])
        # Unix time of the clock by which the samples are stamped.
        self.offset = time() - pylsl.local_clock()

    def __iter__(self):
        """Blocks as they come; a sender that paused left a gap of NaN."""
        length, last, heard = max(1, round(self.seconds * self.sfreq)), None, perf_counter()
        while True:
            samples, stamps = self._pull(length)
            if not len(stamps):
                if perf_counter() - heard > self.timeout:
                    raise StreamLost(
                        f"expected samples of {self.name!r}, heard none for {self.timeout:g} s"
                    )
                continue
            heard = perf_counter()
            data = np.asarray(samples, dtype=np.float64)[:, self.rows].T * self.gains[:, None]
            gaps = self._find_gaps(np.r_[stamps[0] if last is None else last, stamps])
            last = stamps[-1]
            yield Block(with_gaps(data, gaps), last + 1 / self.sfreq + self.offset)

    def _pull(self, length):
        try:
            return self.inlet.pull_chunk(timeout=self.seconds, max_samples=length)
        except RuntimeError as error:
            # Of a sender without an identity, who cannot be found again.
            raise StreamLost(f"expected {self.name!r} to go on, got no more of it") from error

    def _find_gaps(self, stamps):
        """Number of samples that are missing before each."""
        apart = np.diff(stamps)
        if (apart > LONGEST_GAP).any():
            raise StreamLost(
                f"expected samples of {self.name!r}, got none for {apart.max():.1f} s; what came "
                f"after that is another recording"
            )
        missing = np.round(apart * self.sfreq).astype(int) - 1
        return np.where(apart > SHORTEST_GAP, missing, 0)

    def close(self):
        """Hang up."""
        self.inlet.close_stream()


def import_pylsl():
    """The library of the lab streaming layer, or a sentence on how to get it."""
    try:
        import pylsl
    except (ImportError, RuntimeError) as error:
        raise ImportError(
            "expected pylsl for streams of the lab streaming layer, which is not installed or "
            "found no liblsl; install sklearn-eeg[lsl]."
        ) from error
    return pylsl


def read_channels(info):
    """Name and unit of each channel, ``""`` where the description of a stream has none."""
    channels, channel = [], info.desc().child("channels").child("channel")
    for _ in range(info.channel_count()):
        channels.append((channel.child_value("label"), channel.child_value("unit")))
        channel = channel.next_sibling("channel")
    return channels


def pick_rows(wanted, labels, name):
    """Row of each wanted channel of a stream."""
    if wanted is None:
        return list(range(len(labels)))
    if not all(labels):
        raise ValueError(
            f"expected the channels of {name!r} by name, as the model knows them "
            f"({wanted[0]}, …), got {len(labels)} without; have the sender describe them."
        )
    rows = [labels.index(one) if one in labels else None for one in wanted]
    if None in rows:
        rows = [None if row < 0 else row for row in locate(wanted, labels)]
    lacking = [one for one, row in zip(wanted, rows, strict=True) if row is None]
    if lacking:
        raise ValueError(
            f"expected the channels {', '.join(lacking)} in {name!r}, got {', '.join(labels)}."
        )
    return rows


def read_gain(unit, name):
    """Microvolts of one of a unit, in any usual spelling."""
    if not unit:
        raise ValueError(
            f"expected {name!r} to say in which unit it is, got nothing; say it by --unit."
        )
    word = SPELLINGS.get(unit) or SPELLINGS.get(unit.lower().removesuffix("s")) or unit
    if word not in MICROVOLTS:
        raise ValueError(f"expected {name!r} in uV, mV or V, got the unit {unit!r}.")
    return MICROVOLTS[word]


def check_rate(expected, found, what):
    """Refuse another rate than that of the model."""
    if not found > 0 or not same_rate(expected, found):
        raise ValueError(
            f"expected {expected:g} Hz in {what}, as the model was fitted, got {found:g} Hz."
        )


def with_gaps(data, gaps):
    """Samples with so many of NaN before each: (channel, time), (time,)."""
    if not gaps.any():
        return data
    places = np.repeat(np.arange(len(gaps)), gaps)
    return np.insert(data, places, np.nan, axis=1)
