"""One row a recording, or a stretch of one: from a folder, a table on disk, or a DataFrame."""

import hashlib
import os
import re
import warnings
from numbers import Real
from pathlib import Path

import numpy as np

from sklearn_eeg.datasets._continuous import extension

# A column beside the user's own.
NAME = "(name)"
TABLES = (".csv", ".tsv", ".txt")
# Beside recordings, MNE keeps much else in FIF.
_OTHER_FIF = re.compile(
    r"[-_](epo|ave|cov|eve|ica|fwd|inv|proj|trans|src|bem|sol|tfr|dig)\.fif(\.gz)?$", re.IGNORECASE
)
_PART = re.compile(r"(-\d+|_split-(?!0*1_)\d+_.*)\.fif(\.gz)?$", re.IGNORECASE)
_SECONDS = ("start", "stop", "onset", "duration")
# Columns that have a meaning of their own, whatever else is made of them.
_OURS = ("file", "subject", "session", "label", *_SECONDS)


# What a subject is called elsewhere.
_ALSO = dict.fromkeys(("subject_id", "subjects", "participant", "participant_id"), "subject")
_ALSO["labels"] = "label"


def read_rows(source, glob=None):
    """Table of recordings, with ``file`` a path and :data:`NAME` what the source calls it.

    Parameters
    ----------
    source : path-like, sequence of path-like, or DataFrame
    glob : str, default=None
        Of the files of a folder.

    Raises
    ------
    FileNotFoundError
        There are no recordings.
    ValueError
        The table lacks what it needs, or has rows twice.
    """
    if hasattr(source, "columns") and hasattr(source, "iloc"):
        return _check_table(source.reset_index(drop=True), Path())
    if isinstance(source, (list, tuple)):
        if not source:
            raise ValueError("expected at least one recording, got an empty list.")
        return _of_files([_as_path(file) for file in source], Path())
    if not isinstance(source, (str, Path)):
        raise TypeError(
            f"expected a folder, a file, a list of files or a DataFrame, got "
            f"{type(source).__name__}."
        )
    path = Path(source).expanduser()
    if not path.exists():
        raise FileNotFoundError(
            f"expected a folder of recordings, a table of them or a recording, got {str(path)!r}, "
            f"which is not there."
        )
    if path.is_dir():
        return _of_files(list_recordings(path, glob), path)
    if path.suffix.lower() in TABLES:
        return _check_table(read_table(path), path.parent)
    return _of_files([path], path.parent)


def _as_path(file):
    if not isinstance(file, (str, os.PathLike)):
        raise TypeError(f"expected names of recordings in the list, got {file!r}.")
    return Path(file).expanduser()


def list_recordings(folder, glob=None):
    """Recordings below a folder, by name; what only belongs to one is none."""
    try:
        found = sorted(file for file in folder.glob(glob or "**/*") if file.is_file())
    except (NotImplementedError, ValueError) as error:
        raise ValueError(
            f"expected glob to be a pattern of files below the folder, such as '**/*.edf', got "
            f"{glob!r} ({error})."
        ) from error
    files = [file for file in found if _is_recording(file, folder) or glob]
    if not files:
        raise FileNotFoundError(
            f"expected recordings such as {glob or '*.edf'} in {folder}, found none among "
            f"{len(found)} files; a published set is read by a loader of its own, such as "
            f"load_seed."
        )
    return files


def _is_recording(file, folder):
    if not extension(file) or any(p.startswith(".") for p in file.relative_to(folder).parts):
        return False
    if extension(file) == ".eeg":
        with file.open("rb") as stream:
            return stream.read(4) in (b"EEG-", b"QI-4", b"DAE-")
    if extension(file).startswith(".fif"):
        return not _OTHER_FIF.search(file.name) and not _is_part(file)
    return True


def _is_part(file):
    """Whether it goes on where another file had become too large."""
    first = _PART.sub(lambda found: file.name[found.end(1) :], file.name)
    return first != file.name and (file.with_name(first).exists() or "_split-" in file.name)


def _of_files(files, folder):
    import pandas as pd

    names = [_name(file, folder) for file in files]
    return _refuse_twice(pd.DataFrame({"file": files, NAME: names}), ["file"])


def _name(file, folder):
    return (file.relative_to(folder) if file.is_relative_to(folder) else file).as_posix()


def read_table(path):
    """Table of a CSV file; numbers where they lose nothing by it, so that 001 stays 001."""
    from io import StringIO

    import pandas as pd

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected a table in UTF-8 in {path}, got another encoding.") from error
    head = text.split("\n", 1)[0]
    sep = max(",;\t", key=head.count)
    if not text.strip():
        raise ValueError(f"expected a table of recordings in {path}, got an empty file.")
    try:
        with warnings.catch_warnings():
            # Cells beyond the header's, in the first row.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                StringIO(text), sep=sep, dtype=str, skipinitialspace=True, index_col=False
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise ValueError(
            f"expected a table of recordings in {path}, with as many cells in each row as the "
            f"header has, got: {' '.join(str(error).split()).removesuffix('.')}."
        ) from error
    table = table.rename(columns=lambda name: str(name).strip())
    if sep != ",":
        # Where commas part no columns, they may stand before decimals.
        commas = {name: table[name].str.replace(",", ".") for name in _SECONDS if name in table}
        table = table.assign(**commas)
    return table.apply(_as_numbers)


