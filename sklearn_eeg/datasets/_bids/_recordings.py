"""Recordings whose signals are read later, or elsewhere."""

from functools import partial

import numpy as np

from sklearn_eeg._resampling import resample, resampled_length, resampling_ratio
from sklearn_eeg.datasets._bids._files import open_recording
from sklearn_eeg.datasets._continuous import read_signals
from sklearn_eeg.datasets._recording import Recording

FIRST = ["subject", "session", "run", "task", "stimulus", "trial", "onset", "duration"]


def as_recordings(rows, looks, picked, sfreq):
    """Recordings of rows of trials, each with what its look says and the names of its channels."""
    make = _windows if (rows["_stop"] - rows["_start"]).nunique() == 1 else _pieces
    rows = rows.assign(trial=rows.groupby(["subject", "session"]).cumcount() + 1)
    rows = rows[[*FIRST, *(name for name in rows if name not in FIRST)]]
    groups = dict(list(rows.groupby("_recording")))
    return [
        make(
            groups[number],
            look,
            look.file.path,
            tuple(names),
            unit=look.unit,
            gain=look.gain,
            sfreq=sfreq,
        )
        for (number, look), names in zip(looks.items(), picked, strict=True)
    ]


def _windows(rows, look, *where, **settings):
    """A recording of which all trials are as long as all others'."""
    return Recording(
        **_describe(rows, look),
        read=partial(read_signal, *where, **settings),
        starts=rows["_start"].tolist(),
        length=int(rows["_stop"].iloc[0] - rows["_start"].iloc[0]),
    )


def _pieces(rows, look, *where, **settings):
    spans = tuple(zip(rows["_start"].tolist(), rows["_stop"].tolist(), strict=True))
    return Recording(**_describe(rows, look), read=partial(read_pieces, *where, spans, **settings))


def _describe(rows, look):
    known = rows.drop(columns=["_recording", "_label", "_start", "_stop"])
    return {
        "files": look.sources,
        "rows": known.to_dict("records"),
        "labels": rows["_label"].tolist(),
    }


def read_signal(path, picked, *, unit, gain, sfreq):
    """Microvolts (channel, time) of channels by their names in a file.

    Parameters
    ----------
    path : Path
    picked : sequence of str or None
        ``None`` for a channel that is not read, but NaN.
    unit : str or None
        Of EDF signals that name none.
    gain : float
        To be multiplied with.
    sfreq : float
        Rate wanted.
    """
    raw = open_recording(path, unit)
    ratio = resampling_ratio(sfreq, raw.info["sfreq"])
    signal = np.full((len(picked), resampled_length(raw.n_times, ratio)), np.nan, np.float32)
    names = [name for name in picked if name is not None]
    if names:
        raw.set_channel_types(dict.fromkeys(names, "eeg"), on_unit_change="ignore")
        found, _ = read_signals(raw, names, gain=gain)
        signal[[name is not None for name in picked]] = resample(found, ratio)
    return signal


def read_pieces(path, picked, spans, **settings):
    """Stretches of a signal, each from one sample to another; what is between them is not kept."""
    signal = read_signal(path, picked, **settings)
    return [signal[:, start:stop].copy() for start, stop in spans]
