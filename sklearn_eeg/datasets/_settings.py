"""What loaders are asked for, and what of it there is."""

import numpy as np

from sklearn_eeg._constraints import Choice
from sklearn_eeg.montage import SEED_62, canonical_name

LABELS = Choice(("name", "code"))


def as_floating(dtype):
    """The dtype of that name, which must be one of floating numbers: NaN has a meaning here."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if dtype is None or found is None or found.kind != "f":
        raise ValueError(
            f"expected dtype to be one of floating numbers, such as 'float32', got {dtype!r}."
        )
    return found


def select(what, wanted, known):
    """Those that are wanted of what is known, in their own order; all for ``None``.

    Raises
    ------
    ValueError
        One that is wanted is not there, or none is.
    """
    known = dict.fromkeys(known)
    if wanted is None:
        return list(known)
    wanted = as_list(wanted)
    lacking = [each for each in wanted if not _is_one_of(each, known)]
    if lacking or not wanted:
        strangers = _name(map(repr, lacking)) or "none"
        raise ValueError(
            f"expected {what} to be some of {_name(known)}, got {strangers}; leave it out for all."
        )
    wanted = set(wanted)
    return [each for each in known if each in wanted]


def as_list(wanted):
    """What is wanted, of which one may stand alone."""
    try:
        return [wanted] if isinstance(wanted, (str, bytes)) else list(wanted)
    except TypeError:
        return [wanted]


def _is_one_of(each, known):
    """Whether it is one of them, and not merely taken for one, as True is for 1."""
    try:
        return each in known and not isinstance(each, (bool, np.bool_))
    except TypeError:
        # A list has no hash.
        return False


def pick_channels(channels, names=SEED_62):
    """Names of the channels that are wanted, in any spelling, and where they stand among all."""
    names = list(names)
    if channels is not None:
        spelled = {canonical_name(name): name for name in names}
        channels = [
            spelled.get(canonical_name(name), name)
            if isinstance(name, str) and name not in names
            else name
            for name in as_list(channels)
        ]
    kept = select("channels", channels, names)
    return kept, [names.index(name) for name in kept]


def pick_sessions(found, subjects, sessions):
    """Those (subject, session, file) that are wanted, where each session is a file of its own."""
    subjects = select("subjects", subjects, sorted({subject for subject, _, _ in found}))
    sessions = select("sessions", sessions, sorted({session for _, session, _ in found}))
    kept = [one for one in found if one[0] in subjects and one[1] in sessions]
    if not kept:
        raise ValueError(
            f"expected recordings of subjects {subjects} in sessions {sessions}, got none; leave "
            f"one of both out for all."
        )
    return kept


def _name(things, most=40):
    """Name them, the first of very many."""
    names = list(map(str, things))
    more = f", … ({len(names)} in all)" if len(names) > most else ""
    return ", ".join(names[:most]) + more
