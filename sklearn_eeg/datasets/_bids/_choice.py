"""Which of the recordings."""


def choose_files(files, **wanted):
    """Recordings of wanted entities: ``sub=``, ``ses=``, ``task=``, ``run=``; all for ``None``.

    Raises
    ------
    ValueError
        One that is wanted is not there, or the recordings are of several tasks and none is wanted.
    """
    tasks = _known(files, "task")
    if wanted["task"] is None and len(tasks) > 1:
        raise ValueError(
            f"expected task to be some of {', '.join(tasks)}, got None; name one, or several whose "
            f"trials may stand beside each other."
        )
    for key, labels in wanted.items():
        if labels is not None:
            labels = _as_labels(key, labels, _known(files, key))
            files = [file for file in files if file.entities.get(key) in labels]
    return files


def _known(files, key):
    return sorted({file.entities[key] for file in files if key in file.entities})


def _as_labels(key, wanted, known):
    """Labels as in the names of the files, of labels with or without prefix, or of numbers."""
    one = isinstance(wanted, str) or not hasattr(wanted, "__iter__")
    wanted = [wanted] if one else list(wanted)
    bare = [str(label).removeprefix(f"{key}-") for label in wanted]
    labels = [label if label in known else _by_number(label, known) for label in bare]
    lacking = [label for label in labels if label not in known]
    if lacking or not labels:
        what = {"sub": "subjects", "ses": "sessions", "run": "runs"}.get(key, key)
        raise ValueError(
            f"expected {what} to be some of {', '.join(known) or 'none'}, got "
            f"{', '.join(map(repr, lacking)) or 'none'}; leave it out for all."
        )
    return labels


def _by_number(label, known):
    """The known label of the same number, where that is but one; else the label."""
    if not label.isdecimal():
        return label
    same = [each for each in known if each.isdecimal() and int(each) == int(label)]
    return same[0] if len(same) == 1 else label
