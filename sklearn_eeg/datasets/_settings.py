"""What loaders are asked for, and what of it there is."""

from sklearn_eeg._constraints import Choice
from sklearn_eeg.datasets._folder import as_list, select
from sklearn_eeg.montage import SEED_62, canonical_name

LABELS = Choice(("name", "code"))


def pick_channels(channels, names=SEED_62):
    """Names of the channels that are wanted, in any spelling, and where they stand among all."""
    if channels is not None:
        channels = [
            canonical_name(name) if isinstance(name, str) and name not in names else name
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
