"""What is known of each recording beside its events: whose it is, and what tables say of that."""

import re

from sklearn_eeg.datasets._bids._tables import read_json, read_table, to_values

# What a recording's JSON says that an analysis asks for, kept under its own name.
SETTINGS = ("EEGReference", "PowerLineFrequency")


def describe(files, sidecars, taken):
    """Table of one row a recording.

    Parameters
    ----------
    files : sequence of BidsFile
    sidecars : Sidecars
    taken : set of str
        Names of columns that others have; a column of that name gets a prefix.

    Returns
    -------
    table : DataFrame
        ``subject``, ``session``, ``run``, ``task`` and further entities, settings, and the columns
        of ``participants.tsv``, ``sessions.tsv`` and ``scans.tsv``.
    strangers : list of str
        Subjects without a row in ``participants.tsv``.
    """
    import pandas as pd

    participants, strangers = _participants(files, sidecars.root)
    named = pd.DataFrame([_entities(file) for file in files])
    parts = [
        ("recording", pd.DataFrame([_settings(file, sidecars) for file in files])),
        ("participant", participants),
        ("session", _beside(files, sidecars, "sessions", _session_key)),
        ("scan", _beside(files, sidecars, "scans", _scan_key)),
    ]
    taken = {*taken, *named.columns}
    for prefix, part in parts:
        part.columns = [f"{prefix}_{name}" if name in taken else name for name in part.columns]
        taken |= set(part.columns)
    return pd.concat([named, *(part for _, part in parts)], axis=1), strangers


def _entities(file):
    """Subject, session, run, task and what else the name says; 1 for what there is but one of."""
    known = dict(file.entities)
    run = known.pop("run", "1")
    named = {
        "subject": known.pop("sub"),
        "session": known.pop("ses", "1"),
        "run": int(run) if run.isdigit() else run,
        "task": known.pop("task", None),
    }
    return named | known


def read_settings(file, sidecars):
    """What the JSON files of a recording say together, the lower ones over the higher."""
    merged = {}
    for path in sidecars.find(file, "eeg", ".json"):
        merged |= read_json(path)
    return merged


def _settings(file, sidecars):
    said = read_settings(file, sidecars)
    known = {name: said[name] for name in SETTINGS if said.get(name) not in (None, "n/a")}
    return {name: x if isinstance(x, (int, float)) else str(x) for name, x in known.items()}


def _participants(files, root):
    """Rows of participants.tsv beside the recordings, and the subjects that have none."""
    import pandas as pd

    path, labels = root / "participants.tsv", [file.entities["sub"] for file in files]
    if not (path.exists() or path.is_symlink()):
        return pd.DataFrame(index=range(len(files))), []
    table = _read_keyed(path, "participant_id")
    rows = _find_rows(list(table.index), "sub-", labels)
    table = pd.DataFrame({name: to_values(table[name]) for name in table})
    strangers = sorted(label for label in set(labels) if label not in rows)
    beside = table.reindex([rows.get(label, -1) for label in labels])
    return beside.reset_index(drop=True), strangers


def _beside(files, sidecars, suffix, find_key):
    """Rows of the tables of one kind that belong to the recordings."""
    import pandas as pd

    rows = []
    for file in files:
        path = next(iter(sidecars.find(file, suffix, ".tsv")[-1:]), None)
        rows.append({} if path is None else _row(path, *find_key(file, path)))
    table = pd.DataFrame(rows, index=range(len(files)))
    return pd.DataFrame({name: to_values(table[name]) for name in table}, index=table.index)


def _session_key(file, path):
    return "session_id", "ses-", file.entities.get("ses", "")


def _scan_key(file, path):
    return "filename", "", file.path.relative_to(path.parent).as_posix()


def _row(path, column, prefix, label):
    table = _read_keyed(path, column)
    rows = _find_rows(list(table.index), prefix, [label])
    return table.iloc[rows[label]].to_dict() if label in rows else {}


def _read_keyed(path, key):
    """Table of text whose rows are found by a column, which becomes its index."""
    table = read_table(path, required=[key]).drop_duplicates()
    table = table[table[key].notna()].set_index(key)
    twice = table.index[table.index.duplicated()]
    if len(twice):
        raise ValueError(
            f"expected one row of {twice[0]} in {path}, got {(table.index == twice[0]).sum()} that "
            f"differ; what differs between sessions belongs into sessions.tsv."
        )
    return table


def _find_rows(keys, prefix, labels):
    """Place of each label among keys, which may lack the prefix.

    Case, and zeros before a number, matter only where two on one side are else the same.
    """
    found = {}
    for spell in (_bare, _plain):
        ours = {label: spell(label, prefix) for label in labels}
        theirs = [spell(key, prefix) for key in keys]
        for label, spelled in ours.items():
            if theirs.count(spelled) == list(ours.values()).count(spelled) == 1:
                found.setdefault(label, theirs.index(spelled))
    return found


def _bare(key, prefix):
    return key.removeprefix(prefix)


def _plain(key, prefix):
    bare = key.lower().removeprefix(prefix)
    return re.sub(r"\d+", lambda digits: str(int(digits[0])), bare)
