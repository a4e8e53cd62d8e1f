"""Files that are read whole before it is known which trials they hold."""

from functools import partial

from sklearn_eeg.datasets._recording import Recording, holding


def read_at_once(files, read, label, cache=None, *, beside=None):
    """Recordings of files, each opened once.

    Parameters
    ----------
    files : sequence of Path
    read : callable
        ``read(file)`` returns what is known of each trial, a list of dict, and blocks of numbers by
        name, each a sequence of arrays, one a trial: ``"signals"``, and what goes to ``extra``.
    label : callable
        ``label(rows)`` returns the numbers of the trials that have a label, and their labels.
    cache : path-like, default=None
        Folder of the store in which signals will be kept; what is known of trials is kept there
        too, and blocks are read when they are wanted. ``None``: all stay in memory.
    beside : callable, default=None
        ``beside(file)`` returns other files that decide what is known of a file's trials.
    """
    from tqdm import tqdm

    bar = tqdm(files, desc="Reading", unit="file", disable=None, leave=False)
    sources = ([file, *(beside(file) if beside else ())] for file in bar)
    return with_trials([_read_one(files, read, label, cache) for files in sources])


def with_trials(recordings):
    """Those recordings of which any trial has a label, at least one."""
    there = [recording for recording in recordings if recording.rows]
    if not there:
        others = " and others" * (len(recordings) > 1)
        raise ValueError(
            f"expected trials with a label in {recordings[0].files[0]}{others}, got none; choose "
            f"another target, threshold or ties."
        )
    return there


def _read_one(files, read, label, cache):
    with holding(files):
        rows, blocks = read(files[0]) if cache is None else _recall(files, read, cache)
    kept, labels = label(rows)
    kept = [int(row) for row in kept]
    readers = {
        name: partial(list, [blocks[name][row] for row in kept])
        if cache is None
        else partial(_read_block, read, files[0], name, kept)
        for name in blocks
    }
    return Recording(
        files=files,
        rows=[rows[row] for row in kept],
        labels=labels,
        read=readers.pop("signals"),
        read_extra=readers,
    )


def _read_block(read, file, name, kept):
    """One block of a file that has been looked into before."""
    _, blocks = read(file)
    return [blocks[name][row] for row in kept]


def _recall(files, read, cache):
    """Rows of a file and the names of its blocks, from a store where it has been read before."""
    from sklearn_eeg._identity import code_of, describe, parts_of, versions
    from sklearn_eeg._store import Store
    from sklearn_eeg.datasets._sources import digests_of

    store = Store(cache)
    digests = digests_of(store)
    facts = {
        "kind": "rows",
        "sources": [[file.suffix, digests.of(file)] for file in files],
        "read": describe(partial(read, files[0]), files),
        "code": code_of(*parts_of(read)),
        "versions": versions(),
    }
    notes = store.keep(facts, partial(_note, read, files[0])).notes
    return notes["rows"], notes["blocks"]


def _note(read, file):
    """No arrays, and what is known of a file."""
    rows, blocks = read(file)
    return [], {"rows": rows, "blocks": list(blocks)}
