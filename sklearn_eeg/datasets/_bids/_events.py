"""Trials in the tables of events: where they begin, and what they are called."""

import numpy as np

from sklearn_eeg.datasets._bids._tables import read_table, to_numbers
from sklearn_eeg.datasets._marks import Mark

# Columns that may name an event, in the order in which they are asked.
NAMES = ("trial_type", "stim_type", "value")


def read_events(path):
    """Events with a known onset: ``onset`` and ``duration`` in seconds, the rest as text."""
    table = read_table(path, required=["onset"])
    duration = to_numbers(path, table["duration"]) if "duration" in table else np.nan
    table = table.assign(onset=to_numbers(path, table["onset"]), duration=duration)
    return table[table["onset"].notna()].reset_index(drop=True)


def find_names(events):
    """Column that names the events of a whole set, ``None`` where there is none."""
    return next((name for name in NAMES if name in events and events[name].notna().any()), None)


def keep_events(events, names, wanted):
    """Events that begin trials, and those that mark what is bad.

    Parameters
    ----------
    events : DataFrame
    names : str or None
        Column of their names.
    wanted : str, sequence of str, True or None
        Names; ``True`` and ``None`` are all that have one and mark nothing bad.

    Raises
    ------
    ValueError
        A wanted name is that of no event.
    """
    wanted = None if wanted is True else wanted
    if names is None:
        if wanted is not None:
            raise ValueError(
                f"expected one of the columns {', '.join(NAMES)} to choose events by, got tables "
                f"with {', '.join(events.columns)}; leave events= out for all."
            )
        return events, events[:0]
    wanted = None if wanted is None else _as_names(events[names], wanted)
    named = events[events[names].notna()]
    is_bad = np.array([_marks_bad(name) for name in named[names]], dtype=bool)
    is_wanted = ~is_bad if wanted is None else named[names].isin(wanted).to_numpy()
    bad = named[is_bad & ~is_wanted]
    # What was cut out at a boundary is no part of the recording, whatever its length.
    is_cut = bad[names].str.lower() == "boundary"
    return named[is_wanted], bad.assign(duration=bad["duration"].where(~is_cut, 0.0))


def _marks_bad(name):
    return Mark(0.0, 0.0, name).is_bad


def _as_names(column, wanted):
    """Names that are wanted, as in the column."""
    one = isinstance(wanted, str) or not hasattr(wanted, "__iter__")
    wanted = [str(name) for name in ([wanted] if one else wanted)]
    known = sorted(column.dropna().unique())
    lacking = [name for name in wanted if name not in known]
    if lacking or not wanted:
        raise ValueError(
            f"expected events to be some of {', '.join(known[:20])}{', …' * (len(known) > 20)}, as "
            f"in the column {column.name!r}, got {', '.join(lacking) or 'none'}; leave it out for "
            f"all."
        )
    return wanted
