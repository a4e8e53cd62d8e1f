"""What is on both sides of a split: people, recordings, trials, moments, films."""

import numpy as np

from sklearn_eeg.evaluation._audit._finding import Finding


def subjects(case):
    """One person in training and test."""
    shared, n_splits = case.both_sides(case.study.subjects)
    if not shared:
        return Finding("subjects", "clean", "no subject is on both sides of a split")
    evidence = (
        f"{_some(shared, 'subject')} on both sides of {n_splits} of {len(case.splits)} splits"
    )
    if case.parts_subjects:
        return Finding(
            "subjects",
            "noted",
            f"{evidence}, by design of the splitter: subject-dependent",
            "Say so wherever the result is shown: it tells nothing about new people.",
        )
    return Finding(
        "subjects", "convicted", evidence, "Split by subject: GroupKFold, LeaveOneGroupOut."
    )


def recordings(case):
    """One recording in training and test."""
    values = case.identity("subject", "session")
    if values is None:
        return _unknown("recordings", "session")
    shared, n_splits = case.both_sides(values)
    if not shared:
        return Finding("recordings", "clean", "no session of a subject is on both sides")
    return Finding(
        "recordings",
        "suspect" if case.parts_subjects else "convicted",
        f"{len(shared)} recordings on both sides of {n_splits} splits, where electrodes, amplifier "
        f"and mood are the same",
        'Split by session at least: Within("subject", By("session")).',
    )


def trials(case):
    """Pieces of one trial in training and test."""
    names = ["subject", *(name for name in ("session",) if name in case.table), "trial"]
    values = case.identity(*names)
    if values is None:
        return _unknown("trials", "trial")
    shared, n_splits = case.both_sides(values)
    if not shared:
        return Finding("trials", "clean", "no trial is on both sides, in whole or in pieces")
    return Finding(
        "trials",
        "convicted",
        f"pieces of {len(shared)} trials on both sides of {n_splits} splits",
        f"Keep a trial's pieces together: By({tuple(names)!r}), or let a trial be one sample.",
    )


def moments(case):
    """Stretches of time that two samples share, or that adjoin."""
    length = _length(case.study.trials)
    session = [name for name in ("session",) if name in case.table]
    recording = case.identity("subject", *session)
    if length is None or "onset" not in case.table or case.table["onset"].isna().any():
        return _unknown("moments", "onset")
    onset = case.table["onset"].to_numpy(dtype=float)
    gap = min((_nearest(recording, onset, *split) for split in case.splits), default=np.inf)
    if gap < length - 1e-6:
        return Finding(
            "moments",
            "convicted",
            f"trials of {length:g} s in training and test begin {gap:g} s apart in one recording",
            "Split by recording, or leave a gap: TimeBlocks(gap=...).",
        )
    if gap <= length + 1e-6:
        return Finding(
            "moments",
            "suspect",
            "trials in training and test adjoin in one recording, and neighbours are alike",
            "Leave a gap: TimeBlocks(gap=...).",
        )
    return Finding("moments", "clean", "no stretch of a recording is on both sides")


def stimuli(case):
    """Films that were seen in training, by other people."""
    values = case.identity("stimulus")
    if values is None:
        return _unknown("stimuli", "stimulus")
    seen = [np.isin(values[test], values[train]).mean() for train, test in case.splits]
    if not np.any(seen):
        return Finding("stimuli", "clean", "no stimulus that is tested was trained on")
    return Finding(
        "stimuli",
        "noted",
        f"{np.mean(seen):.0%} of the tested trials are of stimuli that were trained on, so what is "
        f"recognised may be the stimulus",
        'Report unseen stimuli beside it: Cross(By("subject"), By("stimulus", GroupKFold(3))).',
    )


def _nearest(recording, onset, train, test):
    """Seconds between the nearest onsets in training and test of one recording."""
    least = np.inf
    for one in np.intersect1d(recording[train], recording[test]):
        here = [np.sort(onset[side[recording[side] == one]]) for side in (train, test)]
        place = np.searchsorted(here[0], here[1])
        for neighbour in (place - 1, place):
            inside = (neighbour >= 0) & (neighbour < len(here[0]))
            gaps = np.abs(here[1][inside] - here[0][neighbour[inside]])
            least = min(least, gaps.min(initial=np.inf))
    return least


def _length(trials):
    """Seconds of a signal; None for features, whose windows are not known here."""
    axes = trials.axes
    if trials.sfreq is None or axes != ("channel", "time") or trials.is_ragged:
        return None
    return trials.shape[-1] / trials.sfreq


def _some(names, what):
    shown = ", ".join(map(str, names[:3])) + (", …" if len(names) > 3 else "")
    return f"{what}{'s' * (len(names) > 1)} {shown}"


def _unknown(check, column):
    return Finding(
        check,
        "unknown",
        f"the trials do not say their {column}",
        f"Give it as a column {column!r} of the metadata.",
    )
