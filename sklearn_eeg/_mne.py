"""The boundary to MNE: epochs and recordings in, epochs out, nothing of theirs lost."""

import numpy as np

from sklearn_eeg._kinds import is_epochs, is_list_of_epochs
from sklearn_eeg._units import MICROVOLTS, VOLTS_TO_MICROVOLTS

BADS = ("drop", "nan", "keep")


def read_epochs(epochs, bads, cls):
    """Trials, of a class, of the EEG channels of epochs or of a list of epochs."""
    if is_list_of_epochs(epochs):
        return cls.concat([read_epochs(one, bads, cls) for one in epochs])
    if not is_epochs(epochs):
        refuse_other(epochs)
    # Data first: of epochs that were not loaded, this is what drops the bad ones.
    data = epochs.get_data(copy=False)
    picks, lost = pick_eeg(epochs.info, bads)
    data = data[:, picks] * VOLTS_TO_MICROVOLTS
    data[:, lost] = np.nan
    return cls(
        data,
        axes=("channel", "time"),
        sfreq=epochs.info["sfreq"],
        ch_names=[epochs.ch_names[pick] for pick in picks],
        unit="uV",
        metadata=read_metadata(epochs),
    )


def read_metadata(epochs):
    """Their table, with the name of each one's event."""
    import pandas as pd

    # A code that nobody named has its number for a name.
    names = {code: name for name, code in epochs.event_id.items() if name != str(code)}
    events = [names.get(code, code) for code in epochs.events[:, 2].tolist()]
    if epochs.metadata is None:
        return pd.DataFrame({"event": events})
    table = epochs.metadata.reset_index(drop=True)
    return table if "event" in table else table.assign(event=events)


def cut_raw(raw, window, step, bads, reject_by_annotation, cls):
    """Trials, of a class, cut from a continuous recording."""
    if not (hasattr(raw, "first_samp") and hasattr(raw, "annotations") and hasattr(raw, "times")):
        raise TypeError(f"expected an mne.io.BaseRaw, got {type(raw).__name__}.")
    sfreq = raw.info["sfreq"]
    length, hop = (
        to_samples(what, seconds, sfreq, raw.n_times)
        for what, seconds in (("window", window), ("step", window if step is None else step))
    )
    starts = np.arange(0, raw.n_times - length + 1, hop)
    if reject_by_annotation:
        starts = starts[~overlap_bad(raw, starts, length)]
    if not len(starts):
        raise ValueError(
            f"expected a recording with a stretch of {window:g} s that no bad annotation "
            f"touches, got {raw.n_times / sfreq:g} s without one; shorten window."
        )
    picks, lost = pick_eeg(raw.info, bads)
    signals = raw.get_data(picks=picks) * VOLTS_TO_MICROVOLTS
    signals[lost] = np.nan
    return cls(
        np.stack([signals[:, start : start + length] for start in starts]),
        axes=("channel", "time"),
        sfreq=sfreq,
        ch_names=[raw.ch_names[pick] for pick in picks],
        unit="uV",
        metadata={"onset": starts / sfreq},
    )


def to_samples(what, seconds, sfreq, most):
    """Nearest whole number of samples, at least one and no more than there are."""
    n_samples = round(seconds * sfreq) if np.isfinite(seconds) else 0
    if not 1 <= n_samples <= most:
        raise ValueError(
            f"expected {what} between {1 / sfreq:g} s and the recording's "
            f"{most / sfreq:g} s, got {seconds!r}."
        )
    return n_samples


def overlap_bad(raw, starts, length):
    """Which stretches overlap an annotation that begins with "bad"."""
    sfreq = raw.info["sfreq"]
    found = np.zeros(len(starts), dtype=bool)
    offset = raw.first_time if raw.annotations.orig_time is not None else 0.0
    for mark in raw.annotations:
        if mark["description"].lower().startswith("bad"):
            first = (mark["onset"] - offset) * sfreq
            last = first + mark["duration"] * sfreq
            found |= (starts < last) & (starts + length > first)
    return found


