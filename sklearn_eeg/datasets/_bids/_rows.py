"""What is known of each trial before its signal is read."""

from collections.abc import Mapping

import numpy as np

from sklearn_eeg.datasets._bids._about import describe
from sklearn_eeg.datasets._bids._events import find_names, keep_events, read_events
from sklearn_eeg.datasets._bids._tables import to_values

# Columns that each trial has; a column of an event that is called so gets a prefix.
_OWN = {"subject", "session", "run", "task", "stimulus", "trial"}


def read_rows(files, sidecars, events, label, notes):
    """One row a trial, or one a recording where no events are wanted.

    Parameters
    ----------
    files : sequence of BidsFile
    sidecars : Sidecars
    events : False, None, str, sequence of str or mapping of str to label
        Names of the events that begin trials; ``False`` for recordings as they are.
    label : str
        Column of the labels.
    notes : Notes

    Returns
    -------
    rows : DataFrame
        ``_recording``, the place of its file; ``_label``; ``onset`` and ``duration`` of the event
        in seconds; and what all tables say.
    bad : DataFrame
        ``_recording``, ``onset`` and ``duration`` of what is marked as bad.
    """
    found = _read_all(files, sidecars, None if events is False else notes)
    names = find_names(found)
    wanted, bad = keep_events(found, names, None if events is False else events)
    if events is False:
        table, names = _whole(files), None
    else:
        table = _in_order(wanted)
    taken = _OWN.union(*(file.entities for file in files))
    table.columns = [f"event_{name}" if name in taken else name for name in table.columns]
    about, strangers = describe(files, sidecars, set(table.columns) | _OWN)
    for subject in strangers:
        notes.add("have no row in participants.tsv", f"sub-{subject}")
    of_event = set(table.columns)
    table = table.join(about, on="_recording")
    table["stimulus"] = _stimulus(table, names)
    column = names if label == "trial_type" and names is not None else label
    table = _label(table, column, files, notes if column not in of_event else None)
    if isinstance(events, Mapping):
        table["_label"] = _mapped(table["_label"], events, label)
    return table, bad[["_recording", "onset", "duration"]]


def _whole(files):
    import pandas as pd

    return pd.DataFrame({"_recording": range(len(files)), "onset": 0.0, "duration": np.nan})


def _read_all(files, sidecars, notes):
    """Events of all recordings; where there are notes, there must be some."""
    import pandas as pd

    tables = [pd.DataFrame({"_recording": [], "onset": [], "duration": []})]
    for number, file in enumerate(files):
        paths = sidecars.find(file, "events", ".tsv")
        if paths:
            tables.append(read_events(paths[-1]).assign(_recording=number))
        elif notes is not None:
            notes.add("have no events.tsv and are left out", file.path.name)
    filled = [table for table in tables if len(table)]
    if notes is not None and not filled:
        raise ValueError(
            f"expected events in tables such as {files[0].path.stem[:-3]}events.tsv, got "
            f"{'tables without rows' if tables[1:] else 'no table'}; events=False takes recordings "
            f"as they are."
        )
    return pd.concat(filled or tables[:1], ignore_index=True)


def _in_order(table):
    """Events in the order of time, numbers as such."""
    table = table.sort_values(["_recording", "onset"], kind="stable", ignore_index=True)
    texts = [name for name in table if name not in ("_recording", "onset", "duration")]
    return table.assign(**{name: to_values(table[name]) for name in texts})


def _stimulus(table, names):
    """The file that was shown, else the name of the event, else the task."""
    shown = table["task"] if names is None else table[names]
    if "stim_file" not in table:
        return shown
    return table["stim_file"].where(table["stim_file"].notna(), shown)


def _mapped(names, labels, label):
    """Labels of events by their names."""
    if label != "trial_type":
        raise ValueError(
            f"expected labels either as a mapping in events or as a column, got both, label="
            f"{label!r}; give events= as a list."
        )
    labels = {str(name): value for name, value in labels.items()}
    return [labels[str(name)] for name in names]


def _label(table, column, files, notes):
    """Rows that have a label; recordings that have none are told of where there are notes."""
    columns = [name for name in table if name != "_recording"]
    if column not in columns:
        raise ValueError(
            f"expected label to be one of the columns {', '.join(columns)}, got {column!r}."
        )
    known = table[column].notna()
    if not known.any():
        raise ValueError(f"expected a label in the column {column!r}, got none in any row.")
    if notes is not None:
        for number in table["_recording"][~known].unique():
            notes.add(f"have no {column!r} and are left out", files[number].path.name)
    return table[known].assign(_label=table[column][known]).reset_index(drop=True)
