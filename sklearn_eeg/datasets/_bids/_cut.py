"""Where trials begin and end, in samples."""

import numpy as np

from sklearn_eeg._rates import to_samples


def tile(rows, looks, tmin, duration, notes):
    """Rows of recordings become rows of their consecutive trials."""
    seconds = np.array(
        [looks[number].n_times / looks[number].sfreq for number in rows["_recording"]]
    )
    lengths = seconds - tmin if duration is None else np.full(len(rows), float(duration))
    counts = ((seconds - tmin) / np.maximum(lengths, 1e-9) + 1e-9).astype(int).clip(min=0)
    if tmin < 0 or not counts.any():
        raise ValueError(
            f"expected recordings that hold a trial from tmin on, which is not before their start, "
            f"got recordings of up to {seconds.max():g} s for tmin={tmin:g} and "
            f"duration={duration}."
        )
    for number in rows["_recording"][counts == 0]:
        notes.add("are shorter than a trial and are left out", looks[number].file.path.name)
    tiled = rows.loc[rows.index.repeat(counts)].reset_index(drop=True)
    place = np.concatenate([np.arange(n_trials) for n_trials in counts])
    lengths = lengths.repeat(counts)
    return tiled.assign(onset=place * lengths, duration=lengths + (tmin if duration is None else 0))


def cut(rows, looks, tmin, duration, sfreq, notes):
    """Rows of trials inside their recordings, with ``_start`` and ``_stop`` in samples.

    Raises
    ------
    ValueError
        A trial is as long as its event, which has no length; or no trial is inside.
    """
    if duration is None:
        _check_durations(rows, looks, tmin, sfreq)
    begin = (rows["onset"] + tmin).to_numpy()
    # Trials of one length are so wherever between two samples they begin.
    length = (
        np.rint((rows["duration"].to_numpy() - tmin) * sfreq)
        if duration is None
        else to_samples("duration", duration, sfreq, 1)
    )
    last = rows["_recording"].map({number: look.length(sfreq) for number, look in looks.items()})
    start = np.rint(begin * sfreq)
    # Both rounded up, they would reach one sample beyond the end.
    start -= start + length == last + 1
    stop = start + length
    inside = ((start >= 0) & (stop <= last)).to_numpy()
    _check_inside(rows, looks, inside)
    _tell(rows, inside, looks, notes, "have trials that reach beyond the recording, left out")
    rows = rows.assign(onset=begin, _start=start.astype(int), _stop=stop.astype(int))
    return rows[inside].reset_index(drop=True)


def avoid(rows, bad, looks, sfreq, notes):
    """Rows of trials that touch nothing that is marked as bad."""
    clean = np.ones(len(rows), dtype=bool)
    for number, marks in bad.groupby("_recording"):
        first = np.rint(marks["onset"].to_numpy() * sfreq)
        last = first + np.rint(marks["duration"].clip(lower=0).fillna(0).to_numpy() * sfreq)
        here = rows["_recording"].to_numpy() == number
        start, stop = rows.loc[here, ["_start", "_stop"]].to_numpy().T[..., None]
        clean[here] = ~((start < last) & (stop > first)).any(axis=1)
    if not clean.any():
        raise ValueError(
            "expected trials that touch nothing marked as bad, got none; pass "
            "reject_by_annotation=False to keep them."
        )
    _tell(rows, clean, looks, notes, "have trials that touch what is marked as bad, left out")
    return rows[clean].reset_index(drop=True)


def _check_durations(rows, looks, tmin, sfreq):
    short = rows[~((rows["duration"] - tmin) * sfreq >= 1)]
    if len(short):
        first = short.iloc[0]
        raise ValueError(
            f"expected trials as long as their events, from tmin on, got a duration of "
            f"{first['duration']:g} s at {first['onset']:g} s of "
            f"{looks[first['_recording']].file.path.name}; give duration= in seconds."
        )


def _check_inside(rows, looks, inside):
    if not inside.any():
        longest = max(look.n_times / look.sfreq for look in looks.values())
        raise ValueError(
            f"expected trials inside recordings of up to {longest:g} s, got none of {len(rows)}, "
            f"whose onsets go up to {max(rows['onset'], default=0):g}; are those seconds, and is "
            f"the trial short enough?"
        )


def _tell(rows, kept, looks, notes, sentence):
    for number, group in rows.assign(_kept=kept).groupby("_recording")["_kept"]:
        if not group.all():
            share = f"{(~group).sum()} of {len(group)}"
            notes.add(sentence, looks[number].file.path.name, [share])