def pick_eeg(info, bads):
    """Indices of the EEG channels, and which of those are to be NaN."""
    import mne

    if bads not in BADS:
        raise ValueError(f"Trials: expected bads to be one of {list(BADS)}, got {bads!r}.")
    picks = mne.pick_types(info, meg=False, eeg=True, exclude="bads" if bads == "drop" else ())
    if not len(picks):
        types = sorted(set(info.get_channel_types()))
        raise ValueError(
            f"Trials: expected channels of type 'eeg' that are not bad, got none among types "
            f"{', '.join(types)}; set the types by set_channel_types, or pass bads='keep'."
        )
    names = [info["ch_names"][pick] for pick in picks]
    lost = [place for place, name in enumerate(names) if name in info["bads"]]
    return picks, lost if bads == "nan" else []


def write_epochs(trials):
    """Epochs of trials that are signals in a known unit."""
    import mne

    if trials.is_ragged or trials.ndim != 3 or trials.axes not in (None, ("channel", "time")):
        raise ValueError(
            f"Trials.to_mne: expected signals (trial, channel, time), got {trials!r}; pad or "
            f"select first."
        )
    if trials.sfreq is None or trials.ch_names is None:
        raise ValueError("Trials.to_mne: expected sfreq and ch_names to be known, got None.")
    info = mne.create_info(list(trials.ch_names), trials.sfreq, "eeg")
    events, event_id = write_events(trials)
    table = None if trials.metadata.columns.empty else trials.metadata
    return mne.EpochsArray(
        to_volts(trials), info, events, event_id=event_id, metadata=table, verbose="error"
    )


def write_events(trials):
    """Events by the column ``event``, each name its code; else one code for all."""
    samples = np.arange(len(trials))
    if not trials.has("event"):
        return np.c_[samples, 0 * samples, 0 * samples + 1], None
    labels = trials.metadata["event"]
    if np.issubdtype(np.asarray(labels.tolist()).dtype, np.integer):
        return np.c_[samples, 0 * samples, labels], None
    names = sorted(map(str, labels.unique()))
    event_id = {name: code for code, name in enumerate(names, start=1)}
    return np.c_[samples, 0 * samples, labels.astype(str).map(event_id)], event_id


def to_volts(trials):
    """Numbers of trials in volts."""
    if trials.unit not in MICROVOLTS:
        raise ValueError(
            f"Trials.to_mne: expected a unit of potential, one of {', '.join(MICROVOLTS)}, got "
            f"{trials.unit!r}; MNE takes volts only."
        )
    return np.asarray(trials.data, dtype=float) * (MICROVOLTS[trials.unit] / VOLTS_TO_MICROVOLTS)


def like_epochs(trials, epochs):
    """Epochs like those that trials came from, with the trials' numbers, rate and channels.

    Channels that are not EEG, or bad, come along unchanged where the instants are the same.
    """
    import mne

    picks, _ = pick_eeg(epochs.info, "drop")
    names = [epochs.ch_names[pick] for pick in picks]
    same_channels = trials.ch_names == tuple(names)
    if same_channels:
        info = mne.pick_info(epochs.info, picks)
    else:
        info = mne.create_info(list(trials.ch_names), trials.sfreq, "eeg")
    with info._unlock(update_redundant=True):
        info["sfreq"] = trials.sfreq
        info["lowpass"] = min(info["lowpass"], trials.sfreq / 2)
    out = mne.EpochsArray(
        to_volts(trials),
        info,
        epochs.events.copy(),
        tmin=epochs.tmin,
        event_id=dict(epochs.event_id),
        proj=False,
        metadata=epochs.metadata,
        selection=epochs.selection,
        drop_log=epochs.drop_log,
        verbose="error",
    )
    rest = [name for name in epochs.ch_names if name not in names]
    if rest and trials.sfreq == epochs.info["sfreq"] and len(out.times) == len(epochs.times):
        out.add_channels([epochs.copy().load_data().pick(rest)], force_update_info=True)
        if same_channels:
            out.reorder_channels(epochs.ch_names)
    out._raw_sfreq = epochs._raw_sfreq
    return out.set_annotations(epochs.annotations, verbose="error")


def refuse_other(X):
    """Refuse objects of MNE's that are no epochs."""
    kind = type(X).__name__
    remedy = {
        True: "cut it into trials by Trials.from_raw(raw, window)",
        False: "give the epochs it was made from, or Trials of its data with axes=",
    }[hasattr(X, "first_samp") and hasattr(X, "annotations")]
    raise TypeError(f"expected epochs or Trials, got {kind}; {remedy}.")