def _as_numbers(column):
    """Numbers of texts that are written as numbers are."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    texts = column.dropna().str.strip()
    plain = texts.str.fullmatch(r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
    return numbers if len(texts) and plain.all() else column.str.strip()


def _check_table(table, folder):
    import pandas as pd

    if "file" not in table or table.columns.nlevels > 1:
        raise ValueError(
            f"expected a column 'file' in the table of recordings, got the columns "
            f"{', '.join(map(str, table.columns)) or 'none'}; rename the one with the paths."
        )
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise ValueError(f"expected each column of the table once, got {twice[0]!r} twice.")
    if not len(table):
        raise ValueError("expected at least one recording in the table, got no rows.")
    _refuse_missing(table, "file")
    known = [name for name in _SECONDS if name in table]
    if "onset" in known and {"start", "stop"} & set(known):
        raise ValueError(
            "expected the columns start and stop of stretches, or onset and duration of events, "
            "got both."
        )
    for name in known:
        numbers = pd.to_numeric(table[name], errors="coerce")
        wrong = (numbers.isna() & table[name].notna()) | numbers.isin([np.inf, -np.inf])
        if table[name].dtype.kind in "mM":
            wrong[:] = True
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise ValueError(
                f"expected seconds in the column {name!r}, got {table[name].iloc[row]!r} in row "
                f"{row + 1}."
            )
        table = table.assign(**{name: numbers.astype(float)})
    if "onset" in known:
        _refuse_missing(table, "onset")
    files = [folder / Path(str(file)).expanduser() for file in table["file"]]
    table = table.assign(**{"file": files, NAME: table["file"].astype(str)})
    return _refuse_twice(table, ["file", *known])


def _refuse_twice(table, keys):
    twice = table.duplicated(keys)
    if twice.any():
        row = int(twice.to_numpy().argmax())
        raise ValueError(
            f"expected each recording, or stretch of one, once, got {table[NAME].iloc[row]} again "
            f"in row {row + 1}."
        )
    return table


def _refuse_missing(table, name):
    missing = table[name].isna().to_numpy()
    if missing.any():
        raise ValueError(
            f"expected the {name} of every recording, got none in row {missing.argmax() + 1}; "
            f"words such as NA in a table mean none."
        )


def near_names(rows):
    """Columns that are called nearly like one that has a meaning, which is not there."""
    names = [str(name) for name in rows.columns if name not in _OURS]
    meant = [(name, _ALSO.get(name.lower(), name.lower())) for name in names]
    return {name: ours for name, ours in meant if ours in _OURS and ours not in rows}


def name_column(rows, column, wanted):
    """Table with a column of subjects, sessions or labels, from another or from the files' names.

    Parameters
    ----------
    rows : DataFrame
    column : str
        As it will be called.
    wanted : str or None
        A column of the table, or a pattern with a group that is searched in each file's name.
    """
    if wanted is not None and wanted not in rows:
        rows = rows.assign(**{column: _search(rows[NAME], column, wanted)})
    elif wanted is not None and wanted != column:
        rows = rows.assign(**{column: rows[NAME if wanted == "file" else wanted]})
        rows = rows if wanted in _OURS else rows.drop(columns=wanted)
    if column in rows:
        _refuse_missing(rows, column)
        _refuse_mixed(rows[column].tolist(), column)
    return rows


def _refuse_mixed(values, name):
    """Refuse what is no word and no number, and both, of which 1 and '1' would be two."""
    for row, value in enumerate(values, start=1):
        if not isinstance(value, (str, Real, np.bool_)):
            raise ValueError(
                f"expected the {name} of every recording to be a word or a number, got {value!r} "
                f"in row {row}."
            )
    if len({isinstance(value, str) for value in values}) > 1:
        raise ValueError(f"expected {name}s that are all words or all numbers, got both.")


def _search(names, column, wanted):
    try:
        pattern = re.compile(wanted)
    except (re.error, TypeError) as error:
        raise ValueError(f"expected {column} to be a pattern, got {wanted!r} ({error}).") from error
    if pattern.groups != 1:
        raise ValueError(
            f"expected {column} to be a column of the table or a pattern with one group, such as "
            f"r'S(\\d+)', got {wanted!r}."
        )
    found = [pattern.search(name) for name in names]
    lacking = [name for name, each in zip(names, found, strict=True) if not (each and each[1])]
    if lacking:
        raise ValueError(
            f"expected {column}={wanted!r} to be found in the name of every recording, got "
            f"{lacking[0]!r} without it; change the pattern, or give a table."
        )
    return [each[1] for each in found]


def refuse_copies(rows):
    """Refuse one recording by two names, which could lie on both sides of a split."""
    paths: dict[Path, str] = {}
    for file, name in zip(rows["file"], rows[NAME], strict=True):
        paths.setdefault(file, name)
    sizes: dict[object, list] = {}
    for file in paths:
        if file.is_file():
            sizes.setdefault(file.stat().st_size, []).append(file)
    for size, files in sizes.items():
        seen: dict[bytes, Path] = {}
        for file in files if size and len(files) > 1 else ():
            other = seen.setdefault(_ends(file, size), file)
            if other is not file and _same_bytes(file, other):
                raise ValueError(
                    f"expected each recording once, got {paths[other]} and {paths[file]} with the "
                    f"same content; leave one out."
                )


def _ends(file, size, length=2**14):
    """Digest of both ends and the middle, in which few files are alike."""
    with file.open("rb") as stream:
        digest = hashlib.sha256()
        for start in (0, size // 2, max(size - length, 0)):
            stream.seek(start)
            digest.update(stream.read(length))
    return digest.digest()


def _same_bytes(one, other, length=2**20):
    with one.open("rb") as first, other.open("rb") as second:
        while block := first.read(length):
            if block != second.read(length):
                return False
    return True
